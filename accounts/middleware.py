"""Every address is open to the roles named in the access table, and to nobody else.

A view that the table does not name is closed: forgetting a line locks a door, it never opens one.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

PUBLIC = "public"
ANYBODY = "anybody"  # anyone who is logged in


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.table: dict[str, Any] = import_string("config.access.ACCESS")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        # The console's pages belong to one site; its own permissions refine what each person sees there.
        allowed = self.table.get("admin:*" if name.startswith("admin:") else name, set())
        if allowed == PUBLIC:
            return None
        user = request.user
        if not user.is_authenticated:
            if request.headers.get("HX-Request") and request.method == "POST":
                # Refreshing would throw away what was typed: the page keeps it and says what to do.
                return HttpResponse("ログインの有効期限が切れています。ログインし直してください。", status=401)
            if request.headers.get("HX-Request"):
                response = HttpResponse(status=204)
                response["HX-Refresh"] = "true"  # the whole page goes to the login, not a piece of it
                return response
            return redirect_to_login(request.get_full_path())
        if allowed == ANYBODY or user.role in allowed:
            return None
        return render(request, "forbidden.html", status=403)
