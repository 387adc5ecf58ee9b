"""The parts that pages of several papers hold, as `templates/papers/parts` prints them, and how a day is written.

A page is a frozen dataclass of plain values: text ready to print, integers in yen, dates. What a paper says is left
to the rooms.
"""

from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from accounts.models import Agency, User
from core.clock import jst
from core.templatetags.tate import contract_moment
from customers.models import Contact, Customer


@dataclass(frozen=True, slots=True)
class Row:
    """A label with its value, and a remark in small print."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a paper goes: the company, and the person there."""

    name: str
    person: str = ""
    honorific: str = "御中"


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a contract (契約者, 被保険者, 保険会社) with what identifies it."""

    role: str
    name: str
    kana: str = ""
    number: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of the premium: 第1回, its day, its amount."""

    label: str
    due: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for a company; blank fields are printed to be filled in."""

    company: str
    name: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A passage under its own heading; `important` ones are framed."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    important: bool = False


def addressee_of(customer: Customer, contact: Contact | None = None) -> Addressee:
    """The customer, and the person we talk to there."""
    person = " ".join(part for part in (contact.title, contact.name) if part) if contact else ""
    return Addressee(customer.name, person)


def customer_party(customer: Customer, role: str) -> Party:
    """The customer as a party: name, kana, 法人番号, address, telephone."""
    return Party(
        role=role,
        name=customer.name,
        kana=customer.kana,
        number=customer.corporate_number,
        address=f"〒{customer.postcode_written} {customer.full_address}",
        contact=f"電話 {customer.phone}" if customer.phone else "",
    )


def written_day(on: date | None) -> str:
    """2026年11月22日; empty for no day."""
    return f"{on.year}年{on.month}月{on.day}日" if on else ""


def written_moment(at: datetime | None) -> str:
    """2026年11月22日午後4時15分, on a Japanese clock; empty for no moment."""
    return contract_moment(at)


def written_term(starts_at: datetime, ends_at: datetime) -> str:
    """2026年11月22日午後4時から2027年11月22日午後4時まで(1年間); a short term in months."""
    length = relativedelta(jst(ends_at).date(), jst(starts_at).date())
    months = length.months + bool(length.days)
    words = "".join((f"{length.years}年" if length.years else "", f"{months}か月" if months else ""))
    return f"{contract_moment(starts_at)}から{contract_moment(ends_at)}まで({words}間)"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a comparison: one value for each column. `kind` is "" for words, "num" or "total" for figures."""

    label: str
    values: tuple[str, ...]
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Things side by side, a column for each."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def authority_rows(agency: Agency, person: User, insurer: str) -> tuple[Row, ...]:
    """Who insures, who sells, with which authority, and who the person is (権限明示, practice 2-6)."""
    if agency.capacity == Agency.Capacity.AGENT:
        act = "代理店は、保険会社を代理して契約を締結します。告知は代理店が保険会社に代わって受け取ります。"
    else:
        act = "代理店は、契約の締結を媒介します。契約は保険会社が承諾したときに成立し、告知は保険会社が受け取ります。"
    number = f"募集人登録番号 {person.solicitor_number}" if person.solicitor_number else ""
    return (
        Row("引受保険会社", insurer),
        Row("取扱代理店", f"{agency.name}(代理店登録 {agency.registration_number})", act),
        Row("担当の募集人", person.name, number),
    )
