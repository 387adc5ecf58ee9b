"""Every state × every person × every deed: nobody finds a way to a policy that underwriting did not let through.

Each state is built once; each deed is tried from it and undone. Where a deed was possible, whoever sells then applies
and issues as far as it goes, and what stands in the end is held against the rules, worked out here anew.
"""

from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from core.doors import perform, sentence_for
from core.errors import Refused
from products.actions import publish_book
from products.risks import Selection
from quotes import actions
from quotes.conditions import NewCondition
from quotes.models import Application, Authority, Condition, Quote
from quotes.queries import people_who_entered
from tests.making import A_MONDAY, give_authority, make_agency, make_customer, make_robot, make_user
from tests.quotes.making import STANDARD, make_quote, shelf, take_steps

pytestmark = pytest.mark.django_db

HOUR, ENOUGH, LOW = timedelta(hours=1), 10**10, 99_999_999
AT = A_MONDAY + timedelta(days=3)
EARLIER = A_MONDAY - timedelta(days=60)
HIGH = Selection(1_000_000_000, 100_000_000, 100_000)
REPORT = NewCondition("再発防止策の報告書を提出すること。", "DOCUMENT", "ISSUE")
MEASURE = NewCondition("多要素認証を導入すること。", "MEASURE", "APPLICATION")
LATER = NewCondition("訓練を実施すること。", "MEASURE", "AFTER_ISSUE", date(2026, 8, 1))


def book_that_blocks_later_steps():
    """The standard book, with two questions that hold up the application and the 証券 instead of the offer."""
    text, starts_on = shelf()[STANDARD]
    text = text.replace(
        "{when: personal_records > many_records,", "{blocks: issue, when: personal_records > many_records,"
    )
    return text.replace(
        """{when: 'card_data in""", """{blocks: application, lifted_by: security, when: 'card_data in"""
    ), starts_on


@dataclass
class House:
    """One agency with everybody who could try something, and a quote in every state."""

    people: dict
    quotes: dict


def open_house(*states):
    """The people, and a quote in each of these states, or in every one."""
    agency = make_agency()
    text, starts_on = book_that_blocks_later_steps()
    perform(publish_book, text=text, starts_on=starts_on, by=make_robot(agency), at=A_MONDAY)
    entered = make_user(agency, name="入力 花子")
    enough = make_user(agency, Role.UNDERWRITER, authority_limit_yen=ENOUGH)
    people = {
        "entered": entered,
        **{str(role): make_user(agency, role) for role in (Role.SOLICITOR, Role.CLERK, Role.MANAGER, Role.AUDITOR)},
        "none": make_user(agency, Role.UNDERWRITER, authority_limit_yen=None),
        "low": make_user(agency, Role.UNDERWRITER, authority_limit_yen=LOW),
        "wrong kind": make_user(agency, Role.UNDERWRITER, authority_limit_yen=None),
        "over": make_user(agency, Role.UNDERWRITER, authority_limit_yen=None),
        "enough": enough,
        "own": copy(entered),
        "elsewhere": make_user(role=Role.UNDERWRITER, authority_limit_yen=ENOUGH),
    }
    give_authority(people["wrong kind"], ENOUGH, kind="CARRIER")
    give_authority(people["over"], ENOUGH, ends_on=AT.date() - timedelta(days=1))
    give_authority(entered, ENOUGH)
    people["own"].role = Role.UNDERWRITER  # who entered the case became an underwriter since
    made = ways_to_every_state(entered, enough)
    return House(people, {state: made[state]() for state in states or made})


