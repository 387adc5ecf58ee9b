"""Duties about people: a licence runs out in 90, 60 or 30 days, or has (checks 8)."""

from datetime import timedelta

from django.db.models import DateField, QuerySet
from django.db.models.functions import Least
from django.urls import reverse

from accounts.models import Role, User
from accounts.queries import working_staff
from desk.duties.kinds import STAFF, Duty, Kind, Moment

_STAGES = (30, 60, 90)


def _rows(user: User, moment: Moment) -> QuerySet[User]:
    until = Least("licence_basic_until", "licence_product_until", output_field=DateField())
    staff = (
        working_staff(user.agency, moment.today)
        .filter(role__in=[Role.SOLICITOR, Role.MANAGER])
        .annotate(licence_until=until)
    )
    soon = staff.filter(licence_until__lte=moment.today + timedelta(days=_STAGES[-1]))
    return soon.order_by("licence_until", "pk")


def _line(person: User, moment: Moment) -> Duty:
    until = person.licence_until  # type: ignore[attr-defined]
    left = (until - moment.today).days
    stage = next(stage for stage in _STAGES if left <= stage)
    words = "資格が切れています。募集の担当を替える" if left < 0 else f"資格の更新を申し込む(期限まで{stage}日以内)"
    theirs = f"{reverse('customers:list')}?in_charge={person.pk}"
    return Duty(
        "licences", until, words, person.name, person.solicitor_number, theirs, "担当のお客さまを見る",
        person.name, left < 0,
    )  # fmt: skip


KINDS = (Kind("licences", "募集人資格の期限", "warn", _rows, _line, "pk", "office", STAFF),)
