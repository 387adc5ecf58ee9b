"""Every book on the shelf: it reads, its examples agree to the yen, its receipts add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.examples import work_through
from products.factors import NotRateable
from products.rating import rate
from products.risks import risk_from, selection_of
from tests.products.replay import replayed
from tests.products.shipped import SHIPPED, book

STANDARD = book("sompo-cyber 2026-04-01")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_book_reads_and_its_examples_agree_to_the_yen(name):
    assert all(worked.agrees for worked in work_through(book(name)))
    code, starts_on = name.split()
    assert (book(name).code, f"{book(name).starts_on}") == (code, starts_on)


@pytest.mark.parametrize("name", [name for name in SHIPPED if book(name).tariff])
@given(st.data())
def test_the_receipts_of_every_shipped_book_add_up(name, data):
    of = book(name)
    plan = data.draw(st.sampled_from(of.plans_for_sale))
    facts = {
        "industry": data.draw(st.sampled_from([one.code for one in of.industries if one.eligible])),
        "sales_yen": data.draw(st.integers(1, 10_000_000_000)),
        "subsidiaries": data.draw(st.integers(0, 60)),
        "security_score": data.draw(st.integers(0, 100)),
    }
    if of.period.common:
        facts["inception_on"] = f"{data.draw(st.dates(date(2026, 4, 1), date(2030, 12, 31)))}"
    optional = [rider.code for rider in of.riders if rider.available_in(plan.code) == "optional"]
    riders = data.draw(st.sets(st.sampled_from(optional))) if optional else ()
    chosen = selection_of(plan, riders=sorted(riders))
    try:
        receipt = rate(risk_from(facts, of), chosen, of)
    except NotRateable:
        return
    assert replayed(receipt, of) == receipt.total_yen
    assert receipt.is_reference == any(line.kind == "assumption" for line in receipt.lines)


def test_both_editions_of_the_standard_product_give_the_same_premiums():
    october = book("sompo-cyber 2026-10-01")
    assert october.examples == STANDARD.examples
    assert october.tariff == STANDARD.tariff
    assert october.questions == STANDARD.questions
    assert october.aggregates
    assert not STANDARD.aggregates
