"""Accepting the application (承諾) and issuing the contract."""

from datetime import datetime

from accounts.models import Agency, User
from core.clock import jst
from core.doors import action
from correspondence.models import Paper
from customers.models import Contact
from customers.queries import consents_of, primary_contact
from customers.rules import may_go_by
from customers.states import Method
from policies.actions import issue_policy
from policies.covering import cover_lines, rider_lines
from policies.terms import Insured, Receipt, Terms
from products.book import Book
from products.terms import term_of
from quotes.actions.moving import locked, move
from quotes.facts import facts_from, selection_from
from quotes.models import Application, Quote
from quotes.permissions import check_can_issue_quote
from quotes.queries import latest_decision, subsidiaries
from quotes.states import QuoteStatus


@action
def issue_quote(*, quote: Quote, by: User, at: datetime) -> Quote:
    """Accept the application with the insurer's authority and issue the contract. A second click finds it issued."""
    row = locked(quote)
    if row.status == QuoteStatus.ISSUED:
        return row
    check_can_issue_quote(by, row)
    application = Application.objects.select_for_update(of=("self",)).select_related("option").get(quote=row)
    agent = row.agency.capacity == Agency.Capacity.AGENT
    application.accepted_at, application.accepted_by = at, by
    application.accepted_authority = Application.Authority.AGENT if agent else Application.Authority.INSURER
    application.save()
    book = row.product_version.book
    policy = issue_policy(
        agency=row.agency,
        customer=row.customer,
        product_version=row.product_version,
        insurer=book.insurer,
        quote_number=row.number,
        term=term_of(book, row.inception_on),
        premium_yen=application.option.premium_yen or 0,
        instalments=application.instalments,
        payment_way=application.payment_way,
        terms=terms_of(row, application, book).as_json(),
        contracted_on=jst(at).date(),
        in_charge=row.in_charge,
        recipient=_recipient(row, at),
        papers=_papers(row),
        renews=row.renewal_of,
        by=by,
        at=at,
    )
    row.policy, row.issued_at, row.issued_by = policy, at, by
    return move(
        row, QuoteStatus.ISSUED, verb="issue_quote",
        summary=f"見積{row.number}の申込を承諾し、証券{policy.number}を発行しました。",
        by=by, at=at, policy=policy.number,
    )  # fmt: skip


def _recipient(quote: Quote, at: datetime) -> Contact | None:
    """Who gets the 証券 by mail; nobody unless the customer's consent stands, and then it goes by post (checks 3)."""
    agreed = may_go_by(consents_of(quote.customer), Method.MAIL, at)
    return primary_contact(quote.customer) if agreed else None


def _papers(quote: Quote) -> list[Paper]:
    """What goes to the customer with the 証券: the papers of the edition that was applied for."""
    return list(Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at).order_by("pk"))


def terms_of(quote: Quote, application: Application, book: Book) -> Terms:
    """What was agreed, as plain values with their labels."""
    facts = facts_from(quote.facts)
    option = application.option
    selection = selection_from(option.selection)
    industry = book.industry(facts.industry)
    payment = book.payment(application.payment_way)
    decision = latest_decision(quote)
    assert industry is not None
    assert payment is not None  # an application was taken, so the book knows both
    return Terms(
        product_label=book.name,
        plan_label=option.label,
        cover=cover_lines(book, selection),
        deductible_yen=selection.deductible_yen,
        waiting_hours=selection.waiting_hours,
        riders=rider_lines(book, selection),
        insureds=(
            Insured(name=quote.customer.name),
            *(Insured(name=name, role="subsidiary") for name in subsidiaries(quote)),
        ),
        policyholder=book.group.policyholder if book.group else "",
        industry_code=industry.code,
        industry_label=industry.label,
        sales_yen=facts.sales_yen or 0,
        sales_fiscal_year_end=facts.fiscal_year_end.isoformat() if facts.fiscal_year_end else None,
        sales_label=facts.sales_label,
        payment_label=payment.label,
        selection=dict(selection.facts()),
        receipt=Receipt.model_validate(option.receipt, strict=False),
        conditions=(decision.conditions,) if decision and decision.conditions else (),
    )
