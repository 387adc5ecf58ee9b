"""What the page of an effect run shows, in few statements: sums, a histogram, the largest, and who falls out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Abs

from accounts.models import User
from products.models import ProductDraft
from quotes.models import EffectLine, EffectRun
from quotes.states import Turn

LARGEST = 10
# Upper ends in percent of the premium as it is; one step holds what lies below its end and not below the one before.
STEPS: tuple[int | None, ...] = (-30, -20, -10, -5, 0, 5, 10, 20, 30, None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the histogram. `height` in percent of the tallest."""

    words: str
    count: int
    height: int
    style: str
    left: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How much the premiums that move would move."""

    moved: int
    change_yen: int
    least_yen: int
    most_yen: int
    before_yen: int

    @property
    def percent(self) -> str:
        """The change of the sum in percent of what it was."""
        return f"{Decimal(self.change_yen) * 100 / self.before_yen:+.2f}%" if self.before_yen else ""


@dataclass(frozen=True, slots=True)
class EffectPage:
    """Everything about a finished run, or as far as it has come."""

    sums: Sums
    columns: tuple[Column, ...]
    largest: Sequence[EffectLine]
    turns: tuple[tuple[str, str, int], ...]
    is_outdated: bool


def latest_run(draft: ProductDraft, user: User) -> EffectRun | None:
    """The newest run of the person's agency on a draft."""
    runs = EffectRun.objects.visible_to(user).filter(draft=draft)
    return runs.select_related("asked_by", "draft__base__product").defer("draft__text").first()


def effect_page(run: EffectRun) -> EffectPage:
    """Three statements, whatever the size of the run."""
    found = run.lines.annotate(hundred=F("change_yen") * 100).aggregate(
        moved=Count("pk", filter=_moved()), change=Sum("change_yen"), least=Min("change_yen", filter=_moved()),
        most=Max("change_yen", filter=_moved()), before=Sum("before_yen", filter=_moved()), **_steps(), **_turns(),
    )  # fmt: skip
    sums = Sums(
        found["moved"], found["change"] or 0, found["least"] or 0, found["most"] or 0, found["before"] or 0
    )  # fmt: skip
    counts = [found[f"step_{place}"] for place in range(len(STEPS))]
    turns = tuple((str(turn), turn.label, found[f"turn_{turn}"]) for turn in Turn)
    outdated = run.draft.changes.filter(version__gt=run.draft_version).exists()
    return EffectPage(sums, _columns(counts, run.counts.get("same", 0)), _largest(run), turns, outdated)


def lines_of(run: EffectRun, turn: str) -> QuerySet[EffectLine]:
    """The lines of one kind, or all that move, the largest first."""
    lines = run.lines.select_related("policy__customer", "quote__customer").defer(
        "policy__terms", "policy__instalments"
    )
    if turn:
        return lines.filter(turn=turn).order_by("pk")
    return lines.filter(_moved()).order_by(Abs("change_yen").desc(), "pk")


def _largest(run: EffectRun) -> Sequence[EffectLine]:
    return list(lines_of(run, "")[:LARGEST])


def _moved() -> Q:
    return Q(change_yen__isnull=False) & ~Q(change_yen=0)


def _steps() -> dict[str, Count]:
    """How many fall into each step: change × 100 against premium × percent, in whole numbers."""
    filters, low = {}, None
    for place, high in enumerate(STEPS):
        inside = _moved()
        if low is not None:
            inside &= Q(hundred__gte=F("before_yen") * low)
        if high is not None:
            inside &= Q(hundred__lt=F("before_yen") * high)
        filters[f"step_{place}"] = Count("pk", filter=inside)
        low = high
    return filters


def _turns() -> dict[str, Count]:
    return {f"turn_{turn}": Count("pk", filter=Q(turn=turn)) for turn in Turn}


def _columns(counts: list[int], same: int) -> tuple[Column, ...]:
    words = []
    for place, high in enumerate(STEPS):
        low = STEPS[place - 1] if place else None
        words.append(f"{high}%未満" if low is None else f"{low:+d}%以上" if high is None else f"{low:+d}〜{high:+d}%")
    middle = STEPS.index(0) + 1
    words[middle - 1], words[middle] = "-5〜0%", "0〜+5%"
    whole = [*counts[:middle], same, *counts[middle:]]
    names = [*words[:middle], "変わらない", *words[middle:]]
    tallest = max(whole) or 1
    return tuple(
        Column(
            name, count, max(1, count * 100 // tallest) if count else 0,
            "less" if place < middle else "same" if place == middle else "more", place * 68 + 8,
        )
        for place, (name, count) in enumerate(zip(names, whole, strict=True))
    )  # fmt: skip
