"""What the office and its customers do while the storm goes on: post, answer, phone, cancel, endorse, report a loss,
and leave. All by the house's own actions, but for the answers of the thousands."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Mod

from accounts.models import User
from claims.actions import open_claim
from core.clock import JST, jst, now
from core.doors import perform
from core.errors import Refused
from correspondence.actions import handle_bounce
from correspondence.models import Bounce
from correspondence.states import BounceDeed
from local.chaos.minds import Mind, Minds
from policies.actions import cancel_policy, endorse_policy
from policies.changing import Change
from policies.models import Policy
from policies.states import EndKind, PolicyStatus
from renewals.actions import record_notice_posted
from renewals.models import Renewal
from renewals.states import OPEN_STATUSES, Channel, RenewalStatus, Response, Way

# Two of three solicitors are gone before the year is over: one on a day said before, one overnight.
LEFT_ON, SHUT_OUT_ON = date(2027, 8, 15), date(2027, 10, 6)
LATER_DAYS = 9  # half of what changes changes at once, while the notice waits or is sent; the rest so much later


class Office:
    """The clerk who does it, and why what she tried was refused. Everything here may be tried again after a crash."""

    def __init__(self, clerk: User, share: int, minds: Minds) -> None:
        self.clerk, self.share, self.minds = clerk, share, minds
        self._own = minds.every(*Mind)
        self.refusals: Counter[str] = Counter()

    def post(self) -> int:
        """The clerk puts today's printed notices into the post and says so."""
        waiting = Renewal.objects.filter(way=Way.POST, notified_at__isnull=True, status=RenewalStatus.OPEN)
        return sum(
            self._does(record_notice_posted, renewal=renewal, seen_version=renewal.version)
            for renewal in waiting.order_by("pk")
        )

    def hear(self) -> int:
        """Nineteen of twenty customers answer within days: written at once, past the guards the action meets. Not those
        who have a mind of their own, whose answers come by the house's doors."""
        at = now()
        told = Renewal.objects.filter(
            status=RenewalStatus.NOTIFIED, notified_at__lt=at - timedelta(days=5), term_end_at__gt=at
        )
        return (
            told.annotate(twentieth=Mod("pk", 20))
            .filter(twentieth__gt=0)
            .exclude(policy__in=self._own)
            .update(
                status=RenewalStatus.RESPONDED, response=Response.RENEW, response_channel=Channel.PHONE,
                response_person="田中 一郎", response_note="今年も同じ内容で", responded_at=at,
                responded_by=self.clerk, next_on=jst(at).date() + timedelta(days=30),
                next_step="今年の売上高を確認し、更改の見積を開く", version=F("version") + 1,
            )
        )  # fmt: skip

    def deal_with_bounces(self) -> None:
        """What came back on days before is phoned about, sent to a new address or posted; every fourth lies on."""
        lying = Bounce.objects.open().annotate(turn=Mod("pk", 4)).filter(turn__gt=0, received_at__lt=_midnight(now()))
        for bounce in lying.select_related("letter").order_by("pk"):
            new = f"new{bounce.pk}@{bounce.address.partition('@')[2]}"
            deed = BounceDeed.CALLED if bounce.pk % 4 == 1 else BounceDeed.POSTED
            facts = {"bounce": bounce, "note": "お客さまに確認"}
            again = bounce.pk % 4 == 2
            # Refused where the renewal has ended meanwhile: then it is told by post.
            if not again or not self._does(handle_bounce, **facts, deed=BounceDeed.MENDED, new_address=new):
                self._does(handle_bounce, **facts, deed=deed)

    def change_contracts(self) -> None:
        """One of `share` contracts that have their notice is cancelled, one is endorsed, and a loss is reported on one
        of four times as many."""
        at = now()
        today = jst(at).date()
        for policy in self._chosen(1):
            self._does(
                cancel_policy, policy=policy, seen_version=policy.version, end=EndKind.CANCELLED, on=today,
                requested_on=today, requested_by="総務部 田中様", reason="廃業",
            )  # fmt: skip
        for policy in self._chosen(2).filter(endorsements=None):
            self._does(
                endorse_policy, policy=policy, seen_version=policy.version, changes_on=today, noticed_on=today,
                change=Change(sales_yen=(policy.agreed.sales_yen or 0) + 50_000_000), approved_on=today,
                approval_reference="承認 27-0815", own_cause=True, reason="事業の拡大",
                premium_yen=policy.premium_now_yen + 10_000,
            )  # fmt: skip
        for policy in self._chosen(3, fewer=4).filter(claims=None):
            self._does(open_claim, customer=None, policy=policy, facts=_loss(at), owner=self.clerk)

    def leave(self) -> None:
        """Who leaves is marked by the administrator, as on the admin's page; the morning's round does the rest."""
        today = jst(now()).date()
        if today >= LEFT_ON - timedelta(days=20):
            User.objects.filter(username="takahashi").update(left_on=LEFT_ON)
        if today >= SHUT_OUT_ON:
            User.objects.filter(username="suzuki").update(is_active=False)

    def _chosen(self, which: int, fewer: int = 1) -> QuerySet[Policy]:
        """Those of whom it is the turn: half of them on the notice's own day, while it waits or is being sent."""
        at = now()
        told = Renewal.objects.filter(noticed_at__isnull=False, status__in=OPEN_STATUSES, term_end_at__gt=at)
        at_once = Q(half=0) | Q(noticed_at__lt=_midnight(at) - timedelta(days=LATER_DAYS))
        ready = told.annotate(half=Mod(F("policy_id") / self.share, 2)).filter(at_once)
        policies = Policy.objects.annotate(turn=Mod("pk", self.share * fewer)).filter(turn=which)
        return policies.filter(status=PolicyStatus.IN_FORCE, renewal__in=ready.values("pk")).order_by("pk")

    def _does(self, verb: Callable[..., object], **facts: Any) -> bool:
        """Whether it could be done: what was done before its answer was lost with a connection is refused."""
        try:
            perform(verb, **facts, by=self.clerk, at=now())
        except Refused as refusal:
            self.refusals[f"{verb.__name__}: {refusal.message}"] += 1
            return False
        return True


def _loss(at: datetime) -> dict[str, Any]:
    return {
        "kind": "CYBER", "description": "サーバーのファイルが暗号化され、開けなくなった。", "occurred_at": None,
        "discovered_at": at - timedelta(hours=2), "claimed_at": None, "claimant": "", "is_circumstance": False,
        "reported_at": at - timedelta(minutes=5), "measures": ["ISOLATED"], "measures_note": "",
        "reporter_name": "田中 一郎", "reporter_phone": "03-1111-2222", "reporter_email": "",
        "involves_personal_data": False, "leak_persons": None, "leak_sensitive": False, "leak_financial": False,
        "leak_wrongful": False, "funds_lost": False, "caller_words": "",
    }  # fmt: skip


def _midnight(at: datetime) -> datetime:
    return jst(at).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=JST)
