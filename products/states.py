"""The states of a draft of a book (商品ブックの下書き), and how a version came to be published."""

from django.db.models import TextChoices

from core.states import Status


class DraftStatus(Status):
    DRAFT = "DRAFT", "calm", "作成中"
    SUBMITTED = "SUBMITTED", "wait", "承認待ち"
    PUBLISHED = "PUBLISHED", "good", "公開済"
    DISCARDED = "DISCARDED", "ended", "破棄"


_D = DraftStatus

# SUBMITTED → DRAFT is 差戻し, with a reason.
DRAFT_MOVES: dict[str, tuple[str, ...]] = {
    _D.DRAFT: (_D.SUBMITTED, _D.DISCARDED),
    _D.SUBMITTED: (_D.PUBLISHED, _D.DRAFT, _D.DISCARDED),
    _D.PUBLISHED: (),
    _D.DISCARDED: (),
}

OPEN_DRAFTS = (_D.DRAFT, _D.SUBMITTED)


class Origin(TextChoices):
    """Where a published version came from. A shipped one needs no second person: it was reviewed with the code."""

    SHIPPED = "SHIPPED", "同梱"
    CONSOLE = "CONSOLE", "引受コンソール"
    COMMAND = "COMMAND", "コマンド"
