"""What the board, the desk and the rounds ask about renewals, in few statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Count, Exists, Func, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat

from core.clock import JST
from core.models import key_of
from core.periods import at_four
from correspondence.models import Letter
from correspondence.states import LetterKind, LetterStatus
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.calendar import calendar_on
from renewals.models import Batch, Renewal, RenewalQuerySet, Round
from renewals.states import UNNOTICED_STATUSES, LineStatus, RenewalStatus, Response, RoundKind, Way


def waiting_quote(renewal: Renewal) -> Quote | None:
    """The renewal's quote that lies before an underwriter, if one does."""
    waits = [QuoteStatus.REFERRED, QuoteStatus.ASKED]
    return Quote.objects.filter(renewal_of=renewal.policy_id, status__in=waits).first()


def duties_of(on: date) -> list[Renewal]:
    """Everything somebody should do that day, and what was opened that day; nearest expiry first."""
    midnight = datetime.combine(on, time.min, tzinfo=JST)
    return list(
        Renewal.objects.in_work()
        .filter(Q(next_on__lte=on) | Q(opened_at__gte=midnight, opened_at__lt=midnight + timedelta(days=1)))
        .select_related("agency", "policy", "customer", "owner")
        .defer("policy__terms", "policy__instalments")
        .order_by("term_end_at", "pk")
    )


def unsent_notices(on: date, at: datetime) -> RenewalQuerySet:
    """Renewals so near their expiry that the notice must have gone, and it has not: no notice, no post, no SENT mail.

    A notice made that very day is given until the next morning. Who said that he does not renew is owed none.
    """
    # By what it is about, not by its key: a notice that was written anew before it left has another.
    key = Func(
        Concat(Value(key_of(Renewal, "")), Cast(OuterRef("pk"), CharField())),
        template="ARRAY[%(expressions)s]::varchar[]", output_field=ArrayField(CharField()),
    )  # fmt: skip
    sent = Letter.objects.filter(about__contains=key, kind=LetterKind.RENEWAL_NOTICE, status=LetterStatus.SENT)
    midnight = datetime.combine(on, time.min, tzinfo=JST)
    return (
        Renewal.objects.filter(
            status__in=(*UNNOTICED_STATUSES, RenewalStatus.NOTIFIED),
            term_end_at__gt=at,
            term_end_at__lte=at_four(on + timedelta(days=calendar_on(on).escalates)),
        )
        .exclude(response=Response.NOT_RENEWING)
        .filter(Q(noticed_at__isnull=True) | Q(noticed_at__lt=midnight))
        .filter(Q(notified_at__isnull=True) | (Q(way=Way.EMAIL) & ~Exists(sent)))
        .select_related("agency", "policy", "customer", "owner")
        .defer("policy__terms", "policy__instalments")
        .order_by("term_end_at", "pk")
    )


def last_round(kind: RoundKind = RoundKind.NIGHTLY) -> Round | None:
    """The newest run, finished or cut off. For the first screen."""
    return Round.objects.filter(kind=kind).order_by("-pk").first()


def is_round_finished(on: date, kind: RoundKind) -> bool:
    """Whether a whole run of that day stands."""
    return Round.objects.filter(on=on, kind=kind, finished_at__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody is about to do a deed on: how many in which stage, whose, and how much premium."""

    count: int
    premium_yen: int
    stages: tuple[tuple[str, int], ...]
    owners: tuple[tuple[str, int], ...]


def chosen(renewals: RenewalQuerySet, rows: Sequence[int]) -> Choice:
    """The chosen renewals in one statement, for the page that asks once more."""
    groups = (
        renewals.filter(pk__in=rows)
        .values("status", "owner__name")
        .annotate(n=Count("pk"), yen=Sum("policy__premium_yen"))
    )
    stages: Counter[str] = Counter()
    owners: Counter[str] = Counter()
    yen = 0
    for group in groups:
        stages[group["status"]] += group["n"]
        owners[group["owner__name"]] += group["n"]
        yen += group["yen"]
    named = tuple((str(status.label), stages[status]) for status in RenewalStatus if stages[status])
    return Choice(sum(stages.values()), yen, named, tuple(owners.most_common()))


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How far a batch has come; the three add up to all its rows."""

    waiting: int
    done: int
    refused: int

    @property
    def finished(self) -> int:
        return self.done + self.refused

    @property
    def percent(self) -> int:
        total = self.finished + self.waiting
        return self.finished * 100 // total if total else 0


def batch_counts(batch: Batch) -> BatchCounts:
    """Counted from the lines: nothing else says what was done."""
    counts = dict(batch.lines.order_by().values_list("status").annotate(n=Count("pk")))
    return BatchCounts(*(counts.get(status, 0) for status in (LineStatus.WAITING, LineStatus.DONE, LineStatus.REFUSED)))
