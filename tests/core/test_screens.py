"""Lists, CSV and the words templates use."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from core.clock import JST
from core.errors import Refused
from core.screens import address_of, csv_response, why_not
from core.templatetags.tate import contract_moment, day


def test_csv_has_a_bom_leading_zeros_and_no_formulas():
    body = csv_response("契約.csv", ["番号", "名称"], [["0012", "=HYPERLINK(1)"], [5, "-1+2"]]).content
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig") == "番号,名称\r\n0012,'=HYPERLINK(1)\r\n5,'-1+2\r\n"


def test_cp932_takes_the_letters_of_names_and_refuses_the_rest_with_their_place():
    body = csv_response("契約.csv", ["名称"], [["㈱①髙﨑"]], encoding="cp932").content
    assert body.decode("cp932") == "名称\r\n㈱①髙﨑\r\n"
    with pytest.raises(Refused, match="3行目の「名称」にある「𠮷」"):
        csv_response("契約.csv", ["名称"], [["高崎"], ["𠮷田"]], encoding="cp932")


def test_dates_are_written_as_contracts_write_them():
    assert day(date(2026, 11, 22)) == "2026年11月22日(日)"
    assert contract_moment(datetime(2026, 11, 22, 16, 0, tzinfo=JST)) == "2026年11月22日午後4時"
    assert contract_moment(datetime(2026, 11, 22, 0, 30, tzinfo=JST)) == "2026年11月22日午前12時30分"


def test_why_not_says_every_reason():
    def check() -> None:
        raise Refused("まだです。", reasons=["意向確認がありません。"])

    assert why_not(check) == "まだです。\n意向確認がありません。"
    assert why_not(lambda: None) is None


@pytest.mark.parametrize("name", ["更改のご案内_C-2026-000123_r1", "約款(抄) 100%'&_K_r2"])
def test_a_list_writes_the_address_the_url_table_would_write(name):
    assert address_of("correspondence:paper", keys=2)(7, name) == reverse("correspondence:paper", args=[7, name])
    assert address_of("policies:detail")("C-2026-000123") == reverse("policies:detail", args=["C-2026-000123"])
