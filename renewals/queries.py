"""What the board, the desk and the rounds ask about renewals, in few statements."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat, TruncDate

from accounts.models import Agency
from core.clock import JST
from core.periods import at_four, months_after
from correspondence.models import Letter
from correspondence.states import LetterKind, LetterStatus
from renewals.calendar import calendar_on
from renewals.models import Batch, Renewal, RenewalQuerySet, Round
from renewals.rules import Bucket, bucket_of, buckets
from renewals.states import OPEN_STATUSES, SILENT_STATUSES, LineStatus, RenewalStatus, RoundKind, Way


def board_since(on: date) -> date:
    """The board also shows what ended lately: from the first day of the month before last, so that months add up."""
    return months_after(on.replace(day=1), -2)


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

    A notice made that very day is given until the next morning.
    """
    key = Concat(
        Value("renewal:"), Cast("pk", CharField()), Value(":notice-60:"),
        Cast(TruncDate("term_end_at", tzinfo=JST), CharField()), output_field=CharField(),
    )  # fmt: skip
    sent = Letter.objects.filter(key=OuterRef("notice_key"), kind=LetterKind.RENEWAL_NOTICE, status=LetterStatus.SENT)
    midnight = datetime.combine(on, time.min, tzinfo=JST)
    return (
        Renewal.objects.filter(
            status__in=SILENT_STATUSES,
            term_end_at__gt=at,
            term_end_at__lte=at_four(on + timedelta(days=calendar_on(on).escalates)),
        )
        .filter(Q(noticed_at__isnull=True) | Q(noticed_at__lt=midnight))
        .annotate(notice_key=key)
        .filter(Q(notified_at__isnull=True) | (Q(way=Way.EMAIL) & ~Exists(sent)))
        .select_related("agency", "policy", "customer", "owner")
        .defer("policy__terms", "policy__instalments")
        .order_by("term_end_at", "pk")
    )


def uninsured_since(agency: Agency, since: date) -> RenewalQuerySet:
    """無保険 lately, the latest first. For today's work."""
    return (
        Renewal.objects.filter(agency=agency, status=RenewalStatus.UNINSURED, term_end_at__gte=at_four(since))
        .shown()
        .order_by("-term_end_at", "-pk")
    )


def last_round(kind: RoundKind = RoundKind.NIGHTLY) -> Round | None:
    """The newest run, finished or cut off. For the first screen."""
    return Round.objects.filter(kind=kind).order_by("-pk").first()


def is_round_finished(on: date, kind: RoundKind) -> bool:
    """Whether a whole run of that day stands."""
    return Round.objects.filter(on=on, kind=kind, finished_at__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of renewals and the premium at stake; `query` finds exactly these on the list."""

    query: str
    label: str
    style: str
    count: int
    premium_yen: int
    share: int  # of the longest bar, in percent: the drawing's width

    @property
    def is_empty(self) -> bool:
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the month table: how many in each stage."""

    code: str
    label: str
    counts: tuple[int, ...]
    total: int
    premium_yen: int


@dataclass(frozen=True, slots=True)
class Board:
    """The pipeline at a glance; every number leads to exactly the rows it counts."""

    stages: tuple[Tally, ...]
    nearness: tuple[Tally, ...]
    staff: tuple[Tally, ...]
    months: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...]
    in_work: int
    premium_at_stake_yen: int


def board(renewals: RenewalQuerySet, on: date) -> Board:
    """Count and sum in one statement, whatever the number of renewals."""
    since = board_since(on)
    groups = list(
        renewals.filter(Q(status__in=OPEN_STATUSES) | Q(term_end_at__gte=at_four(since)))
        .values("status", "owner_id", owner_name=F("owner__name"), day=TruncDate("term_end_at", tzinfo=JST))
        .annotate(n=Count("pk"), yen=Sum("policy__premium_yen"))
        .order_by("day", "status", "owner_id")
    )
    columns = buckets(calendar_on(on))
    count: dict[str, Counter[str]] = defaultdict(Counter)
    yen: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, str] = {}
    per_month: dict[str, Counter[str]] = defaultdict(Counter)
    for group in groups:
        keys = {"stage": str(group["status"])}
        per_month[f"{group['day']:%Y-%m}"][group["status"]] += group["n"]
        yen["month"][f"{group['day']:%Y-%m}"] += group["yen"]
        if group["status"] in OPEN_STATUSES:
            keys["near"] = bucket_of(group["day"], on, columns).code
            keys["staff"] = str(group["owner_id"])
            names[str(group["owner_id"])] = group["owner_name"]
        for axis, key in keys.items():
            count[axis][key] += group["n"]
            yen[axis][key] += group["yen"]
    return Board(
        stages=_tallies(
            [(status, status.label, status.style, _stage_query(status, since)) for status in RenewalStatus],
            count["stage"],
            yen["stage"],
        ),
        nearness=_tallies(
            [(column.code, column.label, _near_style(column), f"near={column.code}") for column in columns],
            count["near"],
            yen["near"],
        ),
        staff=_tallies(
            [(pk, names[pk], "calm", f"owner={pk}") for pk, _ in count["staff"].most_common()],
            count["staff"],
            yen["staff"],
        ),
        months=tuple(
            Line(
                month,
                f"{int(month[:4])}年{int(month[5:])}月",
                tuple(stages[status] for status in RenewalStatus),
                sum(stages.values()),
                yen["month"][month],
            )
            for month, stages in sorted(per_month.items())
        ),
        columns=tuple((str(status), str(status.label)) for status in RenewalStatus),
        in_work=sum(count["near"].values()),
        premium_at_stake_yen=sum(yen["near"].values()),
    )


def _near_style(column: Bucket) -> str:
    if column.days is None or column.days <= 7:
        return "bad"
    return "warn" if column.days <= 30 else "calm"


def _stage_query(status: RenewalStatus, since: date) -> str:
    return f"stage={status}" if status in OPEN_STATUSES else f"stage={status}&since={since}"


def _tallies(wanted: Sequence[tuple[str, str, str, str]], count: Counter[str], yen: Counter[str]) -> tuple[Tally, ...]:
    longest = max((count[code] for code, *_ in wanted), default=0) or 1
    return tuple(
        Tally(query, label, style, count[code], yen[code], round(count[code] * 100 / longest))
        for code, label, style, query in wanted
    )


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
