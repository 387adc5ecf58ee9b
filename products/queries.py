"""Which version of a product applies, and what can be sold on a day."""

from datetime import date

from django.db.models import QuerySet

from core.errors import Refused
from products.models import ProductDraft, ProductVersion


def version_on(product_code: str, on: date) -> ProductVersion:
    """The version that cover beginning on that day takes. Raises Refused when there is none."""
    sold = ProductVersion.objects.on(on).filter(product__code=product_code).select_related("product")
    version = sold.defer("content").first()  # the book is kept per process
    if version is None:
        raise Refused(
            f"{on:%Y-%m-%d}に始まる契約に使える商品の版がありません。始期日か商品を選び直してください。",
            field="product",
        )
    return version


def products_sold_on(on: date) -> QuerySet[ProductVersion]:
    """One version of each product that can be sold with cover beginning on that day."""
    return ProductVersion.objects.on(on).select_related("product").defer("content").order_by("product__code")


def people_who_wrote(draft: ProductDraft) -> set[int]:
    """Everybody who put something into a draft: none of them approves it."""
    return {draft.opened_by_id, *draft.changes.values_list("changed_by", flat=True)}


def version_before(draft: ProductDraft) -> ProductVersion | None:
    """The version a draft is held against: the one in force on the day it would begin, else the one it began from."""
    sold = ProductVersion.objects.on(draft.starts_on).filter(product__code=draft.product_code)
    return sold.select_related("product").first() or draft.base


def versions_in_the_way(draft: ProductDraft) -> list[ProductVersion]:
    """Published versions that begin on the draft's day or later: it can only be published in their place."""
    later = ProductVersion.objects.standing().filter(product__code=draft.product_code, starts_on__gte=draft.starts_on)
    if draft.published_version_id:
        later = later.none()
    return list(later.select_related("product").defer("content").order_by("starts_on"))
