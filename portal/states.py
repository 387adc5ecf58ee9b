"""The states of an invitation (お客さま用リンク), what it is for, and how the door answers a code."""

from enum import Enum

from django.db.models import TextChoices

from core.states import Status


class InvitationStatus(Status):
    SENT = "SENT", "wait", "送信済"
    OPENED = "OPENED", "calm", "開封済"
    SIGNED = "SIGNED", "good", "提出済"
    REVOKED = "REVOKED", "ended", "取消"
    EXPIRED = "EXPIRED", "ended", "期限切れ"


_S = InvitationStatus

INVITATION_MOVES: dict[str, tuple[str, ...]] = {
    _S.SENT: (_S.OPENED, _S.REVOKED, _S.EXPIRED),
    _S.OPENED: (_S.SIGNED, _S.REVOKED, _S.EXPIRED),
    _S.SIGNED: (),
    _S.REVOKED: (),
    _S.EXPIRED: (),
}

# The customer still has something to do.
OPEN_STATUSES = (_S.SENT, _S.OPENED)
# The link opens: what was signed can be read until the link's last day.
LIVE_STATUSES = (*OPEN_STATUSES, _S.SIGNED)


class Purpose(TextChoices):
    QUESTIONNAIRE = "QUESTIONNAIRE", "告知書"
    APPLICATION = "APPLICATION", "申込"


class CodePurpose(TextChoices):
    ENTER = "ENTER", "入室"
    SIGN = "SIGN", "申込の確定"


class Verdict(Enum):
    """What became of a code somebody typed. Not a refusal: the count of wrong tries must be kept."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
