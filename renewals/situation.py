"""Reads what a renewal's terms rest on: the contract that ends, the quote that follows, and what the year brought."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.errors import Refused
from core.screens import why_not
from policies.covering import selection_agreed
from policies.models import Policy
from policies.terms import Receipt as AgreedReceipt
from products.book import Book, Successor
from products.eligibility import judge
from products.models import Product, ProductVersion
from products.queries import version_on
from products.rating import Receipt
from products.risks import Selection, risk_from
from quotes.asking import answers_of, form_of, last_time, plan_of
from quotes.experience import happened_in
from quotes.facts import RiskFacts, facts_from, selection_from
from quotes.models import Answer, Quote
from quotes.queries import Case, case_of, rating_facts
from quotes.renewing import got_worse, worse_labels
from renewals.tracks import TrackFacts


@dataclass(frozen=True, slots=True)
class Priced:
    """The next contract as it can be priced now. `case` rests on last year's sales until this year's are told."""

    case: Case
    selection: Selection | None
    receipt: Receipt | None
    unpriced: str
    sales_are_last_years: bool


def next_version(policy: Policy) -> tuple[ProductVersion | None, str]:
    """The book of the new contract, or the sentence that says why the product cannot be renewed, and what instead."""
    on, version = policy.ends_on, policy.product_version
    after = successor_of(version.book)
    if after is not None and after.since is not None and on >= after.since:
        return None, after.sentence
    try:
        return version_on(version.product.code, on), ""
    except Refused:
        words = f"「{version.product.name}」は{on.year}年{on.month}月{on.day}日以後、新しい契約の取扱いがありません。"
        return None, words + (after.sentence if after else "ほかの商品をご提案ください。")


def successor_of(book: Book) -> Successor | None:
    """後継商品, as the book names it."""
    return book.renewal.successor if book.renewal else None


def successor_version(book: Book, on: date) -> ProductVersion | None:
    """The successor as it is sold on that day, if it is."""
    after = successor_of(book)
    if after is None or not Product.objects.filter(code=after.product).exists():
        return None
    if why_not(version_on, after.product, on):
        return None
    return version_on(after.product, on)


def priced(quote: Quote, policy: Policy, rows: list[Answer]) -> Priced:
    """Price the cover of the quote; where this year's sales are not told yet, on last year's."""
    case = case_of(quote, rows)
    told = case.facts.sales_yen is not None
    if not told:
        case = _with(quote, case, last_sales(policy, case.facts))
    option = quote.options.order_by("position").first()
    selection = selection_from(option.selection) if option is not None else _agreed(policy)
    if selection is None:
        return Priced(case, None, None, "前回の補償内容の記録がないため、保険料を計算できません。", not told)
    if problems := case.problems(selection):
        return Priced(case, selection, None, " ".join(problems), not told)
    receipt, why = case.price(selection)
    return Priced(case, selection, receipt, why, not told)


def _agreed(policy: Policy) -> Selection | None:
    """The cover of a contract that came without a quote."""
    return selection_agreed(policy.agreed.selection) if policy.agreed.selection else None


def _with(quote: Quote, case: Case, facts: RiskFacts) -> Case:
    """The same case on other facts."""
    risk = risk_from(rating_facts(quote, facts), case.book, case.answers)
    return replace(case, facts=facts, risk=risk)


def last_sales(policy: Policy, facts: RiskFacts) -> RiskFacts:
    """The facts with the sales the contract that ends was rated on."""
    last = form_of(policy)
    before = facts_from(last.facts) if last is not None else RiskFacts()
    # What an endorsement changed in the term is what the contract rests on now.
    sales = before.sales_yen if policy.endorsed_terms is None else None
    return replace(
        facts, sales_yen=sales or policy.agreed.sales_yen, fiscal_year_end=before.fiscal_year_end,
        sales_kind=before.sales_kind, industry=facts.industry or policy.agreed.industry_code,
    )  # fmt: skip


def basis_of(quote: Quote, found: Priced) -> dict[str, Any]:
    """Everything the premium rests on, as `products.risks.risk_from` takes it."""
    return {
        "facts": rating_facts(quote, found.case.facts), "answers": dict(found.case.answers),
        "sales_label": found.case.facts.sales_label,
    }  # fmt: skip


def track_facts(quote: Quote, policy: Policy, rows: list[Answer], found: Priced, *, wishes_change: bool) -> TrackFacts:
    """What decides the track, from the form as it stands."""
    case, book = found.case, found.case.book
    last_answers = last_time(quote)
    before = answers_of(last_answers)
    plan = plan_of(quote, rows, case_of(quote, rows), last_answers)
    verdicts = [judge(case.risk, book), *([judge(case.risk, book, found.selection)] if found.selection else [])]
    reasons = {reason.sentence: reason.outcome for verdict in verdicts for reason in verdict.reasons}
    last = form_of(policy)
    industry = book.industry(policy.agreed.industry_code)
    return TrackFacts(
        premium_before_yen=annual_yen(policy),
        premium_yen=found.receipt.total_yen if found.receipt else None,
        sales_before_yen=last_sales(policy, RiskFacts()).sales_yen,
        sales_yen=case.facts.sales_yen,
        class_before=industry.rate_class if industry else "",
        class_now=str(case.risk.facts["industry_class"]),
        claims=len(happened_in(policy)),
        endorsements=endorsements_of(policy),
        worse=worse_labels(book, got_worse(book, before, case.answers)),
        questions_anew=len(plan.anew) + (last is None),
        wishes_change=wishes_change,
        declined=_declined(reasons, book),
        referred=tuple(sentence for sentence, outcome in reasons.items() if outcome == "refer"),
        unpriced=found.unpriced,
    )  # fmt: skip


def _declined(reasons: Mapping[str, str], book: Book) -> tuple[str, ...]:
    """Why the book does not take the customer any more, and what may be proposed instead."""
    declined = [sentence for sentence, outcome in reasons.items() if outcome == "decline"]
    after = successor_of(book)
    return tuple(declined + [after.sentence] if declined and after else declined)


def endorsements_of(policy: Policy) -> int:
    """How many times the contract was changed in its term (異動)."""
    return 0 if policy.endorsed_terms is None else policy.endorsements.count()


def annual_yen(policy: Policy) -> int:
    """A year's premium of the contract: of a short first term what it was before it was shortened."""
    return _before_the_term(policy.agreed.receipt) or policy.premium_now_yen


def _before_the_term(receipt: AgreedReceipt | None) -> int:
    lines = receipt.lines if receipt else ()
    codes = [line.code for line in lines]
    if "term" not in codes or codes.index("term") == 0:
        return 0
    return int(lines[codes.index("term") - 1].amount.partition(".")[0])
