"""What a contract would pay: the same figures give other yen in another order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.payout import Item, payable
from products.reading import read_book
from products.risks import Selection, selection_of
from products.shelf import SHELF

PROTECTOR = read_book((SHELF / "msi-protector" / "2026-04-01.yaml").read_text(), "protector")
YAYOI = read_book((SHELF / "tokio-yayoi" / "2026-04-01.yaml").read_text(), "yayoi")
CYBER = read_book((SHELF / "sompo-cyber" / "2026-10-01.yaml").read_text(), "cyber")
BASIC = selection_of(PROTECTOR.plan("basic"))


def with_order(*steps):
    """サイバープロテクター, its cost coverage calculated in another order."""
    coverages = tuple(
        one.model_copy(update={"payout": steps}) if one.code == "cost" else one for one in PROTECTOR.coverages
    )
    return PROTECTOR.model_copy(update={"coverages": coverages})


@pytest.mark.parametrize(
    ("steps", "paid"),
    [
        (("deductible", "share", "cap"), 8_910_000),  # (1,000万 - 10万) x 90 %
        (("share", "deductible", "cap"), 8_900_000),  # 1,000万 x 90 % - 10万
    ],
)
def test_the_order_of_deductible_and_share_decides(steps, paid):
    assert payable(with_order(*steps), BASIC, {"cost": 10_000_000}).paid_yen == paid


@pytest.mark.parametrize(
    ("steps", "paid"),
    [
        (("deductible", "share", "cap"), 30_000_000),  # (5,000万 - 10万) x 90 % = 4,491万, held to 3,000万
        (("cap", "deductible", "share"), 26_910_000),  # (3,000万 - 10万) x 90 %
    ],
)
def test_the_limit_may_come_last_or_first(steps, paid):
    assert payable(with_order(*steps), BASIC, {"cost": 50_000_000}).paid_yen == paid


def test_each_step_that_changes_the_amount_is_a_line():
    paid = payable(PROTECTOR, BASIC, {"cost": 50_000_000}).coverages[0]
    assert [(line.label, line.amount_yen) for line in paid.lines] == [
        ("自己負担額 100,000円", 49_900_000),
        ("縮小支払割合 90%", 44_910_000),
        ("支払限度額 30,000,000円", 30_000_000),
    ]


def test_an_inner_limit_counts_once_for_each_person():
    items = {"cost": {"condolence_person": Item(5_000_000, count=3_000), "condolence_company": Item(60_000, count=1)}}
    loss = {"cost": 10_000_000}
    # 300万 and 5万 are left of 500万 and 6万; the rest is 494万: (799万 - 10万) x 90 %
    assert payable(PROTECTOR, BASIC, loss, items=items).paid_yen == 7_101_000


@pytest.mark.parametrize(
    ("steps", "paid"),
    [
        (("share", "inner", "cap"), 10_000_000),  # 2,000万 x 90 % = 1,800万, held to 1,000万
        (("inner", "share", "cap"), 9_000_000),  # 1,000万 x 90 %
    ],
)
def test_an_inner_limit_may_hold_the_loss_or_what_is_paid(steps, paid):
    coverages = tuple(
        one.model_copy(update={"payout": steps}) if one.code == "cost" else one for one in YAYOI.coverages
    )
    book = YAYOI.model_copy(update={"coverages": coverages})
    chosen = selection_of(YAYOI.plan("plan-500m"))
    items = {"cost": {"emergency": Item(20_000_000)}}
    assert payable(book, chosen, {"cost": 20_000_000}, items=items).paid_yen == paid


def test_the_aggregate_applies_with_its_rider_and_liability_is_paid_first():
    losses = {"liability": 80_000_000, "cost": 40_000_000}
    without = payable(PROTECTOR, BASIC, losses)
    assert [one.paid_yen for one in without.coverages] == [79_900_000, 30_000_000]
    together = payable(PROTECTOR, replace(BASIC, riders=("policy_aggregate",)), losses)
    assert [one.paid_yen for one in together.coverages] == [79_900_000, 20_100_000]
    assert together.paid_yen == BASIC.liability_yen
    assert together.coverages[1].lines[-1].label == "保険証券総支払限度額 100,000,000円"


def test_a_limit_over_everything_in_yen_holds_too():
    chosen = Selection(2_000_000_000, 1_000_000_000, deductible_yen=0)
    paid = payable(CYBER, chosen, {"liability": 1_800_000_000, "cost": 500_000_000})
    assert [one.paid_yen for one in paid.coverages] == [1_800_000_000, 200_000_000]


def test_costs_without_a_deductible_pay_from_the_first_yen():
    assert payable(YAYOI, selection_of(YAYOI.plan("plan-100m")), {"cost": 1_000_000}).paid_yen == 900_000
    without = with_order("deductible", "share", "cap").coverages
    costs = tuple(one.model_copy(update={"takes_deductible": False}) if one.code == "cost" else one for one in without)
    book = PROTECTOR.model_copy(update={"coverages": costs})
    assert payable(book, BASIC, {"cost": 10_000_000}).paid_yen == 9_000_000


def test_what_is_not_covered_pays_nothing_and_says_so():
    paid = payable(PROTECTOR, selection_of(PROTECTOR.plan("economy")), {"cost": 5_000_000, "funds": 1})
    assert [(one.paid_yen, one.reason) for one in paid.coverages] == [
        (0, "費用損害は補償されません。"),
        (0, "資金損害は補償されません。"),
    ]


def test_a_share_of_a_yen_is_rounded_down():
    assert payable(YAYOI, selection_of(YAYOI.plan("plan-100m")), {"cost": 11}).paid_yen == 9


@pytest.mark.parametrize(
    ("losses", "items"),
    [
        ({"hail": 1}, {}),
        ({"cost": 10}, {"cost": {"hail": Item(1)}}),
        ({"cost": 10}, {"cost": {"condolence_person": Item(11)}}),
        ({"cost": -1}, {}),
    ],
)
def test_losses_the_book_does_not_know_are_a_programmers_mistake(losses, items):
    with pytest.raises(ValueError, match=r"no coverage|no inner|do not fit"):
        payable(PROTECTOR, BASIC, losses, items=items)


AMOUNTS = st.integers(0, 3_000_000_000)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from(PROTECTOR.deductibles.values), st.booleans())
def test_a_larger_loss_never_pays_less_and_nothing_pays_more_than_it(liability, cost, one, two, deductible, aggregate):
    chosen = replace(BASIC, deductible_yen=deductible, riders=("policy_aggregate",) if aggregate else ())
    small = payable(PROTECTOR, chosen, {"liability": liability, "cost": cost})
    large = payable(PROTECTOR, chosen, {"liability": liability + one, "cost": cost + two})
    assert small.paid_yen <= large.paid_yen
    for paid in small.coverages:
        assert 0 <= paid.paid_yen <= min(paid.loss_yen, chosen.limit(paid.coverage))
    assert not aggregate or small.paid_yen <= chosen.liability_yen
