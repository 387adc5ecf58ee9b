"""Bad input: a sentence that says what to do, nothing lost, nothing half-written, never a 500."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from core import clock
from core.doors import perform
from core.errors import Refused, Stale
from products.risks import Selection
from quotes import actions
from quotes.facts import facts_from
from quotes.models import Quote, QuoteOption
from quotes.states import QuoteStatus
from tests.making import A_MONDAY, make_customer, make_user
from tests.quotes.making import SIMPLE, STANDARD, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = make_user()
    client.force_login(user)
    return user


def url(name, quote, *args):
    return reverse(f"quotes:{name}", args=[quote.number, *args])


def good_facts(quote, **changes):
    return {
        "industry": "manufacturing", "sales_yen": "5億", "fiscal_year_end": "2026-03-31", "sales_kind": "ACTUAL",
        "employees": "40", "inception_on": quote.inception_on.isoformat(), "seen_version": str(quote.version),
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("sales_yen", "0", "1円以上"),
        ("sales_yen", "-1", "0以上"),
        ("sales_yen", "1000000000000000", "大きすぎます"),
        ("sales_yen", "たくさん", "数字で入力"),
        ("fiscal_year_end", "2026年2月30日", "という日付はありません"),
        ("inception_on", "yesterday", "過去の日付"),
        ("industry", "piracy", "正しく選択"),
        ("employees", "-5", "0"),
        ("seen_version", "999", "先に更新しました"),
        ("seen_version", "'; DROP TABLE", "先に更新しました"),
    ],
)
def test_a_wrong_fact_names_its_field_and_keeps_the_rest(client, user, field, text, words):
    quote = make_quote(code=STANDARD, by=user, at=clock.now(), inception_on=clock.today() + timedelta(days=20))
    before = dict(quote.facts)
    text = (clock.today() - timedelta(days=1)).isoformat() if text == "yesterday" else text
    response = client.post(url("facts", quote), good_facts(quote, **{field: text}))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="40"' in page or field == "employees"
    quote.refresh_from_db()
    assert quote.facts == before


def test_an_unknown_product_version_is_refused(client, user):
    customer = make_customer(user)
    make_version(SIMPLE)
    response = client.post(
        f"{reverse('quotes:new')}?customer={customer.number}",
        {"product_version": "99999", "inception_on": clock.today().isoformat()},
    )
    assert response.status_code == 422
    assert not Quote.objects.exists()


def test_a_start_before_the_version_is_sold_is_refused():
    by = make_user()
    with pytest.raises(Refused, match="販売していません"):
        perform(
            actions.open_quote, customer=make_customer(by), product_version=make_version(SIMPLE),
            inception_on=date(2026, 3, 31), by=by, at=A_MONDAY - timedelta(days=30),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(50_000_000, 100_000_000, 100_000), "賠償責任の限度額以下"),
        (Selection(100_000_000, 30_000_000, 100_000, riders=("voluntary_shutdown",)), "が必要です"),
        (Selection(100_000_000, 30_000_000, 100_000, riders=("no_such_rider",)), "この商品にはない"),
        (Selection(123, 30_000_000, 100_000), "から選んでください"),
        (Selection(100_000_000, 30_000_000, 100_000, bi_yen=10_000_000), "が必要です"),
    ],
)
def test_covers_that_do_not_go_together_are_refused_with_what_to_mend(selection, words):
    quote = make_quote(code=STANDARD)
    with pytest.raises(Refused) as refusal:
        perform(actions.add_option, quote=quote, selection=selection, by=quote.opened_by, at=A_MONDAY)
    assert any(words in reason for reason in refusal.value.reasons)
    assert QuoteOption.objects.count() == 1


def test_a_cover_of_the_builder_that_does_not_go_is_answered_on_its_own_page(client, user):
    quote = make_quote(code=STANDARD, by=user)
    asked = {
        "liability_yen": "50000000", "cost_yen": "100000000", "bi_yen": "0", "continuity_yen": "0",
        "deductible_yen": "100000", "waiting_hours": "0",
    }  # fmt: skip
    page = client.post(url("option-add", quote), asked)
    assert "賠償責任の限度額以下にしてください" in page.content.decode()
    assert client.post(url("option-add", quote), {**asked, "liability_yen": "nonsense"}).status_code == 422
    assert client.post(url("option-add", quote), {"plan": "no-such-plan"}, follow=True).status_code == 200
    assert quote.options.count() == 1


def test_a_stale_page_changes_nothing():
    quote = make_quote(by=make_user())
    for verb in (actions.submit_quote,):
        with pytest.raises(Stale):
            perform(verb, quote=quote, seen_version=quote.version - 1, by=quote.opened_by, at=A_MONDAY)


def test_a_second_click_on_submit_finds_it_done():
    quote = make_quote()
    version = quote.version
    perform(actions.submit_quote, quote=quote, seen_version=version, by=quote.opened_by, at=A_MONDAY)
    with pytest.raises(Refused):
        perform(actions.submit_quote, quote=quote, seen_version=version, by=quote.opened_by, at=A_MONDAY)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("計画.pdf", b"%PDF-1.7\n" + b"0" * (11 * 1024 * 1024), "大きすぎます"),
        ("計画.exe", b"MZ", "選んでください"),
        ("計画.pdf", b"hello", "一致しません"),
    ],
)
def test_an_attachment_too_large_or_of_the_wrong_kind_says_so(client, user, name, content, words):
    quote = make_quote(by=user)
    response = client.post(url("document-new", quote), {"file": SimpleUploadedFile(name, content), "note": "計画"})
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_company_without_a_closed_year_attaches_its_business_plan(client, user):
    quote = make_quote(code=STANDARD, by=user, answers={"fiscal_year_closed": "no"})
    submit = {"quote": quote, "seen_version": quote.version, "by": user, "at": A_MONDAY}
    with pytest.raises(Refused) as refusal:
        perform(actions.submit_quote, **submit)
    assert refusal.value.reasons == ("決算を終えた年度がないため、事業計画書を「受領書類」に添付してください。",)
    plan = SimpleUploadedFile("事業計画書.pdf", b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n")
    assert client.post(url("document-new", quote), {"file": plan, "note": "事業計画書"}).status_code == 302
    referred = perform(actions.submit_quote, **submit)
    assert referred.status == QuoteStatus.REFERRED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sales_yen": 3_000_000_000}, "30億円以上"),
        ({"industry": "finance"}, "引受対象外"),
        ({"industry": "it_services"}, "引受対象外"),
    ],
)
def test_the_simple_product_says_why_it_cannot_be_had_and_offers_the_other(client, user, changes, words):
    quote = make_quote(by=user, at=clock.now(), inception_on=clock.today() + timedelta(days=20))
    other = make_version(STANDARD)
    facts = facts_from(quote.facts | changes)
    perform(
        actions.save_facts, quote=quote, facts=facts, inception_on=quote.inception_on, seen_version=quote.version,
        by=user, at=clock.now(),
    )  # fmt: skip
    page = client.get(url("plans", quote)).content.decode()
    assert words in page
    assert f"{other.product.name}で見積もる" in page
    client.post(url("other-product", quote), {"product_version": other.pk})
    made = Quote.objects.exclude(pk=quote.pk).get()
    assert made.product_version == other
    assert facts_from(made.facts) == facts


def test_a_declaration_that_is_not_true_declines_the_simple_product():
    quote = make_quote(QuoteStatus.DECLINED, answers={"no_event_five_years": "no"})
    assert "通常版のサイバー保険" in quote.closed_reason


def test_others_records_do_not_exist_for_a_stranger(client):
    quote = make_quote()
    client.force_login(make_user())
    for name in ("detail", "facts", "answers", "plans", "apply", "withdraw", "receipt"):
        assert client.get(url(name, quote)).status_code == 404, name
    for name in ("submit", "revise", "issue", "option-add", "other-product"):
        assert client.post(url(name, quote)).status_code == 404, name


def test_an_auditor_reads_and_changes_nothing(client):
    quote = make_quote()
    client.force_login(make_user(quote.agency, Role.AUDITOR))
    assert client.get(url("detail", quote)).status_code == 200
    assert client.post(url("submit", quote)).status_code == 403
    client.post(url("answers", quote), {"given_by": "監査", "source": "PHONE", "backup": "yes"})
    assert not quote.answers.filter(given_by="監査").exists()


def test_strange_names_are_shown_as_written(client, user):
    customer = make_customer(user, name="㈱髙﨑𠮷<script>alert(1)</script>")
    quote = make_quote(by=user, customer=customer)
    page = client.get(url("detail", quote)).content.decode()
    assert "㈱髙﨑𠮷&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_list_refuses_nonsense_and_shows_everything_else(client, user):
    make_quote(by=user)
    for query in ("status=NONSENSE", "start_from=2026-02-30", "start_from=2026-05-02&start_until=2026-05-01"):
        assert client.get(f"{reverse('quotes:list')}?{query}").status_code == 200
    page = client.get(reverse("quotes:list"), {"status": "open", "start_from": "2026-05-01"}).content.decode()
    assert "Q-2026-000001" in page
    csv = client.get(reverse("quotes:list"), {"format": "csv"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("Q-2026-000001")
