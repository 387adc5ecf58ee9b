"""Replay: every stored premium comes out again, to the yen, whatever versions came since."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from products import actions as book_actions
from products.models import ProductVersion
from quotes import actions
from quotes.models import QuoteOption
from tests.making import A_MONDAY, make_customer, make_user
from tests.quotes.making import STANDARD, make_quote, make_version

pytestmark = pytest.mark.django_db


def replayed(**options):
    out = StringIO()
    try:
        call_command("replay", stdout=out, **options)
    except CommandError as error:
        return json.loads(out.getvalue()), str(error)
    return json.loads(out.getvalue()), ""


def publish(text, start, by, second, supersede=False):
    return perform(
        book_actions.publish_book, text=text, starts_on=start, by=by, approved_by=second, origin="CONSOLE",
        supersede=supersede, at=A_MONDAY,
    )  # fmt: skip


def later_version(version, start, old="education: {factor: 1.2", new="education: {factor: 1.5"):
    assert old in version.content
    return version.content.replace(f"starts_on: {version.starts_on}", f"starts_on: {start}", 1).replace(old, new, 1)


def test_every_premium_comes_out_to_the_yen():
    by = make_user()
    make_quote("ISSUED", by=by, code=STANDARD)
    make_quote("OFFERED", by=by, code=STANDARD, plan="plan-2")
    make_quote("DRAFT", by=by)
    answer, error = replayed()
    assert not error
    assert answer["differences"] == []
    assert answer["options"] == {
        "checked": 3, "same": 3, "different": 0, "unpriced": 0, "named": 0, "without_answers": 0,
    }  # fmt: skip
    assert answer["policies"]["same"] == 1


def test_three_later_versions_leave_the_yen_as_it_is():
    by, second = make_user(role=Role.UNDERWRITER), make_user(role=Role.MANAGER)
    version = make_version(STANDARD)
    solicitor = make_user(by.agency)
    customer = make_customer(solicitor, industry="education")
    make_quote("ISSUED", by=solicitor, code=STANDARD, customer=customer)
    for year in (2027, 2028, 2029):
        start = date(year, 4, 1)
        publish(later_version(version, start, new=f"education: {{factor: {year - 2020}"), start, by, second)
    answer, error = replayed()
    assert not error
    assert answer["policies"]["same"] == 1


def test_a_yen_that_differs_is_named_and_the_exit_is_not_zero():
    quote = make_quote("DRAFT", code=STANDARD)
    option = quote.options.get()
    QuoteOption.objects.filter(pk=option.pk).update(premium_yen=option.premium_yen + 1)
    answer, error = replayed()
    (found,) = answer["differences"]
    assert (found["number"], found["replayed_yen"]) == (quote.number, option.premium_yen)
    assert found["stored_yen"] == option.premium_yen + 1
    assert "1件の保険料が一致しません" in error


def test_a_premium_an_underwriter_named_is_counted_apart():
    by = make_user()
    quote = make_quote("REFERRED", by=by, code=STANDARD, sales_yen=50_000_000_000)
    perform(
        actions.accept_referral, referral=quote.referrals.get(), reason="確認しました。",
        premiums={quote.options.get().pk: 1_234_560},
        by=make_user(by.agency, Role.UNDERWRITER, authority_limit_yen=10**10), at=A_MONDAY + timedelta(hours=1),
    )  # fmt: skip
    answer, error = replayed()
    assert not error
    assert (answer["options"]["named"], answer["options"]["same"]) == (1, 0)


def test_replay_can_be_kept_to_a_product_or_to_what_is_new():
    by = make_user()
    make_quote("DRAFT", by=by, code=STANDARD)
    make_quote("DRAFT", by=by)
    assert replayed(product=STANDARD)[0]["options"]["checked"] == 1
    assert replayed(since="2026-04-06")[0]["options"]["checked"] == 2
    assert replayed(since="2026-04-07")[0]["options"]["checked"] == 0
    for wrong in ({"product": "none"}, {"since": "yesterday"}):
        with pytest.raises(CommandError):
            call_command("replay", stdout=StringIO(), **wrong)


def test_a_quote_keeps_a_superseded_version_and_a_new_one_never_gets_it():
    by, second = make_user(role=Role.UNDERWRITER), make_user(role=Role.MANAGER)
    version = make_version(STANDARD)
    solicitor = make_user(by.agency)
    start = date(2026, 10, 1)
    wrong = publish(later_version(version, start), start, by, second)
    quote = make_quote("OFFERED", by=solicitor, code=STANDARD, inception_on=start)
    assert quote.product_version == wrong
    right = publish(later_version(version, start, new="education: {factor: 1.3"), start, by, second, supersede=True)
    wrong.refresh_from_db()
    quote.refresh_from_db()
    assert quote.product_version == wrong
    assert ProductVersion.objects.on(start).get() == right
    with pytest.raises(Refused, match="差し替えられました"):
        perform(
            actions.open_quote, customer=quote.customer, product_version=wrong, inception_on=start, by=solicitor,
            at=A_MONDAY,
        )  # fmt: skip
    assert replayed()[1] == ""
