"""What is counted: the printed figures, and what the receiving server wrote down, which knows nothing of our tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local.chaos.mailserver import FAILURES
from renewals.verdicts import Found


@dataclass
class Reckoning:
    """Every figure that is printed; `broken` are the sentences that must not be."""

    figures: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    in_doubt: list[Found] = field(default_factory=list)

    def note(self, name: str, figure: object, *, never: bool = False) -> None:
        shown = f"{figure:,}" if isinstance(figure, int) else str(figure)
        self.figures.append((name, shown))
        if never and figure:
            self.broken.append(f"{name}: {shown}")

    def lines(self) -> Iterator[str]:
        for name, figure in self.figures:
            yield f"  {name:<66} {figure:>12}"


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter with a notice: the first one of a policy, one sent to another address, or a corrected one (訂正版)."""

    message_id: str
    status: str
    policy_id: int
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the receiving server wrote down."""

    mails: Counter[str]  # by Message-ID, in the order in which they came
    answers: Counter[str]  # its refusals (451, 550), and the lines it cut
    sizes: list[int]
    failed: frozenset[tuple[str, str]]  # taken, and told afterwards not to have reached: Message-ID, address
    sent_back: dict[str, tuple[str, str]]  # every mail it sent to us, by fingerprint: of which kind, about which letter

    @classmethod
    def read(cls, home: Path) -> "Receiving":
        mails: Counter[str] = Counter()
        answers: Counter[str] = Counter()
        sizes, failed, sent_back = [], set(), {}
        for line in (home / "arrived").read_text().splitlines():
            what, _, size = line.split("\t")
            if what in {"451", "550", "cut"}:
                answers[what] += 1
            else:
                mails[what] += 1
                sizes.append(int(size))
        for line in (home / "sent-back").read_text().splitlines():
            sha256, kind, message_id, address = line.split("\t")
            sent_back[sha256] = kind, message_id
            if address.partition("@")[0] in FAILURES:
                failed.add((message_id, address))
        return cls(mails, answers, sizes, frozenset(failed), sent_back)
