"""Decisions about covers beside one another: in which order they stand, why one is out, and whether a reason rests on
what the customer wants. Facts in, verdict out. What the agency earns by a product is not among the facts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.money import format_limit, format_yen

# How the screen and the paper say by which rule the covers stand.
ORDER = (
    "必ず備えたい補償を満たす順、次にご希望の限度額に届く順、ご予算に収まる順、保険料の安い順に並べています。"
    "同じときは商品コードの順です。代理店の手数料は並び順に使っていません。"
)
# Words about ourselves, and words about what a customer can want: a reason of the first kind alone is our policy.
_OURSELVES = re.compile(r"当社|弊社|当代理店|弊代理店|方針|取扱い?|取り扱い|手数料|主力|提携|推奨商品")
_THE_CUSTOMER = re.compile(
    r"希望|意向|お客|貴社|限度額|補償|備え|予算|保険料|賠償|費用|漏えい|中断|復旧|ランサム|リスク|条件"
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What decides about order and filter: the customer's wishes and nothing else."""

    must_haves: tuple[str, ...] = ()
    liability_yen: int = 0
    cost_yen: int = 0
    budget_yen: int | None = None


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """One cover as the order sees it. `key` is neutral: product and plan by their codes."""

    key: str
    serves: frozenset[str]
    liability_yen: int
    cost_yen: int
    premium_yen: int | None
    hurdles: tuple[str, ...] = ()  # sentences: why the cover cannot be had at all


@dataclass(frozen=True, slots=True)
class Fit:
    """How a cover meets the wishes: what it lacks, falls short of and costs too much."""

    lacks: tuple[str, ...]
    short_liability_yen: int
    short_cost_yen: int
    over_yen: int
    hurdles: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not (self.lacks or self.short_liability_yen or self.short_cost_yen or self.over_yen or self.hurdles)


def fit_of(cover: CoverFacts, wishes: Wishes) -> Fit:
    """Hold a cover against the wishes. A premium nobody knows yet is over no budget."""
    over = 0
    if wishes.budget_yen is not None and cover.premium_yen is not None:
        over = max(0, cover.premium_yen - wishes.budget_yen)
    return Fit(
        lacks=tuple(code for code in wishes.must_haves if code not in cover.serves),
        short_liability_yen=max(0, wishes.liability_yen - cover.liability_yen),
        short_cost_yen=max(0, wishes.cost_yen - cover.cost_yen),
        over_yen=over,
        hurdles=cover.hurdles,
    )


Place = tuple[bool, int, int, int, bool, int, str]


def place_of(cover: CoverFacts, wishes: Wishes) -> Place:
    """Where a cover stands: must-haves, limits, budget, premium, and for equals the neutral key."""
    fit = fit_of(cover, wishes)
    short = fit.short_liability_yen + fit.short_cost_yen
    premium = cover.premium_yen
    return bool(fit.hurdles), len(fit.lacks), short, fit.over_yen, premium is None, premium or 0, cover.key


def in_order(covers: Iterable[CoverFacts], wishes: Wishes) -> list[CoverFacts]:
    """The covers as the wishes alone order them."""
    return sorted(covers, key=lambda cover: place_of(cover, wishes))


def why_out(fit: Fit, labels: dict[str, str]) -> tuple[str, ...]:
    """Why a cover is not among those that meet the wishes, a sentence each; `labels` names the must-haves."""
    reasons = [*fit.hurdles]
    reasons += [f"必ず備えたい「{labels.get(code, code)}」がありません。" for code in fit.lacks]
    if fit.short_liability_yen:
        reasons.append(f"賠償責任の限度額がご希望より{format_limit(fit.short_liability_yen)}低くなります。")
    if fit.short_cost_yen:
        reasons.append(f"事故対応費用の限度額がご希望より{format_limit(fit.short_cost_yen)}低くなります。")
    if fit.over_yen:
        reasons.append(f"ご予算を{format_yen(fit.over_yen)}超えます。")
    return tuple(reasons)


def rests_on_policy_only(reason: str, served: Sequence[str]) -> bool:
    """Whether a recommendation names nothing the customer wants: no wish ticked, or words about ourselves only."""
    return not served or (bool(_OURSELVES.search(reason)) and not _THE_CUSTOMER.search(reason))
