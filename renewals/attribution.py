"""What the premium's change is made of: one share in yen for each cause, together exactly the difference.

Situations between the two years are rated by the book (`products.rating`): this year's sales under last year's tariff,
and so on. The shares are Shapley values over the causes, so no order is preferred. A situation that could never have
been (a rider its tariff does not know, a question nobody was asked) is not guessed at: its causes are told together.
No Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Refused
from products.conditions import ConditionError
from products.eligibility import judge
from products.limits import check_limits
from products.rating import moved, rate
from products.riders import check_riders
from products.risks import Risk, Selection, risk_from
from products.scoring import missing_answers
from renewals.causes import Cause, Situation, Sorter
from renewals.sharing import shapley, told_apart, whole

Causes = frozenset[Cause]


@dataclass(frozen=True, slots=True)
class Share:
    """What one cause did in yen; several causes where they could not be told apart."""

    causes: tuple[Cause, ...]
    yen: int

    @property
    def label(self) -> str:
        """売上高, or 料率の改定と追加条項."""
        return "と".join(cause.label for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The two premiums and the shares of their difference. `unsplit`: causes that changed too, without yen of their
    own, because nobody but the carrier can say. `ratings`: how many situations were rated."""

    before_yen: int
    after_yen: int
    shares: tuple[Share, ...]
    unsplit: tuple[Cause, ...] = ()
    ratings: int = 0

    @property
    def change_yen(self) -> int:
        return self.after_yen - self.before_yen


def attribute(before: Situation, after: Situation) -> Attribution:
    """Why `after` costs what it costs, against `before`. The shares add up to the difference of the stored premiums."""
    sorter = Sorter(before, after)
    changed = sorter.changed()
    change = after.premium_yen - before.premium_yen
    if before.is_named or after.is_named:
        return _one(Cause.NAMED, before, after, changed)
    if not before.is_known or not after.is_known:
        return _one(Cause.TAKEN_OVER, before, after, changed)
    mixtures = _Mixtures(sorter, changed)
    nothing, everything = mixtures.yen(frozenset()), mixtures.yen(frozenset(changed))
    if nothing is None or everything is None:
        return _one(Cause.TAKEN_OVER, before, after, changed)
    groups = told_apart(changed, mixtures.is_possible)
    shares = whole(
        shapley(groups, lambda some: mixtures.certain(frozenset(cause for group in some for cause in group)))
    )
    told = [Share(group, shares[group]) for group in groups]
    if rest := change - sum(share.yen for share in told):
        # What stands in the record is not what the book gives on what stands beside it: said, not spread.
        told.append(Share((Cause.RECORD,), rest))
    return Attribution(before.premium_yen, after.premium_yen, tuple(told), ratings=mixtures.ratings)


def _one(cause: Cause, before: Situation, after: Situation, changed: tuple[Cause, ...]) -> Attribution:
    change = after.premium_yen - before.premium_yen
    return Attribution(before.premium_yen, after.premium_yen, (Share((cause,), change),), unsplit=changed)


