"""Two contents of a contract side by side (前年との比較, 異動): what is different, line by line."""

from dataclasses import dataclass

from core.money import format_limit, format_yen
from policies.terms import CoverLine, Terms

NOTHING, HAS = "なし", "あり"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the year-on-year table (前年との比較)."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def kind(self) -> str:
        """追加, 削除 or 変更."""
        return "追加" if self.before == NOTHING else "削除" if self.after == NOTHING else "変更"


def differences(old: Terms, old_premium_yen: int, new: Terms, new_premium_yen: int) -> tuple[Difference, ...]:
    """What changed against the contract before: premium, limits, deductible, riders, sales (checks 27)."""
    premium = Difference("年間保険料", format_yen(old_premium_yen), format_yen(new_premium_yen))
    return (premium, *_cover_differences(old, new))


def changes(old: Terms, new: Terms) -> tuple[Difference, ...]:
    """What a 異動 changes, and nothing else."""
    lines = (
        *_plans(old, new),
        *_cover_differences(old, new),
        Difference("業種", old.industry_label, new.industry_label),
        Difference("被保険者", _insureds(old), _insureds(new)),
    )
    return tuple(line for line in lines if line.is_changed)


def _cover_differences(old: Terms, new: Terms) -> tuple[Difference, ...]:
    limits_before = {line.code: line for line in old.cover}
    limits_after = {line.code: line for line in new.cover}
    labels = {line.code: line.label for line in (*old.cover, *new.cover)}
    return (
        *(
            Difference(label, _limit(limits_before.get(code)), _limit(limits_after.get(code)))
            for code, label in labels.items()
        ),
        Difference("自己負担額", format_limit(old.deductible_yen), format_limit(new.deductible_yen)),
        *_hours(old, new),
        *_riders(old, new),
        Difference("売上高", format_limit(old.sales_yen), format_limit(new.sales_yen)),
    )


def _limit(line: CoverLine | None) -> str:
    return format_limit(line.limit_yen) if line else NOTHING


def _plans(old: Terms, new: Terms) -> tuple[Difference, ...]:
    """Another plan of the book; a cover that is nobody's plan is named by its limits, which say it themselves."""
    if old.selection.get("plan") == new.selection.get("plan") or not new.selection.get("plan"):
        return ()
    return (Difference("プラン", old.plan_label, new.plan_label),)


def _hours(old: Terms, new: Terms) -> tuple[Difference, ...]:
    if not (old.waiting_hours or new.waiting_hours):
        return ()
    before, after = (f"{hours}時間" if hours else NOTHING for hours in (old.waiting_hours, new.waiting_hours))
    return (Difference("免責時間", before, after),)


def _insureds(terms: Terms) -> str:
    return "、".join(insured.name for insured in terms.insureds)


def _riders(old: Terms, new: Terms) -> tuple[Difference, ...]:
    """A line for each rider of either, so that nobody has to compare two lists."""
    before, after = ({rider.code for rider in terms.riders} for terms in (old, new))
    labels = {rider.code: rider.label for rider in (*old.riders, *new.riders)}
    return tuple(
        Difference(label, HAS if code in before else NOTHING, HAS if code in after else NOTHING)
        for code, label in labels.items()
    )
