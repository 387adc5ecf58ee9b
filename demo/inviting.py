"""The customers who are asked by link: one has yet to open it, one is half way, one has signed; one gave a wrong
address; and two apply, of whom one still waits for the office."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from accounts.queries import robot
from core.doors import perform
from correspondence.tasks import drain
from customers import actions as customers
from customers.models import Contact
from customers.queries import primary_contact
from demo import quoting
from demo.answers import answers_for
from demo.office import Case, Office
from demo.settling import settle_alone
from portal import actions as portal
from portal.keys import code_from, new_key
from portal.models import Visitor
from portal.queries import papers_to_read, quote_declarations
from portal.reading import make_bytes, reading_of
from portal.states import CodePurpose, Purpose
from quotes import actions as quotes
from quotes.models import Quote
from quotes.states import Method, QuoteStatus, StepKind

COMPANIES = 6
ASKED = 5  # days before today


def ask(office: Office, number: int, case: Case, at: datetime) -> None:
    """A new company wants a quote, and a link goes out instead of a paper questionnaire."""
    applies = number >= 4
    quote = quoting.open_first(office, replace(case, product=quoting.SIMPLE if applies else quoting.FULL), at)
    _give_address(quote, case, at)
    if applies:
        quoting.submit(office, quote, office.cases[quote.customer_id], at)
        if quote.status != QuoteStatus.OFFERED:
            return
    purpose = Purpose.APPLICATION if applies else Purpose.QUESTIONNAIRE
    facts = {"quote": quote, "purpose": purpose, "contact": primary_contact(quote.customer), "by": case.person}
    invitation = perform(portal.invite, at=at, **facts)
    drain()
    visitor = invitation.visitors.get()
    if number == 1:
        office.diary.write_after(at, 1, 1, partial(_answer, visitor, case, 0.4))
    if number == 2:
        office.diary.write_after(at, 1, 2, partial(_answer, visitor, case, 1))
    if number == 3:
        office.diary.write_after(at, 0, 0, partial(_revoke, visitor, case))
    if applies:
        office.diary.write_after(at, 1, 2, partial(apply, office, visitor, number == 4))


def remind(office: Office, at: datetime) -> None:
    """The round of a morning."""
    perform(portal.expire_invitations_due, by=robot(), at=at)
    perform(portal.remind_due, by=robot(), at=at)
    drain()


def _give_address(quote: Quote, case: Case, at: datetime) -> None:
    contact = Contact.objects.get(customer=quote.customer, is_primary=True)
    if not contact.email:
        facts = {"email": case.company.email}
        perform(
            customers.save_contact, customer=quote.customer, contact=contact, facts=facts, by=case.person, at=at
        )  # fmt: skip


def come_in(visitor: Visitor, at: datetime) -> Visitor:
    """By the code in the mail."""
    current = Visitor.objects.select_related("invitation__quote").get(pk=visitor.pk)
    code = perform(portal.ask_code, visitor=current, purpose=CodePurpose.ENTER, by=robot(), at=at)
    drain()
    perform(portal.enter, visitor=current, typed=code_from(code.seed), key=new_key(), by=robot(), at=at)
    return Visitor.objects.select_related("invitation__quote", "contact").get(pk=visitor.pk)


def _answer(visitor: Visitor, case: Case, share: float, at: datetime) -> None:
    """So much of the questionnaire; all of it ends with a signature."""
    inside = come_in(visitor, at)
    book = inside.invitation.quote.product_version.book
    said = answers_for(book, str(case.company.corporate_number), care=case.care)
    said |= {declaration.id: "yes" for declaration in quote_declarations(book)}
    values = dict(list(said.items())[: int(len(said) * share)])
    perform(portal.answer_as_customer, visitor=inside, values=values, seen={}, by=robot(), at=at)
    if share == 1:
        settle_alone(inside, at)
        title = inside.contact.title if inside.contact else "担当"
        later = at + timedelta(minutes=25)
        perform(portal.sign_questionnaire, visitor=inside, name=inside.name, title=title, by=robot(), at=later)


def _revoke(visitor: Visitor, case: Case, at: datetime) -> None:
    invitation = visitor.invitation
    reason = "宛先のご担当者が異動していたため"
    perform(portal.revoke_invitation, invitation=invitation, reason=reason, by=case.person, at=at)


def apply(office: Office, visitor: Visitor, is_ready: bool, at: datetime) -> None:
    """Read, confirm, sign. Where the office recorded its part before, the application is taken at once."""
    quote = visitor.invitation.quote
    quote.refresh_from_db()
    if quote.status != QuoteStatus.OFFERED:
        return
    if is_ready:
        record_own_part(quote, at)
    inside = come_in(visitor, at)
    perform(portal.consent_by_link, visitor=inside, by=robot(), at=at)
    make_bytes(papers_to_read(quote), at)
    reading = reading_of(quote, inside, at)
    moment = at
    for paper in reading.papers:
        for page in range(1, reading.pages[paper.pk] + 1):
            moment += timedelta(seconds=40)
            perform(portal.note_page, visitor=inside, paper=paper, page=page, by=robot(), at=moment)
    for point in reading.points:
        moment += timedelta(seconds=25)
        perform(portal.confirm_point, visitor=inside, code=point.code, by=robot(), at=moment)
    code = perform(portal.ask_code, visitor=inside, purpose=CodePurpose.SIGN, by=robot(), at=moment)
    typed = code_from(code.seed)
    perform(portal.use_code, visitor=inside, purpose=CodePurpose.SIGN, typed=typed, by=robot(), at=moment)
    drain()
    priced = quote.options.filter(premium_yen__isnull=False)
    perform(
        portal.sign_application, visitor=inside, option=priced[0], payment_way="lump_sum",
        intent="情報漏えいの賠償と調査の費用に備えるため、このプランで申し込みます。", changes="変更なし",
        name=inside.name, title=inside.contact.title if inside.contact else "代表者", by=robot(), at=moment,
    )  # fmt: skip


def record_own_part(quote: Quote, at: datetime) -> None:
    """What only the office can record, on the phone before the link was opened; what stands is not said twice."""
    done = set(quote.steps.values_list("kind", flat=True))
    steps = {
        StepKind.AUTHORITY_SHOWN: {},
        StepKind.INTENT_FIRST: {"text": "情報漏えいの賠償と調査の費用に備えたい。"},
        StepKind.ANTISOCIAL: {"result": "clear", "source": "新聞記事検索"},
    }
    for kind, detail in steps.items():
        if kind in done:
            continue
        perform(
            quotes.record_step, quote=quote, kind=kind, happened_at=at, method=Method.PHONE,
            counterpart="ご担当者", detail=detail, by=quote.in_charge, at=at,
        )  # fmt: skip
