"""Submitting a draft, sending it back, approving it (which publishes), and putting it away.

Two people: whoever wrote in a draft or submitted it does not approve it.
"""

from datetime import datetime

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from products.actions.drafting import locked
from products.actions.publishing import check_ready, publish_book
from products.models import ProductDraft, ProductVersion
from products.permissions import (
    check_can_approve_draft,
    check_can_discard_draft,
    check_can_return_draft,
    check_can_submit_draft,
)
from products.queries import people_who_wrote
from products.reading import read_book
from products.rules import check_start
from products.states import DraftStatus, Origin


@action
def submit_draft(*, draft: ProductDraft, seen_version: int, by: User, at: datetime) -> ProductDraft:
    """Ask a second person to approve. Raises Refused (BookError) while the book has a problem or an example fails."""
    check_can_submit_draft(by, locked(draft))  # after a second click this says more than that the form is stale
    row = locked(draft, seen_version)
    check_start(row.starts_on, jst(at).date())
    book = read_book(row.text, row.file_name)
    if book.code != row.product_code:
        raise Refused(f"商品コードが下書き({row.product_code})と違います({book.code})。商品ブックを訂正してください。")
    check_ready(book, row.starts_on)
    row.status, row.submitted_at, row.submitted_by = DraftStatus.SUBMITTED, at, by
    return _move(row, "submit_draft", f"{row}の承認を申請しました。", by, at)


@action
def return_draft(*, draft: ProductDraft, reason: str, seen_version: int, by: User, at: datetime) -> ProductDraft:
    """Send a submitted draft back to be mended, with the reason."""
    check_can_return_draft(by, locked(draft))
    row = locked(draft, seen_version)
    if not reason.strip():
        raise Refused("差戻しの理由を入力してください。", field="reason")
    row.status, row.submitted_at, row.submitted_by = DraftStatus.DRAFT, None, None
    row.returned_at, row.returned_by, row.return_reason = at, by, reason.strip()
    return _move(row, "return_draft", f"{row}を差し戻しました(理由: {reason.strip()})。", by, at)


@action
def approve_draft(*, draft: ProductDraft, supersede: bool, seen_version: int, by: User, at: datetime) -> ProductVersion:
    """Approve and publish what the form showed. `supersede`: versions that have not begun give way to this one."""
    check_can_approve_draft(by, locked(draft), people_who_wrote(draft))
    row = locked(draft, seen_version)
    assert row.submitted_by is not None  # the database ties it to the status
    version = publish_book(
        text=row.text, starts_on=row.starts_on, by=row.submitted_by, approved_by=by, origin=Origin.CONSOLE,
        supersede=supersede, at=at,
    )  # fmt: skip
    if version.published_at != at:
        raise Refused("同じ内容の版がすでに公開されています。この下書きは破棄してください。")
    row.status, row.published_at, row.published_by, row.published_version = DraftStatus.PUBLISHED, at, by, version
    _move(row, "approve_draft", f"{row}を承認し、公開しました。", by, at)
    return version


@action
def discard_draft(*, draft: ProductDraft, seen_version: int, by: User, at: datetime) -> ProductDraft:
    """Put a draft away. It stays to be read."""
    check_can_discard_draft(by, locked(draft))
    row = locked(draft, seen_version)
    row.status, row.submitted_at, row.submitted_by = DraftStatus.DISCARDED, None, None
    row.discarded_at, row.discarded_by = at, by
    return _move(row, "discard_draft", f"{row}を破棄しました。", by, at)


def _move(row: ProductDraft, verb: str, summary: str, by: User, at: datetime) -> ProductDraft:
    row.version += 1
    row.save()
    versions = [version for version in (row.base, row.published_version) if version is not None]
    record(f"products.{verb}", summary, about=[row, *versions], by=by, at=at, version=row.version)
    return row
