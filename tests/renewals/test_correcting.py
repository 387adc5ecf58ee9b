"""What happens to a contract after the notice changes its renewal by itself, and the customer hears of it once."""

import pytest
from django.urls import reverse

from accounts.models import Role
from claims.actions import open_claim
from core.clock import travel
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence.actions.outbox import note_and_claim, note_refused_for_now
from correspondence.models import Letter, Paper
from correspondence.states import LetterStatus, PaperKind
from policies.changing import Change
from policies.models import Policy
from policies.states import EndKind
from quotes.actions import issue_quote, take_back_quote
from quotes.states import QuoteStatus
from renewals.actions import open_renewal, record_notice_posted
from renewals.inspection import find
from renewals.models import Renewal
from renewals.states import RenewalStatus
from renewals.verdicts import Verdict
from tests.making import make_customer, make_robot, make_user
from tests.policies.making import cancel, endorse
from tests.quotes.making import STANDARD, decide_quote, make_quote
from tests.renewals.making import at, before, make_expiring, make_renewal, run
from tests.renewals.test_following import answer, renewal_quote

pytestmark = pytest.mark.django_db


def sent(letter):
    """As the drain leaves a letter that went out."""
    facts = {"claimed_at": letter.queued_at, "claimed_by": "worker"}
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SENDING, **facts)
    facts = {"sent_at": letter.queued_at, "sent_by": letter.queued_by}
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SENT, **facts)


def test_a_cancelled_contract_takes_its_renewal_and_its_quote_with_it_and_takes_the_notice_back_once():
    renewal = make_renewal()
    quote = renewal_quote(renewal, QuoteStatus.APPLIED)
    notice = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    sent(notice)
    cancel(renewal.policy, before(20), at=at(before(20), 10), reason="事業の譲渡")
    renewal.refresh_from_db()
    quote.refresh_from_db()
    assert (renewal.status, quote.status) == (RenewalStatus.CANCELLED, QuoteStatus.WITHDRAWN)
    assert renewal.outcome_reason == "解約(契約者の申出): 事業の譲渡"
    assert (renewal.next_on, renewal.outcome_by) == (None, renewal.policy.in_charge)
    taken_back = Letter.objects.get(key=f"renewal:{renewal.pk}:taken-back")
    assert "更改のご案内は" in taken_back.body
    assert "取り消します" in taken_back.body
    # Nothing more is written to the customer about a renewal, and no other one is opened.
    counts = run(before(14)).counts
    assert (counts["opened"], counts["notices"], counts["reminders"]) == (0, 0, 0)
    assert Letter.objects.filter(key__startswith=f"renewal:{renewal.pk}:").count() == 2


def test_a_notice_that_still_waits_is_taken_out_of_the_outbox_and_needs_no_excuse():
    renewal = make_renewal()
    cancel(renewal.policy, before(20), at=at(before(59), 10), end=EndKind.REPLACED)
    notice = Letter.objects.get(key__startswith=f"renewal:{renewal.pk}:notice")
    assert notice.status == LetterStatus.CANCELLED
    assert not Letter.objects.filter(key__endswith=":taken-back").exists()


def test_a_notice_that_is_being_sent_while_its_contract_ends_is_not_tried_again():
    renewal = make_renewal()
    notice = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    facts = {"by": notice.queued_by, "at": at(before(60), 7)}
    claimed = perform(note_and_claim, sent=None, waiting=[notice], claimant="worker", **facts)
    cancel(renewal.policy, before(20), at=at(before(60), 7))
    notice.refresh_from_db()
    assert notice.status == LetterStatus.SENDING  # nobody can call it back now
    perform(note_refused_for_now, letter=claimed, reason="451", keep_trying=False, **facts)
    notice.refresh_from_db()
    assert notice.status == LetterStatus.CANCELLED


def test_a_contract_that_ended_before_the_notice_gets_none():
    policy = make_expiring()
    renewal = perform(open_renewal, policy=policy, by=policy.in_charge, at=at(before(100), 10))
    cancel(policy, before(30), at=at(before(61), 10))
    assert run(before(60)).counts["notices"] == 0
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.CANCELLED
    assert timeline(renewal)[0].verb == "renewals.cancel_renewal"


MORE = Change(limits={"liability": 100_000_000})
LESS = Change(limits={"liability": 50_000_000})


def change(renewal, days, change=MORE, **facts):
    policy = Policy.objects.get(pk=renewal.policy_id)
    on = before(days)
    return endorse(policy, change, on=on, at=at(on, 17), premium_yen=90_000, **facts)


