"""Duties about contracts: the 証券 has not gone out (checks 5)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import User
from core.clock import jst
from correspondence.models import Letter
from correspondence.states import LetterStatus
from desk.duties.kinds import Duty, Kind, Moment
from policies.models import Policy
from policies.states import Delivery, PolicyStatus

# A mail may take its way; after a day somebody looks. After a month the customer would ask (practice 1-3).
_PATIENCE = timedelta(days=1)
_TOO_LATE = timedelta(days=30)


def _rows(user: User, moment: Moment) -> QuerySet[Policy]:
    sent = Letter.objects.filter(
        key=Concat(Value("policy:"), OuterRef("number"), Value(":issue")), status=LetterStatus.SENT
    )
    to_post = Q(delivery=Delivery.POST, posted_at__isnull=True)
    to_mail = Q(delivery=Delivery.EMAIL, issued_at__lt=moment.at - _PATIENCE) & ~Exists(sent)
    return (
        Policy.objects.visible_to(user)
        .filter(to_post | to_mail, status=PolicyStatus.IN_FORCE)
        .select_related("customer", "in_charge")
        .only("number", "delivery", "issued_at", "customer__name", "in_charge__name")
        .order_by("issued_at", "pk")
    )


def _line(policy: Policy, moment: Moment) -> Duty:
    words = "証券を郵送して記録する" if policy.delivery == Delivery.POST else "証券のメールが送られたか確認する"
    return Duty(
        "certificates", jst(policy.issued_at).date(), words, policy.customer.name, policy.number,
        policy.get_absolute_url(), "契約を開く", policy.in_charge.name, moment.at - policy.issued_at > _TOO_LATE,
    )  # fmt: skip


KINDS = (Kind("certificates", "証券の未送付", "warn", _rows, _line, "in_charge", "in_charge__office"),)
