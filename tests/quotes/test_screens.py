"""The screens of quotes, walked without script: every page opens, every entry stays, every refusal is a sentence."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from quotes.models import Quote
from quotes.states import CUSTOMERS_WORD, QuoteStatus, StepKind
from tests.making import make_customer, make_user
from tests.quotes.making import SIMPLE, STANDARD, make_quote, make_version, take_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = make_user()
    client.force_login(user)
    return user


def url(name, quote, *args):
    return reverse(f"quotes:{name}", args=[quote.number, *args])


@pytest.mark.parametrize("status", QuoteStatus.values)
@pytest.mark.parametrize("code", [SIMPLE, STANDARD])
def test_every_page_of_a_quote_opens_in_every_status(client, user, status, code):
    if code == SIMPLE and status in {"REFERRED", "ASKED", "DECLINED"}:
        pytest.skip("シンプルサイバー has no referrals")
    answers = {"prior_incident": "yes"} if status in {"REFERRED", "ASKED", "DECLINED"} else None
    quote = make_quote(status, code=code, by=user, answers=answers, at=clock.now() - timedelta(days=1),
                       inception_on=clock.today() + timedelta(days=20))  # fmt: skip
    for name in ["detail", "facts", "answers", "plans", "apply", "withdraw", "send", "document-new"]:
        response = client.get(url(name, quote))
        assert response.status_code == 200, name
    for kind in sorted(set(StepKind.values) - set(CUSTOMERS_WORD)):
        assert client.get(url("step", quote, kind)).status_code == 200, kind
    assert quote.number in client.get(reverse("quotes:list")).content.decode()


def test_a_rider_that_cannot_be_had_is_grey_and_says_what_comes_first(client, user):
    quote = make_quote(code=STANDARD, by=user)
    chosen = {
        "liability_yen": "100000000", "cost_yen": "30000000", "bi_yen": "0", "continuity_yen": "0",
        "deductible_yen": "100000", "waiting_hours": "0", "riders": ["leak_only"],
    }  # fmt: skip
    page = client.get(url("plans", quote), chosen).content.decode()
    assert 'value="it_services" disabled aria-describedby="why-it_services"' in page
    reason = page.split('id="why-it_services">')[1].split("<")[0]
    assert reason.startswith("先に「")
    assert reason.endswith("」を外すと選べます。")
    assert 'value="leak_only" checked' in page


def test_riders_that_do_not_go_together_come_with_the_nearest_sets_that_do(client, user):
    quote = make_quote(code=STANDARD, by=user)
    chosen = {
        "liability_yen": "100000000", "cost_yen": "30000000", "bi_yen": "0", "continuity_yen": "0",
        "deductible_yen": "100000", "waiting_hours": "0", "riders": ["it_after_delivery"],
    }  # fmt: skip
    page = client.get(url("plans", quote), chosen).content.decode()
    rider, needed = (quote.product_version.book.rider_label(code) for code in ("it_after_delivery", "it_services"))
    nearest = page.split("<p>最も近い組み合わせ</p>")[1].split("</ul>")[0]
    assert f"<li>{rider}を外す</li>" in nearest
    assert f"<li>{needed}を付ける</li>" in nearest


def test_a_quote_of_the_simple_product_is_made_on_the_screen(client, user):
    customer = make_customer(user)
    version = make_version(SIMPLE)
    start = clock.today() + timedelta(days=30)
    page = client.get(reverse("quotes:new"), {"q": customer.name})
    assert f"?customer={customer.number}" in page.content.decode()
    made = client.post(
        f"{reverse('quotes:new')}?customer={customer.number}",
        {"product_version": version.pk, "inception_on": start.isoformat()}, follow=True,
    )  # fmt: skip
    quote = Quote.objects.get()
    assert made.redirect_chain[-1][0] == url("plans", quote)
    facts = {
        "industry": "manufacturing", "sales_yen": "５億円", "fiscal_year_end": "2026-03-31", "sales_kind": "ACTUAL",
        "employees": "40", "inception_on": start.isoformat(), "no_event_five_years": "yes",
        "no_known_circumstances": "yes", "given_by": "田中 一郎", "source": "PHONE", "seen_version": "1",
    }  # fmt: skip
    page = client.post(url("plans", quote), facts, follow=True).content.decode()
    assert page.count("選ぶ<span") == 12
    client.post(url("option-add", quote), {"plan": "l10000-c3000", "riders": ["employee_acts"]})
    quote.refresh_from_db()
    assert quote.options.get().premium_yen == 78_360
    client.post(f"{url('submit', quote)}?seen_version={quote.version}")
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.OFFERED
    take_steps(quote, by=user, at=clock.now())


def test_the_list_costs_the_same_statements_for_one_row_and_for_many(client, user, django_assert_max_num_queries):
    make_quote(by=user)
    client.get(reverse("quotes:list"))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("quotes:list"))
    for _ in range(3):
        make_quote(by=user)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("quotes:list"))


def test_a_search_that_nobody_knows_is_refused(client, user):
    make_quote(by=user)
    page = client.get(reverse("quotes:list"), {"colour": "red"}).content.decode()
    assert "使えない検索条件" in page
    assert "Q-2026-000001" not in page


def test_the_grid_reprices_with_its_riders_and_shows_a_receipt(client, user):
    quote = make_quote(by=user)
    plain = client.get(url("plans", quote), {"shown": "1"}, headers={"HX-Request": "true"}).content.decode()
    wider = client.get(
        url("plans", quote), {"shown": "1", "riders": "employee_acts"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in plain
    assert "78,360円" in wider
    assert "78,360円" not in plain
    receipt = client.get(url("receipt", quote), {"plan": "l10000-c3000", "riders": "employee_acts"}).content.decode()
    assert "78,360円" in receipt
    assert "四捨五入" in receipt


def test_the_record_of_solicitation_and_the_application_are_made_on_the_screen(client, user):
    # Offered this very minute: people write down minutes, not seconds.
    quote = make_quote(QuoteStatus.OFFERED, by=user, at=clock.now(), inception_on=clock.today() + timedelta(days=20))
    moment = clock.jst(clock.now()).strftime("%Y-%m-%dT%H:%M")
    common = {"happened_at": moment, "method": "IN_PERSON", "counterpart": "田中 一郎", "done_by": user.pk}
    details = {
        "AUTHORITY_SHOWN": {}, "INTENT_FIRST": {"text": "漏えいに備える"}, "DISCLOSURE_DELIVERED": {},
        "DISCLOSURE_EXPLAINED": {"read": "on", "exclusions": "on", "switching": "on"},
        "QUESTIONNAIRE_SIGNED": {"said_answers_true": "yes", "said_not_antisocial": "yes"},
        "ANTISOCIAL": {"source": "新聞記事検索", "result": "clear"},
        "INTENT_FINAL": {"text": "申し込む", "changes": "変更なし"},
    }  # fmt: skip
    apply = {
        "option": quote.options.get().pk, "payment_way": "monthly", "received_at": moment, "method": "IN_PERSON",
        "received_by": user.pk, "applicant_name": "田中 一郎", "applicant_title": "総務部長",
    }  # fmt: skip
    page = client.post(url("apply", quote), apply)
    assert page.status_code == 422
    assert "重要事項説明書の交付: " in page.content.decode()
    for kind, detail in details.items():
        response = client.post(url("step", quote, kind), common | detail)
        assert response.status_code == 302, (kind, response.content.decode()[-1500:])
    assert client.post(url("apply", quote), apply).status_code == 302
    for _ in range(2):
        client.post(url("issue", quote))
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.ISSUED
    assert len(quote.policy.schedule) == 12
