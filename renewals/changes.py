"""One renewal's two years, read from the record: what was agreed beside what is proposed, with the change explained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from core.money import format_limit
from correspondence.pages import written_term
from policies.covering import selection_agreed
from policies.models import Policy
from products.book import Book
from products.choosing import label_of
from products.facts import COMMON_COVERAGES
from products.rating import UNDERWRITING
from products.risks import Selection
from products.terms import term_of
from quotes.covers import Cover, options_after, policies_after
from quotes.facts import facts_from, selection_from
from quotes.models import Quote, QuoteOption
from quotes.papers.quotation import underwriting_conditions
from quotes.queries import subsidiaries
from quotes.replaying import NAMED_BY_A_PERSON
from renewals.attribution import Attribution, attribute
from renewals.causes import Situation
from renewals.models import RenewalTerms
from renewals.reasons import Reason, Step, reasons, signed, waterfall, without_effect
from renewals.year_on_year import Year, YearLine, year_on_year


@dataclass(frozen=True, slots=True)
class Proposed:
    """A next contract with its premium: an option of the renewal's quote, or its terms before a quote is offered."""

    label: str
    situation: Situation
    year: Year

    @property
    def premium_yen(self) -> int:
        return self.situation.premium_yen


@dataclass(frozen=True, slots=True)
class Change:
    """What the next contract changes: the premium's shares in words and as a picture, and every line of the cover."""

    attribution: Attribution
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]
    idle: tuple[str, ...]
    lines: tuple[YearLine, ...]

    @property
    def total(self) -> str:
        """+12,340円."""
        return signed(self.attribution.change_yen)

    @property
    def differs(self) -> bool:
        """Whether anything but the premium and the term is not as it was."""
        return any(line.mark.is_change and line.label != "保険料" for line in self.lines)

    @property
    def percent(self) -> str:
        """+8.4%, against last year's premium."""
        tenths = self.attribution.change_yen * 1000 // (self.attribution.before_yen or 1)
        return f"{'+' if tenths > 0 else '−' if tenths < 0 else '±'}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def explained(before: Situation, year: Year, proposed: Proposed) -> Change:
    """The proposed contract beside the one that ends. Nothing is read."""
    found = attribute(before, proposed.situation)
    told = reasons(found, before, proposed.situation)
    return Change(found, told, waterfall(told), without_effect(found), year_on_year(year, proposed.year))


def situation_of(cover: Cover, book: Book) -> Situation:
    """A stored cover as the causes are held against it."""
    return Situation(
        book=book, facts=cover.facts, answers=cover.answers, selection=cover.selection,
        premium_yen=cover.premium_yen or 0, moved_percent=cover.moved_percent, is_named=cover.is_named,
        is_known=cover.is_known,
    )  # fmt: skip


def agreed_situation(policy: Policy) -> Situation:
    """What the policy was last rated on, as replay reads it, with every 異動 since; a contract taken over from
    elsewhere has its terms alone."""
    if not policy.agreed.selection:
        return _taken_over(policy)
    (cover,) = policies_after(policy.pk - 1, Q(pk=policy.pk), 1)
    issued = situation_of(cover, policy.product_version.book)
    return issued if policy.endorsed_terms is None else _endorsed(policy, issued)


def _endorsed(policy: Policy, issued: Situation) -> Situation:
    """The contract as it ends. After a 異動 at the insurer's own premium there is no receipt: it was named."""
    terms = policy.agreed
    lines = terms.receipt.lines if terms.receipt else ()
    moved = next((line.factor for line in lines if line.code == UNDERWRITING and line.factor), None)
    return replace(
        issued, selection=selection_agreed(terms.selection), premium_yen=policy.premium_now_yen,
        facts={**issued.facts, "industry": terms.industry_code, "sales_yen": terms.sales_yen},
        is_named=not lines or lines[0].code in NAMED_BY_A_PERSON,
        moved_percent=int((Decimal(moved) - 1) * 100) if moved else 0,
    )  # fmt: skip


def _taken_over(policy: Policy) -> Situation:
    terms = policy.agreed
    limits = {line.code: line.limit_yen for line in terms.cover}
    selection = Selection(
        limits.get("liability", 0), limits.get("cost", 0), terms.deductible_yen, limits.get("bi", 0),
        limits.get("continuity", 0), terms.waiting_hours,
        riders=tuple(sorted(rider.code for rider in terms.riders)),
        other_limits=tuple(sorted((code, yen) for code, yen in limits.items() if code not in COMMON_COVERAGES)),
    )  # fmt: skip
    facts = {"industry": terms.industry_code, "sales_yen": terms.sales_yen}
    book, premium = policy.product_version.book, policy.premium_now_yen
    return Situation(book, facts, {}, selection, premium, is_known=False)


