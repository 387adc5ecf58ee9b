"""Quotes for tests: each status is reached the way the office reaches it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from accounts.models import Agency, Role, User
from core.doors import perform
from correspondence.actions import file_document
from correspondence.models import Paper
from customers.models import Customer
from policies.models import Policy
from products.actions import publish_book
from products.book import Book
from products.models import ProductVersion
from products.risks import Selection, selection_of
from products.scoring import shown_questions
from products.shelf import shipped_books
from quotes import actions as quote_actions
from quotes.checklist import SPOKEN_POINTS
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import application_declarations, case_of, documents_wanted
from quotes.states import QuoteStatus
from tests.making import A_MONDAY, make_agency, make_customer, make_robot, make_user

GOOD_DECLARATIONS = {"no_event_five_years": "yes", "no_known_circumstances": "yes"}
FIRST_DAY = A_MONDAY.date()
A_PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SIMPLE, STANDARD = "sompo-simple", "sompo-cyber"


def make_version(code: str = SIMPLE, on: date = FIRST_DAY) -> ProductVersion:
    """The published version of a shipped book that is sold on a day."""
    found = ProductVersion.objects.on(on).filter(product__code=code).first()
    if found is not None:
        return found
    robot = make_robot(Agency.objects.order_by("pk").first() or make_agency())
    text, starts_on = shelf()[code]
    return perform(publish_book, text=text, starts_on=starts_on, by=robot, at=A_MONDAY)


@cache
def shelf() -> dict[str, tuple[str, date]]:
    """The first shipped book of each product. A book's folder is its product, its file is named by its first day."""
    books: dict[str, tuple[str, date]] = {}
    for path, text in shipped_books():
        books.setdefault(path.parent.name, (text, date.fromisoformat(path.stem)))
    return books


def good_answers(book: Book, **answers: Any) -> dict[str, Any]:
    """A company with everything in place: はい to every measure, nothing in its past. `answers` change some."""
    calm = {"prior_incident": "no", "past_attack": "no", "known_circumstances": "no", "it_services_to_others": "no",
            "card_data": "none", "sensitive_data": "no", "consumer_lending": "no", "mutual_aid": "no"}  # fmt: skip
    calm |= {"incident_detail": "2024年3月に宛先を間違えたメール1通。損害なし、宛先の確認を手順にした。",
             "circumstances_detail": "取引先から漏えいの疑いの連絡。調査を依頼済み。"}  # fmt: skip
    by_kind = {"yes_no": "yes", "amount": 0, "count": 0, "text": "なし", "date": "2026-01-01"}
    said: dict[str, Any] = {}
    for question in book.questions:
        value = answers.get(question.id, calm.get(question.id, by_kind.get(question.kind)))
        said[question.id] = value if value is not None else question.options[0].value
    shown = {question.id for question in shown_questions(said, book)}
    return {name: value for name, value in said.items() if name in shown}


def make_quote(
    status: str = QuoteStatus.DRAFT,
    *,
    code: str = SIMPLE,
    by: User | None = None,
    customer: Customer | None = None,
    inception_on: date = date(2026, 5, 1),
    at: datetime = A_MONDAY,
    sales_yen: int = 500_000_000,
    answers: dict[str, Any] | None = None,
    plan: str | None = None,
    selection: Selection | None = None,
    payment_way: str = "lump_sum",
    renewal_of: Policy | None = None,
) -> Quote:
    """A quote in a state, walked there by the office's actions an hour apart. `answers` change the good ones."""
    by = by or make_user()
    customer = customer or make_customer(by, at=at)
    version = make_version(code, inception_on)
    # The round has opened a renewal's quote before its notice; the office goes on with that one.
    quote = renewal_of.renewal_quotes.open().filter(status=QuoteStatus.DRAFT).first() if renewal_of else None
    quote = quote or perform(
        quote_actions.open_quote, customer=customer, product_version=version, inception_on=inception_on,
        renewal_of=renewal_of, by=by, at=at,
    )  # fmt: skip
    fill_quote(quote, by=by, at=at, sales_yen=sales_yen, answers=answers)
    if status == QuoteStatus.WITHDRAWN:
        return perform(quote_actions.withdraw_quote, quote=quote, reason="お客さまの都合", by=by, at=at)
    if selection is None:
        chosen = version.book.plan(plan) if plan else version.book.plans[0]
        assert chosen is not None
        selection = selection_of(chosen)
    perform(quote_actions.add_option, quote=quote, selection=selection, by=by, at=at)
    quote.refresh_from_db()
    if status == QuoteStatus.DRAFT:
        return quote
    quote = perform(quote_actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=at)
    if quote.status == QuoteStatus.REFERRED and status not in {QuoteStatus.REFERRED, QuoteStatus.ASKED}:
        decide_quote(quote, status, at=at + timedelta(hours=1))
        quote.refresh_from_db()
    if status == QuoteStatus.ASKED:
        referral = quote.referrals.get()
        underwriter = make_user(quote.agency, Role.UNDERWRITER)
        return perform(
            quote_actions.ask_back, referral=referral, question="対策の予定を教えてください。",
            by=underwriter, at=at + timedelta(hours=1),
        )  # fmt: skip
    if status == QuoteStatus.LAPSED:
        on = quote.valid_until + timedelta(days=1)
        perform(quote_actions.lapse_quotes_due, on=on, by=by, at=at + (on - at.date()))
        quote.refresh_from_db()
        return quote
    if status in {QuoteStatus.APPLIED, QuoteStatus.ISSUED}:
        quote = apply_for(quote, by=by, at=at + timedelta(hours=2), payment_way=payment_way)
    if status == QuoteStatus.ISSUED:
        quote = perform(quote_actions.issue_quote, quote=quote, by=by, at=at + timedelta(hours=5))
    assert quote.status == status, f"{quote.status} instead of {status}"
    return quote


