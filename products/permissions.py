"""Who reads the books in the console, who writes their drafts, and who approves them."""

from collections.abc import Collection

from accounts.models import Role, User
from core.errors import Refused
from products.models import ProductDraft
from products.states import DraftStatus

CONSOLE_READERS = {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR}
PUBLISHERS = {Role.UNDERWRITER, Role.MANAGER}

_WHY: dict[str, str] = {
    DraftStatus.DRAFT: "この下書きは作成中です。先に承認を申請してください。",
    DraftStatus.SUBMITTED: "この下書きは承認待ちです。変更するときは、差し戻してください。",
    DraftStatus.PUBLISHED: "この下書きは公開済みです。変更するときは、公開した版から新しい下書きを作成してください。",
    DraftStatus.DISCARDED: "この下書きは破棄されています。新しい下書きを作成してください。",
}


def check_can_read_books(user: User) -> None:
    """The console's people; everyone else meets a book through its quotes."""
    if user.role not in CONSOLE_READERS:
        raise Refused("商品の版は、引受担当・管理者・監査が閲覧できます。")


def check_can_write_books(user: User) -> None:
    """Who writes drafts, submits and approves them."""
    if user.role not in PUBLISHERS:
        raise Refused("商品ブックの作成と公開は、引受担当か管理者が行ってください。")


def check_can_publish(by: User, approved_by: User | None) -> None:
    """Two people of the right role: one publishes, another approves."""
    check_can_write_books(by)
    if approved_by is None:
        raise Refused(
            "版の公開には、別の引受担当か管理者の承認が必要です。承認者を指定してください。", field="approved_by"
        )
    check_can_write_books(approved_by)
    if approved_by.pk == by.pk:
        raise Refused("申請した本人は承認できません。別の引受担当か管理者が承認してください。", field="approved_by")


def check_can_edit_draft(user: User, draft: ProductDraft) -> None:
    check_can_write_books(user)
    if draft.status != DraftStatus.DRAFT:
        raise Refused(_WHY[draft.status])


def check_can_submit_draft(user: User, draft: ProductDraft) -> None:
    check_can_edit_draft(user, draft)


def check_can_return_draft(user: User, draft: ProductDraft) -> None:
    """Whoever may write sends a submitted draft back: the author to mend it, the approver with what to mend."""
    check_can_write_books(user)
    if draft.status != DraftStatus.SUBMITTED:
        raise Refused(_WHY[draft.status])


def check_can_approve_draft(user: User, draft: ProductDraft, written_by: Collection[int]) -> None:
    """A second person: neither the one who submitted, nor anybody who wrote in the draft (`written_by`: keys)."""
    check_can_return_draft(user, draft)
    if user.pk == draft.submitted_by_id or user.pk in written_by:
        raise Refused("この下書きを作成・変更・申請した本人は承認できません。別の引受担当か管理者が承認してください。")


def check_can_discard_draft(user: User, draft: ProductDraft) -> None:
    check_can_write_books(user)
    if draft.status not in {DraftStatus.DRAFT, DraftStatus.SUBMITTED}:
        raise Refused(_WHY[draft.status])
