"""How a door finds its contract."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from policies.models import Policy


def find(request: HttpRequest, number: str) -> Policy:
    """The policy of the person's own agency, or 404."""
    beside = ("customer", "product_version__product")
    return get_object_or_404(Policy.objects.visible_to(request.user).select_related(*beside), number=number)
