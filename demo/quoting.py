"""The way of a case from the first call to an offer: the customer's file, the quote, the underwriters."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from core.clock import jst
from core.doors import perform
from core.errors import Refused
from correspondence.actions import file_document
from correspondence.models import Document
from customers import actions as customers
from customers.models import Customer
from demo import contracting, proposing, underwriting
from demo.answers import answers_for
from demo.companies import Company
from demo.office import Case, Office
from demo.settling import settle
from demo.words import A_SCAN, UNDERWRITING_CASES
from products.queries import version_on
from products.risks import Selection, selection_of
from products.terms import earliest_inception
from quotes import actions as quotes
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import case_of as case_facts_of
from quotes.queries import documents_wanted
from quotes.states import QuoteStatus

SIMPLE, FULL = "sompo-simple", "sompo-cyber"
QUEUE_SINCE = 9  # days before today since when referrals wait for a decision


def case_of(office: Office, company: Company, person: User, number: int) -> Case:
    """What this company will want. Every twelfth has something to tell the underwriters."""
    simple_can_be = company.sales_yen < 3_000_000_000 and company.industry not in {"it_services"}
    product = SIMPLE if simple_can_be and office.random.random() < 0.62 else FULL
    special = UNDERWRITING_CASES[number % len(UNDERWRITING_CASES)] if number % 12 == 7 else {}
    care = office.random.triangular(0.3, 0.95, 0.6)
    return Case(company, person, FULL if special else product, office.random.randrange(12), care, special)


def first_call(office: Office, case: Case, at: datetime) -> None:
    """The company is new here. Nearly all want a quote, and some of those never hear of it again."""
    customer = _register(office, case, at)
    if office.random.random() < 0.03:
        return  # only asked
    start = _first_day(case, jst(at).date() + timedelta(days=office.random.randrange(12, 40)))
    quote = proposing.propose(office, customer, case, start, at) or _open(customer, case, start, None, at)
    if office.random.random() < 0.015:
        return  # still a draft
    submit(office, quote, case, at)
    if quote.status == QuoteStatus.DECLINED and case.product == SIMPLE:
        # The simple product cannot be had: the same wish as a quote of the full one.
        case = office.cases[customer.pk] = replace(case, product=FULL)
        quote = _open(customer, case, start, quote, at)
        submit(office, quote, case, at)
    go_on(office, quote, case, at)


def open_first(office: Office, case: Case, at: datetime) -> Quote:
    """A new company's file, and a draft nobody has answered anything of; what it turns over is known."""
    customer = _register(office, case, at)
    start = _first_day(case, jst(at).date() + timedelta(days=office.random.randrange(25, 40)))
    quote = _open(customer, case, start, None, at)
    _tell_facts(office, quote, case, at)
    quote.refresh_from_db()
    return quote


def _open(customer: Customer, case: Case, start: date, like: Quote | None, at: datetime) -> Quote:
    return perform(
        quotes.open_quote, customer=customer, product_version=version_on(case.product, start), inception_on=start,
        like=like, by=case.person, at=at,
    )  # fmt: skip


def _first_day(case: Case, wished: date) -> date:
    """The wished day, or the next one on which the product lets cover begin."""
    book = version_on(case.product, wished).book
    return earliest_inception(book, wished) if book.period.common else wished


def _register(office: Office, case: Case, at: datetime) -> Customer:
    company = case.company
    facts = {
        "name": company.name, "kana": company.kana, "corporate_number": company.corporate_number,
        "industry": company.industry, "employees": company.employees, "postcode": company.postcode,
        "address": company.address, "building": "", "phone": company.phone, "relation": Customer.Relation.NONE,
        "in_charge": case.person, "note": "",
    }  # fmt: skip
    customer = perform(customers.register_customer, facts=facts, by=case.person, at=at)
    # Before the office wrote mail, nobody was asked for an address.
    asked = jst(at).date() >= office.mail_since
    contact = {
        "name": company.contact, "title": company.contact_title, "phone": company.phone, "is_primary": True,
        "email": company.email if asked and office.random.random() < 0.9 else "",
    }  # fmt: skip
    perform(customers.save_contact, customer=customer, contact=None, facts=contact, by=case.person, at=at)
    office.cases[customer.pk] = case
    return customer