class _Mixtures:
    """The situations between two years: every cause of a set as it is now, the others as they were. Each rated once."""

    def __init__(self, sorter: Sorter, changed: tuple[Cause, ...]) -> None:
        self._sorter = sorter
        self._changed = frozenset(changed)
        self._risks: dict[Causes, Risk | None] = {}
        self._yen: dict[Causes, int | None] = {}
        self._complaints: dict[Causes, frozenset[str]] = {}
        self._lacking: dict[Causes, frozenset[str]] = {}
        self._ends: frozenset[str] | None = None
        self.ratings = 0

    def yen(self, causes: Causes) -> int | None:
        """The premium of the mixture, or None where the tariff has none."""
        if causes not in self._yen:
            self._yen[causes] = self._rated(causes)
        return self._yen[causes]

    def certain(self, causes: Causes) -> int:
        """The premium of a mixture that is known to be possible."""
        yen = self.yen(causes)
        assert yen is not None
        return yen

    def is_possible(self, causes: Causes) -> bool:
        """Whether the mixture could have been a contract: it has a premium, and nothing stands against it that does
        not stand against one of the two years themselves."""
        if self.yen(causes) is None:
            return False
        if self._ends is None:
            self._ends = self._against(frozenset()) | self._against(self._changed)
        return self._against(causes) <= self._ends

    def _rated(self, causes: Causes) -> int | None:
        risk = self._risk(causes)
        if risk is None:
            return None
        book = self._book(causes)
        self.ratings += 1
        percent = self._side(Cause.ADJUSTMENT, causes).moved_percent
        try:
            return moved(rate(risk, self._selection(causes), book), percent, book, "").total_yen
        except (Refused, ConditionError):
            return None

    def _against(self, causes: Causes) -> frozenset[str]:
        # Neither the adjustment nor anything else of a manual kind decides what can be had.
        causes = causes - {Cause.ADJUSTMENT}
        if causes not in self._complaints:
            self._complaints[causes] = self._found_against(causes)
        return self._complaints[causes]

    def _found_against(self, causes: Causes) -> frozenset[str]:
        risk = self._risk(causes)
        assert risk is not None  # it has a premium
        book, selection = self._book(causes), self._selection(causes)
        found = {problem.sentence for problem in check_limits(book, selection, risk)}
        found |= {conflict.sentence for conflict in check_riders(book, selection, risk)}
        found |= {reason.code for reason in judge(risk, book, selection).reasons if reason.outcome == "decline"}
        return frozenset(found) | self._unanswered(causes - _CHOSEN)

    def _unanswered(self, causes: Causes) -> frozenset[str]:
        """The questions nobody answered, and a line of business the book does not have."""
        if causes not in self._lacking:
            risk, book = self._risk(causes), self._book(causes)
            assert risk is not None
            lacking = {question.id for question in missing_answers(self._answers(causes), book, risk.facts)}
            known = book.industry(str(risk.facts["industry"])) is not None
            self._lacking[causes] = frozenset(lacking) if known else frozenset(lacking | {"industry"})
        return self._lacking[causes]

    def _risk(self, causes: Causes) -> Risk | None:
        about = causes - _CHOSEN
        if about not in self._risks:
            try:
                self._risks[about] = risk_from(self._facts(about), self._book(about), self._answers(about))
            except (Refused, ConditionError):
                self._risks[about] = None
        return self._risks[about]

    def _side(self, cause: Cause, causes: Causes) -> Situation:
        return self._sorter.after if cause in causes else self._sorter.before

    def _book(self, causes: Causes) -> Any:
        if not self._changed & _BOOK:
            return self._sorter.after.book
        return self._sorter.after.book if causes & _BOOK else self._sorter.before.book

    def _facts(self, causes: Causes) -> dict[str, Any]:
        return self._mixed(self._sorter.before.facts, self._sorter.after.facts, causes)

    def _answers(self, causes: Causes) -> dict[str, Any]:
        said = self._mixed(self._sorter.before.answers, self._sorter.after.answers, causes)
        return {name: value for name, value in said.items() if value not in (None, "")}

    def _mixed(self, before: Mapping[str, Any], after: Mapping[str, Any], causes: Causes) -> dict[str, Any]:
        """By name from the one year or the other; what no cause counts is taken as it is now."""
        mixed = {}
        for name in {**before, **after}:
            cause = self._sorter.cause_of(name)
            side = before if cause in self._changed and cause not in causes else after
            if name in side:
                mixed[name] = side[name]
        return mixed

    def _selection(self, causes: Causes) -> Selection:
        cover = self._side(Cause.COVER, causes).selection
        waiting = self._side(self._sorter.cause_of_waiting, causes).selection
        was, will = set(self._sorter.before.selection.riders), set(self._sorter.after.selection.riders)
        riders = {code for code in was | will if code in (will if self._sorter.cause_of_rider(code) in causes else was)}
        return Selection(
            liability_yen=cover.liability_yen, cost_yen=cover.cost_yen, bi_yen=cover.bi_yen,
            continuity_yen=cover.continuity_yen, other_limits=cover.other_limits, plan=cover.plan,
            deductible_yen=self._side(Cause.DEDUCTIBLE, causes).selection.deductible_yen,
            waiting_hours=waiting.waiting_hours, riders=tuple(sorted(riders)),
        )  # fmt: skip


_BOOK = frozenset({Cause.TARIFF, Cause.FORM})
# Causes that say nothing about the company: the risk is the same with and without them.
_CHOSEN = frozenset({Cause.COVER, Cause.DEDUCTIBLE, Cause.RIDERS, Cause.ADJUSTMENT})
