"""Duties about contracts: the 証券 has not demonstrably reached the customer (checks 5)."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import User
from core.clock import JST
from desk.duties.kinds import Kind, Moment, Row, Rows, record
from policies.models import Policy
from policies.queries import unposted, unsent
from policies.states import Delivery

# A mail may take its way; after a day somebody looks. After a month the customer would ask (practice 1-3).
_PATIENCE = timedelta(days=1)
_TOO_LATE = timedelta(days=30)


def found(user: User, moment: Moment) -> list[Rows]:
    """By post and by mail apart: each has an index that finds the few among all."""
    policies = Policy.objects.visible_to(user)
    by_mail = unsent(policies).filter(issued_at__lt=moment.at - _PATIENCE)
    return [_rows(unposted(policies)), _rows(by_mail)]


def _rows(policies: QuerySet[Policy]) -> Rows:
    return Rows(
        policies, {"certificates": Q()}, on=TruncDate("issued_at", tzinfo=JST),
        owner="in_charge", office="in_charge__office", number="number", customer="customer", state="delivery",
    )  # fmt: skip


def _words(row: Row, moment: Moment) -> str:
    return "証券を郵送して記録する" if row.state == Delivery.POST else "証券のメールが送られたか確認する"


def _too_late(today: date) -> date:
    return today - _TOO_LATE


KINDS = (Kind("certificates", "証券の未送付", "warn", _words, "契約を開く", record("policies:detail"), late=_too_late),)
