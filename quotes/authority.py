"""Whether somebody's authority is enough for a case (引受権限). Facts in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.money import format_limit
from quotes.states import ReasonKind


@dataclass(frozen=True, slots=True)
class Held:
    """One authority somebody holds that day. No `product` is all of them, no `kind` all kinds."""

    limit_yen: int
    premium_percent: int = 0
    product: int | None = None
    kind: str = ""

    def lifts(self, kind: str, product: int) -> bool:
        """Whether it is about this kind of reason and this product, whatever the limit."""
        return self.kind in ("", kind) and self.product in (None, product)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as authority sees it: its open reasons, its highest limit, who entered it, and who holds what today."""

    product: int
    kinds: tuple[str, ...]
    liability_yen: int
    entered_by: frozenset[int]
    held: Mapping[int, Sequence[Held]]
    names: Mapping[int, str]

    def exceeds(self, user: int) -> list[str]:
        """What of the case lies beyond a person's authority, in sentences; empty when nothing does."""
        return exceeding(self.held.get(user, ()), self.kinds, self.product, self.liability_yen)

    def able(self) -> dict[int, str]:
        """Who can decide: enough authority for everything, and not one of those who entered the case."""
        people = (user for user in self.held if user not in self.entered_by)
        return {user: self.names[user] for user in people if not self.exceeds(user)}

    def percent(self, user: int) -> int:
        """How far a person may move the premium of this case."""
        return widest_change(self.held.get(user, ()), self.product, self.liability_yen)


def exceeding(held: Sequence[Held], kinds: Iterable[str], product: int, liability_yen: int) -> list[str]:
    """What lies beyond these authorities. Every kind of reason needs one of its own with the limit of the case."""
    sentences: dict[str, None] = {}
    for kind in kinds:
        fitting = [one.limit_yen for one in held if one.lifts(kind, product)]
        if not fitting and held:
            sentences[f"「{ReasonKind(kind).label}」の理由を解除する引受権限がありません。"] = None
        elif max(fitting, default=0) < liability_yen or not fitting:
            own = format_limit(max(fitting, default=0))
            words = f"賠償限度額{format_limit(liability_yen)}は、あなたの引受権限({own})を超えています。"
            sentences[words] = None
    return list(sentences)


def widest_change(held: Sequence[Held], product: int, liability_yen: int) -> int:
    """The premium is a matter of the kind 保険料: the widest change among the authorities that reach the limit."""
    fitting = (one for one in held if one.lifts(ReasonKind.PRICE, product) and one.limit_yen >= liability_yen)
    return max((one.premium_percent for one in fitting), default=0)
