"""After the call: hand-off, reference, next steps, corrections, the end; and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from claims import actions
from claims.models import Claim, ClaimNote
from claims.states import CLAIM_MOVES, ClaimStatus
from core.doors import NoDoor, perform
from core.errors import Refused, Stale
from core.models import Event
from correspondence.models import Document, Letter, Paper
from tests.claims.making import A_TUESDAY, claim_facts, make_claim
from tests.making import make_agency, make_customer, make_user
from tests.policies.making import make_policy

pytestmark = pytest.mark.django_db


def handoffs():
    return Letter.objects.filter(kind="CLAIM_HANDOFF")


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def customer(user):
    return make_customer(user)


@pytest.fixture
def claim(user, customer):
    """Handed to the insurer, no policy known."""
    return make_claim(user, customer)


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user)
    return client


def do(action, claim, user, *, at=A_TUESDAY, **facts):
    return perform(action, claim=claim, by=user, at=at, **facts)


def in_progress(claim, user):
    return do(actions.note_reference, claim, user, reference="SJ-0001")


# ------------------------------------------------------------------------------------------------ hand-off


def test_a_claim_is_handed_off_once(claim, user):
    assert claim.status == ClaimStatus.HANDED_OFF
    assert (claim.handed_off_at, claim.handed_off_by) == (A_TUESDAY, user)
    with pytest.raises(Refused, match="すでに連絡"):
        do(actions.hand_off_claim, claim, user)
    assert handoffs().count() == 1


def test_without_the_insurers_reference_nothing_moves_on(claim, user):
    with pytest.raises(Refused, match="受付番号を記録してから"):
        do(actions.close_claim, claim, user, reason="PAID", note="通知", seen_version=claim.version)
    with pytest.raises(Refused, match="受付番号を入力"):
        do(actions.note_reference, claim, user, reference="  ")
    with pytest.raises(IntegrityError, match="progress_needs_a_reference"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="IN_PROGRESS")


def test_the_reference_starts_the_insurers_work_and_sets_the_next_step(claim, user):
    done = in_progress(claim, user)
    assert (done.status, done.insurer_reference) == ("IN_PROGRESS", "SJ-0001")
    assert done.next_action == "必要書類をお客さまに案内する"


def test_a_correction_reaches_the_insurer_as_a_new_letter_with_a_new_paper(claim, user):
    facts = {"description": "サーバー2台が暗号化された。"}
    corrected = do(actions.correct_claim, claim, user, facts=facts, seen_version=claim.version)
    do(actions.resend_claim, corrected, user)
    letters = handoffs().order_by("pk")
    assert [letter.key for letter in letters] == [
        f"claim:{claim.number}:handoff",
        f"claim:{claim.number}:handoff:2",
    ]
    assert Paper.objects.filter(subject=claim.number).count() == 2
    line = Event.objects.get(verb="claims.correct_claim")
    assert line.details["changes"]["description"] == [claim.description, facts["description"]]


def test_without_a_change_the_insurer_is_not_written_to_again(claim, user):
    with pytest.raises(Refused, match="変わった内容はありません"):
        do(actions.resend_claim, claim, user)
    do(actions.correct_claim, claim, user, facts={"description": "別の状況"}, seen_version=claim.version)
    do(actions.resend_claim, claim, user)
    with pytest.raises(Refused, match="変わった内容はありません"):
        do(actions.resend_claim, claim, user)
    assert handoffs().count() == 2


def test_a_letter_to_the_insurer_neither_decides_nor_promises(claim):
    letter = handoffs().get()
    assert "ご判断をお願い" in letter.body
    for word in ("お支払いします", "補償されます", "示談", "責任を認め"):
        assert word not in letter.body + letter.subject


# ------------------------------------------------------------------------------------------------ next step


def test_an_open_claim_cannot_be_without_a_next_step_and_day(claim, user):
    for facts in ({"next_on": None}, {"next_action": ""}):
        with pytest.raises(IntegrityError, match="open_has_a_next_step"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**facts)


def test_a_new_next_step_leaves_the_old_one_in_the_history(claim, user):
    planned = do(
        actions.plan_next_step, claim, user, next_action="ログの提出を頼む", next_on=date(2026, 12, 1), owner=user,
        seen_version=claim.version,
    )  # fmt: skip
    assert (planned.next_action, planned.next_on) == ("ログの提出を頼む", date(2026, 12, 1))
    before = Event.objects.get(verb="claims.plan_next_step").details["before"]
    assert before["next_action"] == claim.next_action
    assert before["next_on"] == str(claim.next_on)


def test_a_next_step_in_the_past_is_refused(claim, user):
    with pytest.raises(Refused, match="今日以後"):
        do(
            actions.plan_next_step, claim, user, next_action="電話", next_on=date(2026, 11, 23), owner=user,
            seen_version=claim.version,
        )  # fmt: skip


def test_two_people_planning_at_once_do_not_overwrite_each_other(claim, user):
    step = {"next_action": "電話", "next_on": date(2026, 12, 1), "owner": user, "seen_version": claim.version}
    do(actions.plan_next_step, claim, user, **step)
    with pytest.raises(Stale):
        do(actions.plan_next_step, claim, user, **step)


# ------------------------------------------------------------------------------------------------ facts


def test_a_demand_after_a_notice_of_circumstances_is_judged_by_the_notice(user, customer):
    policy = make_policy(customer, starts_on=date(2026, 4, 10))
    claim = make_claim(user, policy=policy, is_circumstance=True)
    later = A_TUESDAY + timedelta(days=300)  # long after the expiry
    demanded = do(
        actions.record_demand, claim, user, at=later, claimed_at=later, claimant="山田商事",
        seen_version=claim.version,
    )  # fmt: skip
    liability = demanded.cover["policies"][0]["coverages"][0]
    assert liability["in_force"] is True
    assert "おそれの通知日時" in liability["sentence"]
    with pytest.raises(Refused, match="すでに記録"):
        do(actions.record_demand, demanded, user, claimed_at=later, claimant="x", seen_version=demanded.version)


def test_a_demand_after_expiry_without_a_notice_is_outside(user, customer):
    policy = make_policy(customer, starts_on=date(2026, 4, 10))
    claim = make_claim(user, policy=policy)
    later = A_TUESDAY + timedelta(days=300)
    demanded = do(
        actions.record_demand, claim, user, at=later, claimed_at=later, claimant="山田商事",
        seen_version=claim.version,
    )  # fmt: skip
    assert demanded.cover["policies"][0]["coverages"][0]["in_force"] is False


def test_a_correction_that_puts_dates_out_of_order_is_refused(claim, user):
    facts = {"discovered_at": A_TUESDAY + timedelta(days=1)}
    with pytest.raises(Refused, match="まだ来ていません"):
        do(actions.correct_claim, claim, user, facts=facts, seen_version=claim.version)


def test_another_agencys_customer_or_policy_cannot_be_linked(user):
    claim = make_claim(user)
    stranger = make_user(make_agency("よその代理店"))
    theirs = make_policy(make_customer(stranger))
    with pytest.raises(Refused, match="見つかりません"):
        do(actions.link_claim, claim, user, customer=theirs.customer, policy=theirs, seen_version=claim.version)


def test_after_the_hand_off_the_contract_stays(user, customer):
    first, second = (make_policy(customer, starts_on=date(2026, 4, day)) for day in (10, 11))
    claim = make_claim(user, policy=first)
    with pytest.raises(Refused, match="契約を変えられません"):
        do(actions.link_claim, claim, user, customer=customer, policy=second, seen_version=claim.version)


# ------------------------------------------------------------------------------------------------ reports, end


def test_lost_funds_need_the_police_and_the_bank_before_a_payment_is_recorded(user, customer):
    claim = in_progress(make_claim(user, customer, funds_lost=True), user)
    end = {"reason": "PAID", "note": "11月30日付の支払通知"}

    def close():
        claim.refresh_from_db()
        return do(actions.close_claim, claim, user, seen_version=claim.version, **end)

    with pytest.raises(Refused, match="警察と金融機関"):
        close()
    report = {"reported_on": date(2026, 11, 24), "reference": "123"}
    do(actions.add_report, claim, user, authority="POLICE", name="丸の内警察署", **report)
    with pytest.raises(Refused, match="金融機関の届出日"):
        close()
    do(actions.add_report, claim, user, authority="BANK", name="見本銀行", **report)
    assert close().status == "CLOSED"


def test_a_closed_claim_has_a_reason_and_no_next_step_and_takes_no_change(claim, user):
    going = in_progress(claim, user)
    with pytest.raises(Refused, match="理由を入力"):
        do(actions.close_claim, going, user, reason="NO_LOSS", note=" ", seen_version=going.version)
    closed = do(actions.close_claim, going, user, reason="NO_LOSS", note="請求なし", seen_version=going.version)
    assert (closed.status, closed.next_action, closed.next_on) == ("CLOSED", "", None)
    with pytest.raises(Refused, match="新しく受け付けて"):
        do(actions.note_reference, closed, user, reference="X")
    do(actions.add_note, closed, user, text="お客さまから礼の電話")
    assert ClaimNote.objects.get().text == "お客さまから礼の電話"


def test_a_claim_taken_back_keeps_its_reason(claim, user):
    gone = do(actions.withdraw_claim, claim, user, note="別件だった", seen_version=claim.version)
    assert (gone.status, gone.closing_note, gone.closed_by) == ("WITHDRAWN", "別件だった", user)


# ------------------------------------------------------------------------------------------------ the database


@pytest.mark.parametrize("before", list(ClaimStatus))
@pytest.mark.parametrize("after", list(ClaimStatus))
def test_the_database_allows_the_moves_of_the_table_and_no_other(user, customer, before, after):
    claim = make_claim(user)
    complete = {
        "customer": customer, "insurer_reference": "X", "handed_off_at": A_TUESDAY, "handed_off_by": user,
        "told_edition": 1,
    }  # fmt: skip
    ended = {"next_action": "", "next_on": None, "closed_at": A_TUESDAY, "closed_by": user, "closing_note": "終"}
    going = {"next_action": "電話", "next_on": date(2026, 12, 1)}

    def facts(status):
        told = dict(complete) if status != "OPEN" else {}
        told |= ended if status in {"CLOSED", "WITHDRAWN"} else going
        return told | {"status": status, "closing_reason": "OTHER" if status == "CLOSED" else ""}

    path = {
        "OPEN": [], "HANDED_OFF": ["HANDED_OFF"], "IN_PROGRESS": ["HANDED_OFF", "IN_PROGRESS"],
        "CLOSED": ["HANDED_OFF", "IN_PROGRESS", "CLOSED"], "WITHDRAWN": ["WITHDRAWN"],
    }[before]  # fmt: skip
    row = Claim.objects.filter(pk=claim.pk)
    for status in path:
        row.update(**facts(status))
    if before == after:
        return
    if after in CLAIM_MOVES[before]:
        row.update(**facts(after))
    else:
        with pytest.raises(IntegrityError, match="status_moves|moments_are_set_once"), transaction.atomic():
            row.update(**facts(after))


def test_claims_and_notes_cannot_be_deleted(claim, user):
    note = do(actions.add_note, claim, user, text="電話した")
    for thing in (note, claim):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(thing).objects.filter(pk=thing.pk).delete()


@pytest.mark.parametrize(
    "facts",
    [
        {"occurred_at": A_TUESDAY},
        {"claimed_at": A_TUESDAY - timedelta(days=9)},
        {"reported_at": A_TUESDAY - timedelta(days=9)},
        {"claimant": "山田"},
        {"leak_persons": 3},
        {"reporter_phone": ""},
        {"customer": None, "caller_words": ""},
        {"description": ""},
    ],
)
def test_the_database_refuses_facts_that_do_not_fit(claim, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**facts)


def test_numbers_have_no_gap_where_an_intake_was_refused(user, customer):
    make_claim(user, customer)
    with pytest.raises(Refused):
        make_claim(user, customer, discovered_at=A_TUESDAY + timedelta(days=2))
    assert make_claim(user, customer).number == "J-2026-000002"


@pytest.mark.django_db(transaction=True)
def test_a_verb_needs_a_door(user):
    with pytest.raises(NoDoor):
        actions.open_claim(customer=None, policy=None, facts=claim_facts(), owner=user, by=user, at=A_TUESDAY)


# ------------------------------------------------------------------------------------------------ screens


def test_the_record_shows_everything_and_grey_buttons_say_why(browser, claim):
    page = browser.get(reverse("claims:detail", args=[claim.number])).content.decode()
    for text in (
        claim.number,
        "サーバーのファイルが暗号化",
        "まだ受けていない",
        "次にすること: 保険会社の受付番号を確認する",
    ):
        assert text in page
    assert "保険会社の受付番号を記録してから完了にしてください。" in page


def test_a_wrong_deed_keeps_the_page_and_names_the_field(browser, claim):
    answer = browser.post(reverse("claims:reference", args=[claim.number]), {"reference": ""})
    assert answer.status_code == 422
    answer = browser.post(reverse("claims:reference", args=[claim.number]), {"reference": "SJ-1"})
    assert answer.status_code == 302
    claim.refresh_from_db()
    assert claim.status == "IN_PROGRESS"


def test_a_stale_page_is_told_so(browser, claim, user):
    going = in_progress(claim, user)
    typed = {"reason": "OTHER", "note": "終わり", "seen_version": going.version - 1}
    answer = browser.post(reverse("claims:close", args=[claim.number]), typed)
    assert answer.status_code == 422
    assert "ほかの人が先に更新しました" in answer.content.decode()


def test_a_document_is_kept_and_a_wrong_kind_is_refused(browser, claim):
    from django.core.files.uploadedfile import SimpleUploadedFile

    address = reverse("claims:document", args=[claim.number])
    good = SimpleUploadedFile("報告書.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "application/pdf")
    assert browser.post(address, {"file": good, "note": "調査報告"}).status_code == 302
    assert Document.objects.get().filename == "報告書.pdf"
    bad = SimpleUploadedFile("malware.exe", b"MZ", "application/octet-stream")
    answer = browser.post(address, {"file": bad})
    assert answer.status_code == 422
    assert "PDF・PNG・JPEG" in answer.content.decode()


def test_another_agencys_claim_does_not_exist(claim):
    client = Client()
    client.force_login(make_user(make_agency("よその代理店")))
    assert client.get(reverse("claims:detail", args=[claim.number])).status_code == 404
    assert client.post(reverse("claims:note", args=[claim.number]), {"text": "x"}).status_code == 404
    assert claim.number not in client.get(reverse("claims:list")).content.decode()


def test_an_auditor_reads_but_writes_nothing(claim, user):
    client = Client()
    client.force_login(make_user(user.agency, Role.AUDITOR))
    assert client.get(reverse("claims:detail", args=[claim.number])).status_code == 200
    assert client.post(reverse("claims:note", args=[claim.number]), {"text": "x"}).status_code == 403


def test_the_list_filters_and_its_csv_has_the_same_rows(browser, claim, user):
    other = make_claim(user, caller_words="=危険な社名")
    for query, numbers in (
        ({"status": "OPEN"}, {other.number}),
        ({"status": "open"}, {claim.number, other.number}),
        ({"due_by": "2026-11-24"}, {other.number}),
        ({"owner": user.pk}, {claim.number, other.number}),
        ({"q": claim.customer.name}, {claim.number}),
        ({"q": other.number.lower()}, {other.number}),
        ({"kind": "MEDIA"}, set()),
    ):
        page = browser.get(reverse("claims:list"), query).content.decode()
        table = browser.get(reverse("claims:list"), query | {"format": "csv"}).content.decode("utf-8-sig")
        for number in (claim.number, other.number):
            assert (number in page) is (number in numbers), (query, number)
            assert (number in table) is (number in numbers), (query, number)
    assert "'=危険な社名" in browser.get(reverse("claims:list"), {"format": "csv"}).content.decode("utf-8-sig")


@pytest.mark.parametrize("query", [{"owner": "999999"}, {"due_by": "2月30日"}, {"status": "x"}, {"page": "-1"}])
def test_a_nonsense_search_is_answered_calmly(browser, claim, query):
    assert browser.get(reverse("claims:list"), query).status_code == 200


def test_the_list_costs_the_same_for_one_row_and_for_many(browser, user, customer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_claim(user, customer)
    browser.get(reverse("claims:list"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("claims:list"))
    for _ in range(20):
        make_claim(user, customer)
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("claims:list"))
    assert len(few) == len(many)
