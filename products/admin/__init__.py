"""The console's shelf of books: products and versions to read, drafts to write."""

from products.admin.drafts import ProductDraftAdmin
from products.admin.versions import ProductAdmin, ProductVersionAdmin

__all__ = ["ProductAdmin", "ProductDraftAdmin", "ProductVersionAdmin"]
