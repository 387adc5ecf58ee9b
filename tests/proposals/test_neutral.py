"""What the agency earns by a product changes neither the order of the covers, nor which are out, nor a proposal."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from commissions.actions import set_commission_rate
from core.doors import perform
from products.models import Product
from proposals.comparing import compare, wished_of
from proposals.models import Proposal
from proposals.rules import CoverFacts, Wishes, fit_of, in_order
from tests.making import A_MONDAY, make_customer, make_user
from tests.proposals.making import make_proposal, make_wish
from tests.quotes.making import make_version

CODES = ("msi-protector", "sompo-cyber", "sompo-simple", "tokio-yayoi")
RATES = [Decimal(text) for text in ("0.05", "0.10", "0.20", "0.40")]

amounts = st.sampled_from([0, 10_000_000, 30_000_000, 50_000_000, 100_000_000])
needs = st.sets(st.sampled_from(["leak", "response", "interruption", "transfer"]))
cover_facts = st.builds(
    CoverFacts, key=st.text("abc:-", min_size=1, max_size=6), serves=needs.map(frozenset), liability_yen=amounts,
    cost_yen=amounts, premium_yen=st.none() | st.integers(1, 400_000),
    hurdles=st.sampled_from([(), ("この限度額は選べません。",)]),
)  # fmt: skip
all_wishes = st.builds(
    Wishes, must_haves=needs.map(tuple), liability_yen=amounts, cost_yen=amounts,
    budget_yen=st.none() | st.integers(1, 400_000),
)  # fmt: skip


@given(st.lists(cover_facts, max_size=8, unique_by=lambda cover: cover.key), all_wishes, st.randoms())
def test_the_order_follows_from_the_wishes_alone_whatever_order_the_covers_come_in(covers, wishes, random):
    ordered = in_order(covers, wishes)
    shuffled = list(covers)
    random.shuffle(shuffled)
    assert in_order(shuffled, wishes) == ordered
    fits = [fit_of(cover, wishes).fits for cover in ordered]
    assert fits == sorted(fits, reverse=True)  # nothing that misses a wish stands before a cover that meets all
    priced = [cover.premium_yen for cover in ordered if fit_of(cover, wishes).fits and cover.premium_yen]
    assert priced == sorted(priced)


def test_a_must_have_weighs_more_than_a_limit_a_limit_more_than_the_budget_and_the_budget_more_than_the_price():
    wishes = Wishes(("leak",), 100, 100, 50)
    served, other = frozenset({"leak"}), frozenset({"response"})
    covers = [
        CoverFacts("e", served, 100, 100, 40), CoverFacts("d", served, 100, 100, None),
        CoverFacts("c", served, 100, 100, 60), CoverFacts("b", served, 90, 100, 10),
        CoverFacts("a", other, 100, 100, 1),
    ]  # fmt: skip
    assert [cover.key for cover in in_order(covers, wishes)] == ["e", "d", "c", "b", "a"]


def picture(comparison):
    """Everything a comparison decides."""
    return [(c.key, c.premium_yen, c.outs, c.fit.fits, c.outcome) for c in comparison.columns]


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.generate],
)  # fmt: skip
@given(data=st.data())
def test_permuted_commission_rates_change_neither_order_nor_filter_nor_proposal(data, market):
    customer, manager, wish, before, first = market
    for code, rate in zip(CODES, data.draw(st.permutations(RATES)), strict=True):
        perform(
            set_commission_rate, product=Product.objects.get(code=code), rate=rate, starts_on=date(2026, 4, 1),
            by=manager, at=A_MONDAY,
        )  # fmt: skip
    after = compare(customer, wished_of(wish))
    assert picture(after) == picture(before)
    made = make_proposal(wish)
    kept = ("shown", "recommended", "served", "reason", "is_policy_only")
    assert [getattr(made, name) for name in kept] == [getattr(first, name) for name in kept]
    assert made.paper == first.paper


@pytest.fixture
def market():
    """Four products of three carriers, a wish that some of them miss, and the proposal made before anybody earned."""
    for code in CODES:
        make_version(code, date(2026, 5, 1))
    customer = make_customer(make_user())
    manager = make_user(customer.agency, Role.MANAGER)
    wish = make_wish(customer, budget_yen=150_000, must_haves=["leak"])
    before = compare(customer, wished_of(wish))
    assert before.fitting
    assert before.out
    first = make_proposal(wish)
    assert Proposal.objects.count() == 1
    return customer, manager, wish, before, first
