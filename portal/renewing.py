"""The one page of a renewal's questionnaire: this year's sales, what must be asked, and the rest in one list."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from core.clock import jst
from portal.models import SignOff
from portal.queries import DECLARATIONS, questionnaire_of
from portal.states import Purpose
from quotes.asking import last_time, plan_of
from quotes.models import Answer, Quote
from quotes.questionnaire import Row, SectionView, Typed
from quotes.renewing import RenewalPlan, Why

# How the page says that a field stood blank while an answer of last year lay behind it.
ASKED = "asked-"
SAME_WISHES = "現在のご契約と同じ補償を希望する。"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that has to be answered, why it is asked, and what was said last time."""

    row: Row
    why: str
    last_time: str


@dataclass(frozen=True, slots=True)
class RenewalPage:
    """Everything on the page. `said` are this year's answers, `rest` last year's, to be confirmed together."""

    plan: RenewalPlan
    asked: tuple[Asked, ...]
    rest: tuple[SectionView, ...]
    said: tuple[SectionView, ...]

    @property
    def open_ids(self) -> frozenset[str]:
        """The questions with a field on the page."""
        return frozenset((*(ask.id for ask in self.plan.asked), *self.plan.unchanged, *self.plan.optional))

    @property
    def unchanged(self) -> int:
        return len(self.plan.unchanged)


UNANSWERED = "お答えください。"


def page_of(
    quote: Quote,
    typed: Typed | None = None,
    refused: Mapping[str, str] | None = None,
    stood: AbstractSet[str] = frozenset(),
) -> RenewalPage:
    """The page as the form stands, with what was typed and could not be saved. `stood` are the questions that stood
    on the page that was sent: what is still open of them is marked."""
    plan, views = plan_of(quote), questionnaire_of(quote, typed)
    wrong = refused or {}
    rows = {row.id: replace(row, error=wrong.get(row.id, row.error)) for view in views for row in view.rows}
    given = _given(quote)
    asked = tuple(
        # Of わからない the sentence says already what was said.
        Asked(
            _marked(_blank(rows[ask.id]), stood),
            ask.why.sentence,
            given.get(ask.id, "") if ask.why is not Why.UNKNOWN else "",
        )
        for ask in plan.asked
        if ask.id in rows
    )
    return RenewalPage(
        plan, asked, _of(views, rows, {*plan.unchanged, *plan.optional}), _of(views, rows, set(plan.answered))
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands above the signature: what is said anew, and what is as it was in the form of the year before."""

    anew: tuple[SectionView, ...]
    again: tuple[SectionView, ...]

    @property
    def unchanged(self) -> int:
        return sum(len(view.rows) for view in self.again)


def told_apart(quote: Quote, views: Sequence[SectionView]) -> Signed:
    """A new form's answers are all new. Of a renewal's, those with last year's words and value stand apart, except
    the declarations, past events and known circumstances: those are read again by whoever signs for them."""
    last = last_time(quote) if quote.is_renewal else {}
    rows = quote.answers.values_list("question_id", "value", "wording_version")
    same = {name for name, *said in rows if name in last and said == [last[name].value, last[name].version]}
    again = same - {row.id for view in views for row in view.rows if row.sensitive or view.code == DECLARATIONS}
    anew = {row.id for view in views for row in view.rows} - again
    return Signed(_part(views, anew), _part(views, again))


def _blank(row: Row) -> Row:
    """A question that is asked again is answered, not nodded through: last year's answer stands beside it."""
    return row if row.error or not row.carried else replace(row, typed="")


def _marked(row: Row, stood: AbstractSet[str]) -> Row:
    return replace(row, error=UNANSWERED) if row.id in stood and not row.error else row


def _given(quote: Quote) -> dict[str, str]:
    """When and by whom each taken-over answer was given."""
    rows = Answer.objects.filter(quote=quote, is_carried=True).select_related("carried_from")
    said = {}
    for row in rows:
        if row.carried_from is not None:
            day = jst(row.carried_from.answered_at)
            said[row.question_id] = f"{day.year}年{day.month}月{day.day}日に{row.given_by}様が回答"
    return said


def _of(views: list[SectionView], rows: Mapping[str, Row], wanted: set[str]) -> tuple[SectionView, ...]:
    renewed = (
        replace(view, rows=tuple(rows[row.id] for row in view.rows)) for view in views if view.code != DECLARATIONS
    )
    return _part(list(renewed), wanted)


def _part(views: Sequence[SectionView], wanted: AbstractSet[str]) -> tuple[SectionView, ...]:
    parts = (replace(view, rows=tuple(row for row in view.rows if row.id in wanted)) for view in views)
    return tuple(part for part in parts if part.rows)


def as_before(quote: Quote) -> dict[str, str]:
    """What stands in the application of somebody who renews until he writes something else: the way he pays, and his
    wishes, where he signed that he wants the same cover."""
    policy = quote.renewal_of
    if policy is None:
        return {}
    signed = SignOff.objects.filter(invitation__quote=quote, invitation__purpose=Purpose.QUESTIONNAIRE).last()
    same = signed is not None and signed.said.get("changes_wishes") is False
    return {"payment_way": policy.payment_way} | ({"intent": SAME_WISHES, "changes": "変更なし"} if same else {})
