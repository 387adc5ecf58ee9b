"""Doors: make a pack, take one along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.screen import person
from core.clock import now
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from correspondence.actions import render_missing
from correspondence.shelf import RenderingFailed
from evidence import actions
from evidence.collecting import papers_of
from evidence.forms import PackForm
from evidence.models import Pack
from evidence.permissions import check_can_make_pack
from quotes.models import Quote


def packs(request: HttpRequest, number: str) -> HttpResponse:
    """The packs of a quote, and the form that makes one."""
    quote = get_object_or_404(
        Quote.objects.visible_to(request.user).select_related("customer", "policy", "agency"), number=number
    )
    user, at = person(request), now()
    form = PackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            check_can_make_pack(user, quote)
            render_missing(papers_of(quote), at=at)
            pack = perform(actions.make_pack, quote=quote, reason=form.cleaned_data["reason"], by=user, at=at)
        except RenderingFailed as failure:
            form.refuse(Refused(str(failure)))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"募集証跡パックを作成しました。指紋 {pack.digest}")
            return redirect("evidence:packs", quote.number)
    context = {
        "quote": quote, "form": form, "packs": Pack.objects.filter(quote=quote).shown(),
        "locked": why_not(check_can_make_pack, user, quote),
    }  # fmt: skip
    return render(request, "evidence/packs.html", context, status=422 if form.errors else 200)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A pack as it was made; who took it is kept."""
    pack = get_object_or_404(Pack.objects.visible_to(request.user).select_related("quote"), pk=pk)
    perform(actions.take_pack, pack=pack, by=person(request), at=now())
    response = HttpResponse(bytes(pack.content), content_type="application/zip")
    name = f"募集証跡_{pack.quote.number}_{pack.digest[:12]}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
