"""The questionnaire on a phone: a section a page, saved as it is typed, with or without script."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import robot
from core.clock import now
from core.doors import perform
from core.errors import Refused
from portal import actions
from portal.afterwards import afterwards_of
from portal.forms import EvidenceForm, RenewalSignForm, SignForm
from portal.models import SignOff
from portal.queries import (
    DECLARATIONS,
    YES_OR_NO,
    documents_of,
    has_signed,
    lacking_for_signature,
    onward_of,
    open_contradictions,
    progress_of,
    questionnaire_of,
    quote_declarations,
    signed_answers,
)
from portal.renewing import told_apart
from portal.states import InvitationStatus, Purpose
from portal.views.finding import Guest, context, done, inside, page
from products.bank import bank
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import case_of, documents_wanted
from quotes.questionnaire import SectionView, Typed, read_typed


def home(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Where he left: sections with their progress, papers, colleagues, the signature."""
    views = questionnaire_of(guest.quote)
    following = next((view for view in views if not view.is_done or view.carried), None)
    sign_off = SignOff.objects.filter(invitation=guest.invitation).first()
    template = "answered" if guest.invitation.status == InvitationStatus.SIGNED else "questionnaire"
    return page(
        request, guest, template, sections=views, progress=progress_of(views), following=following, sign_off=sign_off,
        afterwards=afterwards_of(guest.quote), onward=guest.invitation.status == InvitationStatus.SIGNED
        and onward_of(guest.visitor, guest.at) is not None,
        documents=documents_of(guest.invitation), visitors=guest.invitation.visitors.all(),
        signed=signed_answers(sign_off, guest.quote.product_version.book) if sign_off else (),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def section(request: HttpRequest, guest: Guest, section: str) -> HttpResponse:
    """One section. A post from htmx saves and answers with what changed; a post without script saves and goes on."""
    _only_questionnaire(guest)
    if request.method != "POST":
        return _section_page(request, guest, section, Typed({}))
    before = [row.id for row in _find(questionnaire_of(guest.quote), section).rows]
    typed, seen = _read(guest.quote, request.POST, section)
    refused = perform(
        actions.answer_as_customer, visitor=guest.visitor, values=typed.values, seen=seen, by=robot(), at=guest.at
    )
    if request.headers.get("HX-Request"):
        return _what_changed(request, guest, section, typed, refused, before)
    if typed.errors or refused:
        return _section_page(request, guest, section, typed, refused)
    following = _following(questionnaire_of(guest.quote), section)
    if following is None:
        return done("portal:home", guest, "saved")
    return done("portal:section", guest, "saved", following.code)


def _what_changed(
    request: HttpRequest, guest: Guest, code: str, typed: Typed, refused: dict[str, str], before: list[str]
) -> HttpResponse:
    views = questionnaire_of(guest.quote, typed)
    view = _with_refusals(_find(views, code), refused)
    facts = context(
        guest, section=view, progress=progress_of(views), at=now(), errors=bool(typed.errors or refused),
        asks_other=bool(refused) or [row.id for row in view.rows] != before,
    )  # fmt: skip
    return render(request, "portal/_saved.html", facts)


@require_POST
@inside
def confirm(request: HttpRequest, guest: Guest, section: str) -> HttpResponse:
    """The earlier answers of a section still hold, or only one of them. Past events are confirmed one by one."""
    _only_questionnaire(guest)
    view = _find(questionnaire_of(guest.quote), section)
    only = request.POST.get("only")
    ids = [row.id for row in view.rows if row.carried and only in (None, row.id)]
    perform(actions.confirm_carried_as_customer, visitor=guest.visitor, question_ids=ids, by=robot(), at=guest.at)
    return done("portal:section", guest, "carried", section)


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def documents(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Papers the book asks for, and evidence."""
    _only_questionnaire(guest)
    wanted = documents_wanted(case_of(guest.quote))
    kinds = [(document.code, document.label) for document in wanted]
    posted = request.method == "POST"
    form = EvidenceForm(request.POST, request.FILES, kinds=kinds) if posted else EvidenceForm(kinds=kinds)
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            perform(
                actions.hand_in_document, visitor=guest.visitor, filename=upload.name, content=upload.read(),
                code=form.cleaned_data.get("code", ""), by=robot(), at=guest.at,
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return done("portal:documents", guest, "document")
    documents = documents_of(guest.invitation)
    received = {document.code for document in documents}
    lacking = [document.sentence for document in wanted if document.code not in received]
    status = 422 if form.errors else 200
    return page(request, guest, "documents", status=status, form=form, documents=documents, lacking=lacking)


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def sign(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Name and title under all answers."""
    _only_questionnaire(guest)
    if guest.invitation.status == InvitationStatus.SIGNED and request.method != "POST":
        return done("portal:home", guest)
    form = _sign_form(guest, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.sign_questionnaire, visitor=guest.visitor, by=robot(), at=guest.at, **_signed(form))
        except Refused as refusal:
            if has_signed(guest.visitor, form.cleaned_data["name"], form.cleaned_data["title"]):
                return done("portal:home", guest)  # the button was pressed twice
            if guest.invitation.status == InvitationStatus.SIGNED:
                raise
            form.refuse(refusal)
        else:
            return done("portal:home", guest)
    return _sign_page(request, guest, form, status=422 if form.errors else 200)


@require_POST
@inside
def explain(request: HttpRequest, guest: Guest, fingerprint: str) -> HttpResponse:
    """Why two answers that do not seem to go together are both true."""
    _only_questionnaire(guest)
    text = request.POST.get("text", "")
    try:
        perform(
            actions.explain_as_customer, visitor=guest.visitor, fingerprint=fingerprint, text=text, by=robot(),
            at=guest.at,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.field != "text":
            raise
        typed = {"fingerprint": fingerprint, "text": text, "error": refusal.message}
        return _sign_page(request, guest, _sign_form(guest), status=422, typed=typed)
    return done("portal:sign", guest, "saved")


def _sign_page(
    request: HttpRequest, guest: Guest, form: SignForm, *, status: int, typed: dict[str, str] | None = None
) -> HttpResponse:
    views = questionnaire_of(guest.quote)
    return page(
        request, guest, "sign", status=status, form=form, answers=told_apart(guest.quote, views), typed=typed,
        sales=facts_from(guest.quote.facts) if guest.quote.is_renewal else None,
        lacks=lacking_for_signature(guest.quote, views), contradictions=open_contradictions(guest.quote),
    )  # fmt: skip


def _sign_form(guest: Guest, data: QueryDict | None = None) -> SignForm:
    """Name and title; of a renewal also whether the wishes are the same."""
    kind = RenewalSignForm if guest.quote.is_renewal else SignForm
    return kind(data, initial={"name": guest.visitor.name, "title": _title(guest)})


def _signed(form: SignForm) -> dict[str, Any]:
    facts = dict(form.cleaned_data)
    if "wish" in facts:
        facts["changes_wishes"] = facts.pop("wish") == RenewalSignForm.OTHER
    return facts


def _title(guest: Guest) -> str:
    contact = guest.visitor.contact
    return guest.visitor.title or (contact.title if contact else "")


def _only_questionnaire(guest: Guest) -> None:
    if guest.invitation.purpose != Purpose.QUESTIONNAIRE:
        raise Http404


def _find(views: list[SectionView], code: str) -> SectionView:
    view = next((view for view in views if view.code == code), None)
    if view is None:
        raise Http404
    return view


def _following(views: list[SectionView], code: str) -> SectionView | None:
    codes = [view.code for view in views]
    after = views[codes.index(code) + 1 :] if code in codes else []
    return next(iter(after), None)


def _section_page(
    request: HttpRequest, guest: Guest, code: str, typed: Typed, refused: dict[str, str] | None = None
) -> HttpResponse:
    if guest.invitation.status == InvitationStatus.SIGNED:
        return done("portal:home", guest)
    views = questionnaire_of(guest.quote, typed)
    view = _with_refusals(_find(views, code), refused or {})
    codes = [one.code for one in views]
    place = codes.index(code)
    return page(
        request, guest, "section", status=422 if typed.errors or refused else 200, section=view,
        progress=progress_of(views), number=place + 1, count=len(views),
        before=views[place - 1] if place else None, is_last=place == len(views) - 1,
        together=sum(row.carried and not bank().is_sensitive(row.id) for row in view.rows),
    )  # fmt: skip


def _with_refusals(view: SectionView, refused: dict[str, str]) -> SectionView:
    """A question somebody else answered meanwhile shows what stands now, and the sentence."""
    return replace(view, rows=tuple(replace(row, error=refused.get(row.id, row.error)) for row in view.rows))


def _read(quote: Quote, data: QueryDict, section: str) -> tuple[Typed, dict[str, Any]]:
    """What was typed, and what the window had shown before (`was-…`)."""
    if section == DECLARATIONS:
        names = [declaration.id for declaration in quote_declarations(quote.product_version.book)]
        allowed = {value for value, _ in YES_OR_NO}
        typed = Typed({name: data[name] for name in names if data.get(name) in allowed})
        return typed, {name: data.get(f"was-{name}") or None for name in names if f"was-{name}" in data}
    book = quote.product_version.book
    was = {name.removeprefix("was-"): str(data[name]) for name in data if name.startswith("was-")}
    return read_typed(book, data, section), read_typed(book, was, section).values
