"""比較: every product sold, side by side, for one customer."""

from datetime import date

import pytest
from django.urls import reverse

from correspondence.models import Paper
from quotes.comparing import WISH, Wish, compare
from quotes.facts import RiskFacts
from quotes.models import Quote
from tests.making import make_customer, make_user
from tests.quotes.making import make_version

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 1)
CODES = ("sompo-simple", "sompo-cyber", "msi-protector")


@pytest.fixture
def customer():
    for code in CODES:
        make_version(code, ON)
    return make_customer(make_user())


def wish(**changes):
    facts = RiskFacts(industry=changes.pop("industry", "retail"), sales_yen=changes.pop("sales_yen", 500_000_000))
    return Wish(ON, facts, changes.pop("liability_yen", 100_000_000), changes.pop("cost_yen", 30_000_000), **changes)


def by_code(comparison):
    return {one.version.product.code: one for one in comparison.candidates}


def test_every_product_sold_is_judged_with_its_reasons(customer):
    found = by_code(compare(customer, wish(industry="it_services")))
    assert set(found) == set(CODES)
    assert found["sompo-simple"].outcome == "decline"
    assert "対象外" in found["sompo-simple"].reasons[0]
    assert not found["sompo-simple"].columns
    assert found["msi-protector"].columns


def test_the_cover_nearest_to_the_wish_comes_first(customer):
    first = by_code(compare(customer, wish()))["sompo-simple"].columns[0]
    assert (first.selection.liability_yen, first.selection.cost_yen) == (100_000_000, 30_000_000)
    assert first.premium_yen
    above = by_code(compare(customer, wish(liability_yen=1_000_000_000)))["sompo-simple"].columns[0]
    assert above.selection.liability_yen == 500_000_000


def test_limits_a_product_lets_one_choose_are_priced_as_wished(customer):
    columns = by_code(compare(customer, wish(liability_yen=300_000_000, cost_yen=50_000_000)))["sompo-cyber"].columns
    assert columns[0].key.endswith(WISH)
    assert columns[0].selection.liability_yen == 300_000_000
    assert columns[0].premium_yen


def test_a_product_its_carrier_prices_says_so(customer):
    column = by_code(compare(customer, wish()))["msi-protector"].columns[0]
    assert column.premium_yen is None
    assert column.why_unpriced


def test_a_members_programme_asks_first_whether_he_is_one(customer):
    make_version("tokio-yayoi", ON)
    found = by_code(compare(customer, wish(industry="other_services", sales_yen=4_000_000)))["tokio-yayoi"]
    assert found.outcome == "ask"
    assert "会員かどうか" in found.reasons[0]
    large = by_code(compare(customer, wish(sales_yen=500_000_000)))["tokio-yayoi"]
    assert large.outcome == "decline"
    assert "NTT" in " ".join(large.reasons)


def test_an_imagined_event_shows_what_each_cover_would_pay(customer):
    event = (("liability", 80_000_000), ("cost", 13_000_000))
    found = compare(customer, wish(losses=event))
    paid = {column.key.split(":")[1]: column.pays_yen for column in found.columns}
    assert paid["l10000-c3000"] == 93_000_000
    assert paid["economy"] == 80_000_000 - 100_000  # no costs there, and the deductible is the insured's
    assert "想定した事故で支払われる額" in {row.label for row in found.rows}
    assert "想定した事故で支払われる額" not in {row.label for row in compare(customer, wish()).rows}


def test_what_differs_is_marked_and_what_is_alike_is_not(customer):
    rows = {row.label: row for row in compare(customer, wish()).rows}
    assert rows["保険料"].differs
    alone = compare(customer, wish(industry="it_services"))
    assert all(len(row.values) == len(alone.columns) for row in alone.rows)


def test_nothing_is_left_out_silently(customer):
    few = by_code(compare(customer, wish()))["sompo-simple"]
    assert len(few.columns) + few.plans_left_out == 12
    assert len(by_code(compare(customer, wish(all_plans=True)))["sompo-simple"].columns) == 12


def address(customer, **changes):
    return {
        "industry": "retail", "sales_yen": "5億", "inception_on": "2026-05-01", "liability_yen": 100_000_000,
        "cost_yen": 30_000_000, **changes,
    }  # fmt: skip


@pytest.fixture
def staff(client, customer, monkeypatch):
    from tests.making import A_MONDAY

    monkeypatch.setattr("quotes.views.comparing.now", lambda: A_MONDAY)
    client.force_login(customer.in_charge)
    return client


def test_the_screen_shows_all_and_its_paper_is_filed_once(staff, customer):
    url = reverse("quotes:compare", args=[customer.number])
    page = staff.get(url, address(customer)).content.decode()
    assert "シンプルサイバー" in page
    assert "サイバープロテクター" in page
    query = "&".join(f"{name}={value}" for name, value in address(customer).items())
    for _ in range(2):
        assert staff.post(f"{url}paper/?{query}").status_code == 302
    paper = Paper.objects.get(kind="COMPARISON")
    assert paper.counterparty == customer.name


def test_a_cover_of_the_table_becomes_a_quote_with_its_facts(staff, customer):
    url = reverse("quotes:compare", args=[customer.number])
    query = "&".join(f"{name}={value}" for name, value in address(customer).items())
    version = make_version("sompo-simple", ON)
    done = staff.post(f"{url}quote/?{query}", {"cover": f"{version.pk}:l10000-c3000"})
    quote = Quote.objects.get()
    assert done.url == quote.get_absolute_url()
    assert quote.facts["sales_yen"] == 500_000_000
    assert quote.options.get().premium_yen
    gone = staff.post(f"{url}quote/?{query}", {"cover": "0:nothing"}, follow=True)
    assert "選び直" in gone.content.decode() or "もう一度選んで" in gone.content.decode()
    assert Quote.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sales_yen", "-1"),
        ("sales_yen", "0"),
        ("inception_on", "2026-02-30"),
        ("industry", "wizardry"),
        ("cost_yen", "7"),
    ],
)
def test_nonsense_gets_a_sentence(staff, customer, field, value):
    page = staff.get(reverse("quotes:compare", args=[customer.number]), address(customer, **{field: value}))
    assert page.status_code == 422


def test_another_agencys_customer_is_not_there(client, customer):
    client.force_login(make_user())
    assert client.get(reverse("quotes:compare", args=[customer.number])).status_code == 404
