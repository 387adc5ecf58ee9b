"""One batch of an effect: every cover under its own book and under the draft's, and what that adds up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from products.book import Book
from quotes.covers import Books, Cover
from quotes.models import EffectLine, EffectRun
from quotes.replaying import rerate, turn_of
from quotes.states import Turn

BATCH = 200


@dataclass(slots=True)
class Tally:
    """The counts of a run so far."""

    counts: Counter[str]
    lines: list[EffectLine] = field(default_factory=list)

    def add(self, run: EffectRun, covers: Iterable[Cover], books: Books, draft: Book) -> None:
        """Rate each cover twice. Only what would not be as it is becomes a line."""
        for cover in covers:
            own = rerate(cover.facts, cover.answers, cover.selection, books[cover.version_id], cover.moved_percent)
            new = rerate(cover.facts, cover.answers, cover.selection, draft, cover.moved_percent)
            turn, reason = turn_of(own, new)
            kind = "policies" if cover.policy_id else "options"
            self.counts[kind] += 1
            before, after = own.premium_yen, new.premium_yen
            if cover.is_named:
                # A person named this premium; no tariff moves it.
                self.counts["named"] += 1
                before = after = cover.premium_yen
                turn, reason = (None, "") if turn == Turn.UNRATEABLE else (turn, reason)
            elif before is None and after is None:
                self.counts["unpriced"] += 1
            elif before != cover.premium_yen:
                # What is stored cannot be reached from what is stored with it: taken over, or without answers.
                self.counts["unreproduced"] += 1
            change = after - before if before is not None and after is not None else None
            if turn is not None:
                self.counts[str(turn)] += 1
            if change:
                self.counts["moved"] += 1
                self.counts["before_yen"] += before or 0
                self.counts["change_yen"] += change
            elif change == 0:
                self.counts["same"] += 1
            if change or turn is not None or (change is None and after is not None):
                self.lines.append(
                    EffectLine(
                        run=run, policy_id=cover.policy_id, quote_id=cover.quote_id, position=cover.position,
                        label=cover.label[:100], before_yen=before, after_yen=after, change_yen=change,
                        turn=turn or "", reason=reason[:400],
                    )
                )  # fmt: skip
