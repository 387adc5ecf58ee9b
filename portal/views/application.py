"""The application by link: consent, papers page by page, points one by one, then the signature."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import robot
from core.doors import perform
from core.errors import Refused
from correspondence.actions import bytes_of
from correspondence.models import Paper
from correspondence.shelf import RenderingFailed
from portal import actions
from portal.actions.applying import CONSENT
from portal.forms import ApplicationForm
from portal.models import SignOff
from portal.pictures import picture_of
from portal.queries import papers_to_read
from portal.reading import Reading, make_bytes, reading_of
from portal.renewing import as_before
from portal.states import CodePurpose, InvitationStatus, Purpose, Verdict
from portal.views.finding import Guest, done, inside
from portal.views.finding import page as show
from quotes.queries import latest_step
from quotes.screens import option_view
from quotes.states import QuoteStatus, StepKind

_WRONG = {
    Verdict.WRONG: "確認コードが違います。メールに書かれた6桁の数字を確認してください。",
    Verdict.SPENT: "この確認コードは使えません。「確認コードを送る」を押して、新しいコードを入力してください。",
}


def home(request: HttpRequest, guest: Guest) -> HttpResponse:
    """What there is to do, step by step, and how far it is."""
    if guest.invitation.status == InvitationStatus.SIGNED:
        signed = SignOff.objects.get(invitation=guest.invitation)
        is_taken = guest.quote.status in {QuoteStatus.APPLIED, QuoteStatus.ISSUED}
        return show(request, guest, "applied", sign_off=signed, is_taken=is_taken, papers=papers_to_read(guest.quote))
    reading = _reading(guest)
    papers = [(paper, reading.pages[paper.pk], len(reading.left.get(paper.pk, ()))) for paper in reading.papers]
    return show(request, guest, "application", reading=reading, papers=papers, consent=CONSENT)


@require_POST
@inside
def consent(request: HttpRequest, guest: Guest) -> HttpResponse:
    """電磁的方法の承諾, by an own tick."""
    _only_application(guest)
    if request.POST.get("agreed") != "yes":
        raise Refused(
            "「承諾します」に印を付けてから、もう一度押してください。書面での受け取りをご希望のときは、代理店へお電話ください。"
        )
    if not _reading(guest).consented:
        perform(actions.consent_by_link, visitor=guest.visitor, by=robot(), at=guest.at)
    return done("portal:home", guest, "consent")


@require_safe
@inside
def page(request: HttpRequest, guest: Guest, pk: int, page: int) -> HttpResponse:
    """One page of an archived paper; that it was opened is noted."""
    reading = _reading(guest)
    paper = _paper(reading, pk)
    count = reading.pages[pk]
    if not 1 <= page <= count:
        raise Http404
    perform(actions.note_page, visitor=guest.visitor, paper=paper, page=page, by=robot(), at=guest.at)
    place = [one.pk for one in reading.papers].index(pk)
    following = reading.papers[place + 1] if place + 1 < len(reading.papers) else None
    return show(request, guest, "page", paper=paper, page=page, count=count, following=following)


@require_safe
@inside
def picture(request: HttpRequest, guest: Guest, pk: int, page: int) -> HttpResponse:
    """The picture of a page, drawn from the archived bytes."""
    paper = _paper(_reading(guest), pk)
    png = picture_of(str(paper.content_id), page)
    if png is None:
        raise Http404
    return HttpResponse(png, content_type="image/png")


@require_safe
@inside
def pdf(request: HttpRequest, guest: Guest, pk: int) -> HttpResponse:
    """The archived bytes themselves, to read, keep and print."""
    paper = _paper(_reading(guest), pk)
    perform(actions.note_page, visitor=guest.visitor, paper=paper, page=0, by=robot(), at=guest.at)
    response = HttpResponse(bytes_of(paper, at=guest.at), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, paper.filename) or "inline"
    response["Content-Security-Policy"] = "frame-ancestors 'none'"  # browsers' PDF readers bring styles of their own
    return response


@require_safe
@inside
def points(request: HttpRequest, guest: Guest) -> HttpResponse:
    """The important points, each with its own button."""
    reading = _reading(guest)
    if not reading.consented:
        return done("portal:home", guest)
    return show(request, guest, "points", reading=reading)


@require_POST
@inside
def point(request: HttpRequest, guest: Guest, code: str) -> HttpResponse:
    """One point confirmed; on to the next one."""
    _only_application(guest)
    _reading(guest)
    perform(actions.confirm_point, visitor=guest.visitor, code=code, by=robot(), at=guest.at)
    following = next((one for one in _reading(guest).open_points), None)
    if following is None:
        return done("portal:home", guest, "point")
    return done("portal:points", guest, "", mark=f"p-{following.code}")


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def apply(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Plan, payment, final wishes, code, name and title. The button that mails the code keeps what was typed."""
    _only_application(guest)
    if guest.invitation.status == InvitationStatus.SIGNED and request.method != "POST":
        return done("portal:home", guest)
    quote, book = guest.quote, guest.quote.product_version.book
    asks_code = request.method == "POST" and "ask_code" in request.POST
    form = _form(request, guest, asks_code)
    said, lacks = "", _reading(guest).lacks
    if asks_code and not lacks:
        said = _send_code(guest, form)
    elif request.method == "POST" and not asks_code and form.is_valid() and _apply(guest, form):
        return done("portal:home", guest)
    options = [option_view(option, book) for option in quote.options.filter(premium_yen__isnull=False)]
    first = latest_step(quote, StepKind.INTENT_FIRST)
    status = 422 if form.is_bound and form.errors else 200
    return show(
        request, guest, "apply", status=status, form=form, options=options, lacks=lacks,
        first_wish=first.detail.get("text", "") if first else "", told=said, book=book,
    )  # fmt: skip


