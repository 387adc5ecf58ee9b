"""Dividing what several causes did together: exactly, whatever the order they are taken in.

Shapley value: a cause's share is what it adds on average over all orders in which the causes could have come. Whole
numbers in, fractions inside, whole yen out; no Django, no tariff. A player is anything that can be a dictionary's key.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain, combinations
from math import factorial, floor
from typing import TypeVar

P = TypeVar("P")


def subsets(players: Sequence[P]) -> list[frozenset[P]]:
    """Every set of players, the empty one first."""
    return [frozenset(some) for some in chain.from_iterable(combinations(players, n) for n in range(len(players) + 1))]


def shapley(players: Sequence[P], worth: Callable[[frozenset[P]], int]) -> dict[P, Fraction]:
    """Each player's share of worth(all) − worth(none), exactly. Asks `worth` once for each set."""
    known = {some: worth(some) for some in subsets(players)}
    count = len(players)
    weights = [factorial(before) * factorial(count - 1 - before) for before in range(count)]
    return {
        one: Fraction(
            sum(weights[len(some)] * (known[some | {one}] - known[some]) for some in known if one not in some),
            factorial(count),
        )
        for one in players
    }


def whole(shares: dict[P, Fraction]) -> dict[P, int]:
    """The shares in whole numbers with the same sum, which must be whole: largest remainder, and the order of the
    dictionary where two remainders are equal. A share of nothing stays nothing."""
    down = {one: floor(share) for one, share in shares.items()}
    total = sum(shares.values(), start=Fraction(0))
    if total.denominator != 1:
        raise ValueError("shares of a whole number add up to a whole number")
    left = int(total) - sum(down.values())
    places = {one: place for place, one in enumerate(shares)}
    nearest = sorted(shares, key=lambda one: (down[one] - shares[one], places[one]))
    return {one: down[one] + (one in set(nearest[:left])) for one in shares}


def told_apart(players: Sequence[P], possible: Callable[[frozenset[P]], bool]) -> list[tuple[P, ...]]:
    """The finest groups found such that every mixture of whole groups is possible.

    Nothing and everything are always possible: they are what happened. Two groups are joined where that removes most
    mixtures that cannot be; the order of `players` decides between equals, so give them in one fixed order.
    """
    groups: list[tuple[P, ...]] = [(one,) for one in players]
    while len(groups) > 1:
        impossible = [some for some in _between(groups) if not possible(frozenset(chain.from_iterable(some)))]
        if not impossible:
            break
        left, right = max(
            combinations(groups, 2), key=lambda pair: sum((pair[0] in some) != (pair[1] in some) for some in impossible)
        )
        joined = {*left, *right}
        groups = [
            tuple(one for one in players if one in joined) if group == left else group
            for group in groups
            if group != right
        ]
    return groups


def _between(groups: Sequence[tuple[P, ...]]) -> Iterable[frozenset[tuple[P, ...]]]:
    """Every set of groups but none and all."""
    return subsets(groups)[1:-1]