def ways_to_every_state(by, decider):
    def quote(status, **facts):
        customer = make_customer(by)
        return make_quote(status, by=by, customer=customer, **{"code": STANDARD, "plan": "plan-1", **facts})

    def accepted(*conditions, **facts):
        found = quote("REFERRED", answers={"prior_incident": "yes"}, **facts)
        referral = found.referrals.get()
        facts = {"referral": referral, "reason": "確認した。", "by": decider, "at": A_MONDAY + HOUR}
        found = perform(actions.accept_with_conditions, conditions=conditions, **facts)
        return ready(found)

    def ready(found, at=A_MONDAY + 2 * HOUR):
        take_steps(found, by=by, at=at)
        if found.conditions.exists():
            later = at + 2 * HOUR
            facts = {"happened_at": later, "method": "IN_PERSON", "counterpart": "田中 一郎", "by": by, "at": later}
            perform(actions.record_step, quote=found, kind="CONDITION_CONFIRMED", **facts)
        return Quote.objects.get(pk=found.pk)

    def applied(found):
        facts = {"payment_way": "lump_sum", "method": "IN_PERSON", "applicant_name": "田中 一郎"}
        at = A_MONDAY + 5 * HOUR
        option = found.options.get()
        perform(actions.apply, quote=found, option=option, received_at=at, received_by=by, by=by, at=at, **facts)
        return Quote.objects.get(pk=found.pk)

    many, cards = {"personal_records": 5_000_000}, {"card_data": "stored", "personal_records": 1000}
    return {
        "draft": lambda: quote("DRAFT", answers={"prior_incident": "yes"}),
        "referred": lambda: quote("REFERRED", answers={"prior_incident": "yes"}),
        "referred, high": lambda: quote("REFERRED", selection=HIGH, plan=None),
        "asked": lambda: quote("ASKED", answers={"prior_incident": "yes"}),
        "offered": lambda: ready(quote("OFFERED")),
        "offered, application blocked": lambda: ready(quote("OFFERED", answers=cards)),
        "offered, issue blocked": lambda: ready(quote("OFFERED", answers=many)),
        "offered, condition before application": lambda: accepted(MEASURE),
        "offered, run out": lambda: ready(quote("OFFERED", at=EARLIER), EARLIER + timedelta(days=1)),
        "applied": lambda: applied(ready(quote("OFFERED"))),
        "applied, issue blocked": lambda: applied(ready(quote("OFFERED", answers=many))),
        "applied, condition before issue": lambda: applied(accepted(REPORT, LATER)),
        "issued": lambda: quote("ISSUED"),
        "lapsed": lambda: quote("LAPSED", at=EARLIER),
        "withdrawn": lambda: quote("WITHDRAWN"),
    }  # fmt: skip


# ---------------------------------------------------------------- the deeds


def _referral(quote):
    """The newest one, as the page of the state showed it."""
    if quote.waiting is None:
        raise Refused("なし")
    found = copy(quote.waiting)
    found.quote = quote
    return found


def _apply(quote, by, entered):
    facts = {"payment_way": "lump_sum", "method": "IN_PERSON", "applicant_name": "田中 一郎", "received_at": AT}
    perform(actions.apply, quote=quote, option=quote.plan, received_by=entered, by=by, at=AT, **facts)


def _on_referral(verb, **facts):
    return lambda quote, by, house: perform(verb, referral=_referral(quote), by=by, at=AT, **facts)


def _on_conditions(verb, **facts):
    def deed(quote, by, house):
        rows = [copy(row) for row in quote.to_meet]
        if not rows:
            raise Refused("なし")
        for row in rows:
            perform(verb, condition=row, by=by, at=AT, **facts)

    return deed


DEEDS = {
    "submit": lambda q, by, h: perform(actions.submit_quote, quote=q, seen_version=q.version, by=by, at=AT),
    "revise": lambda q, by, h: perform(actions.revise_quote, quote=q, seen_version=q.version, by=by, at=AT),
    "apply": lambda q, by, h: _apply(q, by, h.people["entered"]),
    "issue": lambda q, by, h: perform(actions.issue_quote, quote=q, by=by, at=AT),
    "accept": _on_referral(actions.accept_referral, reason="可。"),
    "accept on conditions": _on_referral(actions.accept_with_conditions, reason="可。", conditions=[REPORT]),
    "decline": _on_referral(actions.decline_referral, reason="不可。"),
    "ask": _on_referral(actions.ask_back, question="原因は。"),
    "answer": _on_referral(actions.answer_question, answer="誤送信。"),
    "escalate": lambda q, by, h: perform(
        actions.escalate_referral, referral=_referral(q), to=h.people["enough"], reason="額", by=by, at=AT
    ),
    "escalate to the weak": lambda q, by, h: perform(
        actions.escalate_referral, referral=_referral(q), to=h.people["low"], reason="額", by=by, at=AT
    ),
    "change premium": lambda q, by, h: perform(
        actions.change_premium, referral=_referral(q), option=q.plan, percent=-20, reason="額", by=by, at=AT
    ),
    "meet conditions": _on_conditions(actions.meet_condition, note="確認した。"),
    "waive conditions": _on_conditions(actions.waive_condition, note="不要。"),
    "grant to oneself": lambda q, by, h: perform(
        actions.grant_authority, user=by, limit_yen=ENOUGH, starts_on=AT.date(), by=by, at=AT
    ),
}  # fmt: skip


