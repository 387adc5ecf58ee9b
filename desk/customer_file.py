"""The customer's file: everything the rooms hold about one customer, and what comes next."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from claims.models import Claim
from claims.queries import claims_of
from complaints.models import Complaint
from complaints.queries import complaints_of
from core.clock import jst
from core.history import EventLine, latest_events
from correspondence.queries import letters_about, papers_about
from correspondence.screens import LetterLine, PaperLine
from customers.models import Contact, Customer, ElectronicConsent, SalesFigure
from customers.queries import consent_at
from desk.duties import claims as claim_duties
from desk.duties import quotes as quote_duties
from desk.duties.kinds import Duty, Moment
from policies.models import Policy
from policies.states import PolicyStatus
from proposals.models import Wish
from proposals.queries import wishes_of
from quotes.models import Quote
from renewals.models import Renewal

SHOWN = 20  # of each kind; the lists of the rooms have the rest


@dataclass(frozen=True, slots=True)
class Year:
    """What one calendar year brought: premium by inception, sales by the end of the fiscal year."""

    year: int
    premium_yen: int
    policies: int
    sales: SalesFigure | None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """Everything on the page, fetched in a fixed number of statements."""

    customer: Customer
    contacts: tuple[Contact, ...]
    sales: tuple[SalesFigure, ...]
    wishes: tuple[Wish, ...]
    quotes: tuple[Quote, ...]
    policies: tuple[Policy, ...]
    renewals: tuple[Renewal, ...]
    claims: tuple[Claim, ...]
    complaints: tuple[Complaint, ...]
    papers: list[PaperLine]
    letters: list[LetterLine]
    consent: ElectronicConsent | None
    events: list[EventLine]
    years: tuple[Year, ...]
    steps: tuple[Duty, ...]


def customer_file(customer: Customer, moment: Moment) -> CustomerFile:
    """Read a customer's whole file."""
    sales = tuple(customer.sales_figures.select_related("recorded_by"))
    quotes = tuple(Quote.objects.filter(customer=customer).shown().order_by("-pk")[:SHOWN])
    policies = tuple(_policies(customer)[:SHOWN])
    renewals = tuple(Renewal.objects.filter(customer=customer).shown().order_by("-term_end_at", "-pk")[:SHOWN])
    claims = tuple(claims_of(customer).select_related("customer", "policy", "owner")[:SHOWN])
    return CustomerFile(
        customer=customer,
        contacts=tuple(customer.contacts.all()),
        sales=sales,
        wishes=tuple(wishes_of(customer, SHOWN)),
        quotes=quotes,
        policies=policies,
        renewals=renewals,
        claims=claims,
        complaints=tuple(complaints_of(customer)[:SHOWN]),
        papers=papers_about(customer, latest=SHOWN),
        letters=letters_about(customer, latest=SHOWN),
        consent=consent_at(customer, moment.at),
        events=latest_events(customer),
        years=years(customer, sales),
        steps=_steps(quotes, renewals, claims, moment),
    )


def years(customer: Customer, sales: tuple[SalesFigure, ...]) -> tuple[Year, ...]:
    """Premium of contracts by the year they begin, beside the sales told for the year; newest first."""
    premiums: dict[int, list[int]] = defaultdict(list)
    rows = Policy.objects.filter(customer=customer).exclude(status=PolicyStatus.CANCELLED)
    for starts_at, premium in rows.values_list("starts_at", "premium_yen"):
        premiums[jst(starts_at).year].append(premium)
    told: dict[int, SalesFigure] = {}
    for figure in sales:  # latest first: the last word about a year counts
        told.setdefault(figure.fiscal_year_end.year, figure)
    return tuple(
        Year(year, sum(premiums.get(year, ())), len(premiums.get(year, ())), told.get(year))
        for year in sorted({*premiums, *told}, reverse=True)
    )


def _policies(customer: Customer) -> QuerySet[Policy]:
    rows = Policy.objects.filter(customer=customer).shown().defer("terms", "instalments", "product_version__content")
    return rows.order_by("-starts_at", "-pk")


def _steps(
    quotes: tuple[Quote, ...], renewals: tuple[Renewal, ...], claims: tuple[Claim, ...], moment: Moment
) -> tuple[Duty, ...]:
    """What somebody has to do next for this customer, the earliest first."""
    steps = [claim_duties.step(claim, moment) for claim in claims if claim.is_open]
    steps += [
        Duty(
            "renewals", renewal.next_on or moment.today, renewal.next_step or "次の対応を決める", renewal.customer.name,
            renewal.policy.number, renewal.get_absolute_url(), "更改を開く", renewal.owner.name,
        )
        for renewal in renewals
        if renewal.is_open
    ]  # fmt: skip
    steps += [quote_duties.step(quote, moment) for quote in quotes if quote.is_open]
    return tuple(sorted(steps, key=lambda step: step.on))
