"""Duties about people: a licence runs out in 90, 60 or 30 days, or has (checks 8)."""

from datetime import timedelta

from django.db.models import DateField, Q
from django.db.models.functions import Least
from django.urls import reverse

from accounts.models import Role, User
from accounts.queries import working_staff
from accounts.rules import STAGES
from desk.duties.kinds import Address, Kind, Moment, Row, Rows


def found(user: User, moment: Moment) -> list[Rows]:
    staff = working_staff(user.agency_id, moment.today).filter(role__in=[Role.SOLICITOR, Role.MANAGER])
    until = Least("licence_basic_until", "licence_product_until", output_field=DateField())
    soon = staff.annotate(until=until).filter(until__lte=moment.today + timedelta(days=STAGES[-1]))
    return [
        Rows(
            soon, {"licences": Q()}, on="until",
            owner="", office="office", number="solicitor_number", who="name",
        )
    ]  # fmt: skip


def _words(row: Row, moment: Moment) -> str:
    left = (row.on - moment.today).days
    if left < 0:
        return "資格が切れています。募集の担当を替える"
    return f"資格の更新を申し込む(期限まで{next(stage for stage in STAGES if left <= stage)}日以内)"


def _their_customers() -> Address:
    customers = reverse("customers:list")
    return lambda row: f"{customers}?in_charge={row.pk}"


KINDS = (Kind("licences", "募集人資格の期限", "warn", _words, "担当のお客さまを見る", _their_customers),)
