"""What each customer will do about his renewal, and on which day: it follows from the number of his contract alone, so
that every process knows it and a run can be repeated."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from random import Random

SEED = 20271203
# So many contracts at most have a mind of their own; the answers of the others are rows (`Office.hear`), for a renewal
# costs a second of work and ten thousand of them would take hours.
MOST = 600


class Mind(StrEnum):
    """What becomes of it if nothing comes between; the words are printed."""

    LINK = "takes the offer of the notice by its link"
    WISHES = "answers by the link and wishes something else"
    DESK = "renews at the desk"
    TOGETHER = "renews at the desk, with two colleagues at once"
    EARLY = "renews before the notice"
    LATE = "comes after the expiry"
    ELSEWHERE = "goes elsewhere"
    GIVES_UP = "does not renew"
    SILENT = "says nothing"


BY_LINK = frozenset({Mind.LINK, Mind.WISHES})
RENEWING = BY_LINK | {Mind.DESK, Mind.TOGETHER, Mind.EARLY}
LEAVING = frozenset({Mind.ELSEWHERE, Mind.GIVES_UP})
# Of 100 who have a mind of their own.
_SHARES = {
    Mind.LINK: 26, Mind.WISHES: 14, Mind.DESK: 14, Mind.TOGETHER: 8, Mind.EARLY: 6, Mind.LATE: 6, Mind.ELSEWHERE: 6,
    Mind.GIVES_UP: 6, Mind.SILENT: 14,
}  # fmt: skip
# Days after the notice, from and to; of the early ones before the expiry, of the late ones after it.
_DAYS = {
    Mind.LINK: (1, 30), Mind.WISHES: (1, 14), Mind.DESK: (1, 35), Mind.TOGETHER: (1, 40), Mind.EARLY: (66, 112),
    Mind.LATE: (0, 12), Mind.ELSEWHERE: (1, 45), Mind.GIVES_UP: (1, 45), Mind.SILENT: (0, 0),
}  # fmt: skip


class Minds:
    """The minds of those who have one, and the day of each, by the number of the contract. Nobody else has one, and no
    contract that follows."""

    def __init__(self, known: Mapping[int, tuple[Mind, int]]) -> None:
        self._known = known

    @classmethod
    def of_the_agency(cls, policies: Iterable[int]) -> "Minds":
        """Of some hundreds of these, of a small agency half."""
        every = list(policies)
        known = {}
        for number in every:
            dice = Random(SEED * number)  # noqa: S311 - the same people every time
            mind = dice.choices(list(_SHARES), list(_SHARES.values()))[0]
            if dice.random() * len(every) < min(MOST, len(every) / 2):
                known[number] = mind, dice.randint(*_DAYS[mind])
        return cls(known)

    @classmethod
    def read(cls, folder: Path) -> "Minds":
        rows = json.loads((folder / "minds").read_text()).items()
        return cls({int(number): (Mind(word), day) for number, (word, day) in rows})

    def write(self, folder: Path) -> None:
        (folder / "minds").write_text(json.dumps(self._known))

    def of(self, policy: int) -> Mind | None:
        """None: one of the thousands."""
        return self._known[policy][0] if policy in self._known else None

    def day(self, policy: int) -> int:
        """After how many days (see `_DAYS`) he speaks."""
        return self._known[policy][1]

    def every(self, *minds: Mind) -> list[int]:
        """The contracts of whoever has one of these."""
        return [number for number, (mind, _) in self._known.items() if mind in minds]
