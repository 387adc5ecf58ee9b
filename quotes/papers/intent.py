"""意向確認書: what the customer wanted at first, what was proposed, what he wants in the end, and what changed.

It is built from the record of solicitation alone; who took the wish down is for the rooms above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from correspondence.models import Paper
from correspondence.pages import Addressee, Comparison, Row, Signer, addressee_of, written_moment
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.queries import primary_contact
from quotes.models import Quote, Step
from quotes.papers.offer import Offer, authority, cover_comparisons, file_offer_paper, offer_of
from quotes.states import Method, StepKind

TEMPLATE = "papers/intent.html"


@dataclass(frozen=True, slots=True)
class IntentPage:
    """What an 意向確認書 says."""

    agency: dict[str, str]
    addressee: Addressee
    edition: int
    product: str
    term: str
    first: tuple[Row, ...]
    proposed: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    final: tuple[Row, ...]
    authority: tuple[Row, ...]
    signer: Signer
    is_reference: bool


def intent_page(
    quote: Quote, steps: Sequence[Step], final: Mapping[str, Any], *, at: datetime, method: str, told_by: str, by: User
) -> IntentPage:
    """The page from the steps in force and what is said in the end (`final`: text and changes)."""
    offer = offer_of(quote)
    return IntentPage(
        agency=agency_head(quote.agency, by),
        addressee=addressee_of(quote.customer, primary_contact(quote.customer)),
        edition=quote.edition,
        product=offer.book.name,
        term=offer.term,
        first=_first(_latest(steps, StepKind.INTENT_FIRST)),
        proposed=_proposed(_latest(steps, StepKind.COMPARISON), offer),
        comparisons=cover_comparisons(offer),
        final=(
            Row("最終のご意向", str(final.get("text", "")) or "記録がありません"),
            Row("当初のご意向から変わった点", str(final.get("changes", "")) or "変更なし"),
            Row("確認した方", _who(told_by, method, at, by)),
        ),
        authority=authority(offer, by),
        signer=Signer(company=quote.customer.name),
        is_reference=offer.is_reference,
    )


def file_intent(
    quote: Quote, steps: Sequence[Step], final: Mapping[str, Any], *, happened_at: datetime, method: str, told_by: str,
    by: User, at: datetime,
) -> Paper:  # fmt: skip
    """File the 意向確認書. Each confirmation has its own: a correction or a new edition is another paper."""
    page = intent_page(quote, steps, final, at=happened_at, method=method, told_by=told_by, by=by)
    number = quote.steps.filter(kind=StepKind.INTENT_FINAL).count() + 1
    offer = offer_of(quote)
    return file_offer_paper(offer, PaperKind.INTENT, TEMPLATE, page, by=by, at=at, part=str(number))


def _latest(steps: Sequence[Step], kind: str) -> Step | None:
    return max((step for step in steps if step.kind == kind), key=lambda step: (step.at, step.pk), default=None)


def _first(step: Step | None) -> tuple[Row, ...]:
    if step is None:
        return (Row("当初のご意向", "記録がありません"),)
    told = _who(step.counterpart, step.method, step.at, step.by)
    wishes = tuple(Row(str(one["label"]), str(one["value"])) for one in step.detail.get("wishes", ()))
    return (*(wishes or (Row("当初のご意向", str(step.detail.get("text", ""))),)), Row("お伺いした方", told))


def _proposed(step: Step | None, offer: Offer) -> tuple[Row, ...]:
    if step is None:
        return (Row("ご提案", offer.book.name),)
    detail = step.detail
    if detail.get("single"):
        words = "、".join(detail.get("insurers", ())) + "の1社の商品を取り扱っています。"
        return (Row("ご提案", offer.book.name), Row("取扱保険会社", words))
    known = (
        ("比較した商品", "shown"), ("推奨したプラン", "recommended"), ("重視された点", "criteria"),
        ("推奨の理由", "reason"),
    )  # fmt: skip
    return tuple(Row(label, str(detail[name])) for label, name in known if detail.get(name))


def _who(name: str, method: str, at: datetime, by: User) -> str:
    """田中 一郎 様(対面)2026年5月1日午前10時 担当 鈴木 花子."""
    person = f"{name} 様" if name else "お客さま"
    return f"{person}({Method(method).label}){written_moment(at)} 担当 {by.name}"