def _form(request: HttpRequest, guest: Guest, asks_code: bool) -> ApplicationForm:
    options = list(guest.quote.options.filter(premium_yen__isnull=False).values_list("pk", flat=True))
    initial: dict[str, Any] = {
        "name": guest.visitor.name,
        "title": guest.visitor.title or (guest.visitor.contact.title if guest.visitor.contact else ""),
        "option": options[0] if len(options) == 1 else None,
    }
    initial |= as_before(guest.quote)
    book = guest.quote.product_version.book
    if asks_code:  # nothing is judged yet: what was typed stays in the fields
        typed = {name: request.POST.get(name, "") for name in ApplicationForm.field_order if name != "code"}
        return ApplicationForm(initial=initial | typed, quote=guest.quote, book=book)
    return ApplicationForm(request.POST or None, initial=initial, quote=guest.quote, book=book)


def _send_code(guest: Guest, form: ApplicationForm) -> str:
    perform(actions.ask_code, visitor=guest.visitor, purpose=CodePurpose.SIGN, by=robot(), at=guest.at)
    return "確認コードをメールでお送りしました。届いた6桁の数字を入力して、申し込みを確定してください。"


def _apply(guest: Guest, form: ApplicationForm) -> bool:
    """The code first, in its own transaction: its tries count whatever becomes of the rest."""
    facts = dict(form.cleaned_data)
    code = facts.pop("code")
    if lacks := _reading(guest).lacks:
        form.refuse(Refused("申し込む前に、次の点を確認してください。", reasons=lacks))
        return False
    verdict = perform(
        actions.use_code, visitor=guest.visitor, purpose=CodePurpose.SIGN, typed=code, by=robot(), at=guest.at
    )
    if verdict is not Verdict.RIGHT:
        form.refuse(Refused(_WRONG[verdict], field="code"))
        return False
    perform(actions.sign_application, visitor=guest.visitor, by=robot(), at=guest.at, **facts)
    return True


def _reading(guest: Guest) -> Reading:
    """The papers of this offer; with their bytes once they may be shown. A link of another purpose has none."""
    _only_application(guest)
    if guest.quote.offered_at is None:
        raise Http404
    reading = reading_of(guest.quote, guest.visitor, guest.at)
    if not reading.consented or all(paper.content_id for paper in reading.papers):
        return reading
    try:
        make_bytes(list(reading.papers), guest.at)
    except RenderingFailed as failure:
        raise Refused("書類を表示できません。おそれいりますが、代理店へお電話ください。") from failure
    return reading_of(guest.quote, guest.visitor, guest.at)


def _paper(reading: Reading, pk: int) -> Paper:
    """A paper of this offer, once its delivery by this way was consented to."""
    if not reading.consented:
        raise Refused("書類を開く前に、書面を電磁的方法で受け取ることを承諾してください。")
    paper = next((paper for paper in reading.papers if paper.pk == pk), None)
    if paper is None:
        raise Http404
    return paper


def _only_application(guest: Guest) -> None:
    if guest.invitation.purpose != Purpose.APPLICATION:
        raise Http404