def fill_quote(
    quote: Quote, *, by: User, at: datetime, sales_yen: int = 500_000_000, answers: dict[str, Any] | None = None
) -> None:
    """Facts and answers of a good company."""
    closed = date(at.year - (at.date() < date(at.year, 3, 31)), 3, 31)
    kind = "PLANNED" if (answers or {}).get("fiscal_year_closed") == "no" else "ACTUAL"
    facts = replace(facts_from(quote.facts), sales_yen=sales_yen, fiscal_year_end=closed, sales_kind=kind)
    perform(
        quote_actions.save_facts, quote=quote, facts=facts, inception_on=quote.inception_on,
        seen_version=quote.version, by=by, at=at,
    )  # fmt: skip
    book = quote.product_version.book
    declared = {d.id: "yes" for d in book.declarations if d.stage == "quote"}
    said = {**declared, **good_answers(book, **(answers or {}))}
    said |= {name: value for name, value in (answers or {}).items() if name in declared}
    perform(quote_actions.save_answers, quote=quote, values=said, source="SPOKEN", given_by="田中 一郎", by=by, at=at)
    quote.refresh_from_db()
    hand_in_documents(quote, by=by, at=at)


def hand_in_documents(quote: Quote, *, by: User, at: datetime) -> None:
    """The papers the book wants to see, one file each."""
    for document in documents_wanted(case_of(quote)):
        perform(
            file_document, agency=quote.agency, filename=f"{document.code}.pdf", content=A_PDF, about=[quote],
            code=document.code, by=by, at=at,
        )  # fmt: skip


def decide_quote(quote: Quote, status: str, *, at: datetime) -> None:
    """Underwriting decides: declined where the test asks for it, else accepted."""
    underwriter = make_user(quote.agency, Role.UNDERWRITER, authority_limit_yen=2_000_000_000)
    verb = quote_actions.decline_referral if status == QuoteStatus.DECLINED else quote_actions.accept_referral
    perform(verb, referral=quote.referrals.get(), reason="資料を確認しました。", by=underwriter, at=at)


def take_steps(quote: Quote, *, by: User, at: datetime, but: tuple[str, ...] = ()) -> None:
    """Everything an application needs, ten minutes apart; `but` leaves some out."""
    papers = {paper.kind: paper for paper in Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at)}
    asked = application_declarations(quote)
    declarations = [{"id": d.id, "version": d.version, "wording": d.wording, "value": "yes"} for d in asked]
    details: dict[str, dict[str, Any]] = {
        "AUTHORITY_SHOWN": {}, "INTENT_FIRST": {"text": "情報漏えいに備えたい"},
        "DISCLOSURE_DELIVERED": {}, "DISCLOSURE_EXPLAINED": dict.fromkeys(SPOKEN_POINTS, True),
        "QUESTIONNAIRE_SIGNED": {"declarations": declarations},
        "ANTISOCIAL": {"result": "clear", "source": "新聞記事検索"},
        "INTENT_FINAL": {"text": "見積のプランで申し込む", "changes": "変更なし"},
    }  # fmt: skip
    paper_of = {"DISCLOSURE_DELIVERED": papers["DISCLOSURE"], "QUESTIONNAIRE_SIGNED": papers["QUESTIONNAIRE"]}
    for number, (kind, detail) in enumerate(details.items()):
        if kind not in but:
            perform(
                quote_actions.record_step, quote=quote, kind=kind, happened_at=at + timedelta(minutes=10 * number),
                method="IN_PERSON", counterpart="田中 一郎", detail=detail, paper=paper_of.get(kind),
                by=by, at=at + timedelta(minutes=10 * number),
            )  # fmt: skip


def apply_for(quote: Quote, *, by: User, at: datetime, payment_way: str = "lump_sum", **facts: Any) -> Quote:
    """The record of solicitation, then the application two hours later."""
    take_steps(quote, by=by, at=at)
    later = at + timedelta(hours=2)
    return perform(
        quote_actions.apply,
        **{
            "quote": quote, "option": quote.options.first(), "payment_way": payment_way, "received_at": later,
            "received_by": by, "method": "IN_PERSON", "applicant_name": "田中 一郎", "applicant_title": "総務部長",
            "by": by, "at": later, **facts,
        },
    )  # fmt: skip
