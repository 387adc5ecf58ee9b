"""The parts that pages of several papers hold, as `templates/papers/parts` prints them, and how a day is written.

A page is a frozen dataclass of plain values: text ready to print, integers in yen, dates. What a paper says is left
to the rooms.
"""

from dataclasses import dataclass
from datetime import date, datetime

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
class Block:
    """A passage under its own heading; `important` ones are framed."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    important: bool = False
    figures: tuple[Row, ...] = ()


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
    """2026年11月22日午後4時から2027年11月22日午後4時まで(1年間)."""
    years = jst(ends_at).year - jst(starts_at).year
    return f"{contract_moment(starts_at)}から{contract_moment(ends_at)}まで({years}年間)"
