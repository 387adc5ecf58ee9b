"""Customers: registering, finding, correcting, and what the database refuses."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from core.errors import Refused, Stale
from core.history import timeline
from customers import actions
from customers.models import Customer, SalesFigure
from customers.names import fold
from customers.queries import addresses_at, lookalikes, primary_contact
from customers.rules import Identity
from tests.making import A_MONDAY, customer_facts, make_agency, make_customer, make_user

pytestmark = pytest.mark.django_db


def form_data(user, **changes):
    return {
        "name": "株式会社髙﨑製作所",
        "kana": "たかさきせいさくしょ",
        "corporate_number": "7123456789012",
        "industry": "manufacturing",
        "employees": "20",
        "postcode": "100-0001",
        "address": "東京都千代田区千代田1-1",
        "phone": "03-1234-5678",
        "relation": "NONE",
        "in_charge": str(user.pk),
        "contact_name": "田中 一郎",
        "contact_email": "tanaka@customer.example",
        "sales_yen": "3億5,000万",
        "fiscal_year_end": "令和8年3月31日",
        "sales_kind": "ACTUAL",
        "sales_tax": "INCLUDED",
    } | changes


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


def test_registering_writes_the_customer_the_contact_and_the_sales(browser, user):
    response = browser.post(reverse("customers:new"), form_data(user))
    customer = Customer.objects.get()
    assert response.status_code == 302
    assert (customer.name, customer.kana) == ("株式会社髙﨑製作所", "タカサキセイサクショ")
    assert customer.postcode == "1000001"
    assert primary_contact(customer).email == "tanaka@customer.example"
    assert customer.sales_figures.get().sales_yen == 350_000_000
    assert customer.sales_figures.get().fiscal_year_end == date(2026, 3, 31)
    assert [event.verb for event in timeline(customer)][-1] == "customers.register_customer"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("corporate_number", "7123456789013", "検査数字が合いません"),
        ("corporate_number", "712345678901", "13桁"),
        ("sales_yen", "0", "1円以上"),
        ("sales_yen", "-1", "0以上"),
        ("sales_yen", "1000000000000000", "大きすぎます"),
        ("sales_yen", "たくさん", "数字で入力"),
        ("fiscal_year_end", "2026年2月30日", "2026年2月30日という日付はありません"),
        ("postcode", "12345", "7桁"),
        ("phone", "1234", "0から始まる"),
        ("name", "改\n行", "制御文字"),
        ("name", "", "「名称」を入力してください"),
        ("kana", "漢字", "カタカナ"),
        ("contact_email", "tanaka@", "メールアドレス"),
        ("industry", "piracy", "piracy"),
        ("employees", "99999999999", "以下"),
        ("in_charge", "0", "選択"),
    ],
)
def test_a_wrong_entry_gets_a_sentence_and_nothing_is_written(browser, user, field, value, sentence):
    response = browser.post(reverse("customers:new"), form_data(user, **{field: value}))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Customer.objects.exists()


def test_full_width_digits_and_hyphens_in_a_corporate_number_are_read(browser, user):
    browser.post(reverse("customers:new"), form_data(user, corporate_number="7-1234-5678-9012"))
    assert Customer.objects.get().corporate_number == "7123456789012"


@pytest.mark.parametrize("number", ["7123456789012", "4011001098993", "7010705000725"])
def test_published_corporate_numbers_pass_the_check_digit(browser, user, number):
    assert browser.post(reverse("customers:new"), form_data(user, corporate_number=number)).status_code == 302


def test_lookalikes_are_shown_once_before_saving(browser, user):
    make_customer(user, name="(株)髙﨑製作所", kana="タカサキセイサクシヨ")
    data = form_data(user, corporate_number="")
    shown = browser.post(reverse("customers:new"), data)
    assert "重複していないか確認" in shown.content.decode()
    assert Customer.objects.count() == 1
    seen = shown.context["form"].data["duplicates_seen"]
    assert browser.post(reverse("customers:new"), data | {"duplicates_seen": seen}).status_code == 302
    assert Customer.objects.count() == 2


def test_an_equal_corporate_number_is_refused_by_form_and_database(browser, user):
    make_customer(user, corporate_number="7123456789012")
    response = browser.post(reverse("customers:new"), form_data(user))
    assert "登録済みです" in response.content.decode()
    with pytest.raises(Refused, match="同じ法人番号"):
        perform(
            actions.register_customer,
            facts=customer_facts(user, corporate_number="7123456789012"),
            by=user,
            at=A_MONDAY,
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社キヤノン", "キャノン㈱"),
        ("髙﨑工業(有)", "高崎工業 有限会社"),
        ("エー・ビー・シー", "エ-ビ-シ-"),
        ("ｱﾙﾌｧ", "アルファ"),
        ("あるふぁ", "アルファ"),
    ],
)
def test_names_people_confuse_fold_to_one(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize("search", ["髙﨑", "高崎", "タカサキ", "たかさき", "崎製", "高"])
def test_a_customer_is_found_by_any_writing(user, search):
    customer = make_customer(user, name="株式会社髙﨑製作所", kana="タカサキセイサクショ")
    make_customer(user, name="無関係商事", kana="ムカンケイショウジ")
    assert list(Customer.objects.search(search)) == [customer]


def test_search_by_number_and_corporate_number(user):
    customer = make_customer(user, corporate_number="7123456789012")
    make_customer(user)
    assert list(Customer.objects.search(customer.number.lower())) == [customer]
    assert list(Customer.objects.search("7123456789012")) == [customer]


def test_a_name_with_markup_is_shown_as_text(browser, user):
    customer = make_customer(user, name="<script>alert(1)</script>㈱𠮷")
    page = browser.get(reverse("desk:customer", args=[customer.number])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;㈱𠮷" in page


def test_two_people_on_one_file_the_second_is_told(user):
    customer = make_customer(user)
    facts = {"note": "一人目"}
    perform(actions.correct_customer, customer=customer, facts=facts, seen_version=1, by=user, at=A_MONDAY)
    with pytest.raises(Stale):
        perform(
            actions.correct_customer, customer=customer, facts={"note": "二人目"}, seen_version=1, by=user, at=A_MONDAY
        )
    customer.refresh_from_db()
    assert customer.note == "一人目"


def test_an_auditor_reads_but_does_not_write(user):
    auditor = make_user(user.agency, Role.AUDITOR)
    with pytest.raises(Refused, match="閲覧のみ"):
        perform(actions.register_customer, facts=customer_facts(user), by=auditor, at=A_MONDAY)


def test_staff_see_only_their_own_agency(client, user):
    customer = make_customer(user)
    stranger = make_user(make_agency("別の代理店"))
    client.force_login(stranger)
    assert client.get(reverse("customers:edit", args=[customer.number])).status_code == 404
    assert client.get(reverse("desk:customer", args=[customer.number])).status_code == 404
    assert customer.name not in client.get(reverse("customers:list")).content.decode()


def test_a_year_that_is_not_over_has_no_actual_sales(user):
    customer = make_customer(user, sales_yen=None)
    with pytest.raises(Refused, match="実績"):
        perform(
            actions.record_sales,
            customer=customer,
            fiscal_year_end=date(2027, 3, 31),
            kind="ACTUAL",
            tax="INCLUDED",
            sales_yen=1,
            by=user,
            at=A_MONDAY,
        )


def test_a_new_primary_contact_replaces_the_old(user):
    customer = make_customer(user)
    facts = {"name": "鈴木", "email": "suzuki@customer.example", "is_primary": True}
    perform(actions.save_contact, customer=customer, contact=None, facts=facts, by=user, at=A_MONDAY)
    assert [c.name for c in customer.contacts.filter(is_primary=True)] == ["鈴木"]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM customers_customer",
        "UPDATE customers_customer SET number = 'K-999999'",
        "UPDATE customers_salesfigure SET sales_yen = 1",
        "DELETE FROM customers_salesfigure",
        "UPDATE customers_customer SET corporate_number = '123'",
        "UPDATE customers_customer SET postcode = '〒100-0'",
        "DELETE FROM core_event",
        "UPDATE core_event SET summary = ''",
    ],
)
def test_the_database_refuses_what_the_rules_forbid_with_a_sentence(user, sql):
    make_customer(user)

    def tamper(**_):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    with pytest.raises(Refused) as refusal:
        perform(tamper)
    assert refusal.value.message.endswith("。")


def test_a_postcode_suggests_every_place_it_stands_for():
    assert addresses_at("1000001") == ["東京都千代田区千代田"]
    crossing = addresses_at("4980000")
    assert any(place.startswith("愛知県") for place in crossing)
    assert any(place.startswith("三重県") for place in crossing)
    assert addresses_at("9999999") == addresses_at("abc") == []


def test_lookalikes_name_their_reasons_and_never_merge(user):
    known = make_customer(user, name="株式会社あおば", kana="アオバ", phone="03-1111-2222")
    new = Identity("あおば(株)", "アオバ", "", "1000001", "03-1111-2222")
    (pair,) = lookalikes(user.agency, new)
    assert pair.customer == known
    assert not pair.likeness.certain
    assert pair.likeness.reasons == (
        "名称が同じ(表記の違いを除く)",
        "フリガナが同じ",
        "郵便番号が同じ",
        "電話番号が同じ",
    )


def test_the_list_costs_the_same_for_one_row_and_for_many(browser, user, django_assert_max_num_queries):
    for _ in range(3):
        make_customer(user)
    with django_assert_max_num_queries(12) as few:
        browser.get(reverse("customers:list"))
    for _ in range(20):
        make_customer(user)
    with django_assert_max_num_queries(len(few)):
        browser.get(reverse("customers:list"))


def test_a_correction_keeps_what_was_before_in_history(browser, user):
    customer = make_customer(user, note="旧")
    facts = {name: getattr(customer, name) for name in ("name", "kana")} | {"note": "新"}
    perform(actions.correct_customer, customer=customer, facts=facts, seen_version=1, by=user, at=A_MONDAY)
    assert timeline(customer)[0].details["changes"] == {"note": ["旧", "新"]}


def test_sales_are_never_overwritten_only_added(user):
    customer = make_customer(user, sales_yen=100)
    facts = {"fiscal_year_end": date(2026, 3, 31), "kind": "ACTUAL", "tax": "INCLUDED", "sales_yen": 200}
    perform(actions.record_sales, customer=customer, by=user, at=A_MONDAY, **facts)
    assert SalesFigure.objects.filter(customer=customer).count() == 2
    assert customer.sales_figures.first().sales_yen == 200
