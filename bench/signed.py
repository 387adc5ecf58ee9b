"""The forms last year's contracts came from: a quote with its whole questionnaire and the plan that was chosen.

A renewal's terms rest on them, and on what happened since: every twentieth contract has had a claim.
"""

from datetime import date, timedelta
from itertools import islice

from django.db.models import QuerySet

from bench.books import answer_to, said
from bench.data import BATCH, House
from bench.work import claim_of
from core.bulk import insert
from core.clock import now
from core.periods import at_four
from policies.covering import selection_agreed
from policies.models import Policy
from quotes.facts import RiskFacts, selection_json
from quotes.models import Quote, QuoteOption
from quotes.states import QuoteStatus

EVERY = 20


def sign_forms(house: House, policies: QuerySet[Policy] | None = None, *, claims: bool = True) -> int:
    """For every contract that ends within sixty days, or for these. Returns how many there are."""
    ending = policies
    if ending is None:
        ending = Policy.objects.filter(ends_at__gt=at_four(house.scale.on))
        ending = ending.filter(ends_at__lte=at_four(house.scale.on + timedelta(days=60)))
    rows = ending.select_related("customer", "in_charge").order_by("pk").iterator(chunk_size=BATCH)
    books = {version.pk: version.book for version in house.versions}
    answers = {key: said(book) for key, book in books.items()}
    count = 0
    while batch := list(islice(rows, BATCH)):
        quotes = insert(_quote(policy) for policy in batch)
        pairs = list(zip(batch, quotes, strict=True))
        insert(_option(policy, quote) for policy, quote in pairs)
        for version, book in books.items():
            mine = [quote for quote in quotes if quote.product_version_id == version]
            insert(
                answer_to(quote, book, name, value, quote.opened_at)
                for quote in mine
                for name, value in answers[version].items()
            )
        _issue(pairs)
        if claims:
            insert(claim_of(policy, 500_000 + count + place, now()) for place, policy in enumerate(batch[::EVERY]))
        count += len(batch)
    return count


def _quote(policy: Policy) -> Quote:
    agreed = policy.agreed
    year_end = agreed.sales_fiscal_year_end
    facts = RiskFacts(
        agreed.industry_code, agreed.sales_yen, date.fromisoformat(year_end) if year_end else None, "ACTUAL",
        policy.customer.employees,
    )  # fmt: skip
    return Quote(
        agency_id=policy.agency_id, customer_id=policy.customer_id, number=policy.quote_number,
        product_version_id=policy.product_version_id, inception_on=policy.starts_at.date(), in_charge=policy.in_charge,
        facts=facts.as_json(), opened_at=policy.issued_at, opened_by=policy.issued_by,
    )  # fmt: skip


def _option(policy: Policy, quote: Quote) -> QuoteOption:
    return QuoteOption(
        quote=quote, position=1, label=policy.agreed.plan_label, receipt=policy.terms["receipt"], chosen=True,
        selection=selection_json(selection_agreed(policy.agreed.selection)), premium_yen=policy.premium_yen,
    )  # fmt: skip


def _issue(pairs: list[tuple[Policy, Quote]]) -> None:
    """Through every status of the way, as the guards want it."""
    quotes = Quote.objects.filter(pk__in=[quote.pk for _, quote in pairs])
    policy, quote = pairs[0]
    steps: dict[QuoteStatus, tuple[str, ...]] = {
        QuoteStatus.OFFERED: ("submitted", "offered"), QuoteStatus.APPLIED: ("applied",),
    }  # fmt: skip
    at, by = policy.issued_at, policy.issued_by
    for status, names in steps.items():
        who = {f"{name}_{end}": value for name in names for end, value in (("at", at), ("by", by))}
        quotes.update(status=status, valid_until=quote.inception_on, **who)
    for policy, quote in pairs:
        quote.policy = policy
        quotes.filter(pk=quote.pk).update(status=QuoteStatus.ISSUED, policy=policy, issued_at=at, issued_by=by)
