"""The underwriters' queue: in which order referrals wait, how they are counted, and what a line says. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from core.bank_days import bank_days_after
from core.clock import jst
from quotes.models import QuoteOption, Referral
from quotes.states import ReferralStatus

OVERDUE, SOON = "overdue", "soon"
UNDECIDED = Q(status__in=[ReferralStatus.OPEN, ReferralStatus.ASKED])


def on_the_clock(clock: str, on: date) -> Q:
    """Undecided referrals that are late, or due today or tomorrow."""
    if clock == OVERDUE:
        return UNDECIDED & Q(due_on__lt=on)
    return UNDECIDED & Q(due_on__gte=on, due_on__lte=on + timedelta(days=1))


# The highest limit and premium of a case, for putting the queue in their order.
_OPTIONS = QuoteOption.objects.filter(quote=OuterRef("quote")).order_by().values("quote")
_HIGHEST = Subquery(_OPTIONS.annotate(most=Max(Cast(KT("selection__liability_yen"), BigIntegerField()))).values("most"))
_DEAREST = Subquery(_OPTIONS.annotate(most=Max("premium_yen")).values("most"))


def in_turn(sort: str = "") -> tuple[OrderBy, ...]:
    """Open ones first and by their clock, then those that wait for an answer; decided ones newest first. `sort` puts
    age, the sum insured or the premium before the clock."""
    turn = Case(
        When(status=ReferralStatus.OPEN, then=Value(0)),
        When(status=ReferralStatus.ASKED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    clock = Case(When(UNDECIDED, then=F("due_on")))
    wished = {
        "age": (F("asked_at").asc(),),
        "sum": (OrderBy(_HIGHEST, descending=True, nulls_last=True),),
        "premium": (OrderBy(_DEAREST, descending=True, nulls_last=True),),
    }.get(sort, ())
    return (turn.asc(), *wished, clock.asc(), F("decided_at").desc(nulls_last=True), F("pk").asc())


@dataclass(frozen=True, slots=True)
class Tally:
    """A number on the first page and above the queue; its link opens exactly the rows it counts."""

    code: str
    label: str
    query: str
    count: int
    urgent: bool = False


# code, label, query string, and whether a number above zero is a matter of urgency
_TALLIES = (
    ("open", "判断待ち", "status=OPEN", False),
    ("open_overdue", "判断待ち・期限超過", f"status=OPEN&clock={OVERDUE}", True),
    ("open_soon", "判断待ち・本日か明日が期限", f"status=OPEN&clock={SOON}", True),
    ("asked", "回答待ち", "status=ASKED", False),
    ("asked_overdue", "回答待ち・期限超過", f"status=ASKED&clock={OVERDUE}", True),
)


def tallies(referrals: QuerySet[Referral], on: date) -> list[Tally]:
    """Every count of the console in one statement."""
    is_open, asked = Q(status=ReferralStatus.OPEN), Q(status=ReferralStatus.ASKED)
    counted = referrals.filter(UNDECIDED).aggregate(
        open=Count("pk", filter=is_open),
        open_overdue=Count("pk", filter=is_open & on_the_clock(OVERDUE, on)),
        open_soon=Count("pk", filter=is_open & on_the_clock(SOON, on)),
        asked=Count("pk", filter=asked),
        asked_overdue=Count("pk", filter=asked & on_the_clock(OVERDUE, on)),
    )
    return [
        Tally(code, label, query, counted[code], urgent and counted[code] > 0)
        for code, label, query, urgent in _TALLIES
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """How long there is still of the promised week, in words and as the colour word of a badge; and the bank days
    (銀行営業日) in it, on which somebody works."""

    words: str
    style: str
    bank_days: int = 0


def clock_of(referral: Referral, on: date) -> Clock | None:
    """The clock of an undecided referral; a decided one has none."""
    if referral.status not in (ReferralStatus.OPEN, ReferralStatus.ASKED):
        return None
    days = referral.days_left(on)
    if days < 0:
        return Clock(f"{-days}日超過", "bad")
    if days == 0:
        return Clock("本日まで", "bad")
    working = bank_days_after(on, referral.due_on)
    return Clock(f"あと{days}日", "bad" if days == 1 or working <= 1 else "warn" if days <= 3 else "calm", working)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A referral as one line of the queue. `premium_from_yen` is None where no option is priced."""

    referral: Referral
    clock: Clock | None
    liability_yen: int
    premium_from_yen: int | None
    premium_to_yen: int | None
    unpriced: int
    age_days: int
    age_bank_days: int


def queue_line(referral: Referral, at: datetime) -> QueueLine:
    """Read from what `queue_rows` fetched; asks the database nothing."""
    on = jst(at).date()
    options = list(referral.quote.options.all())
    premiums = [option.premium_yen for option in options if option.premium_yen is not None]
    return QueueLine(
        referral=referral,
        clock=clock_of(referral, on),
        liability_yen=max((option.selection["liability_yen"] for option in options), default=0),
        premium_from_yen=min(premiums, default=None),
        premium_to_yen=max(premiums, default=None),
        unpriced=len(options) - len(premiums),
        age_days=(on - jst(referral.asked_at).date()).days,
        age_bank_days=bank_days_after(jst(referral.asked_at).date(), on),
    )


def queue_rows(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """With what a line shows, in four statements whatever the number of rows."""
    # The book of a version and the receipts are large, and no line shows them.
    lean = ("quote__product_version__content", "snapshot")
    return referrals.shown().defer(*lean).prefetch_related("quote__options", "reasons")  # type: ignore[attr-defined]
