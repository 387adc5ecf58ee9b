"""Which page somebody gets whose form the CSRF check refuses: the office's people theirs, customers theirs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import views


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was saved. A customer's page names nobody: who stands there is not known."""
    match = request.resolver_match
    if match is not None and match.app_name == "portal" and "token" in match.kwargs:
        return render(request, "portal/stale_form.html", status=403)
    return views.csrf_failure(request, reason)
