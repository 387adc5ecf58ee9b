"""見積書: the options side by side, what each premium is made of, and until when the offer stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.errors import Refused
from correspondence.models import Paper
from correspondence.pages import Addressee, Comparison, Line, Row, addressee_of
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from customers.queries import primary_contact
from quotes.models import Quote
from quotes.papers.offer import (
    Offer,
    Priced,
    abreast,
    authority,
    cover_comparisons,
    file_offer_paper,
    labels,
    offer_of,
    risk_rows,
)
from quotes.queries import latest_decision

TEMPLATE = "papers/quotation.html"
REFERENCE_MARK = "※"


@dataclass(frozen=True, slots=True)
class QuotationPage:
    """What a 見積書 says."""

    agency: dict[str, str]
    addressee: Addressee
    edition: int
    product: str
    policy_form: str
    term: str
    valid_until: date
    risk: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    receipts: tuple[Comparison, ...]
    is_reference: bool
    conditions: tuple[str, ...]
    authority: tuple[Row, ...]
    renews: str


def quotation_page(quote: Quote) -> QuotationPage:
    """The page of a quote's 見積書. Refused before the quote is an offer."""
    offer = offer_of(quote)
    if quote.valid_until is None or not offer.options:
        raise Refused("見積書は、見積が提示できるようになってから作成します。")
    return QuotationPage(
        agency=agency_head(quote.agency, quote.in_charge),
        addressee=addressee_of(quote.customer, primary_contact(quote.customer)),
        edition=quote.edition,
        product=offer.book.name,
        policy_form=offer.book.policy_form,
        term=offer.term,
        valid_until=quote.valid_until,
        risk=risk_rows(offer),
        comparisons=cover_comparisons(offer),
        receipts=receipt_comparisons(offer),
        is_reference=offer.is_reference,
        conditions=underwriting_conditions(quote),
        authority=authority(offer, quote.in_charge),
        renews=quote.renewal_of.number if quote.renewal_of else "",
    )


def file_quotation(quote: Quote, *, by: User, at: datetime) -> Paper:
    """File the 見積書 of this edition of the offer."""
    return file_offer_paper(offer_of(quote), PaperKind.QUOTATION, TEMPLATE, quotation_page(quote), by=by, at=at)


def underwriting_conditions(quote: Quote) -> tuple[str, ...]:
    """引受条件 an underwriter set for this edition, one line each."""
    decision = latest_decision(quote)
    return tuple(line for line in decision.conditions.splitlines() if line.strip()) if decision else ()


def receipt_comparisons(offer: Offer) -> tuple[Comparison, ...]:
    """保険料の計算明細 of the options that have one, step by step and side by side."""
    priced = [one for one in offer.options if one.option.receipt]
    return tuple(_receipts(offer, some) for some in abreast(priced))


def _receipts(offer: Offer, options: Sequence[Priced]) -> Comparison:
    """One row for each step any of the options has, in the order of the sum."""
    by_step: list[dict[tuple[str, ...], dict[str, Any]]] = [
        {_step(line): line for line in (one.option.receipt or {})["lines"]} for one in options
    ]
    rows = [_row(step, by_step) for step in _in_order([list(steps) for steps in by_step])]
    total = Line(offer.premium_label, tuple(one.premium for one in options), kind="total")
    return Comparison(labels(options), (*rows, total))


def _step(line: dict[str, Any]) -> tuple[str, ...]:
    return (line["component"], line["code"], line["operation"])


def _in_order(lists: list[list[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """All steps once; a step only some options have stands behind its neighbour there."""
    merged = list(lists[0])
    for steps in lists[1:]:
        place = 0
        for step in steps:
            if step in merged:
                place = merged.index(step) + 1
            else:
                merged.insert(place, step)
                place += 1
    return merged


def _row(step: tuple[str, ...], by_step: list[dict[tuple[str, ...], dict[str, Any]]]) -> Line:
    found = [steps.get(step) for steps in by_step]
    label = next(line["label"] for line in found if line)
    sums = step[2] in {"component", "sum", "round", "minimum"}
    return Line(label, tuple(_written(line) if line else "－" for line in found), kind="subtotal" if sums else "num")


def _written(line: dict[str, Any]) -> str:
    """A step as people check it: a factor as it is multiplied, an amount to a hundredth of a yen."""
    mark = REFERENCE_MARK if line["kind"] == "assumption" else ""
    if line["operation"] == "times":
        return f"×{_trimmed(Decimal(line['factor']))}{mark}"
    return f"{_trimmed(round(Decimal(line['amount']), 2))}円{mark}"


def _trimmed(number: Decimal) -> str:
    whole = f"{number:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
