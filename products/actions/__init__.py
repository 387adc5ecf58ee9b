"""The verbs of the shelf of books: drafts are written, submitted, sent back, approved; versions are published."""

from products.actions.deciding import approve_draft, discard_draft, return_draft, submit_draft
from products.actions.drafting import edit_draft, move_start, open_draft, rewrite_draft
from products.actions.publishing import publish_book

__all__ = [
    "approve_draft",
    "discard_draft",
    "edit_draft",
    "move_start",
    "open_draft",
    "publish_book",
    "return_draft",
    "rewrite_draft",
    "submit_draft",
]
