"""Can the mailbox be read to which our letters come back? Without it nobody hears of a notice that did not arrive."""

from datetime import datetime

from accounts.models import Role, User
from correspondence.queries import mailbox_away


def mailbox_alarm(user: User, at: datetime) -> str:
    """The sentence a manager is alarmed by, if any; the others are not bothered with what they cannot mend."""
    box = mailbox_away(at) if user.role == Role.MANAGER else None
    if box is None:
        return ""
    why = f"({box.last_error})" if box.last_error else ""
    return (
        f"不達の知らせが届く受信箱「{box}」を読めません{why}。届かなかった案内に気づけないおそれがあります。"
        "設定とメールサーバーを確認してください。"
    )
