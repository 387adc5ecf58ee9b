"""Who sets rates: a check that returns nothing or refuses with a sentence."""

from accounts.models import Role, User
from core.errors import Refused


def check_can_set_rate(user: User) -> None:
    """Only a manager; the auditor reads."""
    if user.role != Role.MANAGER:
        raise Refused("手数料率は管理者が登録してください。")
