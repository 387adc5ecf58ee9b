"""一括処理: one deed on many renewals; every row has its result, and no row is done twice."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Role
from claims.models import Claim
from complaints.models import Complaint
from core.clock import now, travel
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from core.models import Event
from correspondence.actions.bounces import note_bounce
from correspondence.models import Letter
from correspondence.states import LetterKind
from customers.models import Customer
from policies.models import Policy
from quotes.actions import withdraw_quote
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals import actions, tasks
from renewals.actions import batching
from renewals.inspection import ownerless
from renewals.models import Batch, Renewal
from renewals.states import BatchStatus, BatchVerb, LineStatus, RenewalStatus
from renewals.tasks import work_batches
from tests.claims.making import make_claim
from tests.complaints.test_ledger import make_complaint
from tests.making import make_customer, make_user
from tests.policies.making import many_policies
from tests.quotes.making import make_quote
from tests.renewals.making import EXPIRY, at, before, make_expiring, make_renewal, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with travel(at(before(40), 10)):
        yield


@pytest.fixture
def renewal() -> Renewal:
    return make_renewal()


def beside(renewal: Renewal, count: int) -> list[Renewal]:
    """More renewals of the same customer, opened and notified by the round."""
    many_policies(count, renewal.policy, ends_on=EXPIRY, first_serial=1)
    run(before(59))
    return list(Renewal.objects.order_by("pk"))


def ask(rows, verb=BatchVerb.ASSIGN, *, by, **facts) -> Batch:
    facts = {"key": uuid4(), "note": ""} | facts
    return perform(
        actions.ask_batch, verb=verb, rows=[row.pk for row in rows], by=by, at=now(), **facts
    )  # fmt: skip


def results(batch: Batch) -> dict[int, tuple[str, str]]:
    return {line.renewal_id: (line.status, line.result) for line in batch.lines.all()}


def test_the_chosen_renewals_go_to_another_person_and_a_form_sent_twice_is_one_batch(client, renewal):
    rows = beside(renewal, 3)
    clerk, successor = make_user(renewal.agency, Role.CLERK), make_user(renewal.agency, name="後任 花子")
    dates = {row.pk: (row.next_on, row.next_step) for row in rows}
    client.force_login(clerk)
    page = client.post(
        reverse("renewals:batch-choose"),
        {"verb": "ASSIGN", "all": "1", "query": f"owner={renewal.owner_id}", "row": [rows[0].pk]},
    )
    words = page.content.decode()
    assert page.context["choice"].count == 4
    assert "4件の処理を始める" in words
    entries = {name: page.context["form"][name].value() for name in ("verb", "key")}
    entries |= {"rows": re.search(r'name="rows" value="([\d,]+)"', words)[1], "note": "退職"}
    unnamed = client.post(reverse("renewals:batch-new"), entries)
    assert unnamed.status_code == 422
    assert "「新しい担当者」を選んでください" in unnamed.content.decode()
    first = client.post(reverse("renewals:batch-new"), entries | {"owner": successor.pk})
    second = client.post(reverse("renewals:batch-new"), entries | {"owner": successor.pk})
    assert first.url == second.url
    batch = Batch.objects.get()
    assert work_batches() == 1
    assert work_batches() == 0
    assert set(Renewal.objects.values_list("owner__name", flat=True)) == {"後任 花子"}
    assert {row.pk: (row.next_on, row.next_step) for row in Renewal.objects.all()} == dates
    assert Event.objects.filter(verb="renewals.assign_renewal", summary__contains="退職").count() == 4
    shown = client.get(batch.get_absolute_url())
    assert (shown.context["counts"].done, shown.context["counts"].refused, shown.context["counts"].waiting) == (4, 0, 0)
    assert "hx-get" not in shown.content.decode().split('id="batch"')[1].split(">")[0]
    assert client.get(batch.get_absolute_url(), {"format": "csv"}).content.decode("utf-8-sig").count("後任 花子") == 4
    assert "担当替え" in client.get(reverse("renewals:batches")).content.decode()
    client.force_login(make_user())
    assert client.get(batch.get_absolute_url()).status_code == 404


def test_every_row_is_refused_by_its_own_rule_and_the_others_go_on(renewal):
    rows = beside(renewal, 2)
    closed, answered = rows[1], rows[2]
    manager = make_user(renewal.agency, Role.MANAGER)
    perform(
        actions.close_renewal, renewal=closed, seen_version=closed.version, outcome="LOST", reason="保険料",
        by=manager, at=now(),
    )  # fmt: skip
    perform(
        actions.record_response, renewal=answered, seen_version=answered.version, response="CONSIDERING",
        channel="PHONE", person="田中", note="", responded_at=now(), by=manager, at=now(),
    )  # fmt: skip
    post = make_customer(renewal.owner, email=None)
    by_post = make_expiring(post)
    run(before(58))
    by_post = Renewal.objects.get(policy=by_post)
    batch = ask([*rows, by_post], BatchVerb.REMIND, by=manager)
    work_batches()
    found = results(batch)
    assert found[renewal.pk][0] == LineStatus.DONE
    assert "この更改は「他社」で終わっています" in found[closed.pk][1]
    assert "再案内は、返答がないお客さまだけ" in found[answered.pk][1]
    assert "ご案内がまだ届いていません" in found[by_post.pk][1]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.DONE
    letter = Letter.objects.get(key=f"renewal:{renewal.pk}:reminder-by-hand:{before(40)}")
    assert letter.kind == LetterKind.RENEWAL_REMINDER
    renewal.refresh_from_db()
    assert renewal.next_on == before(30)  # not sooner than the week a reminded customer is given
    again = ask([renewal], BatchVerb.REMIND, by=manager)
    work_batches()
    assert "今日はすでにご案内のメールがあります" in results(again)[renewal.pk][1]


def test_quotes_are_opened_and_an_offer_says_what_lacks(renewal):
    # The round opened one before the notice; without it the office opens its own.
    standing = renewal.policy.renewal_quotes.get()
    perform(withdraw_quote, quote=standing, reason="作り直すため", by=renewal.owner, at=now())
    batch = ask([renewal], BatchVerb.OFFER, by=renewal.owner)
    work_batches()
    assert "先に「更改の見積を開く」" in results(batch)[renewal.pk][1]
    opened = ask([renewal], BatchVerb.QUOTE, by=renewal.owner)
    work_batches()
    quote = renewal.policy.renewal_quotes.open().get()
    assert results(opened)[renewal.pk] == (LineStatus.DONE, f"見積{quote.number}を開きました(作成中)。")
    lacking = ask([renewal], BatchVerb.OFFER, by=renewal.owner)
    work_batches()
    status, words = results(lacking)[renewal.pk]
    assert status == LineStatus.REFUSED
    assert "判定の前に、次の点を直してください" in words
    assert "申告事項" in words
    quote.refresh_from_db()
    assert quote.is_open
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.NOTIFIED


def test_a_complete_quote_is_judged_and_brought_before_the_customer(renewal):
    quote = make_quote(
        QuoteStatus.DRAFT, by=renewal.owner, customer=renewal.customer, inception_on=renewal.ends_on, at=now(),
        renewal_of=renewal.policy,
    )  # fmt: skip
    batch = ask([renewal], BatchVerb.OFFER, by=renewal.owner)
    work_batches()
    status, words = results(batch)[renewal.pk]
    assert status == LineStatus.DONE, words
    renewal.refresh_from_db()
    assert renewal.status == RenewalStatus.QUOTED
    assert words.startswith(f"見積{quote.number}を提示できます。見積書は送っていません")  # nobody agreed to e-mail
    assert renewal.next_step == "見積への返答を確認し、申込を受ける"


def test_a_killed_workers_batch_goes_on_with_the_first_line_that_waits(renewal, monkeypatch):
    rows = beside(renewal, 3)
    clerk, successor = make_user(renewal.agency, Role.CLERK), make_user(renewal.agency)
    batch = ask(rows, by=clerk, owner=successor)
    deed, killed_at = batching._deed, rows[2].pk

    def dies(batch, row, at):
        words = deed(batch, row, at)
        if row.pk == killed_at:
            raise KeyboardInterrupt  # as SIGKILL: after the deed, before its commit
        return words

    monkeypatch.setattr(batching, "_deed", dies)
    moment = now()
    # The first worker got two rows further; after it three came no further than this row.
    for attempt in range(batching.MOST_ATTEMPTS + 1):
        with travel(moment + (batching.LEASE + timedelta(seconds=1)) * attempt), pytest.raises(KeyboardInterrupt):
            work_batches()
        batch.refresh_from_db()
        assert batch.status == BatchStatus.RUNNING
        assert work_batches() == 0  # nobody takes it while the lease lasts
    monkeypatch.undo()
    with travel(moment + (batching.LEASE + timedelta(seconds=1)) * 5):
        assert work_batches() == 1
    found = results(batch)
    assert [found[row.pk][0] for row in rows] == ["DONE", "DONE", "REFUSED", "DONE"]
    assert "処理が続けて止まりました" in found[killed_at][1]
    assert Event.objects.filter(verb="renewals.assign_renewal").count() == 3


def test_a_line_is_done_once_and_only_by_the_worker_that_holds_the_batch(renewal):
    clerk = make_user(renewal.agency, Role.CLERK)
    batch = ask([renewal], by=clerk, owner=make_user(renewal.agency))
    held = perform(batching.claim_batch, batch=batch, claimant="first", at=now())
    assert perform(batching.claim_batch, batch=batch, claimant="second", at=now()) is None
    facts = {"batch": held, "line": held.lines.get(), "at": now()}
    assert not perform(batching.do_line, claimant="second", **facts)
    assert perform(batching.do_line, claimant="first", **facts)
    assert perform(batching.do_line, claimant="first", **facts)
    assert Event.objects.filter(verb="renewals.assign_renewal").count() == 1


def test_a_long_batch_lets_go_in_between_and_a_defect_of_one_row_is_its_own(renewal, monkeypatch):
    rows = beside(renewal, 2)
    batch = ask(rows, by=make_user(renewal.agency, Role.CLERK), owner=make_user(renewal.agency))
    monkeypatch.setattr(tasks, "BATCH_SECONDS", 0.0)
    assert work_batches() == 0
    monkeypatch.undo()
    deed = batching._deed

    def stumbles(batch, row, at):
        if row.pk == rows[0].pk:
            raise ZeroDivisionError
        return deed(batch, row, at)

    monkeypatch.setattr(batching, "_deed", stumbles)
    assert work_batches() == 1
    assert "管理者に連絡してください" in results(batch)[rows[0].pk][1]
    assert Renewal.objects.filter(owner=batch.owner).count() == 2


def test_who_may_ask_for_what(client, renewal):
    solicitor, auditor = make_user(renewal.agency), make_user(renewal.agency, Role.AUDITOR)
    others = ask([renewal], by=solicitor, owner=solicitor)
    own = ask([renewal], by=renewal.owner, owner=solicitor)
    work_batches()
    assert "担当替えは本人か、事務・管理者が" in results(others)[renewal.pk][1]
    assert results(own)[renewal.pk][0] == LineStatus.DONE
    for wrong in (auditor, make_user(), make_user(renewal.agency, left_on=before(50))):
        with pytest.raises(Refused):
            ask([renewal], by=solicitor, owner=wrong)
    with pytest.raises(Refused, match="見つかりません"):
        ask([renewal], BatchVerb.REMIND, by=make_user())
    client.force_login(auditor)
    assert client.post(reverse("renewals:batch-choose"), {"verb": "REMIND", "row": renewal.pk}).status_code == 403
    assert "まとめて行う" not in client.get(reverse("renewals:board")).content.decode()
    client.force_login(solicitor)
    nothing = client.post(reverse("renewals:batch-choose"), {"verb": "REMIND", "query": "month=2027-07"}, follow=True)
    assert "更改を選んでください" in nothing.content.decode()
    assert nothing.redirect_chain[-1][0].endswith("?month=2027-07")
    assert client.post(reverse("renewals:batch-new"), {"verb": "REMIND", "rows": "1;2"}).status_code == 302


def test_after_the_round_nothing_in_work_belongs_to_somebody_who_cannot_work(renewal):
    rows = beside(renewal, 2)
    agency, today = renewal.agency, before(20)
    manager = make_user(agency, Role.MANAGER, name="本店 管理", office=renewal.owner.office)
    far = agency.offices.create(name="支店", compliance_officer="法 支子")
    make_user(agency, Role.MANAGER, name="支店 管理", office=far, kana="ア")
    owner = renewal.owner
    owner.left_on = before(21)
    owner.save()
    shut_out, moved = make_user(agency, is_active=False), make_user(agency, Role.UNDERWRITER)
    notice = Letter.objects.about(renewal).get(kind=LetterKind.RENEWAL_NOTICE)
    came_back = {"letter": notice, "address": notice.to[0], "is_permanent": False, "reason": "容量超過"}
    bounce = perform(note_bounce, **came_back, by=owner, at=at(before(21), 10))
    assert bounce.owner == owner
    claim = make_claim(owner, renewal.customer, at=at(before(30), 9))
    make_complaint(owner)
    Renewal.objects.filter(pk=rows[1].pk).update(owner=shut_out)
    Renewal.objects.filter(pk=rows[2].pk).update(owner=moved)
    assert ownerless(on=today) == 3
    [newly] = many_policies(1, renewal.policy, ends_on=today + timedelta(days=60), first_serial=50, in_charge=shut_out)
    done = run(today)
    assert done.counts["reassigned"] == 5
    bounce.refresh_from_db()
    assert bounce.owner == manager
    assert done.counts["ownerless"] == 0
    assert {row.owner for row in Renewal.objects.in_work()} == {manager}
    assert ownerless(on=today) == 0
    # With them what else lay with him: three quotes, a claim, a complaint and the customer.
    assert done.counts["handed_on"] == 6
    assert [Claim.objects.get().owner, Complaint.objects.get().owner] == [manager, manager]
    assert "本店 管理さんに替えました" in timeline(claim)[0].summary
    assert {quote.in_charge for quote in Quote.objects.open()} == {manager}
    assert Customer.objects.get().in_charge == manager
    assert "本店 管理さんに替えました" in Event.objects.filter(verb="quotes.hand_over_quotes").latest("pk").summary
    newly = Policy.objects.get(number=newly.number)
    assert newly.in_charge == manager
    assert newly.renewal.owner == manager
    notice = Letter.objects.get(
        kind=LetterKind.RENEWAL_NOTICE, about__contains=[f"renewals.renewal:{newly.renewal.pk}"]
    )
    assert "担当 本店 管理" in notice.body
    line = Event.objects.filter(verb="renewals.reassign_due").order_by("pk").first()
    assert "本店 管理さんが引き継ぎます" in line.summary
    again = run(today, 7).counts
    assert (again["reassigned"], again["handed_on"]) == (0, 0)
    [early] = many_policies(1, renewal.policy, ends_on=today + timedelta(days=100), first_serial=60, in_charge=shut_out)
    opened = perform(actions.open_renewal, policy=early, by=manager, at=at(today, 10))
    assert opened.owner == manager