def submit(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """Fill in what the company is, what it answers and what it wants, and let the book judge."""
    _tell_facts(office, quote, case, at)
    _answer(quote, case, at)
    _hand_in(quote, case, at)
    for selection in [] if hasattr(quote, "proposal") else _selections(quote, case):
        perform(quotes.add_option, quote=quote, selection=selection, by=case.person, at=at)
    settle(quote, case, at)
    quote.refresh_from_db()
    try:
        perform(quotes.submit_quote, quote=quote, seen_version=quote.version, by=case.person, at=at)
    except Refused as refusal:
        reasons = " ".join((refusal.message, *refusal.reasons))
        perform(quotes.withdraw_quote, quote=quote, reason=reasons[:200], by=case.person, at=at)
    quote.refresh_from_db()


def go_on(office: Office, quote: Quote, case: Case, at: datetime, within: int = 30) -> None:
    """What follows a judgement, `within` so many days: an underwriter's decision, or the visit with the offer."""
    if quote.status == QuoteStatus.REFERRED:
        if quote.referrals.latest("pk").awaits_carrier_only:
            office.diary.write_after(at, 2, 5, partial(take_down_answer, office, quote, case))
        elif jst(at).date() <= office.today - timedelta(days=QUEUE_SINCE):
            office.diary.write_after(at, min(1, within), min(4, within), partial(_decided, office, quote, case))
    elif quote.status == QuoteStatus.OFFERED:
        office.diary.write_after(at, 0, min(6, within), partial(contracting.visit, office, quote, case))


def _tell_facts(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    year_end = date(jst(at).year - (jst(at).month < 5), 3, 31)
    growth = office.random.uniform(0.94, 1.12) if quote.renewal_of_id else 1
    planned = case.special.get("fiscal_year_closed") == "no"
    facts = replace(
        facts_from(quote.facts), industry=case.company.industry,
        sales_yen=int(case.company.sales_yen * growth) // 10_000 * 10_000,
        fiscal_year_end=year_end, sales_kind="PLANNED" if planned else "ACTUAL",
    )  # fmt: skip
    perform(
        quotes.save_facts, quote=quote, facts=facts, inception_on=quote.inception_on,
        seen_version=quote.version, by=case.person, at=at,
    )  # fmt: skip
    if planned:
        _file(quote, case, "事業計画書", "", at)


def _hand_in(quote: Quote, case: Case, at: datetime) -> None:
    """The papers the book wants to see, as the customer brings them."""
    quote.refresh_from_db()  # what is wanted follows from what was just told
    for document in documents_wanted(case_facts_of(quote)):
        _file(quote, case, document.label, document.code, at)


def _file(quote: Quote, case: Case, label: str, code: str, at: datetime) -> Document:
    return perform(
        file_document, agency=quote.agency, filename=f"{label}.pdf", content=A_SCAN, about=[quote, quote.customer],
        note=label[:100], code=code, by=case.person, at=at,
    )  # fmt: skip


def take_down_answer(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """The carrier answered by mail: its number, its days, its price, its paper."""
    on, insurer = jst(at).date(), quote.product_version.product.insurer
    number = f"CY-{on:%y%m}-{quote.pk:05d}"
    paper = _file(quote, case, f"{insurer}の見積回答 {number}", "carrier_answer", at)
    unpriced = list(quote.options.filter(premium_yen=None))
    premiums = {option.pk: 60_000 + 40_000 * place + case.company.sales_yen // 10**8 * 9_500
                for place, option in enumerate(unpriced)}  # fmt: skip
    perform(
        quotes.record_carrier_answer, referral=quote.referrals.latest("pk"), premiums=premiums, reference=number,
        answered_on=on, valid_until=on + timedelta(days=45), document=paper, by=case.person, at=at,
    )  # fmt: skip
    quote.refresh_from_db()
    go_on(office, quote, case, at)


_HAPPENED = ("prior_incident", "past_attack", "incident_detail")
_IT = ("it_services", "internet_services")


def _answer(quote: Quote, case: Case, at: datetime) -> None:
    book = quote.product_version.book
    said: dict[str, Any] = {d.id: "yes" for d in book.declarations if d.stage == "quote"}
    lasting = case.product not in (SIMPLE, FULL)  # who is a member today is one next year
    # What once happened is still told next year; what was feared or not yet closed is over by then.
    again = {name: value for name, value in case.special.items() if name in _HAPPENED}
    special = case.special if quote.renewal_of_id is None or lasting else again
    if case.company.industry in _IT:
        special = {
            "it_services_to_others": "yes",
            "it_services_detail": "受託開発と保守。売上高のほぼすべて。",
        } | special
    said |= answers_for(book, str(case.company.corporate_number), care=case.care, special=special)
    perform(
        quotes.save_answers, quote=quote, values=said, source="SPOKEN", given_by=case.company.contact,
        by=case.person, at=at,
    )  # fmt: skip


def _selections(quote: Quote, case: Case) -> list[Selection]:
    book = quote.product_version.book
    first = book.plans_for_sale[case.plan % len(book.plans_for_sale)]
    if case.product not in (SIMPLE, FULL):
        return [selection_of(first)]
    if case.product == SIMPLE:
        return [selection_of(first, riders=["employee_acts"])]
    if case.company.industry == "it_services":
        return [selection_of(first, riders=["employee_acts", "it_services"])]
    plain = selection_of(first, riders=["employee_acts"])
    if case.plan % 4:
        return [plain]
    more = replace(plain, bi_yen=30_000_000, waiting_hours=12, riders=(*plain.riders, "business_interruption"))
    return [plain, more]


def _decided(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """The underwriters' answer; with an offer somebody visits the customer."""
    if underwriting.decide(office, quote, at):
        office.diary.write_after(at, 1, 4, partial(contracting.visit, office, quote, case))
