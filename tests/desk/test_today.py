"""今日の仕事: every real duty stands there once, and every number leads to the rows it counted."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from claims.models import Claim
from core.clock import JST
from correspondence.models import Letter
from desk.duties.board import KINDS, LINES, board, rows_of
from desk.duties.kinds import Moment
from desk.duties.scope import Scope, scope_of
from desk.rounds import missing, round_news
from policies.models import Policy
from renewals.states import RoundKind
from tests.claims.making import make_claim
from tests.making import make_agency, make_customer, make_user
from tests.policies.making import make_policy
from tests.quotes.making import make_quote, take_steps
from tests.renewals.making import before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db


def jst(on: date, clock: time = time(10)) -> datetime:
    return datetime.combine(on, clock, tzinfo=JST)


@pytest.fixture
def manager():
    return make_user(role=Role.MANAGER)


@pytest.fixture
def on(monkeypatch):
    """Hold the desk's clock."""
    held = {"at": jst(date(2026, 11, 25))}
    monkeypatch.setattr("desk.views.now", lambda: held["at"])
    return held


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tallies(user, at: datetime, scope: Scope = Scope.ALL) -> dict[str, int]:
    return {tally.kind.code: tally.count for tally in board(user, scope, Moment(at)).tallies}


# ------------------------------------------------------------------------------------------------ each duty


def test_a_claim_whose_next_step_has_come_is_a_duty_from_its_day_on(manager):
    claim = make_claim(manager, make_customer(manager))
    assert claim.next_on == date(2026, 11, 25)
    assert "claims" not in tallies(manager, jst(date(2026, 11, 24)))
    assert tallies(manager, jst(date(2026, 11, 25)))["claims"] == 1
    (duty,) = board(manager, Scope.ALL, Moment(jst(date(2026, 11, 26)))).duties[:1]
    assert (duty.words, duty.number, duty.late) == (claim.next_action, claim.number, True)


def test_every_day_of_a_renewal_belongs_to_exactly_one_kind(manager):
    renewal = make_renewal(customer=make_customer(manager))
    codes = [kind.code for kind in KINDS if kind.code.startswith("renewals-")]
    Policy.objects.get(pk=renewal.policy_id)
    for notified in (True, False):
        if not notified:
            type(renewal).objects.filter(pk=renewal.pk).update(next_on=before(80))
        for left in range(-3, 75):
            moment = jst(before(left))
            found = {code: n for code, n in tallies(manager, moment).items() if code in codes}
            if notified:
                assert sum(found.values()) <= 1, (left, found)  # its day may not have come yet
            else:
                assert sum(found.values()) == 1, (left, found)


@pytest.mark.parametrize(
    ("left", "code"),
    [(-1, "overdue"), (0, "7"), (7, "7"), (8, "14"), (14, "14"), (15, "30"), (30, "30"), (31, "45"), (46, "60")],
)
def test_a_renewal_stands_under_its_nearness(manager, left, code):
    renewal = make_renewal(customer=make_customer(manager))
    type(renewal).objects.filter(pk=renewal.pk).update(next_on=before(60))
    assert tallies(manager, jst(before(left)))[f"renewals-{code}"] == 1


@pytest.mark.parametrize(("left", "alarm"), [(30, False), (29, True), (5, True)])
def test_a_renewal_nobody_was_told_of_is_an_alarm_from_twenty_nine_days(manager, left, alarm):
    make_renewal(customer=make_customer(manager, email=None))  # without e-mail the notice waits for the post
    found = tallies(manager, jst(before(left)))
    assert ("renewals-unsent" in found) is alarm
    assert sum(found[code] for code in found if code.startswith("renewals-")) == 1


def test_referrals_are_a_duty_of_staff_and_of_the_underwriter(manager):
    quote = make_quote("REFERRED", by=manager, code="sompo-cyber", answers={"prior_incident": "yes"})
    underwriter = make_user(manager.agency, Role.UNDERWRITER)
    at = jst(quote.referrals.get().due_on)
    early = jst(quote.referrals.get().due_on - timedelta(days=3))
    assert tallies(manager, early)["referrals"] == 1
    assert tallies(underwriter, early) == {"decisions": 1}
    assert tallies(underwriter, early + timedelta(days=1)) == {"decisions-near": 1}, "two days are near"
    assert tallies(manager, at)["referrals-near"] == 1, "the promised week is nearly over"
    assert tallies(underwriter, at) == {"decisions-near": 1}
    late = board(manager, Scope.ALL, Moment(at + timedelta(days=2))).duties[0]
    assert late.late
    assert "2日遅れ" in late.words


def test_a_question_of_the_underwriter_is_a_duty_to_answer(manager):
    make_quote("ASKED", by=manager, code="sompo-cyber", answers={"prior_incident": "yes"})
    assert tallies(manager, jst(date(2026, 4, 7)))["asked"] == 1