# After these whoever entered the case applies and issues, as far as anything lets him.
GOES_ON = {"apply", "accept", "accept on conditions", "meet conditions", "waive conditions", "answer", "revise"}


# ---------------------------------------------------------------- the walk


def test_no_way_leads_to_a_policy_that_underwriting_did_not_let_through(capsys):
    house = open_house()
    tried, done, issued = 0, Counter(), 0
    for state, quote in house.quotes.items():
        quote = as_shown(quote.pk)
        for person, by in house.people.items():
            for name, deed in DEEDS.items():
                tried += 1
                if attempt(house, state, quote, by, person, name, deed):
                    done[name] += 1
                    issued += name == "issue" and state == "applied"
    with capsys.disabled():
        print(f"\n{tried} combinations tried, {sum(done.values())} possible: {dict(done)}")
    assert tried >= 2500
    assert issued == 4, "those who write can issue what nothing holds up"
    assert set(DEEDS) - set(done) == {"escalate to the weak", "grant to oneself"}
    assert done["accept"] == 5, "one person has authority for every case that waits"


def attempt(house, state, quote, by, person, name, deed):
    """Try it, go on as far as it goes, hold what stands against the rules, and undo everything."""
    undo = transaction.savepoint()
    try:
        deed(copy(quote), by, house)
        check(house, quote.pk, (state, person, name))
        if name in GOES_ON:
            go_on(house, quote.pk)
            check(house, quote.pk, (state, person, name, "and on"))
        after = as_shown(quote.pk)
        moved = after.seen != quote.seen
        assert not (moved and person in {"elsewhere", "AUDITOR"}), (state, person, name)
        return moved
    except Refused:
        return False
    finally:
        transaction.savepoint_rollback(undo)


def as_shown(key):
    """The quote with all that its deeds start from, read once for a state; `seen` tells whether anything moved."""
    quote = Quote.objects.get(pk=key)
    quote.waiting, quote.plan = quote.referrals.last(), quote.options.first()
    quote.to_meet = list(quote.conditions.filter(status="OPEN"))
    waiting = quote.waiting and (quote.waiting.status, quote.waiting.assigned_to_id)
    quote.seen = (quote.status, quote.version, waiting, len(quote.to_meet))
    return quote


def go_on(house, key):
    """Whoever entered the case applies and issues, if nothing stops it."""
    entered = house.people["entered"]
    for deed in (DEEDS["apply"], DEEDS["issue"]):
        try:
            deed(as_shown(key), entered, house)
        except Refused:
            return


