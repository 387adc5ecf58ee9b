"""What a person may do with a letter; each check returns nothing, or refuses with a sentence."""

from accounts.models import User
from accounts.permissions import check_can_write
from core.errors import Refused
from correspondence.models import Bounce, IncomingMail, Letter
from correspondence.states import LetterStatus


def check_can_cancel_letter(user: User, letter: Letter) -> None:
    """Only a letter that still waits can be called back."""
    check_can_write(user)
    if letter.status != LetterStatus.QUEUED:
        raise Refused(f"取り消せるのは送信待ちのメールだけです。このメールは{letter.get_status_display()}です。")


def check_can_retry_letter(user: User, letter: Letter) -> None:
    """Only a letter that failed for certain goes out again by the same key, and not to an address that is to blame."""
    check_can_write(user)
    if letter.status != LetterStatus.FAILED:
        raise Refused(f"再送できるのは送信失敗のメールだけです。このメールは{letter.get_status_display()}です。")
    if letter.bounces.true().exists():
        raise Refused(
            "相手のサーバーが宛先を断ったメールです。「不達に対応する」で、宛先を直して送り直すか、"
            "不達ではないと確認してから再送してください。"
        )


def check_can_settle_letter(user: User, letter: Letter) -> None:
    """Only a letter in doubt waits for a decision."""
    check_can_write(user)
    if letter.status != LetterStatus.UNKNOWN:
        raise Refused(f"確認が必要なのは要確認のメールだけです。このメールは{letter.get_status_display()}です。")


def check_can_handle_bounce(user: User, bounce: Bounce) -> None:
    """Once: what was done about it stands in the file."""
    check_can_write(user)
    if not bounce.is_open:
        raise Refused(f"この不達への対応は記録済みです({bounce.get_deed_display()})。")


def check_can_handle_incoming(user: User, mail: IncomingMail) -> None:
    """A mail that was read and answered once is done."""
    check_can_write(user)
    if mail.handled_at is not None:
        raise Refused("この受信メールへの対応は記録済みです。")