def test_an_offer_becomes_a_duty_once_somebody_works_on_it_and_lapses_at_its_end(manager):
    quote = make_quote("OFFERED", by=manager)
    day = jst(date(2026, 4, 7))
    assert "applications" not in tallies(manager, day)
    take_steps(quote, by=manager, at=day, but=("INTENT_FINAL",))
    assert tallies(manager, day)["applications"] == 1
    near = jst(quote.valid_until - timedelta(days=7))
    found = tallies(manager, near)
    assert found["lapsing"] == 1
    assert "applications" not in found


def test_an_application_waits_for_its_policy(manager):
    make_quote("APPLIED", by=manager)
    assert tallies(manager, jst(date(2026, 4, 7)))["issues"] == 1


def test_a_certificate_that_has_not_gone_out_is_a_duty(manager):
    by_post = make_policy(make_customer(manager, email=None))
    by_mail = make_policy(make_customer(manager))
    at = by_mail.issued_at
    assert tallies(manager, at + timedelta(hours=1))["certificates"] == 1  # the one to post, at once
    assert tallies(manager, at + timedelta(hours=25))["certificates"] == 2
    Letter.objects.filter(key=f"policy:{by_mail.number}:issue").update(
        status="SENDING", claimed_at=at, claimed_by="worker"
    )
    Letter.objects.filter(key=f"policy:{by_mail.number}:issue").update(status="SENT", sent_at=at, sent_by=manager)
    assert tallies(manager, at + timedelta(hours=25))["certificates"] == 1
    late = board(manager, Scope.ALL, Moment(at + timedelta(days=31))).duties
    assert [duty.late for duty in late if duty.number == by_post.number] == [True]


def test_a_letter_in_doubt_waits_for_a_person(manager):
    make_claim(manager, make_customer(manager))
    Letter.objects.update(status="SENDING", claimed_at=jst(date(2026, 11, 24)), claimed_by="worker")
    Letter.objects.update(status="UNKNOWN", last_error="接続が切れた")
    assert tallies(manager, jst(date(2026, 11, 24)))["letters"] == 1


@pytest.mark.parametrize(
    ("days", "words"), [(91, None), (90, "90日以内"), (60, "60日以内"), (30, "30日以内"), (-1, "切れています")]
)
def test_a_licence_is_a_duty_from_ninety_days_before_its_end(days, words):
    until = date(2026, 11, 25)
    manager = make_user(role=Role.MANAGER)
    make_user(manager.agency, licence_product_until=until)
    at = jst(until - timedelta(days=days))
    assert tallies(manager, at).get("licences", 0) == (1 if words else 0)
    if words:
        assert words in board(manager, Scope.ALL, Moment(at)).duties[0].words


# ------------------------------------------------------------------------------------------------ numbers and rows


def everything(manager, at: datetime, times: int = 1) -> None:
    """A few of many kinds of duty."""
    for _ in range(times):
        customer = make_customer(manager)
        make_claim(manager, make_customer(manager), at=at)  # who had an event cannot declare that there was none
        make_claim(manager, at=at)
        make_policy(make_customer(manager, email=None))
        make_quote("APPLIED", by=manager, customer=customer)
        make_quote("REFERRED", by=manager, customer=customer, code="sompo-cyber", answers={"prior_incident": "yes"})


def test_every_number_leads_to_exactly_the_rows_it_counts(manager, on):
    everything(manager, on["at"] - timedelta(days=5), times=2)
    browser = browser_of(manager)
    page = browser.get(reverse("desk:today")).content.decode()
    links = re.findall(r'href="(/duties/[^"]+)"><span class="num">(\d+)</span>', page)
    assert len(links) >= 4
    for address, number in links:
        rows = browser.get(address).content.decode().count("<tr") - 1
        assert rows == int(number), address


@pytest.mark.parametrize("scope", list(Scope))
def test_the_filter_shows_mine_my_offices_or_all(manager, on, scope):
    at = on["at"] - timedelta(days=5)
    colleague = make_user(manager.agency)
    elsewhere = make_user(
        manager.agency, office=manager.agency.offices.create(name="支店", compliance_officer="法 令次")
    )
    claims = {person: make_claim(person, at=at) for person in (manager, colleague, elsewhere)}
    shown = {
        Scope.MINE: {manager}, Scope.OFFICE: {manager, colleague}, Scope.ALL: {manager, colleague, elsewhere},
    }[scope]  # fmt: skip
    page = browser_of(manager).get(reverse("desk:today"), {"scope": scope.value}).content.decode()
    for person, claim in claims.items():
        assert (claim.number in page) is (person in shown)


