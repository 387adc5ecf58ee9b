"""更改条件のご提案: what the next year costs, why it is not last year's premium, and what changes in the cover.

It is filed whenever a renewal's quote is offered, and with the notice where the terms are ready in it (簡易). What
happens to the contract afterwards makes a 訂正版 of the same paper.
"""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from correspondence.actions import file_paper, revise_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Row, addressee_of, authority_rows, written_day, written_moment
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.queries import primary_contact
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.papers.offer import premium_label
from renewals.causes import Situation
from renewals.changes import (
    Proposed,
    agreed_situation,
    agreed_year,
    explained,
    proposals_of,
    proposed_by,
)
from renewals.models import Renewal, RenewalTerms
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
class Proposal:
    """What the paper proposes: the contract that ends, the next ones (the first is explained), and what they rest on.

    `part` names the round of it: a paper is filed once for each. `is_estimate`: on last year's sales.
    """

    part: str
    before: Situation
    proposed: tuple[Proposed, ...]
    quote: Quote | None
    valid_until: date
    sales_label: str = ""
    is_estimate: bool = False
    is_reference: bool = False


def file_renewal_offer(
    renewal: Renewal, *, terms: RenewalTerms | None = None, correction: str = "", by: User, at: datetime
) -> Paper:
    """File what is proposed: the renewal's quote as it is offered, or `terms` before there is an offer (簡易).

    The same proposal again is the paper that stands; a new edition of the quote or a new revision of the terms is a
    new paper. With `correction` the latest paper is revised instead and says on itself what was corrected (訂正版).
    Refused while nothing is priced.
    """
    before = agreed_situation(renewal.policy)
    proposal = _of_terms(terms, before) if terms is not None else _of_quote(renewal, before)
    made_on = jst(at).date()
    page = renewal_offer_page(renewal, proposal, made_on=made_on)
    latest = latest_offer(renewal)
    if correction and latest is not None:
        words = correction.removeprefix("訂正版: ")  # the form says it
        return revise_paper(
            paper=latest, page=page, correction=words, dated_on=made_on, amount_yen=page.premium_yen, by=by, at=at
        )  # fmt: skip
    quote = [proposal.quote] if proposal.quote else []
    return file_paper(
        agency=renewal.agency, key=f"renewal:{renewal.pk}:offer:{proposal.part}", kind=PaperKind.RENEWAL_OFFER,
        template=TEMPLATE, page=page, subject=renewal.policy.number, dated_on=made_on,
        counterparty=renewal.customer.name, amount_yen=page.premium_yen,
        about=[renewal, *quote, renewal.policy, renewal.customer], by=by, at=at,
    )  # fmt: skip


def _of_quote(renewal: Renewal, before: Situation) -> Proposal:
    quote = renewal.quote
    if quote is None or quote.valid_until is None:
        raise Refused("更改条件のご提案は、更改の見積が提示できるようになってから作成します。")
    proposed = proposals_of(quote, before)
    if not proposed:
        raise Refused("更改の見積に、保険料の決まったプランがありません。見積を確認してください。")
    return Proposal(
        f"{quote.number}-{quote.edition}", before, proposed, quote, quote.valid_until,
        sales_label=facts_from(quote.facts).sales_label,
        is_reference=any(option.is_reference for option in quote.options.all()),
    )  # fmt: skip


def _of_terms(terms: RenewalTerms, before: Situation) -> Proposal:
    proposed = proposed_by(terms)
    if proposed is None:
        raise Refused("更改条件案に保険料がありません。見積を開いて条件を確認してください。")
    return Proposal(
        f"terms-{terms.revision}", before, (proposed,), terms.quote, terms.valid_until,
        sales_label=str(terms.basis.get("sales_label", "")), is_estimate=terms.sales_are_last_years,
        is_reference=bool((terms.receipt or {}).get("is_reference")),
    )  # fmt: skip


def latest_offer(renewal: Renewal) -> Paper | None:
    """The newest 更改条件のご提案 of a renewal, corrections included."""
    return Paper.objects.about(renewal).filter(kind=PaperKind.RENEWAL_OFFER).order_by("-pk").first()


def renewal_offer_page(renewal: Renewal, proposal: Proposal, *, made_on: date) -> RenewalOfferPage:
    """The page, made on that day; the first proposal is explained, the others stand with their premiums."""
    policy, agency, owner, quote = renewal.policy, renewal.agency, renewal.owner, proposal.quote
    first, *others = proposal.proposed
    before_yen = proposal.before.premium_yen
    change = explained(proposal.before, agreed_year(policy, proposal.before), first)
    book = first.situation.book
    return RenewalOfferPage(
        agency=agency_head(agency, owner),
        addressee=addressee_of(renewal.customer, primary_contact(renewal.customer)),
        quote_number=quote.number if quote else "",
        ends=written_moment(renewal.term_end_at),
        insurer=book.insurer,
        product=book.name,
        plan=first.label,
        premium_label=premium_label(book, renewal.ends_on),
        premium_yen=first.premium_yen,
        before_label=policy.premium_label or "年間保険料",
        before_yen=before_yen,
        change=signed(change.attribution.change_yen),
        percent=change.percent,
        is_estimate=proposal.is_estimate,
        is_reference=proposal.is_reference,
        steps=change.steps,
        idle=change.idle,
        lines=tuple(as_printed(line) for line in change.lines if line.label != "保険料"),
        others=tuple(Other(one.label, one.premium_yen, signed(one.premium_yen - before_yen)) for one in others),
        conditions=first.year.conditions,
        rests_on=_rests_on(first, proposal, made_on),
        valid_until=proposal.valid_until,
        needed=NEEDED,
        authority=authority_rows(agency, owner, book.insurer),
        contact=(
            Row("担当者", f"{agency.name} {owner.name}"), Row("電話", agency.phone),
            Row("メール", owner.email or agency.email),
        ),
    )  # fmt: skip


def as_printed(line: YearLine) -> dict[str, str]:
    """A line of the comparison, as the page keeps it."""
    return {
        "section": line.section, "label": line.label, "before": line.before, "after": line.after,
        "mark": line.mark.lower(), "mark_label": line.mark_label, "note": line.note,
    }  # fmt: skip


def _rests_on(proposed: Proposed, proposal: Proposal, made_on: date) -> tuple[Row, ...]:
    """What has to stay true for the premium to hold, and until when."""
    known = dict(proposed.year.rated_on)
    told = "前年の売上高による試算です。今年の売上高をうかがって確定します。" if proposal.is_estimate else ""
    rows = [
        Row("業種", known.get("業種", "")),
        Row("売上高", known.get("算定基礎の売上高", ""), told or proposal.sales_label),
        Row("告知", f"{written_day(made_on)}までにいただいたご回答"),
        Row("有効期限", written_day(proposal.valid_until), "過ぎたときは、あらためて条件をご案内します。"),
    ]
    return tuple(row for row in rows if row.value)


NEEDED = (
    Row("重要事項説明書", "新しいご契約の内容と、注意していただきたい点をご説明します。"),
    Row("意向の確認", "補償の内容がご希望に合っているかを、あらためて確認します。"),
    Row("申込書", "内容をご確認のうえ、ご署名または電子的な方法でお申し込みください。"),
)
