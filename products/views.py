"""`/console/products/`: every product's versions on a line of months, and the drafts of the next ones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.screen import person
from core.clock import today
from core.screens import why_not
from products.models import Product, ProductDraft, ProductVersion
from products.permissions import check_can_read_books, check_can_write_books
from products.timeline import LABELS, timeline

CLOSED_SHOWN = 20


def shelf_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page, in the frame `context` of the console's site."""
    if why_not(check_can_read_books, person(request)):
        raise Http404
    versions = ProductVersion.objects.select_related("product", "published_by", "approved_by").defer("content")
    drafts = ProductDraft.objects.shown()
    open_drafts = list(drafts.open().order_by("starts_on", "pk"))
    line = timeline(Product.objects.all(), versions, open_drafts, today())
    known = {row.product.code for row in line.rows}
    return TemplateResponse(
        request,
        "products/shelf.html",
        {
            **context,
            "title": "商品の棚",
            "line": line,
            "today": today(),
            "labels": LABELS,
            "drafts": open_drafts,
            "new_products": [draft for draft in open_drafts if draft.product_code not in known],
            "closed": drafts.exclude(pk__in=[draft.pk for draft in open_drafts])[:CLOSED_SHOWN],
            "reason": why_not(check_can_write_books, person(request)),
        },
    )
