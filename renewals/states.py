"""The states of a renewal (更改), their labels and the one table of allowed moves; the words for answers."""

from django.db.models import TextChoices

from core.states import Status


class RenewalStatus(Status):
    OPEN = "OPEN", "warn", "未着手"
    NOTIFIED = "NOTIFIED", "wait", "案内済"
    RESPONDED = "RESPONDED", "calm", "回答あり"
    QUOTED = "QUOTED", "calm", "見積提示"
    APPLIED = "APPLIED", "good", "申込受領"
    RENEWED = "RENEWED", "good", "更改済"
    LOST = "LOST", "ended", "他社"
    DECLINED = "DECLINED", "ended", "辞退"
    UNINSURED = "UNINSURED", "bad", "無保険"
    CANCELLED = "CANCELLED", "ended", "解約済"
    STOPPED = "STOPPED", "ended", "対象外"


_S = RenewalStatus

# Stages in which somebody still has something to do, in the order of the work.
OPEN_STATUSES = (_S.OPEN, _S.NOTIFIED, _S.RESPONDED, _S.QUOTED, _S.APPLIED)
CLOSED_STATUSES = (_S.RENEWED, _S.LOST, _S.DECLINED, _S.UNINSURED, _S.CANCELLED, _S.STOPPED)
# How a person ends a renewal without a new contract. 解約済 is not among them: it follows the contract that ended.
OUTCOMES = (_S.LOST, _S.DECLINED, _S.STOPPED)
# Nothing has come back from the customer yet: reminders go on.
SILENT_STATUSES = (_S.OPEN, _S.NOTIFIED)

# The notice is still owed, whoever spoke first: only who has applied needs none.
UNNOTICED_STATUSES = (_S.OPEN, _S.RESPONDED, _S.QUOTED)

_GIVEN_UP = (_S.LOST, _S.DECLINED, _S.UNINSURED, _S.CANCELLED, _S.STOPPED)

# Forward only, but for one case: a quote that falls away (取下げ・期限切れ・引受不可) takes the renewal back to where
# it stood before the quote, or 見積提示 would say what is no longer true. 更改済 is reached through 申込受領 alone.
RENEWAL_MOVES: dict[str, tuple[str, ...]] = {
    _S.OPEN: (_S.NOTIFIED, _S.RESPONDED, _S.QUOTED, _S.APPLIED, *_GIVEN_UP),
    _S.NOTIFIED: (_S.RESPONDED, _S.QUOTED, _S.APPLIED, *_GIVEN_UP),
    _S.RESPONDED: (_S.QUOTED, _S.APPLIED, *_GIVEN_UP),
    _S.QUOTED: (_S.APPLIED, _S.OPEN, _S.NOTIFIED, _S.RESPONDED, *_GIVEN_UP),
    _S.APPLIED: (_S.RENEWED, _S.OPEN, _S.NOTIFIED, _S.RESPONDED, *_GIVEN_UP),
    _S.RENEWED: (),
    _S.LOST: (),
    _S.DECLINED: (),
    _S.UNINSURED: (),
    _S.CANCELLED: (),
    _S.STOPPED: (),
}


class Way(TextChoices):
    """How the notice (更改のご案内) goes out."""

    EMAIL = "EMAIL", "メール"
    POST = "POST", "郵送"


class Track(TextChoices):
    """更改の進め方: the offer stands in the notice itself, or it follows once the customer has answered."""

    SIMPLE = "SIMPLE", "簡易"
    NORMAL = "NORMAL", "通常"


class Response(TextChoices):
    """What the customer answered."""

    RENEW = "RENEW", "更改する"
    CONSIDERING = "CONSIDERING", "検討中"
    OTHER_CARRIER = "OTHER_CARRIER", "他社と比較している"
    NOT_RENEWING = "NOT_RENEWING", "更改しない"


class Channel(TextChoices):
    """How the answer reached us."""

    PHONE = "PHONE", "電話"
    MAIL = "MAIL", "メール"
    MEETING = "MEETING", "面談"
    LETTER = "LETTER", "郵便"
    WEB = "WEB", "お客さま用ページ"


class RoundKind(TextChoices):
    NIGHTLY = "NIGHTLY", "朝の処理"
    EXPIRY = "EXPIRY", "満期時刻の処理"


class BatchVerb(TextChoices):
    """What is done to many renewals at once (一括処理)."""

    ASSIGN = "ASSIGN", "担当替え"
    REMIND = "REMIND", "再案内のメール"
    QUOTE = "QUOTE", "更改の見積を開く"
    OFFER = "OFFER", "見積を判定して提示"


class BatchStatus(Status):
    """一括処理: the whole of it."""

    PENDING = "PENDING", "wait", "開始待ち"
    RUNNING = "RUNNING", "calm", "処理中"
    DONE = "DONE", "good", "終了"


class LineStatus(Status):
    """One row of a 一括処理."""

    WAITING = "WAITING", "wait", "処理待ち"
    DONE = "DONE", "good", "完了"
    REFUSED = "REFUSED", "bad", "できません"


# RUNNING → PENDING: its worker died or its time was up; another goes on with the first line that waits.
BATCH_MOVES: dict[str, tuple[str, ...]] = {
    BatchStatus.PENDING: (BatchStatus.RUNNING,),
    BatchStatus.RUNNING: (BatchStatus.DONE, BatchStatus.PENDING),
    BatchStatus.DONE: (),
}
LINE_MOVES: dict[str, tuple[str, ...]] = {
    LineStatus.WAITING: (LineStatus.DONE, LineStatus.REFUSED),
    LineStatus.DONE: (),
    LineStatus.REFUSED: (),
}
