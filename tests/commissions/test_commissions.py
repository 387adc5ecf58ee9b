"""手数料: the rate of the day a contract was made, the book of an office, and who may see it."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Office, Role
from commissions.actions import set_commission_rate
from commissions.models import CommissionRate
from commissions.rules import DatedRate, Move, bookings, commission_of, left_without_surcharge, rate_on
from core.doors import perform
from core.errors import Refused
from core.periods import at_four
from policies.changing import Change
from policies.models import Policy
from tests.making import A_MONDAY, make_user
from tests.policies.making import cancel, endorse
from tests.quotes.making import make_quote


def test_the_rate_of_the_day_counts_and_a_correction_replaces_it():
    rates = [
        DatedRate(1, date(2026, 1, 1), 1, Decimal("0.20")), DatedRate(1, date(2026, 7, 1), 2, Decimal("0.15")),
        DatedRate(1, date(2026, 7, 1), 3, Decimal("0.175")), DatedRate(2, date(2026, 1, 1), 4, Decimal("0.30")),
    ]  # fmt: skip
    assert rate_on(rates, 1, date(2025, 12, 31)) is None
    assert rate_on(rates, 1, date(2026, 6, 30)) == Decimal("0.20")
    assert rate_on(rates, 1, date(2026, 7, 1)) == Decimal("0.175")
    assert commission_of(65_963, Decimal("0.175")) == 11_543  # 11,543.525: the rest of a yen falls away


def test_what_moves_a_premium_moves_the_commission_and_the_lines_add_up():
    """By hand, at 18.5 %: 65,960 earns 12,202.6, 98,850 earns 18,287.25, and of 46,170 that is left 8,541.45."""
    day = date(2026, 10, 20)
    moves = [Move("新契約", day, 65_960), Move("異動", day, 98_850), Move("解約", day, 46_170)]
    lines = list(bookings(moves, Decimal("0.185")))
    assert [(line.premium_yen, line.commission_yen) for line in lines] == [
        (65_960, 12_202), (32_890, 6_085), (-52_680, -9_746),
    ]  # fmt: skip
    assert sum(line.commission_yen for line in lines) == commission_of(46_170, Decimal("0.185")) == 8_541
    assert [line.commission_yen for line in bookings(moves, None)] == [None] * 3
    # Twelve payments of 5,780 with 5 % for paying in parts; of 40,460 kept, 38,487 are premium.
    assert left_without_surcharge(40_460, 65_980, 69_360) == 38_488
    assert left_without_surcharge(40_460, 65_960, 65_960) == 40_460
    assert left_without_surcharge(0, 65_980, 69_360) == 0


@pytest.mark.django_db
def test_the_book_of_an_office_has_every_contract_with_its_commission(client):
    quote = make_quote("ISSUED")
    policy, agency = quote.policy, quote.agency
    manager = make_user(agency, Role.MANAGER)
    product = quote.product_version.product
    perform(
        set_commission_rate, product=product, rate=Decimal("0.185"), starts_on=date(2026, 4, 1), by=manager, at=A_MONDAY
    )
    other = Office.objects.create(agency=agency, name="支店", compliance_officer="法 令子")
    client.force_login(manager)
    url = reverse("commissions:book")

    def rows(**query):
        answer = client.get(url, {"format": "csv", **query})
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    head, line = rows(office=policy.in_charge.office_id)
    assert head[1:] == [
        "締結日", "保険会社", "商品", "証券番号", "区分", "計上日", "保険料", "手数料率", "手数料",
    ]  # fmt: skip
    earned = int(policy.premium_yen * Decimal("0.185"))
    assert line == [
        policy.in_charge.office.name, policy.contracted_on.isoformat(), policy.insurer, product.name, policy.number,
        "新契約", policy.contracted_on.isoformat(), str(policy.premium_yen), "18.5%", str(earned),
    ]  # fmt: skip
    assert rows(office=other.pk) == [head]
    assert rows(since="2027-01-01") == [head]
    assert client.get(url, {"since": "2026-02-30"}).status_code == 200
    assert f"{earned:,}円" in client.get(url).content.decode()

    # 異動 and 解約 stand in the book on the days they were recorded, at the rate of the contract.
    on = date(2026, 11, 1)
    change = endorse(
        policy, Change(sales_yen=600_000_000), on=on, at=at_four(on), premium_yen=policy.premium_yen + 20_000
    )
    policy = Policy.objects.get()
    ended = cancel(policy, on + timedelta(days=9), at=at_four(on) + timedelta(days=1))
    _, first, added, back = rows()
    assert [line[5:7] for line in (added, back)] == [["異動", "2026-11-01"], ["解約(契約者の申出)", "2026-11-02"]]
    assert int(added[7]) == change.difference_yen > 0
    assert int(back[7]) == ended.earned_yen - policy.premium_yen - change.difference_yen < 0
    assert sum(int(line[9]) for line in (first, added, back)) == int(ended.earned_yen * Decimal("0.185"))
    assert rows(since="2026-11-02", until="2026-11-02") == [head, back]
    assert rows(since="2026-11-03") == [head]
    assert "戻入" in client.get(url).content.decode()
    new = {"product": product.pk, "percent": "15", "starts_on": "2026-04-01"}
    done = client.post(reverse("commissions:set-rate"), new)
    assert done.status_code == 302
    assert rows()[1][8] == "15%"
    assert client.post(reverse("commissions:set-rate"), {**new, "percent": "100"}).status_code == 422


@pytest.mark.django_db
def test_only_the_manager_sets_rates_and_only_he_and_the_auditor_read_them(client):
    solicitor = make_user()
    auditor = make_user(solicitor.agency, Role.AUDITOR)
    client.force_login(solicitor)
    assert client.get(reverse("commissions:book")).status_code == 403
    client.force_login(auditor)
    assert client.get(reverse("commissions:book")).status_code == 200
    assert client.post(reverse("commissions:set-rate")).status_code == 403
    with pytest.raises(Refused, match="管理者"):
        perform(
            set_commission_rate, product=make_quote().product_version.product, rate=Decimal("0.2"),
            starts_on=date(2026, 4, 1), by=auditor, at=A_MONDAY,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_rate_is_written_once():
    manager = make_user(role=Role.MANAGER)
    product = make_quote(by=make_user(manager.agency)).product_version.product
    facts = {"product": product, "starts_on": date(2026, 4, 1), "by": manager, "at": A_MONDAY}
    perform(set_commission_rate, rate=Decimal("0.2"), **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionRate.objects.update(rate=Decimal("0.3"))
    with pytest.raises(Refused, match="100%未満"):
        perform(set_commission_rate, rate=Decimal(1), **facts)
