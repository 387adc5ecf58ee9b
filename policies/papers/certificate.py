"""保険証券: the paper that proves a contract, with everything 保険法6条 asks for (practice 1-9, checks 4).

A reissue prints the same page; only the day it was made (書面作成年月日) and the revision differ.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from core.money import format_limit
from correspondence.actions import file_paper
from correspondence.models import Paper
from correspondence.pages import (
    Addressee,
    Block,
    Party,
    Payment,
    Row,
    addressee_of,
    customer_party,
    written_day,
    written_term,
)
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from policies.models import Policy
from policies.terms import Terms
from products.book import Book

TEMPLATE = "papers/certificate.html"
INSURED_ROLES = {"named": "記名被保険者", "subsidiary": "被保険者(追加)", "other": "被保険者"}


@dataclass(frozen=True, slots=True)
class Peril:
    """保険事故: a section of cover, what brings it about, what it pays, up to how much."""

    label: str
    description: str
    pays: tuple[str, ...]
    limit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ArticleSix:
    """The items of 保険法6条1項, in its order. None may be empty: what does not apply says 「ありません」."""

    insurer: str
    policyholder: Party
    insureds: tuple[Party, ...]
    perils: tuple[Peril, ...]
    term: str
    limits: str
    object_insured: str
    agreed_value: str
    premium_yen: int
    payment_way: str
    notice_duty: Block | None
    contracted_on: date
    made_on: date


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """What a 証券 says."""

    agency: dict[str, str]
    addressee: Addressee
    product: str
    policy_form: str
    plan: str
    items: ArticleSix
    premium_label: str
    parties: tuple[Party, ...]
    deductible: Row
    riders: tuple[Row, ...]
    conditions: tuple[str, ...]
    payments: tuple[Payment, ...]
    rated_on: tuple[Row, ...]
    renews: str
    desks: tuple[Row, ...]


def certificate_page(policy: Policy, *, made_on: date) -> CertificatePage:
    """The page of a policy's 証券, made on that day. Refused when an item of 保険法6条 is missing."""
    terms, book = policy.as_issued, policy.product_version.book
    items = _items(policy, terms, book, made_on)
    check_article_six(items)
    return CertificatePage(
        agency=agency_head(policy.agency, policy.in_charge),
        addressee=addressee_of(policy.customer),
        product=terms.product_label,
        policy_form=book.policy_form,
        plan=terms.plan_label,
        items=items,
        premium_label=policy.premium_label,
        parties=(Party("保険者", items.insurer), items.policyholder, *items.insureds),
        deductible=Row("自己負担額", deductible_of(terms)),
        riders=tuple(Row(rider.label, rider.note or _description(book, rider.code)) for rider in terms.riders),
        conditions=terms.conditions,
        payments=_payments(policy),
        rated_on=rated_on(terms),
        renews=policy.renews.number if policy.renews else "",
        desks=desk_rows(book, ("claims", "questions", "complaints")),
    )


def _policyholder(policy: Policy, terms: Terms) -> Party:
    """The customer, or the group whose member it is (団体契約)."""
    if terms.policyholder:
        return Party("保険契約者(団体)", terms.policyholder)
    return customer_party(policy.customer, "保険契約者")


def file_certificate(policy: Policy, *, by: User, at: datetime) -> Paper:
    """File the first 証券 of a policy, dated today in Japan."""
    made_on = jst(at).date()
    return file_paper(
        agency=policy.agency,
        key=f"policy:{policy.number}:certificate",
        kind=PaperKind.CERTIFICATE,
        template=TEMPLATE,
        page=certificate_page(policy, made_on=made_on),
        subject=policy.number,
        dated_on=made_on,
        counterparty=policy.customer.name,
        amount_yen=policy.premium_yen,
        about=[policy, policy.customer],
        by=by,
        at=at,
    )


def check_article_six(items: ArticleSix) -> None:
    """Refuse a 証券 that lacks an item 保険法6条1項 asks for."""
    lacking = [field.name for field in fields(items) if not getattr(items, field.name)]
    if lacking:
        raise Refused(
            "保険証券に必要な項目が足りません。契約内容を確認して、もう一度発行してください。",
            reasons=[f"保険法第6条の記載事項がありません: {ARTICLE_SIX[name]}" for name in lacking],
        )


