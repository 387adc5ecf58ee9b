"""比較: every product sold, side by side, for one customer, in the order of the wishes."""

from datetime import date

import pytest

from core.errors import Refused
from proposals.comparing import WISHED, Wished, compare
from proposals.rules import Wishes
from proposals.tables import rows_of
from quotes import actions as quote_actions
from quotes.facts import RiskFacts
from tests.making import A_MONDAY, make_customer, make_user
from tests.quotes.making import make_version

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 1)
CODES = ("sompo-simple", "sompo-cyber", "msi-protector")


@pytest.fixture
def customer():
    for code in CODES:
        make_version(code, ON)
    return make_customer(make_user())


def wished(**changes):
    facts = RiskFacts(industry=changes.pop("industry", "retail"), sales_yen=changes.pop("sales_yen", 500_000_000))
    losses = changes.pop("losses", ())
    return Wished(ON, facts, Wishes(**{"liability_yen": 100_000_000, "cost_yen": 30_000_000, **changes}), losses)


def by_code(comparison):
    return {one.version.product.code: one for one in comparison.candidates}


def test_every_product_sold_is_judged_with_its_reasons(customer):
    found = by_code(compare(customer, wished(industry="it_services")))
    assert set(found) == set(CODES)
    assert found["sompo-simple"].outcome == "decline"
    assert "対象外" in found["sompo-simple"].reasons[0]
    assert not found["sompo-simple"].columns
    assert found["msi-protector"].columns


def test_the_cover_that_meets_the_wish_and_costs_least_comes_first(customer):
    found = compare(customer, wished())
    first = found.columns[0]
    assert first.fit.fits
    assert (first.selection.liability_yen, first.selection.cost_yen) == (100_000_000, 30_000_000)
    premiums = [column.premium_yen for column in found.fitting if column.premium_yen]
    assert premiums == sorted(premiums)
    high = compare(customer, wished(liability_yen=1_000_000_000))
    assert by_code(high)["sompo-simple"].columns[0].selection.liability_yen == 500_000_000
    assert "5億円低くなります" in by_code(high)["sompo-simple"].columns[0].outs[0]


def test_limits_a_product_lets_one_choose_are_priced_as_wished(customer):
    found = by_code(compare(customer, wished(liability_yen=300_000_000, cost_yen=50_000_000)))["sompo-cyber"].columns
    first = next(column for column in found if column.key.endswith(WISHED))
    assert (first.selection.liability_yen, first.selection.cost_yen) == (300_000_000, 50_000_000)
    assert first.premium_yen


def test_a_must_have_is_built_into_the_covers_that_can_hold_it_and_puts_the_others_out(customer):
    found = compare(customer, wished(must_haves=("interruption",)))
    assert {column.book.code for column in found.fitting} == {"sompo-cyber", "msi-protector"}
    assert all(column.selection.bi_yen and column.selection.waiting_hours for column in found.fitting)
    simple = next(column for column in found.out if column.book.code == "sompo-simple")
    assert simple.outs == ("必ず備えたい「事業が止まったときの利益」がありません。",)


def test_a_cover_over_the_budget_is_out_by_so_many_yen(customer):
    cheapest = compare(customer, wished()).fitting[0]
    found = compare(customer, wished(budget_yen=cheapest.premium_yen - 1_000))
    dear = found.column(cheapest.key)
    assert dear.outs == ("ご予算を1,000円超えます。",)
    assert found.column("msi-protector:basic").fit.fits  # nobody knows its premium yet
    assert compare(customer, wished(budget_yen=cheapest.premium_yen)).column(cheapest.key).fit.fits


def test_a_product_its_carrier_prices_says_so(customer):
    column = by_code(compare(customer, wished()))["msi-protector"].columns[0]
    assert column.premium_yen is None
    assert column.why_unpriced


def test_a_members_programme_asks_first_whether_he_is_one(customer):
    make_version("tokio-yayoi", ON)
    found = by_code(compare(customer, wished(industry="other_services", sales_yen=4_000_000)))["tokio-yayoi"]
    assert found.outcome == "ask"
    assert "会員かどうか" in found.reasons[0]
    large = by_code(compare(customer, wished(sales_yen=500_000_000)))["tokio-yayoi"]
    assert large.outcome == "decline"
    assert "NTT" in " ".join(large.reasons)


@pytest.mark.parametrize(("said", "outcome"), [(None, "ask"), ("unknown", "ask"), ("no", "decline"), ("yes", "accept")])
def test_a_programme_for_the_certified_waits_for_the_certificate(customer, said, outcome):
    version = make_version("sompo-isms", ON)
    if said:
        by = customer.in_charge
        quote = quote_actions.open_quote.__wrapped__(
            customer=customer, product_version=version, inception_on=ON, by=by, at=A_MONDAY
        )
        quote_actions.save_answers.__wrapped__(
            quote=quote, values={"isms_certified": said}, source="SPOKEN", given_by="田中", by=by, at=A_MONDAY
        )
    found = by_code(compare(customer, wished()))["sompo-isms"]
    assert found.outcome == outcome
    assert ("ISMS認証" in " ".join(found.reasons)) == (outcome != "accept")


def test_an_imagined_event_shows_what_each_cover_would_pay(customer):
    asked = wished(losses=(("liability", 80_000_000), ("cost", 13_000_000)))
    found = compare(customer, asked)
    paid = {column.key: column.pays_yen for column in found.columns}
    assert paid["sompo-simple:l10000-c3000"] == 93_000_000
    assert paid["msi-protector:economy"] == 80_000_000 - 100_000  # no costs there, and the deductible is the insured's
    assert "想定した事故で支払われる額" in {row.label for row in rows_of(found.columns, asked)}
    assert "想定した事故で支払われる額" not in {row.label for row in rows_of(found.columns, wished())}


def test_what_differs_is_marked_and_a_feared_risk_has_its_line(customer):
    found = compare(customer, wished())
    rows = {row.label: row for row in rows_of(found.columns, found.wished, ["transfer"])}
    assert rows["保険料"].differs
    assert set(rows["不正送金への備え"].values) == {"なし"}
    assert all(len(row.values) == len(found.columns) for row in rows.values())


def test_nothing_is_left_out_silently(customer):
    whole = compare(customer, wished())
    few = by_code(whole.seen())["sompo-simple"]
    assert len(few.columns) + few.plans_left_out == len(by_code(whole)["sompo-simple"].columns) == 12
    assert len(by_code(whole.seen(["sompo-simple:l50000-c5000"]))["sompo-simple"].columns) == len(few.columns) + 1
    with pytest.raises(Refused, match="もう一度選んで"):
        whole.column("sompo-simple:gone")