def test_a_change_after_the_notice_brings_the_corrected_paper_once_and_a_duty():
    renewal = make_renewal()
    sent(Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE"))
    quote = renewal_quote(renewal)
    change(renewal, 20)
    renewal.refresh_from_db()
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.DRAFT  # what was offered before the change is judged anew
    assert (renewal.next_on, renewal.correction) == (before(20), "第1回異動: 賠償責任")
    assert "お客さまに説明する" in renewal.next_step
    letter = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:endorsement-1")
    notice, offer = letter.papers.order_by("kind")
    assert (notice.revision, notice.page["correction"]) == (2, "第1回異動: 賠償責任")
    assert (offer.revision, offer.page["correction"]) == (2, "第1回異動: 賠償責任")
    paper = notice
    assert (notice.kind, offer.kind) == (PaperKind.RENEWAL_NOTICE, PaperKind.RENEWAL_OFFER)
    assert paper.page["premium_yen"] == 90_000
    assert "1億円" in str(paper.page["cover"])
    assert paper.corrects.page["premium_yen"] == 65_960
    assert letter.subject.startswith("【訂正版】")
    sent(letter)
    [row] = find(on=before(19), first=renewal.ends_on, last=renewal.ends_on)
    assert (row.verdict, row.notices, row.doubled) == (Verdict.SENT, 1, False)  # a correction is no second notice
    answered = answer(renewal, responded_at=at(before(19), 10), at=at(before(19), 11))
    assert answered.correction == ""
    assert "説明する" not in answered.next_step


def test_a_notice_that_still_waits_is_written_anew_and_does_not_arrive_after_its_correction():
    renewal = make_renewal()
    first = Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE")
    change(renewal, 60)
    first.refresh_from_db()
    assert (first.status, first.settlement) == (LetterStatus.CANCELLED, "契約の変更を反映した案内に差し替えるため。")
    anew = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:endorsement-1")
    assert anew.subject == first.subject  # he has seen no other: nothing to replace
    assert [(paper.kind, paper.revision) for paper in anew.papers.all()] == [("RENEWAL_NOTICE", 2)]
    change(renewal, 59, change=LESS)
    anew.refresh_from_db()
    assert anew.status == LetterStatus.CANCELLED
    last = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:endorsement-2")
    # Who may have it already gets the change told, and later than what is being sent at this moment.
    facts = {"claimed_at": last.queued_at, "claimed_by": "worker"}
    Letter.objects.filter(pk=last.pk).update(status=LetterStatus.SENDING, **facts)
    change(renewal, 58)
    told = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:endorsement-3")
    assert told.subject.startswith("【訂正版】")
    assert told.not_before == at(before(58), 17, 10)
    # Gone under another key than the first, the notice has gone: nobody is alarmed.
    sent(told)
    assert run(before(29)).counts["escalated"] == 0


def test_who_has_no_address_gets_the_corrected_paper_by_post_and_somebody_has_to_do_it():
    renewal = make_renewal(customer=make_customer(email=None))
    perform(record_notice_posted, renewal=renewal, seen_version=renewal.version, by=renewal.owner, at=at(before(58)))
    change(renewal, 20)
    renewal.refresh_from_db()
    assert (renewal.next_on, renewal.owner) == (before(20), renewal.policy.in_charge)
    assert "訂正版を印刷して郵送、第1回異動: 賠償責任" in renewal.next_step
    paper = Paper.objects.about(renewal).filter(kind=PaperKind.RENEWAL_NOTICE).latest("pk")
    assert (paper.revision, paper.page["correction"]) == (2, "第1回異動: 賠償責任")
    assert not Letter.objects.filter(key__startswith=f"renewal:{renewal.pk}:").exists()
    # 解約: taken back by post as well.
    cancel(renewal.policy, before(10), at=at(before(10), 10))
    assert any("書面でお客さまにお知らせください" in event.summary for event in timeline(renewal.policy))


def test_a_change_after_the_application_is_told_and_holds_the_next_contract_until_somebody_has_spoken(at_intake):
    renewal = make_renewal()
    sent(Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE"))
    quote = renewal_quote(renewal, QuoteStatus.APPLIED)
    change(renewal, 20)
    renewal.refresh_from_db()
    letter = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:endorsement-1")
    assert [(paper.kind, paper.revision) for paper in letter.papers.all()] == [(PaperKind.RENEWAL_NOTICE, 2)]
    assert (renewal.status, renewal.correction) == (RenewalStatus.APPLIED, "第1回異動: 賠償責任")
    issue = {"quote": quote, "by": renewal.owner, "at": at(before(19), 12)}
    with pytest.raises(Refused, match="お客さまと保険会社に確認し"):
        perform(issue_quote, **issue)
    assert Policy.objects.count() == 1
    answer(renewal, responded_at=at(before(19), 10), at=at(before(19), 11))
    claim = at_intake(renewal.policy, before(19))  # and once more: an event, not a change of the cover
    with pytest.raises(Refused, match=claim.number):
        perform(issue_quote, **issue)
    answer(Renewal.objects.get(), responded_at=at(before(19), 11), at=at(before(19), 11, 30))
    perform(issue_quote, **issue)
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.RENEWED


def test_a_decision_on_the_contract_as_it_was_leaves_the_change_to_be_spoken_of():
    policy = make_expiring()
    make_robot(policy.agency)
    quote = make_quote(
        "REFERRED", code=STANDARD, plan="plan-1", answers={"prior_incident": "yes"}, by=policy.in_charge,
        customer=policy.customer, inception_on=policy.ends_on, at=at(before(80), 10), renewal_of=policy,
    )  # fmt: skip
    run(before(60))
    renewal = Renewal.objects.get()
    sent(Letter.objects.about(renewal).get(kind="RENEWAL_NOTICE"))
    change(renewal, 20)
    decide_quote(quote, "OFFERED", at=at(before(19), 10))
    renewal.refresh_from_db()
    assert (renewal.status, renewal.correction) == (RenewalStatus.QUOTED, "第1回異動: 賠償責任")
    assert "お客さまに説明する" in renewal.next_step
    answer(renewal, responded_at=at(before(19), 11), at=at(before(19), 12))
    renewal.refresh_from_db()
    assert renewal.correction == ""


def test_a_quote_before_an_underwriter_is_told_of_the_change_and_one_press_asks_again_with_the_new_cover(client):
    policy = make_quote("ISSUED", code=STANDARD, inception_on=before(365)).policy
    make_robot(policy.agency)
    judge = make_user(policy.agency, Role.UNDERWRITER, email="hikiuke@example.jp")
    quote = make_quote(
        "REFERRED", code=STANDARD, answers={"prior_incident": "yes"}, by=policy.in_charge, customer=policy.customer,
        inception_on=policy.ends_on, at=at(before(80), 10), renewal_of=policy,
    )  # fmt: skip
    rider = "cyber_bodily_property"
    gained = Change(riders=["employee_acts", rider])
    endorse(policy, gained, on=before(70), at=at(before(70), 17))
    renewal = Renewal.objects.get()
    assert "追加条項" in renewal.correction  # no notice has gone, and yet somebody has to look after the quote
    told = Letter.objects.about(quote).get(kind="STAFF_NOTICE")
    assert told.to == [judge.email, policy.in_charge.email]
    assert "サイバー攻撃による対人・対物事故補償追加条項" in told.body

    client.force_login(policy.in_charge)
    press = reverse("renewals:ask-again", args=[renewal.pk])
    with travel(at(before(69), 11)):
        page = client.get(renewal.get_absolute_url())
        assert [button.reason for button in page.context["buttons"] if button.url == press] == [None]
        said = client.post(press, follow=True).content.decode()
        assert "判定し直しました(引受照会中)" in said
        assert "反映していない変更はありません" in client.post(press, follow=True).content.decode()
    quote.refresh_from_db()
    renewal.refresh_from_db()
    assert (quote.status, quote.edition, renewal.correction) == (QuoteStatus.REFERRED, 2, "")
    assert quote.options.get().selection["riders"] == [rider, "employee_acts"]
    assert [referral.status for referral in quote.referrals.all()] == ["WITHDRAWN", "OPEN"]
    other = make_quote("REFERRED", code=STANDARD, answers={"prior_incident": "yes"})
    with pytest.raises(Refused, match="更改の見積だけ"):
        perform(take_back_quote, quote=other, by=other.opened_by, at=at(before(69), 12))


def test_a_change_before_the_notice_needs_no_correction_because_the_notice_says_it():
    policy = make_expiring()
    renewal = perform(open_renewal, policy=policy, by=policy.in_charge, at=at(before(100), 10))
    change(renewal, 80)
    run(before(60))
    paper = Paper.objects.get(kind=PaperKind.RENEWAL_NOTICE)
    assert (paper.revision, paper.page["premium_yen"]) == (1, 90_000)
    assert not Letter.objects.filter(key__contains=":corrected:").exists()


def test_a_claim_after_the_notice_is_for_the_owner_and_one_after_an_early_renewal_for_the_office(at_intake):
    renewal = make_renewal()
    claim = at_intake(renewal.policy, before(20))
    renewal.refresh_from_db()
    assert renewal.correction == f"事故の受付 {claim.number}"
    assert not Letter.objects.filter(key__contains=":corrected:").exists()  # no premium had been told
    renewal = make_renewal()
    renewal_quote(renewal, QuoteStatus.ISSUED)
    assert renewal.status == RenewalStatus.RENEWED
    late = at_intake(renewal.policy, before(5))
    told = Letter.objects.get(key=f"renewal:{renewal.pk}:after-renewal:claim-{late.number}")
    assert renewal.successor.number in told.body
    assert told.kind == "STAFF_NOTICE"


@pytest.fixture
def at_intake():
    """A claim taken in on that day, on this contract."""

    def take(policy, on):
        moment = at(on, 10)
        facts = {"kind": "CYBER", "discovered_at": moment, "reported_at": moment, "reporter_name": "田中",
                 "reporter_phone": "03-1111-2222",
                 "description": "不審な暗号化"}  # fmt: skip
        facts |= {"occurred_at": None, "claimed_at": None, "is_circumstance": False}
        person = policy.in_charge
        return perform(
            open_claim, customer=policy.customer, policy=policy, facts=facts, owner=person, by=person, at=moment
        )

    return take
