"""How the doors find what a person may see, and who the person is."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.models import columns_of
from policies.models import Policy
from quotes.models import Quote

_OF_CONTRACTS = [f"{way}__{name}" for way in ("renewal_of", "policy") for name in columns_of(Policy, "id", "number")]


def find_quote(request: HttpRequest, number: str) -> Quote:
    """The quote of the person's own agency, with what every page of it shows, or 404."""
    quotes = (
        Quote.objects.visible_to(request.user)
        .select_related("customer", "agency", "product_version__product", "in_charge", "renewal_of", "policy")
        # The book is read once per process, the contracts are only named.
        .defer("product_version__content", *_OF_CONTRACTS)
    )
    return get_object_or_404(quotes, number=number)


# What the head of a page names of a quote's neighbours.
_NAMED = (
    "customer__name", "customer__number", "product_version__fingerprint", "product_version__product__name",
    "renewal_of__number",
)  # fmt: skip


def find_quote_to_price(request: HttpRequest, number: str) -> Quote:
    """The same for the page of the cover, which is asked for with every click: of its neighbours only the names."""
    quotes = Quote.objects.visible_to(request.user).select_related("customer", "product_version__product", "renewal_of")
    return get_object_or_404(quotes.only(*columns_of(Quote), *_NAMED), number=number)


def seen_version(request: HttpRequest) -> int:
    """Which version of the quote the posted page showed; nonsense counts as stale."""
    text = request.POST.get("seen_version") or request.GET.get("seen_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
