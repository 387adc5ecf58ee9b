"""What a renewal has to ask (更改でおたずねすること): facts in, plan out.

A renewal is a new contract, and what is asked for it is answered for it (practice 3-1, 5-3). Asked is what the year
may have changed, what nobody could answer, and what the book now asks in other words; the rest is shown as a list and
confirmed at once, which counts as the customer's word on every line of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from products.bank import Bank
from products.book import Book, Question
from quotes.carrying import oldest_fresh

UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a question is asked again. The order is that of the page."""

    DECLARED = "declared"
    YEAR = "year"
    CONTRADICTS = "contradicts"
    CHANGED = "changed"
    FIGURE = "figure"
    REWORDED = "reworded"
    NEW = "new"
    STALE = "stale"
    UNKNOWN = "unknown"
    BLANK = "blank"

    @property
    def sentence(self) -> str:
        """To the customer."""
        return _SENTENCES[self]


_SENTENCES: dict[Why, str] = {
    Why.DECLARED: "お申し込みのたびにお答えいただく申告です。",
    Why.YEAR: "前回のご回答のあとに起きたことも含めて、あらためてお答えください。",
    Why.CONTRADICTS: "お知らせいただいていることと前回のご回答が合わないため、確認させてください。",
    Why.CHANGED: "ご契約の途中で変更のお手続きがあったため、確認させてください。",
    Why.FIGURE: "直近の会計年度の金額をお答えください。",
    Why.REWORDED: "質問の内容が前回から変わりました。",
    Why.NEW: "新しく加わった質問です。",
    Why.STALE: "前回のご回答から時間がたっているため、確認させてください。",
    Why.UNKNOWN: "前回は「わからない」でした。お分かりになりましたか。",
    Why.BLANK: "まだお答えいただいていません。",
}  # fmt: skip

# What the questions themselves bring with them when their words change or the answer is too old: not the customer's.
ANEW = frozenset({Why.REWORDED, Why.NEW, Why.STALE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the renewal's form. `answered_on` is the day on which the customer gave that answer."""

    value: Any
    is_carried: bool
    answered_on: date


@dataclass(frozen=True, slots=True)
class LastTime:
    """What the customer said to the same question in the form of the contract that ends, and the words he was asked
    in (`words_of`)."""

    value: Any
    version: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What the year brought: ids of questions whose answers do not go with what we know by now, and of those an
    endorsement of the contract touched."""

    contradicted: AbstractSet[str] = frozenset()
    endorsed: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question that is asked again, and why."""

    id: str
    why: Why


@dataclass(frozen=True, slots=True)
class RenewalPlan:
    """`asked` one by one, `unchanged` confirmed together; `answered` was said this year, `optional` may be left."""

    sales: bool
    asked: tuple[Ask, ...]
    unchanged: tuple[str, ...]
    answered: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def questions(self) -> int:
        """How many questions the customer has to answer, the sales among them."""
        return len(self.asked) + self.sales

    @property
    def anew(self) -> tuple[str, ...]:
        """Those asked because of their words or their age."""
        return tuple(ask.id for ask in self.asked if ask.why in ANEW)

    @property
    def is_done(self) -> bool:
        return not (self.sales or self.asked or self.unchanged)


def plan(
    book: Book,
    shown: Iterable[Question],
    standing: Mapping[str, Standing],
    last: Mapping[str, LastTime],
    *,
    sales_told: bool,
    inception_on: date,
    bank: Bank,
    year: Year = Year(),  # noqa: B008 - frozen
) -> RenewalPlan:
    """What is asked of `shown`, the questions that apply now. Answers must be fresh on the new term's first day."""
    asked: list[Ask] = []
    unchanged: list[str] = []
    answered: list[str] = []
    optional: list[str] = []
    for declaration in book.declarations:
        if declaration.stage == "quote" and not _is_said(standing.get(declaration.id)):
            asked.append(Ask(declaration.id, Why.DECLARED))
    for question in shown:
        stands = standing.get(question.id)
        if stands is not None and _is_said(stands):
            answered.append(question.id)
            continue
        why = _why(question, stands, last.get(question.id), inception_on, bank, year)
        if why is None:
            unchanged.append(question.id)
        elif question.required or why is Why.REWORDED or (stands is not None and stands.value not in (None, "")):
            asked.append(Ask(question.id, why))
        else:
            optional.append(question.id)
    order = list(Why)
    asked.sort(key=lambda ask: order.index(ask.why))
    return RenewalPlan(not sales_told, tuple(asked), tuple(unchanged), tuple(answered), tuple(optional))


def words_of(question: Question) -> tuple[str, ...]:
    """What the customer reads of a question and of the answers he may choose."""
    return (question.wording, *(option.label for option in question.options))


def _is_said(stands: Standing | None) -> bool:
    return stands is not None and not stands.is_carried and stands.value not in (None, "")


def _why(
    question: Question, stands: Standing | None, last: LastTime | None, on: date, bank: Bank, year: Year
) -> Why | None:
    """Why the question is asked again; None where last year's answer may be confirmed with the rest."""
    # The version is the editor's word for it; other words under the same version are other words all the same.
    if last is not None and (last.version, last.words) != (question.version, words_of(question)):
        return Why.REWORDED
    if stands is None or stands.value in (None, ""):
        if last is None:
            return Why.NEW
        return Why.BLANK if last.value in (None, "") or (stands is not None and not stands.is_carried) else Why.STALE
    if question.id in year.contradicted:
        return Why.CONTRADICTS
    if bank.is_sensitive(question.id):
        return Why.YEAR
    if question.id in year.endorsed:
        return Why.CHANGED
    if stands.value == UNKNOWN:
        return Why.UNKNOWN
    if stands.answered_on < oldest_fresh(question.id, bank, on):
        return Why.STALE
    if question.kind == "amount" and stands.value:
        return Why.FIGURE
    return None


def got_worse(book: Book, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Answers that say more danger than last year's: a measure that is gone or not known any more, an event or
    something that may become one. Ids in the order of the book."""
    return tuple(q.id for q in book.questions if q.id in before and _is_worse(q, before[q.id], now.get(q.id)))


def _is_worse(question: Question, before: Any, now: Any) -> bool:
    if now in (None, "") or now == before:
        return False
    if question.score is not None:
        return _credit(question, now) < _credit(question, before)
    return question.refer is not None and before == "no" and now in ("yes", UNKNOWN)


def _credit(question: Question, value: Any) -> Any:
    if question.kind == "choice":
        return next((option.credit for option in question.options if option.value == value), 0)
    return int(value == "yes")


def worse_labels(book: Book, ids: Sequence[str]) -> tuple[str, ...]:
    """The questions in the words they are asked in."""
    return tuple(question.wording for question in book.questions if question.id in ids)
