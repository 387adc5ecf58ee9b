"""Who reads the books in the console."""

from accounts.models import Role, User
from core.errors import Refused

CONSOLE_READERS = {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR}


def check_can_read_books(user: User) -> None:
    """The console's people; everyone else meets a book through its quotes."""
    if user.role not in CONSOLE_READERS:
        raise Refused("商品の版は、引受担当・管理者・監査が閲覧できます。")