def check(house, key, where):
    """What must hold of any quote, read from its rows alone."""
    quote = Quote.objects.get(pk=key)
    gates = {"OFFERED": ["OFFER"], "APPLIED": ["OFFER", "APPLICATION"], "ISSUED": ["OFFER", "APPLICATION", "ISSUE"]}
    open_reasons = quote.reasons.filter(edition=quote.edition, lifted_at=None, blocks__in=gates.get(quote.status, []))
    assert not open_reasons.exists(), where
    steps = {"APPLIED": ["APPLICATION"], "ISSUED": ["APPLICATION", "ISSUE"]}.get(quote.status, [])
    assert not quote.conditions.filter(edition=quote.edition, status="OPEN", before__in=steps).exists(), where
    application = Application.objects.filter(quote=quote).first()
    if application is not None and quote.status in {"APPLIED", "ISSUED"}:
        assert application.received_on <= quote.valid_until, where
    highest = max((option.selection["liability_yen"] for option in quote.options.all()), default=0)
    for referral in quote.referrals.filter(status="DECIDED"):
        who, on = referral.decided_by_id, referral.decided_at.date()
        assert who not in people_who_entered(quote), where
        for reason in referral.reasons.all():
            held = Authority.objects.filter(user=who, kind__in=["", reason.kind], limit_yen__gte=highest)
            assert any(one.is_valid(on) for one in held), where
            assert (reason.lifted_by_id == who) or referral.decision == "DECLINED", where
    for condition in Condition.objects.filter(quote=quote, status="WAIVED"):
        held = Authority.objects.filter(user=condition.settled_by_id, limit_yen__gte=highest)
        assert any(one.is_valid(AT.date()) for one in held), where
        assert condition.settled_by_id not in people_who_entered(quote), where


# ---------------------------------------------------------------- past the actions


def refused_by(sql, *params):
    """The guard that refuses a statement typed into the database, or None."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
            transaction.set_rollback(True)
    except IntegrityError as error:
        sentence_for(error)
        return error.__cause__.diag.constraint_name
    return None


def test_what_is_typed_past_the_actions_meets_the_same_guards():
    apply_states = ["offered, application blocked", "offered, condition before application"]
    issue_states = ["applied, issue blocked", "applied, condition before issue"]
    house = open_house("referred", "lapsed", "withdrawn", *apply_states, *issue_states)
    people, quotes = house.people, house.quotes
    offer = (
        "UPDATE quotes_quote SET status='OFFERED', offered_at=now(), offered_by_id=%s, valid_until='2026-12-31' "
        "WHERE id=%s"
    )
    lift = "UPDATE quotes_reason SET lifted_at=now(), lifted_by_id=%s, lifted_through_id=referral_id WHERE quote_id=%s"
    decide = (
        "UPDATE quotes_referral SET status='DECIDED', decision='ACCEPTED', reason='x', snapshot='{}', decided_at=%s, "
        "decided_by_id=%s WHERE quote_id=%s"
    )
    apply = "UPDATE quotes_quote SET status='APPLIED', applied_at=now(), applied_by_id=%s WHERE id=%s"
    issue = "UPDATE quotes_quote SET status='ISSUED', issued_at=now(), issued_by_id=%s WHERE id=%s"
    enough, referred = people["enough"].pk, quotes["referred"].pk
    assert refused_by(offer, enough, referred) == "quotes_quote_no_open_reason"
    assert refused_by(lift, enough, referred) == "quotes_reason_lifted_by_its_decision"
    for weak in ("none", "low", "wrong kind", "over", "MANAGER", "own"):
        found = refused_by(decide, AT, people[weak].pk, referred)
        assert found == "quotes_referral_decided_with_authority", weak
    assert refused_by(decide, AT, enough, referred) is None
    held_up = {apply: apply_states, issue: issue_states}
    for sql, states in held_up.items():
        found = [refused_by(sql, enough, quotes[state].pk) for state in states]
        assert found == ["quotes_quote_no_open_reason", "quotes_quote_no_open_condition"], sql
    for state in ("lapsed", "withdrawn"):
        assert refused_by(issue, enough, quotes[state].pk) == "quotes_quote_status_moves"
    slip = "UPDATE quotes_quote SET edition = edition + 1, status='APPLIED' WHERE id=%s"
    assert refused_by(slip, quotes["offered, application blocked"].pk).startswith("quotes_quote_no_open_")
    assert refused_by("UPDATE quotes_condition SET before='AFTER_ISSUE'") == "quotes_condition_frozen_columns"
    assert refused_by("UPDATE quotes_authority SET limit_yen = 10000000000000") == "quotes_authority_frozen_columns"
    assert refused_by("DELETE FROM quotes_reason") == "quotes_reason_undeletable"
