"""Renewals: the customers' answers to the notice, and what becomes of each."""

from datetime import date, datetime, timedelta
from functools import partial

from accounts.queries import robot
from core.clock import jst
from core.doors import perform
from demo import contracting, inviting, quoting
from demo.answers import answers_for
from demo.office import Case, Office
from policies.models import Policy
from portal import actions as portal
from portal.models import Visitor
from portal.queries import lacking_for_signature, questionnaire_of, quote_declarations
from quotes.asking import answers_of, last_time, plan_of
from quotes.models import Quote
from quotes.renewing import Why
from renewals import actions as renewals
from renewals.models import Renewal, RenewalTerms
from renewals.states import SILENT_STATUSES, RenewalStatus, Response

# Days from the notice, sixty days before the end, to the answer; None never answers.
WAITS = (6, 12, 20, 32, 44, 51, None)
WAIT_WEIGHTS = (16, 24, 28, 16, 8, 4, 3)
BY_LINK, AT_ONCE = 0.75, 0.6  # of those who have a link in the notice: use it, and apply in the same sitting
MERGED = "合併により契約者がなくなり、合併先の契約で補償されるため"
CHEAPER = "他社のほうが保険料が安かったため"
SMALLER = "事業を縮小し、個人情報を扱わなくなるため"


def wait_for_answers(office: Office, opened_at: datetime) -> None:
    """The round has opened these renewals: each customer will answer in its own time."""
    for renewal in Renewal.objects.filter(opened_at=opened_at).order_by("pk"):
        wait = office.random.choices(WAITS, WAIT_WEIGHTS)[0]
        if wait is not None:
            told_on = max(jst(opened_at).date(), renewal.day_before_expiry(60))
            office.diary.write_on(told_on + timedelta(days=wait), partial(answer, office, renewal))


def count_questions(office: Office, at: datetime) -> None:
    """How many questions the forms laid out this morning leave to customers for whom nothing changed."""
    laid_out = RenewalTerms.objects.filter(made_at=at, revision=1, quote__isnull=False).select_related("quote")
    for terms in laid_out.order_by("pk"):
        assert terms.quote is not None  # asked for
        plan = plan_of(terms.quote)
        speaks = {ask.why for ask in plan.asked} & {Why.CONTRADICTS, Why.CHANGED}
        if not speaks and not {reason["code"] for reason in terms.reasons} & {"claims", "endorsements"}:
            office.asked.append(plan.questions)


def answer(office: Office, renewal: Renewal, at: datetime, hesitates: float = 0.06) -> None:
    """The customer says on the phone what it wants: most go on."""
    renewal.refresh_from_db()
    if renewal.status not in {*SILENT_STATUSES, RenewalStatus.RESPONDED} or at >= renewal.term_end_at:
        return
    if renewal.response and renewal.response != Response.CONSIDERING:
        return  # answered already
    visitor = _visitor(renewal)
    if visitor is not None and office.random.random() < BY_LINK:
        _answer_by_link(office, renewal, visitor, at)
        return
    way = office.random.random()
    if way < hesitates:
        _note(office, renewal, Response.CONSIDERING, at)
        office.diary.write_after(at, 4, 8, partial(answer, office, renewal, hesitates=0))
    elif way < 0.92:
        _note(office, renewal, Response.RENEW, at)
        office.diary.write_after(at, 0, _room(renewal, at, 3), partial(_renew, office, renewal))
    elif way < 0.96:
        _close(renewal, _note(office, renewal, Response.OTHER_CARRIER, at), RenewalStatus.LOST, CHEAPER, at)
    else:
        outcome, reason = office.random.choice(
            [(RenewalStatus.DECLINED, SMALLER), (RenewalStatus.STOPPED, MERGED)],
        )
        _close(renewal, _note(office, renewal, Response.NOT_RENEWING, at), outcome, reason, at)


def _visitor(renewal: Renewal) -> Visitor | None:
    """Whoever may come by the link in the notice."""
    rows = Visitor.objects.filter(invitation__quote=renewal.quote, invitation__status="SENT", introduced_by=None)
    return rows.first() if renewal.quote_id is not None else None


