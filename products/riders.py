"""Which riders (追加条項・特約) go together: every admitted set, the smallest conflict, and the nearest way out.

What a rider needs, excludes and requires stands in the book. Here each of these becomes a `Clause`: riders that are
chosen while others are not, which together must not be. A set is admitted when it breaks no clause.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from products.book import Book, Rider
from products.risks import Risk, Selection, known_of

TAKE_OFF_OR_CHANGE = "外すか、プランを変更してください。"
MOST_CHANGES = 6  # from a set nobody can have to one that can be had


@dataclass(frozen=True, slots=True)
class Conflict:
    """Riders that cannot stay as they are, and a sentence that says what to do."""

    riders: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Clause:
    """What must not be: all of `chosen` without any of `missing`."""

    chosen: frozenset[str]
    missing: frozenset[str]
    conflict: Conflict

    def broken_by(self, riders: frozenset[str]) -> bool:
        """Whether the set is refused for this."""
        return self.chosen <= riders and not (self.missing & riders)


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a set is refused, in the fewest riders, and the admitted sets with the fewest changes."""

    smallest: Conflict
    nearest: tuple[frozenset[str], ...]
    sentence: str


class RiderRules:
    """The clauses of a book for one risk and one cover (plan and limits): ask as many sets as you like."""

    def __init__(self, book: Book, selection: Selection, risk: Risk) -> None:
        self.book = book
        self.plan = selection.plan
        self._selection = selection
        self._risk = risk
        self.known = {rider.code: rider for rider in book.riders}
        self.automatic = frozenset(r.code for r in book.riders if r.available_in(self.plan) == "automatic")
        self.optional = tuple(r.code for r in book.riders if r.available_in(self.plan) == "optional")

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Everything that does not depend on the other riders' wording: plan, conditions, needs, excludes."""
        facts = known_of(self._risk, self.book, self._selection)
        found: list[Clause] = []
        pairs: set[frozenset[str]] = set()
        for rider in self.book.riders:
            alone = frozenset((rider.code,))
            if rider.available_in(self.plan) == "none":
                found.append(Clause(alone, frozenset(), Conflict((rider.code,), self._not_in_plan(rider))))
            for condition in rider.conditions:
                if not self._asks_riders(condition.must) and not facts.holds(condition.must):
                    found.append(Clause(alone, frozenset(), Conflict((rider.code,), condition.sentence)))
            for needed in rider.needs:
                found.append(Clause(alone, frozenset((needed,)), self._lacks(rider.code, needed)))
            for other in rider.excludes:
                pair = frozenset((rider.code, other))
                if pair not in pairs:
                    pairs.add(pair)
                    found.append(Clause(pair, frozenset(), self._opposed(rider.code, other)))
        return tuple(found)

    def conflicts(self, riders: frozenset[str]) -> tuple[Conflict, ...]:
        """Everything wrong with the set; empty when it can be had."""
        whole = riders | self.automatic
        broken = [clause.conflict for clause in self.clauses if clause.broken_by(whole)]
        broken += [Conflict((code,), sentence) for code, sentence in self._asking_others(whole)]
        return tuple(broken)

    def admits(self, riders: frozenset[str]) -> bool:
        """Whether the set can be had."""
        whole = riders | self.automatic
        if any(clause.broken_by(whole) for clause in self.clauses):
            return False
        return next(self._asking_others(whole), None) is None

    def admitted(self) -> Iterator[frozenset[str]]:
        """Every set of the riders that can be chosen in the plan, the empty one first."""
        for size in range(len(self.optional) + 1):
            for chosen in combinations(self.optional, size):
                if self.admits(frozenset(chosen)):
                    yield frozenset(chosen)

    def advice(self, riders: frozenset[str]) -> Advice | None:
        """The smallest conflict of a refused set and the nearest admitted sets; None when it can be had."""
        found = self.conflicts(riders)
        if not found:
            return None
        nearest = self.nearest(riders)
        smallest = self._hidden(riders) or min(found, key=lambda conflict: len(conflict.riders))
        return Advice(smallest, nearest, " ".join([smallest.sentence, *self._ways_out(riders, nearest)]))

    def nearest(self, riders: frozenset[str]) -> tuple[frozenset[str], ...]:
        """The admitted sets with the fewest riders added or taken away; the choice comes from broken clauses only."""
        for changes in range(MOST_CHANGES + 1):
            found = {mended for mended in self._mended(riders, changes, frozenset()) if self.admits(mended)}
            if found:
                return tuple(sorted(found, key=lambda one: (-len(one & riders), sorted(one))))
        return (frozenset(),) if self.admits(frozenset()) else ()

    def _mended(self, riders: frozenset[str], changes: int, changed: frozenset[str]) -> Iterator[frozenset[str]]:
        whole = riders | self.automatic
        broken = next((clause for clause in self.clauses if clause.broken_by(whole)), None)
        if broken is None:
            other = next(self._asking_others(whole), None)
            if other is None:
                yield riders
                return
            touched = frozenset((other[0],))
        else:
            touched = broken.chosen | broken.missing
        if changes == 0:
            return
        for code in sorted(touched - changed - self.automatic):
            flipped = riders ^ {code}
            if code in riders or code in self.optional:
                yield from self._mended(flipped, changes - 1, changed | {code})

    def _asking_others(self, whole: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Conditions that look at the other riders: they are asked anew for every set."""
        for code in sorted(whole & self.known.keys()):
            for condition in self.known[code].conditions:
                if self._asks_riders(condition.must):
                    tried = replace(self._selection, riders=tuple(sorted(whole)))
                    if not known_of(self._risk, self.book, tried).holds(condition.must):
                        yield code, condition.sentence

    def _asks_riders(self, source: str) -> bool:
        return "riders" in self.book.language.names_in(source)

    def _hidden(self, riders: frozenset[str]) -> Conflict | None:
        """A conflict through what riders bring with them: A needs B, and B cannot be had, or not beside C."""
        for size in (1, 2):
            for chosen in combinations(sorted(riders), size):
                brought = self._with_needs(frozenset(chosen)) | self.automatic
                clause = next((one for one in self.clauses if one.broken_by(brought)), None)
                if clause is None:
                    continue
                if clause.chosen <= frozenset(chosen):
                    return clause.conflict
                return self._through(chosen, clause)
        return None

    def _with_needs(self, riders: frozenset[str]) -> frozenset[str]:
        whole = set(riders)
        waiting = list(riders)
        while waiting:
            rider = self.known.get(waiting.pop())
            for needed in rider.needs if rider else ():
                if needed not in whole:
                    whole.add(needed)
                    waiting.append(needed)
        return frozenset(whole)

    def _through(self, chosen: tuple[str, ...], clause: Clause) -> Conflict:
        brought = clause.chosen - set(chosen)
        bringing = [code for code in chosen if brought & self._with_needs(frozenset((code,)))]
        names = "と".join(self.label(code) for code in bringing)
        bring = "、".join(self.label(code) for code in sorted(brought))
        advice = f"{names}を外してください。" if len(chosen) == 1 else "どちらかを外してください。"
        reason = clause.conflict.sentence.split("。")[0]
        return Conflict(chosen, f"{names}には{bring}が必要ですが、{reason}。{advice}")

    def _ways_out(self, riders: frozenset[str], nearest: tuple[frozenset[str], ...]) -> list[str]:
        """The nearest sets as changes in words, at most three of them."""
        ways = []
        for mended in nearest[:3]:
            taken = [f"{self.label(code)}を外す" for code in sorted(riders - mended)]
            added = [f"{self.label(code)}を付ける" for code in sorted(mended - riders)]
            ways.append("、".join([*taken, *added]))
        return [f"最も近い組み合わせ: {'、または'.join(ways)}。"] if ways else []

    def _not_in_plan(self, rider: Rider) -> str:
        plan = self.book.plan(self.plan)
        where = plan.label if plan else self.book.name
        return f"{rider.label}は{where}にはセットできません。{TAKE_OFF_OR_CHANGE}"

    def _lacks(self, code: str, needed: str) -> Conflict:
        name, other = self.label(code), self.label(needed)
        return Conflict((code, needed), f"{name}には{other}が必要です。{other}も付けるか、{name}を外してください。")

    def _opposed(self, one: str, two: str) -> Conflict:
        sentence = f"{self.label(one)}は{self.label(two)}と同時にセットできません。どちらかを外してください。"
        return Conflict((one, two), sentence)

    def label(self, code: str) -> str:
        """The rider's name, or its code where the book does not know it."""
        return self.known[code].label if code in self.known else code


def check_riders(book: Book, selection: Selection, risk: Risk) -> tuple[Conflict, ...]:
    """Everything wrong with the chosen set of riders; empty when it can be had."""
    chosen = dict.fromkeys(selection.riders)
    strangers = tuple(
        Conflict((code,), f"この商品にはない追加条項「{code}」が選ばれています。外してください。")
        for code in chosen
        if book.rider(code) is None
    )
    rules = RiderRules(book, selection, risk)
    return strangers + rules.conflicts(frozenset(code for code in chosen if code in rules.known))


def unavailable_riders(book: Book, selection: Selection, risk: Risk) -> dict[str, str]:
    """For the screen: every rider that could not be added to the selection as it stands, with the reason."""
    rules = RiderRules(book, selection, risk)
    chosen = frozenset(selection.riders) & rules.known.keys()
    before = set(rules.conflicts(chosen))
    reasons: dict[str, str] = {}
    for rider in book.riders:
        if rider.code in chosen or rider.code in rules.automatic:
            continue
        new = [conflict for conflict in rules.conflicts(chosen | {rider.code}) if conflict not in before]
        if new:
            reasons[rider.code] = _what_first(rules, min(new, key=lambda one: len(one.riders)), rider, chosen)
    return reasons


def _what_first(rules: RiderRules, conflict: Conflict, rider: Rider, chosen: frozenset[str]) -> str:
    """A conflict's sentence, said of a rider that is not chosen yet: what comes first."""
    other = next((code for code in conflict.riders if code != rider.code), None)
    if other is None:
        return conflict.sentence.replace(TAKE_OFF_OR_CHANGE, "プランを変更すると選べます。")
    return f"先に「{rules.label(other)}」を{'外す' if other in chosen else '付ける'}と選べます。"
