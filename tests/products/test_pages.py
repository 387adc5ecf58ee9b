"""A version as tables people can read."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from products.models import ProductVersion
from products.pages import parts_of
from products.reading import read_book
from products.shelf import SHELF, shipped_books
from tests.making import make_user, publish_books


def tables(product, starts_on="2026-04-01"):
    book = read_book((SHELF / product / f"{starts_on}.yaml").read_text(), product)
    return {table.code: table for part in parts_of(book) for table in part.tables}


def test_riders_stand_in_a_matrix_of_plans_as_the_carrier_prints_them():
    matrix = tables("msi-protector")["by_plan"]
    assert matrix.headers[:4] == ("特約", "エコノミープラン", "ベーシックプラン", "ワイドプラン")
    rows = {row[0]: "".join(row[1:4]) for row in matrix.rows}
    assert rows == {
        "サイバーセキュリティ特約": "◎◎◎",
        "プロテクト費用補償特約": "×◎×",
        "サイバーセキュリティ拡張補償特約": "××◎",
        "IT業務特約": "〇〇〇",
        "利益損害補償特約": "×〇〇",
        "営業継続費用補償対象外特約": "×〇〇",
        "資金損害補償特約": "××〇",
        "追加記名被保険者特約": "〇〇〇",
        "サイバー攻撃補償特約(ベーシックプラン用)": "×〇×",
        "保険証券総支払限度額設定特約": "×〇〇",
        "不誠実行為補償対象外特約": "〇〇〇",
        "情報漏えい限定補償特約": "〇〇×",
    }


def test_what_holds_inside_and_over_the_limits_is_shown():
    shown = tables("msi-protector")
    assert ("見舞金・見舞品(個人1名につき)", "費用損害", "1,000円", "1名") in [
        row[:4] for row in shown["inner_limits"].rows
    ]
    assert shown["aggregates"].rows[0][2] == "賠償損害の限度額の内枠"
    cost = next(row for row in shown["limits"].rows if row[0] == "費用損害")
    assert cost[4:6] == ("ベーシックプラン、ワイドプラン", "内枠 → 自己負担額 → 縮小支払割合 90% → 支払限度額")
    assert tables("sompo-cyber", "2026-10-01")["aggregates"].rows[0][2] == "20億円"


def test_the_reports_a_claim_needs_are_shown():
    rows = [row for row in tables("msi-protector")["claim_documents"].rows if row[1] == "資金損害"]
    assert {row[2] for row in rows if row[3] == "必ず"} >= {"警察", "金融機関"}


def test_a_carrier_that_quotes_a_group_and_its_expiry_are_shown():
    shown = tables("tokio-yayoi")
    assert shown["carrier_quote"].captions == ("料率表にない条件は保険会社が見積もります。",)
    assert tables("msi-protector")["carrier_quote"].captions == ("保険料はすべて保険会社が見積もります。",)
    period = {row[0]: row[1] for row in shown["period"].rows}
    assert period["満期日"] == "毎年12月1日"
    assert period["中途加入"].startswith("20日までの申込みは翌月の1日から")
    assert any("次の更改はできません" in row[1] for row in shown["group"].rows)
    assert ["自動的に付く" in row for row in shown["plans"].rows] == [False, False, False, True]


def test_agencies_discounts_and_papers_to_hand_in_are_shown():
    shown = tables("sompo-isms")
    assert [row[2] for row in shown["handled_by"].rows] == ["60%", "40%"]
    assert shown["isms"].captions == ("あてはまる割引を合計し、60%を上限として保険料から差し引きます。",)
    assert "ISMS認証の登録証の写し" in [row[0] for row in shown["documents"].rows]


@pytest.mark.django_db
def test_the_console_shows_every_shipped_version():
    user = make_user(role=Role.UNDERWRITER)
    publish_books(user)
    client = Client()
    client.force_login(user)
    assert ProductVersion.objects.count() == len(shipped_books())
    for version in ProductVersion.objects.all():
        page = client.get(reverse("admin:products_productversion_change", args=[version.pk]))
        assert page.status_code == 200
        text = page.content.decode()
        assert version.book.texts.title in text
        assert 'id="parties"' not in text or version.book.group or version.book.handled_by
