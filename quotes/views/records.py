"""The list of quotes, a quote's own page, and the deeds that need no form of their own."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.screens import csv_response, paginate, why_not
from correspondence.actions import file_document
from correspondence.views import receive_document
from quotes import actions
from quotes.forms import CarrierAnswerForm, ConditionForm, QuestionAnswerForm, QuoteSearchForm, SendForm, WithdrawForm
from quotes.models import Condition, Quote, Referral
from quotes.permissions import check_can_settle_condition, check_can_waive_condition
from quotes.queries import open_referral
from quotes.screens import folder
from quotes.underwriting import standing_of
from quotes.views.finding import find_quote, seen_version


def list_quotes(request: HttpRequest) -> HttpResponse:
    """Every quote of the agency, filtered by the search form; the same rows as CSV."""
    form = QuoteSearchForm(request.GET, user=person(request))
    rows = form.filter(Quote.objects.visible_to(request.user).shown())
    if request.GET.get("format") == "csv":
        header = ["見積番号", "お客さま", "商品", "状態", "保険始期", "有効期限", "担当者", "作成日"]
        lines = (
            [
                q.number, q.customer.name, q.product_version.product.name, q.get_status_display(), q.inception_on,
                q.valid_until, q.in_charge.name, f"{q.opened_at:%Y-%m-%d}",
            ]
            for q in rows.iterator(chunk_size=500)
        )  # fmt: skip
        return csv_response("見積一覧.csv", header, lines, encoding=request.GET.get("encoding", "utf-8"))
    template = "quotes/_rows.html" if request.htmx else "quotes/list.html"  # type: ignore[attr-defined]
    return render(request, template, {"form": form, "page": paginate(request, rows), "on": today()})


def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The quote's folder."""
    quote = find_quote(request, number)
    return render(request, "quotes/detail.html", folder(quote, person(request), now()))


@require_POST
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Let the book judge."""
    quote = find_quote(request, number)
    try:
        quote = perform(
            actions.submit_quote, quote=quote, seen_version=seen_version(request), by=request.user, at=now()
        )
    except Refused as refusal:
        _say(request, refusal)
    else:
        words = {
            "OFFERED": "提示できるようになりました。見積書を作成しました。",
            "REFERRED": "引受照会しました。1週間を目安に回答があります。",
            "DECLINED": "この商品では引受けできません。理由を確認してください。",
        }
        messages.success(request, words[quote.status])
    return redirect(quote)


@require_POST
def revise(request: HttpRequest, number: str) -> HttpResponse:
    """Take the offer back to the desk."""
    quote = find_quote(request, number)
    try:
        quote = perform(
            actions.revise_quote, quote=quote, seen_version=seen_version(request), by=request.user, at=now()
        )
        messages.success(request, f"第{quote.edition}版として改訂できます。直したあと、もう一度判定してください。")
    except Refused as refusal:
        _say(request, refusal)
    return redirect(quote)


def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Let go of the quote, with a reason."""
    quote = find_quote(request, number)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.withdraw_quote, quote=quote, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"見積{quote.number}を取り下げました。")
            return redirect(quote)
    return _form_page(request, quote, form, "見積の取下げ", "取り下げる")


@require_POST
def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the application and issue the contract; a second click shows the first one's result."""
    quote = find_quote(request, number)
    try:
        quote = perform(actions.issue_quote, quote=quote, by=request.user, at=now())
        assert quote.policy is not None
        messages.success(request, f"申込を承諾し、証券{quote.policy.number}を発行しました。")
    except Refused as refusal:
        _say(request, refusal)
    return redirect(quote)


def send(request: HttpRequest, number: str) -> HttpResponse:
    """Mail the 見積書."""
    quote = find_quote(request, number)
    form = SendForm(request.POST or None, customer=quote.customer)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.send_quotation, quote=quote, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "見積書の送信を登録しました。まもなく送信されます。")
            return redirect(quote)
    return _form_page(request, quote, form, "見積書をメールで送る", "送信する")


