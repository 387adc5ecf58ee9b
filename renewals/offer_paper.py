"""更改条件のご提案: what the next year costs, why it is not last year's premium, and what changes in the cover.

It is filed whenever a renewal's quote is offered, and with the notice where the terms are ready in it (簡易). What
happens to the contract afterwards makes a 訂正版 of the same paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from correspondence.actions import file_paper, revise_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Row, addressee_of, authority_rows, written_day, written_moment
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.queries import primary_contact
from quotes.models import Quote
from quotes.papers.offer import premium_label
from renewals.changes import Change, Proposed, agreed_situation, agreed_year, explained, proposals_of
from renewals.models import Renewal
from renewals.reasons import Step, signed
from renewals.year_on_year import YearLine

TEMPLATE = "papers/renewal_offer.html"


@dataclass(frozen=True, slots=True)
class Other:
    """Another plan on offer, with its premium against last year's."""

    label: str
    premium_yen: int
    change: str


@dataclass(frozen=True, slots=True)
class RenewalOfferPage:
    """What a 更改条件のご提案 says."""

    agency: dict[str, str]
    addressee: Addressee
    quote_number: str
    ends: str
    insurer: str
    product: str
    plan: str
    premium_label: str
    premium_yen: int
    before_label: str
    before_yen: int
    change: str
    percent: str
    is_estimate: bool
    is_reference: bool
    steps: tuple[Step, ...]
    idle: tuple[str, ...]
    lines: tuple[dict[str, str], ...]
    others: tuple[Other, ...]
    conditions: tuple[str, ...]
    rests_on: tuple[Row, ...]
    valid_until: date
    needed: tuple[Row, ...]
    authority: tuple[Row, ...]
    contact: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the paper rests on besides the proposals: the quote, until when, and whether the sales are last year's."""

    quote: Quote | None
    valid_until: date
    sales_label: str = ""
    is_estimate: bool = False
    is_reference: bool = False


def file_renewal_offer(renewal: Renewal, *, correction: str = "", by: User, at: datetime) -> Paper:
    """File the proposal of a renewal's quote as it is offered now.

    The same offer again is the paper that stands. A new edition of the quote is a new paper; with `correction` the
    latest paper is revised instead and says on itself what was corrected (訂正版).
    """
    quote = renewal.quote
    if quote is None or quote.valid_until is None:
        raise Refused("更改条件のご提案は、更改の見積が提示できるようになってから作成します。")
    proposals = proposals_of(quote)
    if not proposals:
        raise Refused("更改の見積に、保険料の決まったプランがありません。見積を確認してください。")
    basis = Basis(
        quote, quote.valid_until, is_reference=any(option.is_reference for option in quote.options.all())
    )  # fmt: skip
    return file_proposal(renewal, proposals, basis, part=f"e{quote.edition}", correction=correction, by=by, at=at)


def file_proposal(
    renewal: Renewal, proposals: Sequence[Proposed], basis: Basis, *, part: str, correction: str, by: User, at: datetime
) -> Paper:
    """File or correct the paper of these proposals, the first of which is explained. `part` names the round of it."""
    made_on = jst(at).date()
    page = renewal_offer_page(renewal, proposals, basis, made_on=made_on)
    amount = proposals[0].premium_yen
    latest = latest_offer(renewal)
    if correction and latest is not None:
        return revise_paper(
            paper=latest, page=page, correction=correction, dated_on=made_on, amount_yen=amount, by=by, at=at
        )  # fmt: skip
    quote = [basis.quote] if basis.quote else []
    return file_paper(
        agency=renewal.agency, key=f"renewal:{renewal.pk}:offer:{part}", kind=PaperKind.RENEWAL_OFFER,
        template=TEMPLATE, page=page, subject=renewal.policy.number, dated_on=made_on,
        counterparty=renewal.customer.name, amount_yen=amount,
        about=[renewal, *quote, renewal.policy, renewal.customer], by=by, at=at,
    )  # fmt: skip


def latest_offer(renewal: Renewal) -> Paper | None:
    """The newest 更改条件のご提案 of a renewal, corrections included."""
    return Paper.objects.about(renewal).filter(kind=PaperKind.RENEWAL_OFFER).order_by("-pk").first()


def renewal_offer_page(
    renewal: Renewal, proposals: Sequence[Proposed], basis: Basis, *, made_on: date
) -> RenewalOfferPage:
    """The page, made on that day; the first proposal is explained, the others stand with their premiums."""
    policy, agency, owner = renewal.policy, renewal.agency, renewal.owner
    before = agreed_situation(policy)
    first, *others = proposals
    change = explained(before, agreed_year(policy, before), first)
    book = first.situation.book
    return RenewalOfferPage(
        agency=agency_head(agency, owner),
        addressee=addressee_of(renewal.customer, primary_contact(renewal.customer)),
        quote_number=basis.quote.number if basis.quote else "",
        ends=written_moment(renewal.term_end_at),
        insurer=book.insurer,
        product=book.name,
        plan=first.label,
        premium_label=premium_label(book, renewal.ends_on),
        premium_yen=first.premium_yen,
        before_label=policy.premium_label or "年間保険料",
        before_yen=policy.premium_yen,
        change=signed(change.attribution.change_yen),
        percent=change.percent,
        is_estimate=basis.is_estimate,
        is_reference=basis.is_reference,
        steps=change.steps,
        idle=change.idle,
        lines=tuple(_line(line) for line in change.lines if line.label != "保険料"),
        others=tuple(Other(one.label, one.premium_yen, signed(one.premium_yen - policy.premium_yen)) for one in others),
        conditions=first.year.conditions,
        rests_on=_rests_on(first, basis, made_on),
        valid_until=basis.valid_until,
        needed=NEEDED,
        authority=authority_rows(agency, owner, book.insurer),
        contact=(
            Row("担当者", f"{agency.name} {owner.name}"), Row("電話", agency.phone),
            Row("メール", owner.email or agency.email),
        ),
    )  # fmt: skip


def _line(line: YearLine) -> dict[str, str]:
    return {
        "section": line.section, "label": line.label, "before": line.before, "after": line.after,
        "mark": line.mark.lower(), "mark_label": line.mark_label,
    }  # fmt: skip


def _rests_on(proposed: Proposed, basis: Basis, made_on: date) -> tuple[Row, ...]:
    """What has to stay true for the premium to hold, and until when."""
    known = dict(proposed.year.rated_on)
    told = "前年の売上高による試算です。今年の売上高をうかがって確定します。" if basis.is_estimate else ""
    rows = [
        Row("業種", known.get("業種", "")),
        Row("売上高", known.get("算定基礎の売上高", ""), told or basis.sales_label),
        Row("告知", f"{written_day(made_on)}までにいただいたご回答"),
        Row("有効期限", written_day(basis.valid_until), "過ぎたときは、あらためて条件をご案内します。"),
    ]
    return tuple(row for row in rows if row.value)


NEEDED = (
    Row("重要事項説明書", "新しいご契約の内容と、注意していただきたい点をご説明します。"),
    Row("意向の確認", "補償の内容がご希望に合っているかを、あらためて確認します。"),
    Row("申込書", "内容をご確認のうえ、ご署名または電子的な方法でお申し込みください。"),
)


def change_for_screen(renewal: Renewal) -> tuple[Proposed, Change] | None:
    """The same for the record's page: the change of the quote in work; None while nothing is priced."""
    quote: Any = renewal.quote
    if quote is None:
        return None
    proposals = proposals_of(quote)
    if not proposals:
        return None
    before = agreed_situation(renewal.policy)
    return proposals[0], explained(before, agreed_year(renewal.policy, before), proposals[0])
