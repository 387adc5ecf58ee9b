"""Publishing: what is frozen stays frozen, and on any day one version applies."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core.doors import perform, sentence_for
from core.errors import Refused
from core.history import timeline
from products.actions import publish_book
from products.models import Product, ProductVersion
from products.queries import products_sold_on, version_on
from products.reading import BookError
from products.shelf import shipped_books
from tests.making import A_MONDAY, make_agency, make_robot, make_user, publish_books

pytestmark = pytest.mark.django_db
FIRST = date(2026, 4, 1)
NEXT = date(2027, 4, 1)


@pytest.fixture
def underwriter():
    return make_user(role=Role.UNDERWRITER)


def publish(text, by, starts_on=FIRST):
    return perform(publish_book, text=text, starts_on=starts_on, by=by, at=A_MONDAY)


def next_year(text: str) -> str:
    return text.replace("starts_on: 2026-04-01", "starts_on: 2027-04-01", 1)


def test_publishing_keeps_the_text_its_fingerprint_and_who_did_it(simple_text, underwriter):
    version = publish(simple_text, underwriter)
    version.refresh_from_db()
    assert version.content == simple_text
    assert len(version.fingerprint) == 64
    assert (version.published_by, version.published_at) == (underwriter, A_MONDAY)
    assert version.book.name == version.product.name == "シンプルサイバー"
    assert [event.verb for event in timeline(version)] == ["book_published"]


def test_publishing_the_same_text_again_changes_nothing(simple_text, underwriter):
    assert publish(simple_text, underwriter) == publish(simple_text, underwriter)
    assert ProductVersion.objects.count() == 1


def test_a_later_version_ends_the_one_before_it(simple_text, underwriter):
    first = publish(simple_text, underwriter)
    second = publish(next_year(simple_text), underwriter, NEXT)
    first.refresh_from_db()
    assert first.ends_on == NEXT - timedelta(days=1)
    assert version_on("sompo-simple", NEXT - timedelta(days=1)) == first
    assert version_on("sompo-simple", NEXT) == second
    assert list(products_sold_on(NEXT)) == [second]


def test_no_version_applies_before_the_first(simple_text, underwriter):
    publish(simple_text, underwriter)
    with pytest.raises(Refused, match="始期日か商品"):
        version_on("sompo-simple", FIRST - timedelta(days=1))


def test_an_earlier_version_cannot_be_slipped_in(simple_text, underwriter):
    publish(next_year(simple_text), underwriter, NEXT)
    with pytest.raises(Refused, match="より後の販売開始日"):
        publish(simple_text, underwriter)


def test_another_book_for_the_same_day_is_refused(simple_text, underwriter):
    publish(simple_text, underwriter)
    with pytest.raises(Refused, match="すでに公開"):
        publish(simple_text + "\n# changed\n", underwriter)


def test_a_date_that_is_not_the_books_is_refused(simple_text, underwriter):
    with pytest.raises(Refused, match="違います"):
        publish(simple_text, underwriter, NEXT)


def test_a_book_whose_example_is_not_reproduced_is_refused(cyber_text, underwriter):
    with pytest.raises(Refused) as caught:
        publish(cyber_text.replace("premium_yen: 65960", "premium_yen: 65970", 1), underwriter)
    assert caught.value.reasons == ("manufacturing 売上高500,000,000円 plan-1: 例は65,970円、計算は65,960円",)
    assert not ProductVersion.objects.exists()


def test_a_book_with_a_mistake_publishes_nothing(cyber_text, underwriter):
    with pytest.raises(BookError, match="salse_yen"):
        publish(cyber_text.replace("when: sales_yen == 0", "when: salse_yen == 0"), underwriter)
    assert not Product.objects.exists()


def test_the_database_refuses_two_versions_for_one_day(simple_text, underwriter):
    first = publish(simple_text, underwriter)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ProductVersion.objects.create(
            product=first.product,
            starts_on=FIRST + timedelta(days=100),
            edition="x",
            content="x",
            fingerprint="0" * 64,
            published_at=A_MONDAY,
            published_by=underwriter,
        )
    assert sentence_for(caught.value) == "同じ日に2つの版は公開できません。販売開始日をずらしてください。"


@pytest.mark.parametrize(
    "change",
    [
        "content = 'x'",
        "fingerprint = repeat('0', 64)",
        "starts_on = starts_on + 1",
        "edition = 'x'",
        "published_at = now()",
    ],
)
def test_a_published_version_cannot_be_changed_by_raw_update(simple_text, underwriter, change):
    publish(simple_text, underwriter)
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE products_productversion SET {change}")  # noqa: S608
    assert "新しい版を公開してください" in sentence_for(caught.value)


def test_the_last_day_of_sale_is_set_once(simple_text, underwriter):
    version = publish(simple_text, underwriter)
    ProductVersion.objects.filter(pk=version.pk).update(ends_on=NEXT)
    for again in (NEXT + timedelta(days=1), None):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            ProductVersion.objects.filter(pk=version.pk).update(ends_on=again)
        assert "一度だけ" in sentence_for(caught.value)


def test_a_published_version_cannot_be_deleted(simple_text, underwriter):
    version = publish(simple_text, underwriter)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductVersion.objects.filter(pk=version.pk).delete()


# ------------------------------------------------------------------ commands


def test_load_books_publishes_what_is_missing_and_nothing_twice():
    make_robot(make_agency())
    for _ in range(2):
        call_command("load_books", stdout=StringIO())
    published = {(version.product.code, f"{version.starts_on}") for version in ProductVersion.objects.all()}
    assert published == {(path.parent.name, path.stem) for path, _ in shipped_books()}
    assert ProductVersion.objects.count() == len(shipped_books())


def asked(tmp_path, question) -> str:
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(question), encoding="utf-8")
    return str(path)


def rated(tmp_path, question, product="sompo-cyber", on="2026-04-01"):
    out = StringIO()
    call_command("rate", product, on=on, input=asked(tmp_path, question), stdout=out)
    return json.loads(out.getvalue())


RETAIL = {"industry": "retail", "sales_yen": 500_000_000, "security_score": 50}


def test_rate_answers_in_json_with_the_receipt(tmp_path, underwriter):
    publish_books(underwriter)
    answer = rated(tmp_path, {"facts": RETAIL, "selection": {"plan": "plan-1"}})
    assert answer["receipt"]["total_yen"] == 98_940
    assert answer["outcome"] == "accept"
    assert answer["receipt"]["lines"][0]["factor"] == "68708.1"


def test_rate_says_what_is_wrong_with_a_selection(tmp_path, underwriter):
    publish_books(underwriter)
    chosen = {"liability_yen": 50_000_000, "cost_yen": 100_000_000, "riders": ["it_after_delivery"]}
    answer = rated(tmp_path, {"facts": RETAIL, "selection": chosen})
    assert answer["receipt"] is None
    assert [problem["field"] for problem in answer["limits"]] == ["cost_yen"]
    assert len(answer["riders"]) == 1


def test_rate_gives_no_premium_for_limits_that_do_not_go_together(tmp_path, underwriter):
    publish_books(underwriter)
    chosen = {
        "liability_yen": 100_000_000, "cost_yen": 30_000_000, "bi_yen": 100_000_000, "continuity_yen": 100_000_000,
        "waiting_hours": 12, "riders": ["business_interruption"],
    }  # fmt: skip
    answer = rated(tmp_path, {"facts": RETAIL, "selection": chosen})
    assert [problem["field"] for problem in answer["limits"]] == ["bi_yen"]
    assert (answer["receipt"], answer["refusal"]) == (None, None)


def test_rate_refers_what_the_tariff_does_not_reach(tmp_path, underwriter):
    publish_books(underwriter)
    answer = rated(tmp_path, {"facts": RETAIL | {"sales_yen": 2 * 10**10}, "selection": {"plan": "plan-1"}})
    assert (answer["outcome"], answer["receipt"]) == ("refer", None)
    assert "引受照会" in answer["refusal"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"facts": {"industry": "retail", "sales_yen": 1.5}, "selection": {}}, "sales_yen"),
        ({"facts": RETAIL}, "selection"),
        ({"facts": RETAIL, "selection": {"plan": "gold"}}, "gold"),
        ({"facts": RETAIL, "answers": {"mfaa": "yes"}, "selection": {"plan": "plan-1"}}, "mfaa"),
        ({"facts": RETAIL, "answers": {"mfa": "maybe"}, "selection": {"plan": "plan-1"}}, "選び直し"),
        ({"facts": {"salse_yen": 1}, "selection": {"plan": "plan-1"}}, "salse_yen"),
        (
            {"facts": RETAIL | {"inception_on": "2026-02-30"}, "selection": {"plan": "plan-1"}},
            "保険始期は",
        ),
        ({"facts": RETAIL, "selection": {"liability_yen": -5}}, "selection.liability_yen"),
        ({"facts": RETAIL, "selection": {"waiting_hours": 10**30}}, "selection.waiting_hours"),
    ],
)
def test_rate_refuses_bad_input_with_a_sentence(tmp_path, underwriter, question, words):
    publish_books(underwriter)
    with pytest.raises(CommandError, match=words):
        rated(tmp_path, question)


def test_rate_refuses_an_unknown_product_day_or_file(tmp_path, underwriter):
    question = {"facts": RETAIL, "selection": {"plan": "plan-1"}}
    with pytest.raises(CommandError, match="版がありません"):
        rated(tmp_path, question)
    with pytest.raises(CommandError, match="始期日"):
        rated(tmp_path, question, on="2026-02-30")
    with pytest.raises(CommandError, match="開けません"):
        call_command("rate", "sompo-cyber", on="2026-04-01", input=str(tmp_path / "nothing.json"))


def test_check_book_shows_the_examples_and_names_lines(tmp_path, cyber_text):
    path = tmp_path / "draft.yaml"
    path.write_text(cyber_text, encoding="utf-8")
    out = StringIO()
    call_command("check_book", str(path), stdout=out)
    assert out.getvalue().count("一致 ") == 28
    path.write_text(cyber_text.replace("insurer: 損", "insurrer: 損"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"draft.yaml:\d+: 項目「insurrer」"):
        call_command("check_book", str(path))


# ------------------------------------------------------------------ the console


@pytest.mark.parametrize("role", [Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR])
def test_the_console_shows_every_version_as_tables(role):
    user = make_user(role=role)
    publish_books(user)
    client = Client()
    client.force_login(user)
    listed = client.get(reverse("admin:products_productversion_changelist"))
    assert "サイバー保険" in listed.content.decode()
    version = version_on("sompo-cyber", FIRST)
    page = client.get(reverse("admin:products_productversion_change", args=[version.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("28件のうち28件が一致", "3,977,780円", "示談交渉サービスはありません", "仮置き", version.fingerprint):
        assert words in text
    assert client.get(reverse("admin:products_product_changelist")).status_code == 200


def test_the_console_offers_no_way_to_change_a_version(underwriter, simple_text):
    version = publish(simple_text, underwriter)
    client = Client()
    client.force_login(underwriter)
    assert client.get(reverse("admin:products_productversion_add")).status_code == 403
    assert client.get(reverse("admin:products_productversion_delete", args=[version.pk])).status_code == 403
    client.post(reverse("admin:products_productversion_change", args=[version.pk]), {"content": "x"})
    version.refresh_from_db()
    assert version.content == simple_text


def test_the_console_answers_404_for_a_version_that_is_not_there(underwriter):
    client = Client()
    client.force_login(underwriter)
    assert client.get(reverse("admin:products_productversion_change", args=[4711])).status_code == 404
    assert client.get("/console/products/productversion/abc/change/").status_code == 404


def test_a_solicitor_has_no_console():
    client = Client()
    client.force_login(make_user(role=Role.SOLICITOR))
    assert client.get(reverse("admin:products_productversion_changelist")).status_code == 403