def answer_question(request: HttpRequest, number: str) -> HttpResponse:
    """Answer underwriting's question."""
    quote = find_quote(request, number)
    referral = open_referral(quote)
    if referral is None:
        messages.error(request, "この見積に、判断を待っている引受照会はありません。")
        return redirect(quote)
    asked = referral.notes.filter(kind="QUESTION").last()
    form = QuestionAnswerForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            perform(actions.answer_question, referral=referral, by=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "回答しました。引受担当の判断を待ちます。")
            return redirect(quote)
    notes = referral.notes.select_related("written_by")
    return _form_page(request, quote, form, "引受担当への回答", "回答する", notes=notes)


def condition(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Note that a condition is met; an underwriter with authority may waive it."""
    quote = find_quote(request, number)
    found = get_object_or_404(Condition.objects.select_related("referral"), pk=pk, quote=quote)
    found.quote = found.referral.quote = quote
    user, on = person(request), today()
    standing = standing_of(found.referral, on)
    may_waive = why_not(check_can_waive_condition, user, found, standing) is None
    if reason := why_not(check_can_settle_condition, user, found):
        messages.error(request, reason)
        return redirect(quote)
    form = ConditionForm(request.POST or None, condition=found, may_waive=may_waive)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if said.get("deed") == "waive":
                perform(actions.waive_condition, condition=found, note=said["note"], by=user, at=now())
            else:
                perform(
                    actions.meet_condition, condition=found, note=said["note"], document=said.get("document"),
                    by=user, at=now(),
                )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "引受条件の結果を記録しました。")
            return redirect(quote)
    return _form_page(request, quote, form, "引受条件の確認", "記録する", words=found.sentence)


def carrier_answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take down the carrier's own price, with the paper that proves it."""
    quote = find_quote(request, number)
    referral = open_referral(quote)
    if referral is None:
        messages.error(request, "この見積は、保険会社の見積りを待っていません。")
        return redirect(quote)
    unpriced = quote.options.filter(premium_yen=None)
    form = CarrierAnswerForm(request.POST or None, request.FILES or None, unpriced=unpriced)
    if request.method == "POST" and form.is_valid():
        try:
            perform(_record_carrier_answer, referral=referral, form=form, by=person(request), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "保険会社の見積りを登録しました。見積書を作成しました。")
            return redirect(quote)
    return _form_page(request, quote, form, "保険会社の回答の登録", "登録して提示できるようにする")


def _record_carrier_answer(*, referral: Referral, form: CarrierAnswerForm, by: User, at: datetime) -> Quote:
    """The paper and the price, both or neither."""
    upload = form.cleaned_data["file"]
    document = file_document(
        agency=referral.quote.agency, filename=upload.name, content=upload.read(), code="carrier_answer",
        about=[referral.quote], note=f"保険会社の回答 {form.cleaned_data['reference']}"[:100], by=by, at=at,
    )  # fmt: skip
    return actions.record_carrier_answer(referral=referral, document=document, by=by, at=at, **form.facts())


def document(request: HttpRequest, number: str) -> HttpResponse:
    """Take in a document of the customer's."""
    quote = find_quote(request, number)
    kinds = [(document.code, document.label) for document in quote.product_version.book.documents]
    form, kept = receive_document(request, about=[quote, quote.customer], kinds=kinds)
    if kept is not None:
        return redirect(quote)
    return _form_page(request, quote, form, "受領書類の登録", "登録する")


def _form_page(
    request: HttpRequest, quote: Quote, form: object, title: str, button: str, **more: object
) -> HttpResponse:
    context = {"quote": quote, "form": form, "title": title, "button": button, **more}
    return render(request, "quotes/form.html", context, status=422 if getattr(form, "errors", None) else 200)


def _say(request: HttpRequest, refusal: Refused) -> None:
    """A refusal of a deed without a form: the sentence, and what lacks, on the next page."""
    messages.error(request, "\n".join([refusal.message, *(f"・{reason}" for reason in refusal.reasons)]))
