"""The pipeline at a glance: stages as columns, and what is due by days left, month, staff and office.

Every number is read in one statement, whatever the number of renewals, and carries the search that lists exactly the
rows it counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum, Window
from django.db.models.functions import RowNumber, TruncDate

from core.clock import JST, jst
from core.periods import at_four, months_after
from core.screens import address_of
from core.templatetags.tate import short_day
from renewals.calendar import calendar_on
from renewals.models import RenewalQuerySet
from renewals.rules import Bucket, bucket_of, buckets
from renewals.states import CLOSED_STATUSES, OPEN_STATUSES, RenewalStatus

CARDS = 4  # of each stage, the nearest expiry first
NO_OFFICE = "none"


def board_since(on: date) -> date:
    """The board also shows what ended lately: from the first day of the month before last, so that months add up."""
    return months_after(on.replace(day=1), -2)


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of renewals and their premium; `query` finds exactly these on the list."""

    query: str
    label: str
    style: str
    count: int
    premium_yen: int


@dataclass(frozen=True, slots=True)
class Card:
    """One renewal as its column shows it."""

    url: str
    number: str
    customer: str
    ends_on: str
    days_left: int
    owner: str
    next_step: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the work: how many, how much, and the first few."""

    tally: Tally
    cards: tuple[Card, ...]

    @property
    def more(self) -> int:
        return self.tally.count - len(self.cards)


@dataclass(frozen=True, slots=True)
class Cell:
    query: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid. `cells` stand beneath the grid's columns, `total` counts them all."""

    label: str
    style: str
    cells: tuple[Cell, ...]
    total: Cell
    premium_yen: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of counts: what a line is, its columns, its lines."""

    head: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Board:
    columns: tuple[Column, ...]
    ends: tuple[Tally, ...]
    since: date
    nearness: Grid
    months: Grid
    staff: Grid
    offices: Grid
    in_work: int
    premium_yen: int


@dataclass(frozen=True, slots=True)
class _Group:
    """What the one statement brings: so many of a stage, owner, office and day."""

    status: str
    owner: str
    owner_name: str
    office: str
    office_name: str
    month: str
    near: str
    count: int
    yen: int


def board(renewals: RenewalQuerySet, on: date) -> Board:
    """The whole board in two statements: the sums, and the first few of every stage."""
    since, near = board_since(on), buckets(calendar_on(on))
    groups = _groups(renewals, on, since, near)
    in_work = [group for group in groups if group.status in OPEN_STATUSES]
    cards = _cards(renewals, on)
    stages = {
        status: Tally(
            f"stage={status}" if status in OPEN_STATUSES else f"stage={status}&since={since}",
            str(status.label), status.style,
            sum(group.count for group in groups if group.status == status),
            sum(group.yen for group in groups if group.status == status),
        )
        for status in RenewalStatus
    }  # fmt: skip
    by_stage = [(str(status), str(status.label)) for status in OPEN_STATUSES]
    by_any_stage = [(str(status), str(status.label)) for status in RenewalStatus]
    by_near = [(one.code, one.label) for one in near]
    return Board(
        columns=tuple(Column(stages[status], tuple(cards[status])) for status in OPEN_STATUSES),
        ends=tuple(stages[status] for status in CLOSED_STATUSES),
        since=since,
        nearness=_grid(
            "満期まで", [(one.code, one.label, _near_style(one)) for one in near], by_stage, in_work,
            line="near", column="status", names={"near": "near", "status": "stage"},
        ),
        months=_grid(
            "満期月", sorted({(group.month, _month_label(group.month), "calm") for group in groups}), by_any_stage,
            groups, line="month", column="status", names={"month": "month", "status": "stage"}, every="&stage=all",
        ),
        staff=_grid(
            "担当者", _most(in_work, "owner", "owner_name"), by_near, in_work,
            line="owner", column="near", names={"owner": "owner", "near": "near"},
        ),
        offices=_grid(
            "営業所", _most(in_work, "office", "office_name"), by_near, in_work,
            line="office", column="near", names={"office": "office", "near": "near"},
        ),
        in_work=sum(group.count for group in in_work),
        premium_yen=sum(group.yen for group in in_work),
    )  # fmt: skip


def _groups(renewals: RenewalQuerySet, on: date, since: date, near: Sequence[Bucket]) -> list[_Group]:
    rows = (
        renewals.filter(Q(status__in=OPEN_STATUSES) | Q(term_end_at__gte=at_four(since)))
        .values_list(
            "status", "owner_id", "owner__name", "owner__office_id", "owner__office__name",
            TruncDate("term_end_at", tzinfo=JST),
        )
        .annotate(n=Count("pk"), yen=Sum("policy__premium_yen"))
        .order_by()
    )  # fmt: skip
    return [
        _Group(
            status, str(owner), name, str(office or NO_OFFICE), office_name or "営業所なし", f"{day:%Y-%m}",
            bucket_of(day, on, near).code, count, yen,
        )
        for status, owner, name, office, office_name, day, count, yen in rows
    ]  # fmt: skip


def _cards(renewals: RenewalQuerySet, on: date) -> dict[str, list[Card]]:
    """The nearest expiries of every stage."""
    place = Window(RowNumber(), partition_by="status", order_by=["term_end_at", "pk"])
    # Chosen by their own columns alone: else thousands are joined with policy, customer and owner, to show twenty.
    nearest = renewals.in_work().annotate(place=place).filter(place__lte=CARDS).values("pk")
    first = renewals.filter(pk__in=nearest).order_by("status", "term_end_at", "pk")
    cards: dict[str, list[Card]] = defaultdict(list)
    address = address_of("renewals:detail")
    for pk, status, number, customer, end, owner, step, due in first.values_list(
        "pk", "status", "policy__number", "customer__name", "term_end_at", "owner__name", "next_step", "next_on"
    ):
        day = jst(end).date()
        cards[status].append(
            Card(
                address(pk),
                number,
                customer,
                short_day(day),
                (day - on).days,
                owner,
                step,
                due is not None and due <= on,
            )
        )
    return cards


def _grid(
    head: str, lines: Iterable[tuple[str, str, str]], columns: Sequence[tuple[str, str]], groups: Iterable[_Group], *,
    line: str, column: str, names: Mapping[str, str], every: str = "",
) -> Grid:  # fmt: skip
    """Fold the groups into a table. `names` says what the search calls the line and the column."""
    count: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    yen: Counter[str] = Counter()
    for group in groups:
        of, under = getattr(group, line), getattr(group, column)
        count[of, under] += group.count
        total[of] += group.count
        yen[of] += group.yen
    return Grid(
        head,
        tuple(label for _, label in columns),
        tuple(
            Line(
                label, style,
                tuple(
                    Cell(f"{names[line]}={code}&{names[column]}={under}", count[code, under]) for under, _ in columns
                ),
                Cell(f"{names[line]}={code}{every}", total[code]), yen[code],
            )
            for code, label, style in lines
        ),
    )  # fmt: skip


def _most(groups: Iterable[_Group], key: str, name: str) -> list[tuple[str, str, str]]:
    """Who or what has work in hand, the most of it first."""
    total: Counter[tuple[str, str]] = Counter()
    for group in groups:
        total[getattr(group, key), getattr(group, name)] += group.count
    ranked = sorted(total.items(), key=lambda one: (-one[1], one[0]))
    return [(code, label, "calm") for (code, label), _ in ranked]


def _month_label(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月"


def _near_style(column: Bucket) -> str:
    if column.days is None or column.days <= 7:
        return "bad"
    return "warn" if column.days <= 30 else "calm"