def _answer_by_link(office: Office, renewal: Renewal, visitor: Visitor, at: datetime) -> None:
    """Sales, the few questions, one tick, the signature; within the bounds the application follows at once."""
    case, quote = _case(office, renewal), visitor.invitation.quote
    inside = inviting.come_in(visitor, at)
    plan = plan_of(quote)
    book = quote.product_version.book
    truth = answers_for(book, str(case.company.corporate_number), care=case.care, special=case.special)
    truth |= answers_of(last_time(quote)) | {declaration.id: "yes" for declaration in quote_declarations(book)}
    said = {ask.id: truth[ask.id] for ask in plan.asked if truth.get(ask.id) not in (None, "")}
    turnover = int(case.company.sales_yen * office.random.uniform(0.9, 1.15)) // 10_000 * 10_000
    year_end = date(jst(at).year - (jst(at).month < 5), 3, 31)
    perform(
        portal.answer_renewal, visitor=inside, sales=portal.Sales(turnover, year_end, "ACTUAL"), values=said, seen={},
        unchanged=plan.unchanged, by=robot(), at=at,
    )  # fmt: skip
    later = at + timedelta(minutes=4)
    if lacking_for_signature(quote, questionnaire_of(quote)):
        # Something does not go together, or is still open: the office calls.
        office.diary.write_after(at, 2, 4, partial(answer, office, renewal))
        return
    title = inside.contact.title if inside.contact else "担当"
    perform(portal.sign_questionnaire, visitor=inside, name=inside.name, title=title, by=robot(), at=later)
    applying = Visitor.objects.filter(invitation__quote=quote, invitation__purpose="APPLICATION").first()
    if applying is not None and office.random.random() < AT_ONCE:
        ready = office.random.random() < 0.6
        inviting.apply(office, applying, ready, later + timedelta(minutes=3))


def _room(renewal: Renewal, at: datetime, days: int) -> int:
    """So many days may pass now, and the visit and the contract still come before the end."""
    return max(0, min(days, (renewal.ends_on - jst(at).date()).days - 4))


def _case(office: Office, renewal: Renewal) -> Case:
    return office.cases[renewal.customer_id]


def _note(office: Office, renewal: Renewal, response: Response, at: datetime) -> int:
    case = _case(office, renewal)
    noted = perform(
        renewals.record_response, renewal=renewal, seen_version=renewal.version, response=response, channel="PHONE",
        person=case.company.contact, note="", responded_at=at, by=case.person, at=at,
    )  # fmt: skip
    return noted.version


def _close(renewal: Renewal, seen_version: int, outcome: RenewalStatus, reason: str, at: datetime) -> None:
    perform(
        renewals.close_renewal, renewal=renewal, seen_version=seen_version, outcome=outcome, reason=reason,
        by=renewal.owner, at=at,
    )  # fmt: skip


def _renew(office: Office, renewal: Renewal, at: datetime) -> None:
    if at < renewal.term_end_at:
        quote = _quote(office, renewal, at)
        quoting.go_on(office, quote, _case(office, renewal), at, within=_room(renewal, at, 6))


def _quote(office: Office, renewal: Renewal, at: datetime) -> Quote:
    case = _case(office, renewal)
    quote = perform(renewals.open_renewal_quote, renewal=renewal, by=case.person, at=at)
    quoting.submit(office, quote, case, at)
    return quote


def show_every_stage(office: Office, at: datetime) -> None:
    """So that no stage of the board is empty today: customers who called early, and some at each step of the way."""
    early = at + timedelta(days=93), at + timedelta(days=120)
    for policy in Policy.objects.filter(ends_at__range=early, renewal=None).order_by("ends_at", "pk")[:2]:
        perform(renewals.open_renewal, policy=policy, by=policy.in_charge, at=at)
    silent = Renewal.objects.filter(status__in=SILENT_STATUSES, term_end_at__gt=at + timedelta(days=12))
    steps = (RenewalStatus.RESPONDED, RenewalStatus.QUOTED, RenewalStatus.APPLIED)
    for number, renewal in enumerate(silent.exclude(notified_at=None).order_by("term_end_at", "pk")[:6]):
        _walk(office, renewal, steps[number % len(steps)], at)


def _walk(office: Office, renewal: Renewal, to: RenewalStatus, at: datetime) -> None:
    """Answer, quote, apply, as far as `to`; there it waits."""
    _note(office, renewal, Response.RENEW, at)
    if to == RenewalStatus.RESPONDED:
        return
    quote = _quote(office, renewal, at + timedelta(minutes=20))
    if to == RenewalStatus.APPLIED:
        case, visited_at = _case(office, renewal), at + timedelta(minutes=60)
        if contracting.explain(office, quote, case, visited_at):
            contracting.apply(office, quote, case, visited_at + timedelta(minutes=50))
