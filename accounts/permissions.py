"""What a role may do, as checks that refuse with a sentence."""

from datetime import date

from accounts.models import Role, User
from core.errors import Refused

WRITERS = {Role.SOLICITOR, Role.CLERK, Role.MANAGER}


def check_can_write(user: User) -> None:
    """Staff of the agency write; underwriters decide; auditors read."""
    if user.is_robot or user.role in WRITERS:
        return
    raise Refused(f"{user.get_role_display()}は閲覧のみです。変更は募集人・事務・管理者が行ってください。")


def check_can_solicit(user: User, on: date) -> None:
    """Only licensed people explain and take applications (practice 2-5)."""
    if user.role not in {Role.SOLICITOR, Role.MANAGER}:
        raise Refused("説明や申込の受付は、募集人の資格がある人が行ってください。")
    if not user.is_licensed(on):
        raise Refused(f"{user.name}さんの募集人資格は期限が切れています。資格のある募集人が対応してください。")


def check_can_keep_register(user: User) -> None:
    """The register of solicitors is the managers' to keep (practice 2-5)."""
    if user.role != Role.MANAGER:
        raise Refused("募集人名簿の変更は管理者が行ってください。")
