"""Why the premium changed, in words a customer understands: one sentence for each share. No Django."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import Refused
from core.money import format_limit
from products.conditions import ConditionError
from products.rating import rate
from products.risks import risk_from
from products.terms import term_share
from renewals.attribution import Attribution, Share
from renewals.causes import Cause, Situation, Sorter

TOGETHER = "これらは互いに関係していて別々には計算できないため、合わせた金額です。"


@dataclass(frozen=True, slots=True)
class Reason:
    """One share in words. `note` says what has to be known about the figure."""

    label: str
    words: str
    yen: int
    note: str = ""


def reasons(found: Attribution, before: Situation, after: Situation) -> tuple[Reason, ...]:
    """A sentence for each share that moved the premium, and where nothing did, none."""
    sorter = Sorter(before, after)
    return tuple(_reason(share, found, sorter) for share in found.shares if share.yen or _is_alone(share))


def without_effect(found: Attribution) -> tuple[str, ...]:
    """What somebody changed without the premium moving."""
    return tuple(share.label for share in found.shares if not share.yen and not set(share.causes) & _BY_ITSELF)


# What changes with every year that passes, without anybody's doing.
_BY_ITSELF = frozenset({Cause.DISCOUNTS, Cause.TERM, Cause.NAMED, Cause.TAKEN_OVER, Cause.RECORD})


def _is_alone(share: Share) -> bool:
    return bool(set(share.causes) & {Cause.NAMED, Cause.TAKEN_OVER})


def _reason(share: Share, found: Attribution, sorter: Sorter) -> Reason:
    parts = [_WORDS[cause](sorter) for cause in share.causes]
    words = f"{'、'.join(parts)}ため"
    note = TOGETHER if len(share.causes) > 1 else ""
    if found.unsplit and _is_alone(share):
        note = f"前年から変わった点: {'、'.join(cause.label for cause in found.unsplit)}。"
    return Reason(share.label, words, share.yen, note)


def _sales(sorter: Sorter) -> str:
    old, new = sorter.before.said().get("sales_yen", 0), sorter.after.said().get("sales_yen", 0)
    if old == new:
        return "売上高の内訳が変わった"
    way = "増えた" if new > old else "減った"
    return f"売上高が{format_limit(old)}から{format_limit(new)}に{way}"


def _company(sorter: Sorter) -> str:
    names = [_industry(one) for one in (sorter.before, sorter.after)]
    if names[0] != names[1]:
        return f"業種が「{names[0]}」から「{names[1]}」に変わった"
    return "従業員数などの会社の概要が変わった"


def _industry(situation: Situation) -> str:
    code = str(situation.facts.get("industry", ""))
    industry = situation.book.industry(code)
    return industry.label if industry else code


def _tariff(sorter: Sorter) -> str:
    before, after = sorter.before.book, sorter.after.book
    if before.code != after.code:
        return f"商品が「{before.name}」から「{after.name}」に変わった"
    return f"保険料の率が改定された({after.edition})"


def _form(sorter: Sorter) -> str:
    return f"商品の内容や告知の質問が改定された({sorter.after.book.edition})"


def _answers(sorter: Sorter) -> str:
    scores = [_score(one) for one in (sorter.before, sorter.after)]
    if None in scores or scores[0] == scores[1]:
        return "告知の回答が変わった"
    return f"告知の回答によるセキュリティ評点が{scores[0]}点から{scores[1]}点になった"


def _score(situation: Situation) -> int | None:
    """評点, where this book has one."""
    if not any(question.score for question in situation.book.questions):
        return None
    try:
        risk = risk_from(situation.facts, situation.book, _said(situation.answers))
    except (Refused, ConditionError):
        return None
    score = risk.facts["security_score"]
    return score if isinstance(score, int) else None


def _said(answers: Any) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value not in (None, "")}


def _experience(sorter: Sorter) -> str:
    return "保険期間中の事故の実績を反映した"


def _cover(sorter: Sorter) -> str:
    was, will = sorter.before.selection, sorter.after.selection
    books = (sorter.after.book, sorter.before.book)
    labels = {part.code: part.label for book in reversed(books) for part in book.coverages}
    moved = [
        f"{label}を{_limit(was.limit(code))}から{_limit(will.limit(code))}に"
        for code, label in labels.items()
        if was.limit(code) != will.limit(code)
    ]
    if moved:
        return f"支払限度額を変更した({'、'.join(moved)})"
    return "プランを変更した" if was.plan != will.plan else "補償の内容を変更した"


def _limit(yen: int) -> str:
    return format_limit(yen) if yen else "なし"


def _deductible(sorter: Sorter) -> str:
    was, will = sorter.before.selection, sorter.after.selection
    moved = []
    if was.deductible_yen != will.deductible_yen:
        moved.append(f"自己負担額を{_limit(was.deductible_yen)}から{_limit(will.deductible_yen)}に")
    if was.waiting_hours != will.waiting_hours and sorter.cause_of_waiting == Cause.DEDUCTIBLE:
        moved.append(f"免責時間を{was.waiting_hours}時間から{will.waiting_hours}時間に")
    return f"{'、'.join(moved)}変更した"


def _riders(sorter: Sorter) -> str:
    was, will = set(sorter.before.selection.riders), set(sorter.after.selection.riders)
    own = {code for code in was ^ will if sorter.cause_of_rider(code) == Cause.RIDERS}
    added = _quoted(sorter.after.book.rider_label(code) for code in sorted(own & will))
    taken = _quoted(sorter.before.book.rider_label(code) for code in sorted(own & was))
    if added and taken:
        return f"{added}を付け、{taken}を外した"
    return f"{added}を付けた" if added else f"{taken}を外した"


def _quoted(names: Iterable[str]) -> str:
    return "".join(f"「{name}」" for name in names)


def _discounts(sorter: Sorter) -> str:
    was, will = _given(sorter.before), _given(sorter.after)
    new = _quoted(name for name in will if name not in was)
    gone = _quoted(name for name in was if name not in will)
    if new and gone:
        return f"割引が{gone}から{new}に変わった"
    if new or gone:
        return f"{new}が適用された" if new else f"{gone}が適用されなくなった"
    return "割引の条件が変わった"


def _given(situation: Situation) -> list[str]:
    try:
        risk = risk_from(situation.facts, situation.book, _said(situation.answers))
        lines = rate(risk, situation.selection, situation.book).lines
    except (Refused, ConditionError):
        return []
    return [line.label for line in lines if line.operation == "discount"]


def _term(sorter: Sorter) -> str:
    shares = [_share(one) for one in (sorter.before, sorter.after)]
    if shares[0] and not shares[1]:
        return f"前年は{shares[0]}の短い保険期間で、今年は1年間になる"
    if shares[1]:
        return f"保険期間が短くなる({shares[1]})"
    return "更改の契約になる"


def _share(situation: Situation) -> str:
    begins = str(situation.facts.get("inception_on") or "")
    part = term_share(situation.book, date.fromisoformat(begins)) if begins else None
    return part.label if part else ""


def _adjustment(sorter: Sorter) -> str:
    old, new = (f"{one.moved_percent:+d}%" if one.moved_percent else "なし" for one in (sorter.before, sorter.after))
    return f"引受けの判断による保険料の調整が変わった(前年 {old}、今年 {new})"


def _named(sorter: Sorter) -> str:
    return "保険会社が個別に見積もった保険料で、内訳が示されていない"


def _taken_over(sorter: Sorter) -> str:
    return "前のご契約の保険料の計算の記録が当代理店になく、内訳を計算できない"


def _record(sorter: Sorter) -> str:
    return "前のご契約の保険料に、計算の記録に表れない個別の取り決めがある"


_WORDS: dict[Cause, Callable[[Sorter], str]] = {
    Cause.SALES: _sales, Cause.COMPANY: _company, Cause.TARIFF: _tariff, Cause.FORM: _form, Cause.ANSWERS: _answers,
    Cause.EXPERIENCE: _experience, Cause.COVER: _cover, Cause.DEDUCTIBLE: _deductible, Cause.RIDERS: _riders,
    Cause.DISCOUNTS: _discounts, Cause.TERM: _term, Cause.ADJUSTMENT: _adjustment, Cause.NAMED: _named,
    Cause.TAKEN_OVER: _taken_over, Cause.RECORD: _record,
}  # fmt: skip


# ---------------------------------------------------------------- the picture

WIDTH = 1000  # of the picture, in its own units; the template says how wide that is


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the waterfall: from where the sum stood to where this reason brings it. `way`: up, down or sum."""

    label: str
    words: str
    note: str
    yen: int
    amount: str
    way: str
    x: int
    width: int
    zero: int


def signed(yen: int) -> str:
    """A change with its sign: +12,340円, −560円, ±0円."""
    return f"+{yen:,}円" if yen > 0 else f"−{-yen:,}円" if yen < 0 else "±0円"


def waterfall(told: Iterable[Reason]) -> tuple[Step, ...]:
    """The reasons as floating bars over the difference to last year, and their sum last.

    The axis is the difference itself, so no bar is cut off and none is drawn longer than its yen.
    """
    told = tuple(told)
    stands = [0]
    for reason in told:
        stands.append(stands[-1] + reason.yen)
    low, high = min(stands), max(stands)
    span = (high - low) or 1

    def place(yen: int) -> int:
        return (yen - low) * WIDTH // span

    def step(label: str, words: str, note: str, yen: int, start: int, way: str) -> Step:
        left, right = sorted((place(start), place(start + yen)))
        return Step(label, words, note, yen, signed(yen), way, left, max(right - left, 6 if yen else 0), place(0))

    steps = [
        step(one.label, one.words, one.note, one.yen, start, "up" if one.yen > 0 else "down")
        for one, start in zip(told, stands, strict=False)
    ]
    return (*steps, step("前年との差", "", "", stands[-1], 0, "sum"))