def test_what_lies_with_nobody_who_could_do_it_is_every_managers_own(manager, on):
    left, reads = make_user(manager.agency), make_user(manager.agency, Role.AUDITOR)
    colleague = make_user(manager.agency)
    claims = {person: make_claim(person, at=on["at"] - timedelta(days=5)) for person in (left, colleague)}
    left.left_on = on["at"].date() - timedelta(days=1)
    left.save()

    def shown(person) -> set[str]:
        page = browser_of(person).get(reverse("desk:today"), {"scope": "mine"}).content.decode()
        return {claim.number for claim in claims.values() if claim.number in page}

    assert shown(manager) == {claims[left].number}
    assert shown(colleague) == {claims[colleague].number}
    assert shown(reads) == set()
    left.left_on = on["at"].date()  # his last day
    left.save()
    assert shown(manager) == set()


def test_solicitors_begin_with_their_own_work_and_nonsense_is_no_scope():
    solicitor, clerk = make_user(), make_user(role=Role.CLERK)
    assert scope_of(solicitor, "") is Scope.MINE
    assert scope_of(clerk, "everything") is Scope.ALL
    assert scope_of(make_user(office=None), "office") is Scope.ALL


def test_another_agencys_work_never_appears(manager, on):
    stranger = make_user(make_agency("よその代理店"), Role.MANAGER)
    everything(stranger, on["at"] - timedelta(days=5))
    assert tallies(manager, on["at"]) == {}
    browser = browser_of(manager)
    assert "いますぐすることはありません" in browser.get(reverse("desk:today")).content.decode()
    for kind in KINDS:
        if manager.role in kind.roles:
            assert not rows_of(kind, manager, Scope.ALL, Moment(on["at"])).exists()


def test_the_page_costs_the_same_statements_for_few_rows_and_many(manager, on):
    browser = browser_of(manager)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(reverse("desk:today")).status_code == 200
        return len(seen)

    everything(manager, on["at"] - timedelta(days=5))
    statements()
    few = statements()
    everything(manager, on["at"] - timedelta(days=5), times=4)
    assert statements() == few


def test_a_page_of_duties_is_cut_openly(manager, on):
    for _ in range(LINES + 2):
        make_claim(manager, at=on["at"] - timedelta(days=5))
    page = browser_of(manager).get(reverse("desk:today")).content.decode()
    assert f"ほか{Claim.objects.count() - LINES}件" in page
    type(manager).objects.filter(pk=manager.pk).update(licence_product_until=on["at"].date() + timedelta(days=90))
    with CaptureQueriesContext(connection) as seen:
        found = board(manager, Scope.ALL, Moment(on["at"]))
    assert len(seen) == 1, "counted and read in one statement"
    assert {tally.kind.code: tally.count for tally in found.tallies} == {"claims": LINES + 2, "licences": 1}
    assert {duty.kind for duty in found.duties} == {"claims"}, "counted though none of its lines is urgent enough"
    assert (len(found.duties), found.more) == (LINES, 3)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_first_screen(manager, on, role):
    everything(manager, on["at"] - timedelta(days=5))
    person = make_user(manager.agency, role)
    browser = browser_of(person)
    assert browser.get(reverse("desk:today")).status_code == 200
    for kind in KINDS:
        expected = 200 if role in kind.roles else 404
        assert browser.get(reverse("desk:duties", args=[kind.code])).status_code == expected, kind.code
    allowed = role in {Role.MANAGER, Role.AUDITOR}
    assert browser.get(reverse("desk:status")).status_code == (200 if allowed else 403)


def test_an_unknown_kind_does_not_exist(manager, on):
    assert browser_of(manager).get(reverse("desk:duties", args=["nonsense"])).status_code == 404


# ------------------------------------------------------------------------------------------------ the round


@pytest.mark.parametrize(
    ("finished", "clock", "kinds"),
    [
        (set(), time(6, 59), []),
        (set(), time(7, 0), ["NIGHTLY"]),
        ({"EXPIRY"}, time(7, 0), ["NIGHTLY"]),
        ({"NIGHTLY"}, time(16, 59), []),
        ({"NIGHTLY"}, time(17, 0), ["EXPIRY"]),
        ({"NIGHTLY", "EXPIRY"}, time(23, 59), []),
    ],
)
def test_a_round_that_has_not_finished_by_its_hour_is_missing(finished, clock, kinds):
    assert missing(finished, jst(date(2026, 11, 25), clock)) == kinds


def test_the_first_screen_tells_what_the_round_did(manager, on):
    make_renewal(customer=make_customer(manager))
    on["at"] = jst(before(60))
    page = browser_of(manager).get(reverse("desk:today")).content.decode()
    assert "更改を開始 1件" in page
    assert "朝の処理が終わっていません" not in page
    on["at"] = jst(before(59))
    assert "朝の処理が終わっていません" in browser_of(manager).get(reverse("desk:today")).content.decode()


def test_the_round_of_four_is_not_mistaken_for_the_mornings(manager):
    make_expiring()
    run(before(60), 16, 1, kind=RoundKind.EXPIRY)
    assert round_news(jst(before(60))).alarm != ""
    run(before(60))
    assert round_news(jst(before(60))).alarm == ""
    assert round_news(jst(before(58))).alarm != ""
