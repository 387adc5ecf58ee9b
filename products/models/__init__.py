"""Products, the published versions of their books, and the drafts of the next ones. Reference data of the house:
they belong to no agency."""

from products.models.drafts import DraftChange, ProductDraft
from products.models.products import Product
from products.models.versions import ProductVersion

__all__ = ["DraftChange", "Product", "ProductDraft", "ProductVersion"]