def agreed_year(policy: Policy, situation: Situation) -> Year:
    """The policy's own terms as a year."""
    terms = policy.agreed
    return Year(
        book=situation.book, selection=situation.selection, premium_yen=situation.premium_yen,
        term=written_term(policy.starts_at, policy.ends_at), plan=terms.plan_label,
        insureds=tuple(one.name for one in terms.insureds), payment=terms.payment_label,
        rated_on=rated_on(terms.industry_label, terms.sales_yen),
        conditions=tuple(line for text in terms.conditions for line in text.splitlines() if line.strip()),
    )  # fmt: skip


def rated_on(industry: str, sales_yen: int | None) -> tuple[tuple[str, str], ...]:
    """What the premium rests on, for the comparison of years."""
    return (("業種", industry), ("算定基礎の売上高", format_limit(sales_yen)))


def proposals_of(quote: Quote, before: Situation) -> tuple[Proposed, ...]:
    """The priced options of a renewal's quote: the chosen one alone, else the one like last year's contract first."""
    options = [option for option in quote.options.all() if option.premium_yen is not None]
    chosen = [option for option in options if option.chosen] or options
    covers = {cover.key: cover for cover in options_after(0, Q(quote=quote), len(options) + 1)} if options else {}
    found = [_of_option(quote, option, covers[option.pk]) for option in chosen if option.pk in covers]
    return tuple(sorted(found, key=lambda one: not same_cover(one.situation.selection, before.selection)))


def proposed_by(terms: RenewalTerms) -> Proposed | None:
    """The cover of a renewal's terms (更改条件案), on what they were priced on; None where they have no premium."""
    version, renewal = terms.product_version, terms.renewal
    if terms.premium_yen is None or version is None:
        return None
    book, receipt = version.book, terms.receipt or {}
    selection = selection_from(terms.selection)
    facts = terms.basis.get("facts", {})
    codes = [line["code"] for line in receipt.get("lines", ())]
    situation = Situation(
        book=book, facts=facts, answers=terms.basis.get("answers", {}), selection=selection,
        premium_yen=terms.premium_yen, is_named=bool(codes) and codes[0] in NAMED_BY_A_PERSON,
    )  # fmt: skip
    year = proposed_year(situation, inception_on=renewal.ends_on, sales_yen=facts.get("sales_yen"))
    return Proposed(year.plan, situation, year)


def same_cover(one: Selection, other: Selection) -> bool:
    """Whether two selections are the same cover, whatever name their plan has."""
    return _cover_of(one) == _cover_of(other)


def _cover_of(selection: Selection) -> tuple[Any, ...]:
    facts = selection.facts() | {"plan": "", "riders": tuple(sorted(selection.riders))}
    return tuple(sorted((name, value) for name, value in facts.items() if value))


def _of_option(quote: Quote, option: QuoteOption, cover: Cover) -> Proposed:
    book = quote.product_version.book
    situation = situation_of(cover, book)
    facts = facts_from(quote.facts)
    year = proposed_year(
        situation, inception_on=quote.inception_on, sales_yen=facts.sales_yen, plan=option.label,
        insureds=(quote.customer.name, *subsidiaries(quote)), conditions=underwriting_conditions(quote),
        payment=_payment(quote, book),
    )  # fmt: skip
    return Proposed(option.label, situation, year)


def proposed_year(
    situation: Situation,
    *,
    inception_on: date,
    sales_yen: int | None,
    plan: str = "",
    insureds: Sequence[str] = (),
    conditions: Sequence[str] = (),
    payment: str = "",
) -> Year:
    """The next contract as a year."""
    book = situation.book
    term = term_of(book, inception_on)
    industry = book.industry(str(situation.facts.get("industry", "")))
    return Year(
        book=book, selection=situation.selection, premium_yen=situation.premium_yen,
        term=written_term(term.starts_at, term.ends_at), plan=plan or label_of(situation.selection, book),
        insureds=tuple(insureds), payment=payment, rated_on=rated_on(industry.label if industry else "", sales_yen),
        conditions=tuple(conditions),
    )  # fmt: skip


def _payment(quote: Quote, book: Book) -> str:
    """How it will be paid, once the application says so."""
    application = getattr(quote, "application", None)
    way = book.payment(application.payment_way) if application is not None else None
    return way.label if way else ""