ARTICLE_SIX = {
    "insurer": "保険者の名称",
    "policyholder": "保険契約者の名称",
    "insureds": "被保険者の名称",
    "perils": "保険事故",
    "term": "保険期間",
    "limits": "保険金額(支払限度額)",
    "object_insured": "保険の目的物",
    "agreed_value": "約定保険価額",
    "premium_yen": "保険料",
    "payment_way": "保険料の支払方法",
    "notice_duty": "通知義務",
    "contracted_on": "契約締結年月日",
    "made_on": "書面作成年月日",
}


def _items(policy: Policy, terms: Terms, book: Book, made_on: date) -> ArticleSix:
    limits = "、".join(f"{line.label} {format_limit(line.limit_yen)}" for line in terms.cover)
    return ArticleSix(
        insurer=policy.insurer,
        policyholder=_policyholder(policy, terms),
        insureds=insured_parties(terms, policy.customer.name),
        perils=_perils(terms, book),
        term=written_term(policy.starts_at, policy.ends_at),
        limits=limits,
        object_insured="ありません(賠償責任と費用を対象とする契約のため)",
        agreed_value="ありません",
        premium_yen=policy.premium_yen,
        payment_way=terms.payment_label,
        notice_duty=_notice_duty(book),
        contracted_on=policy.contracted_on,
        made_on=made_on,
    )


def insured_parties(terms: Terms, policyholder: str) -> tuple[Party, ...]:
    """Who is insured, a line for each role; the policyholder's address stands once, with the policyholder.

    Under a group policy the customer is the member who is insured, not the policyholder.
    """
    return tuple(
        Party(
            INSURED_ROLES[role],
            "、".join(insured.name for insured in terms.insureds if insured.role == role),
            address="住所は保険契約者に同じ"
            if role == "named" and not terms.policyholder and _is_named(terms, policyholder)
            else "",
        )
        for role in INSURED_ROLES
        if any(insured.role == role for insured in terms.insureds)
    )


def _is_named(terms: Terms, policyholder: str) -> bool:
    return any(insured.role == "named" and insured.name == policyholder for insured in terms.insureds)


def _perils(terms: Terms, book: Book) -> tuple[Peril, ...]:
    perils = []
    for line in terms.cover:
        coverage = book.coverage(line.code)
        perils.append(
            Peril(
                label=line.label,
                description=coverage.description if coverage else "",
                pays=coverage.pays if coverage else (),
                limit=format_limit(line.limit_yen),
                note=line.note,
            )
        )
    return tuple(perils)


def _notice_duty(book: Book) -> Block | None:
    text = next((text for text in book.texts.attention if text.code == "notice_duty"), None)
    return Block(text.heading, text.paragraphs, text.items, important=True) if text else None


def _description(book: Book, code: str) -> str:
    rider = book.rider(code)
    return rider.description if rider else ""


def _payments(policy: Policy) -> tuple[Payment, ...]:
    return tuple(
        Payment(f"第{part.number}回", written_day(date.fromisoformat(part.due_on)), part.amount_yen)
        for part in policy.schedule
    )


def cover_rows(terms: Terms) -> tuple[Row, ...]:
    """The limits, the deductible and the waiting time of a contract, a line each."""
    rows = [Row(f"{line.label} 支払限度額", format_limit(line.limit_yen), line.note) for line in terms.cover]
    return (*rows, Row("自己負担額", deductible_of(terms)))


def deductible_of(terms: Terms) -> str:
    """自己負担額 in words, with the waiting time (免責時間) where interruption is covered."""
    amount = f"1事故につき{format_limit(terms.deductible_yen)}" if terms.deductible_yen else "なし"
    return f"{amount}(利益・営業継続費用は免責時間{terms.waiting_hours}時間)" if terms.waiting_hours else amount


def rated_on(terms: Terms) -> tuple[Row, ...]:
    """What the premium rests on: industry and sales."""
    year = terms.sales_fiscal_year_end
    when = terms.sales_label or (f"{written_day(date.fromisoformat(year))}決算" if year else "")
    return (
        Row("業種", terms.industry_label),
        Row("算定基礎の売上高", format_limit(terms.sales_yen), when),
    )


def desk_rows(book: Book, purposes: tuple[str, ...]) -> tuple[Row, ...]:
    """The insurer's desks for these purposes: name, telephone, hours; without a telephone, how one gets it."""
    return tuple(
        Row(desk.label, desk.phone or "―", desk.hours_text if desk.phone else f"{desk.hours_text} {desk.note or ''}")
        for purpose in purposes
        for desk in book.desks
        if desk.purpose == purpose
    )
