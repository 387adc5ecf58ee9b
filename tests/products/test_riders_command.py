"""`manage.py riders`: JSON for people who script."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from core.doors import perform
from products.actions import publish_book
from products.shelf import shipped_books
from tests.making import A_MONDAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published():
    wanted = {"msi-protector", "sompo-cyber"}
    by = make_user(role=Role.UNDERWRITER)
    for path, text in shipped_books():
        if path.parent.name in wanted and path.stem == "2026-04-01":
            perform(publish_book, text=text, starts_on=A_MONDAY.date().replace(day=1), by=by, at=A_MONDAY)


def asked(product="msi-protector", **options):
    out = StringIO()
    call_command("riders", product, **({"sales": 500_000_000, "on": "2026-04-01"} | options), stdout=out)
    return json.loads(out.getvalue())


def test_it_counts_and_lists_what_a_plan_admits():
    answer = asked(plan="wide")
    assert (answer["combinations"], answer["admitted"], len(answer["sets"])) == (128, 52, 52)
    assert answer["automatic"] == ["cyber_extension", "cyber_security"]
    assert [] in answer["sets"]
    assert asked(plan="wide", sales=10_000_000_001)["admitted"] == 12


def test_a_refused_set_gets_its_conflict_and_the_way_out():
    answer = asked(plan="wide", chosen="additional_insureds, business_interruption")
    assert answer["admitted"] is False
    assert answer["conflict"] == ["additional_insureds", "business_interruption"]
    assert answer["nearest"] == [["additional_insureds"], ["business_interruption"]]
    assert answer["sentence"].startswith("追加記名被保険者特約は利益損害補償特約と同時にセットできません。")


def test_an_admitted_set_is_simply_admitted():
    answer = asked(plan="basic", chosen="business_interruption,no_continuity")
    assert (answer["admitted"], answer["conflict"], answer["nearest"], answer["sentence"]) == (True, None, [], "")
    assert asked(plan="basic", chosen="")["admitted"] is True


def test_an_industry_may_have_fewer():
    assert asked(plan="wide", industry="finance")["admitted"] == 12


def test_a_product_without_plans_needs_none():
    answer = asked("sompo-cyber", chosen="it_after_delivery")
    assert answer["conflict"] == ["it_after_delivery", "it_services"]
    assert answer["nearest"] == [["it_after_delivery", "it_services"], []]


@pytest.mark.parametrize(
    ("product", "options", "words"),
    [
        ("msi-protector", {"plan": "gold"}, "economy、basic、wide"),
        ("msi-protector", {}, "economy、basic、wide"),
        ("msi-protector", {"plan": "wide", "chosen": "hail"}, "この商品にない特約です: hail"),
        ("msi-protector", {"plan": "wide", "industry": "piracy"}, "業種は次のコード"),
        ("msi-protector", {"plan": "wide", "sales": -1}, "0以上"),
        ("msi-protector", {"plan": "wide", "on": "2026-02-30"}, "始期日"),
        ("msi-protector", {"plan": "wide", "on": "2026-03-31"}, "版がありません"),
        ("hail", {"plan": "wide"}, "版がありません"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(product, options, words):
    with pytest.raises(CommandError, match=words):
        asked(product, **options)
