"""A refusal that no view handled still reaches the person as its sentence, never as a 500."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import Refused


class RefusalMiddleware:
    """Turns an uncaught Refused into a calm page (409) that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if request.headers.get("HX-Request"):
            messages.error(request, error.message)
        return render(request, "refused.html", {"error": error}, status=409)
