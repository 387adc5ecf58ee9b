"""Who takes a case's whole record out of the house."""

from accounts.models import Role, User
from core.errors import Refused
from quotes.models import Quote

_MAY = {Role.SOLICITOR, Role.CLERK, Role.MANAGER, Role.AUDITOR}


def check_can_make_pack(user: User, quote: Quote) -> None:
    """The agency's own people, auditors too; an underwriter sees a case but does not hand it out."""
    if user.role not in _MAY or user.agency_id != quote.agency_id:
        raise Refused("募集証跡パックは、この見積を扱う代理店の募集人・事務・管理者・監査が作成できます。")
