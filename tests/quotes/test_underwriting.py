"""Authorities, conditions, premiums and questions: what each leaves behind, and what refuses it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Role
from core.bank_days import bank_days_after, is_bank_day, next_bank_day
from core.doors import perform
from core.errors import Refused
from correspondence.actions import file_document
from correspondence.models import Letter
from products.rating import Receipt, moved
from products.reading import read_book
from quotes import actions
from quotes.authority import Held, Standing, exceeding, widest_change
from quotes.conditions import NewCondition, check_conditions
from quotes.models import Authority, Condition, Quote
from quotes.queries import case_of
from quotes.replay import Replayed, replay
from tests.making import A_MONDAY, give_authority, make_user
from tests.quotes.making import A_PDF, STANDARD, apply_for, make_quote, shelf

AT = A_MONDAY + timedelta(hours=1)
ON = AT.date()
NEXT_MONTH = ON + timedelta(days=30)


# ---------------------------------------------------------------- rules


def test_bank_days_follow_the_holidays_and_the_years_end():
    assert not is_bank_day(date(2026, 5, 6))  # 振替休日
    assert not is_bank_day(date(2026, 9, 22))  # 国民の休日
    assert not is_bank_day(date(2026, 12, 31))
    assert is_bank_day(date(2026, 12, 30))  # public offices rest by then, banks do not
    moved_to = [next_bank_day(day) for day in (date(2026, 6, 27), date(2026, 12, 27), date(2027, 2, 27))]
    assert moved_to == [date(2026, 6, 29), date(2026, 12, 28), date(2027, 3, 1)]
    assert bank_days_after(date(2026, 4, 28), date(2026, 5, 7)) == 3
    assert bank_days_after(date(2026, 5, 7), date(2026, 4, 28)) == 0


def test_every_kind_of_reason_needs_an_authority_that_reaches_the_limit():
    held = [Held(100, kind="HISTORY"), Held(1000, kind="LIMIT"), Held(5000, product=2)]
    assert exceeding(held, ["HISTORY"], 1, 100) == []
    assert exceeding(held, ["HISTORY", "LIMIT"], 1, 500) == [
        "賠償限度額500円は、あなたの引受権限(100円)を超えています。"
    ]
    assert exceeding(held, ["SECURITY"], 1, 1) == ["「セキュリティ」の理由を解除する引受権限がありません。"]
    assert exceeding(held, ["SECURITY", "LIMIT"], 2, 5000) == []
    assert exceeding([], ["HISTORY"], 1, 100)


def test_the_premium_moves_as_far_as_an_authority_that_reaches_the_limit_says():
    held = [Held(100, 50), Held(1_000, 10), Held(1_000, 30, product=2), Held(1_000, 40, kind="HISTORY")]
    assert [widest_change(held, 1, limit) for limit in (100, 101, 1_001)] == [50, 10, 0]


def test_who_can_decide_leaves_out_whoever_entered_the_case():
    held = {1: [Held(100)], 2: [Held(100)], 3: [Held(99)]}
    standing = Standing(1, ("HISTORY",), 100, frozenset({1}), held, {1: "一", 2: "二", 3: "三"})
    assert standing.able() == {2: "二"}


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [NewCondition(" ")],
        [NewCondition("訓練", before="AFTER_ISSUE")],
        [NewCondition("訓練", due_on=ON - timedelta(days=1))],
        [NewCondition("訓練", kind="NONE")],
        [NewCondition("一行\n二行")],
        [NewCondition("訓練")] * 11,
    ],
)
def test_conditions_say_what_until_when(wrong):
    with pytest.raises(Refused):
        check_conditions(wrong, ON)


def test_a_moved_premium_is_rounded_as_the_book_rounds_and_never_below_its_minimum():
    book = read_book(shelf()[STANDARD][0], STANDARD)
    receipt = Receipt((), Decimal(65_960), 65_960)
    dearer = moved(receipt, 10, book, "引受担当")
    assert (dearer.total_yen, [line.code for line in dearer.lines]) == (
        72_560, ["underwriting", "underwriting-rounding"],
    )  # fmt: skip
    assert moved(receipt, 0, book, "") is receipt
    least = Receipt((), Decimal(book.minimum_yen), book.minimum_yen)
    assert moved(least, -10, book, "").total_yen == book.minimum_yen


# ---------------------------------------------------------------- rows


@pytest.fixture
def quote(db):
    return make_quote("REFERRED", code=STANDARD, plan="plan-1", answers={"prior_incident": "yes"})


@pytest.fixture
def decider(quote):
    return make_user(quote.agency, Role.UNDERWRITER, name="引受 正")


def accept_on(quote, decider, *conditions):
    facts = {"referral": quote.referrals.get(), "reason": "確認した。", "by": decider, "at": AT}
    perform(actions.accept_with_conditions, conditions=conditions, **facts)
    quote.refresh_from_db()
    return list(quote.conditions.all())


def test_a_case_over_the_authority_goes_up_to_whom_it_belongs(quote, client):
    weak = make_user(quote.agency, Role.UNDERWRITER, name="権限 小", authority_limit_yen=1_000_000)
    strong = make_user(quote.agency, Role.UNDERWRITER, name="権限 大", authority_limit_yen=10**10)
    referral = quote.referrals.get()
    with pytest.raises(Refused, match="権限 大"):
        perform(actions.accept_referral, referral=referral, reason="可。", by=weak, at=AT)
    with pytest.raises(Refused, match="判断できません"):
        perform(actions.escalate_referral, referral=referral, to=weak, reason="額", by=strong, at=AT)
    perform(actions.escalate_referral, referral=referral, to=strong, reason="限度額が大きい。", by=weak, at=AT)
    referral.refresh_from_db()
    assert referral.assigned_to == strong
    assert referral.notes.get().handed_to == strong
    client.force_login(strong)
    mine = client.get(reverse("admin:quotes_referral_changelist"), {"owner": "me"})
    assert [line.referral for line in mine.context["lines"]] == [referral]
    none = client.get(reverse("admin:quotes_referral_changelist"), {"owner": "none", "sort": "sum"})
    assert none.context["lines"] == []
    perform(actions.accept_referral, referral=referral, reason="可。", by=strong, at=AT)
    assert quote.reasons.get().lifted_by == strong


def test_an_authority_counts_from_its_first_day(quote, decider):
    coming = make_user(quote.agency, Role.UNDERWRITER, authority_limit_yen=None)
    give_authority(coming, 10**10, starts_on=ON + timedelta(days=1))
    facts = {"referral": quote.referrals.get(), "reason": "可。", "by": coming}
    with pytest.raises(Refused, match="判断できません"):
        perform(actions.escalate_referral, **{**facts, "to": coming, "by": decider}, at=AT)
    with pytest.raises(Refused, match="引受権限"):
        perform(actions.accept_referral, at=AT, **facts)
    perform(actions.accept_referral, at=AT + timedelta(days=1), **facts)


def test_a_case_is_not_handed_to_somebody_who_left(quote, decider):
    gone = make_user(quote.agency, Role.UNDERWRITER, left_on=ON - timedelta(days=1))
    with pytest.raises(Refused, match="在籍している"):
        perform(
            actions.hand_over_referral, referral=quote.referrals.get(), to=gone, reason="休暇", by=decider, at=AT
        )  # fmt: skip


def test_authorities_are_granted_by_a_manager_on_a_page_and_ended_there(client, decider):
    manager = make_user(decider.agency, Role.MANAGER, name="管理 者")
    client.force_login(manager)
    page = reverse("admin:quotes_authority_changelist")
    said = {"user": decider.pk, "limit_yen": "10億円", "product": "", "kind": "HISTORY", "premium_percent": "5"}
    grant = reverse("admin:quotes_authority_grant")
    assert client.post(grant, {**said, "starts_on": "2020-01-01"}).status_code == 422
    assert client.post(grant, {**said, "starts_on": "2999-01-01", "user": manager.pk}).status_code == 422
    assert client.post(grant, {**said, "starts_on": "2100-01-01"}).status_code == 302
    row = Authority.objects.get(user=decider, kind="HISTORY")
    assert (row.limit_yen, row.granted_by) == (1_000_000_000, manager)
    assert "10億円" in client.get(page).content.decode()
    client.post(reverse("admin:quotes_authority_end", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_by == manager
    client.force_login(decider)
    assert "引受権限の付与と終了は、管理者が行ってください。" in client.get(page).content.decode()
    client.post(reverse("admin:quotes_authority_end", args=[Authority.objects.get(user=decider, kind="").pk]))
    assert Authority.objects.filter(user=decider, ended_on=None).exists()
    client.force_login(make_user(role=Role.MANAGER))
    assert client.post(reverse("admin:quotes_authority_end", args=[row.pk])).status_code == 404


def test_conditions_hold_up_the_step_they_stand_before_and_live_on_after_it(quote, decider):
    by = quote.opened_by
    measure, report, later = accept_on(
        quote, decider, NewCondition("多要素認証を導入すること。", "MEASURE"),
        NewCondition("報告書を提出すること。", "DOCUMENT", "ISSUE"),
        NewCondition("訓練を実施すること。", "MEASURE", "AFTER_ISSUE", NEXT_MONTH),
    )  # fmt: skip
    step = {"method": "IN_PERSON", "counterpart": "田中 一郎", "by": by}
    at = AT + timedelta(hours=1)
    perform(actions.record_step, quote=quote, kind="CONDITION_CONFIRMED", happened_at=at, at=at, **step)
    with pytest.raises(Refused) as lacking:
        apply_for(quote, by=by, at=at)
    assert lacking.value.reasons == ("引受条件: 多要素認証を導入すること。 この条件の確認を記録してください。",)
    with pytest.raises(Refused, match="確認した内容"):
        perform(actions.meet_condition, condition=measure, by=by, at=at)
    perform(actions.meet_condition, condition=measure, note="画面の写しで確認した。", by=by, at=at)
    facts = {"payment_way": "lump_sum", "method": "IN_PERSON", "applicant_name": "田中 一郎", "received_by": by}
    at += timedelta(hours=3)
    perform(actions.apply, quote=quote, option=quote.options.get(), received_at=at, by=by, at=at, **facts)
    with pytest.raises(Refused, match="引受条件が満たされていません"):
        perform(actions.issue_quote, quote=quote, by=by, at=at)
    with pytest.raises(Refused, match="受け取った書類"):
        perform(actions.meet_condition, condition=report, note="口頭で聞いた。", by=by, at=at)
    with pytest.raises(Refused, match="引受担当"):
        perform(actions.waive_condition, condition=report, note="不要。", by=by, at=at)
    paper = perform(
        file_document, agency=quote.agency, filename="報告書.pdf", content=A_PDF, about=[quote], by=by, at=at
    )  # fmt: skip
    perform(actions.meet_condition, condition=report, document=paper, by=by, at=at)
    issued = perform(actions.issue_quote, quote=quote, by=by, at=at)
    assert "訓練を実施すること。(2026年5月6日まで)" in "".join(issued.policy.agreed.conditions)
    assert perform(actions.ring_conditions_due, on=NEXT_MONTH - timedelta(days=1), by=by, at=at) == 0
    assert perform(actions.ring_conditions_due, on=NEXT_MONTH, by=by, at=at) == 1
    assert perform(actions.ring_conditions_due, on=NEXT_MONTH + timedelta(days=1), by=by, at=at) == 0
    assert "訓練を実施すること。" in Letter.objects.get(kind="STAFF_NOTICE").body
    perform(actions.waive_condition, condition=later, note="対象がなくなった。", by=decider, at=at)
    assert Condition.objects.get(pk=later.pk).status == "WAIVED"
    with pytest.raises(Refused, match="免除"):
        perform(actions.meet_condition, condition=later, note="実施した。", by=by, at=at)


def test_a_condition_is_waived_with_the_authority_that_set_it_and_by_nobody_who_entered_the_case(quote, decider):
    (report,) = accept_on(quote, decider, NewCondition("報告書を提出すること。", "DOCUMENT", "ISSUE"))
    waive = {"condition": report, "note": "不要。", "at": AT}
    weak = make_user(quote.agency, Role.UNDERWRITER, authority_limit_yen=1_000_000)
    with pytest.raises(Refused, match="引受権限"):
        perform(actions.waive_condition, by=weak, **waive)
    entered = quote.opened_by
    entered.role = Role.UNDERWRITER
    entered.save()
    give_authority(entered, 10**10)
    with pytest.raises(Refused, match="本人は免除できません"):
        perform(actions.waive_condition, by=entered, **waive)


def test_a_condition_is_met_by_a_document_of_its_own_quote_only(quote, decider):
    (report,) = accept_on(quote, decider, NewCondition("報告書を提出すること。", "DOCUMENT", "ISSUE"))
    by = quote.opened_by
    other = perform(
        file_document, agency=quote.agency, filename="別件.pdf", content=A_PDF, about=[quote.customer], by=by, at=AT
    )  # fmt: skip
    with pytest.raises(Refused, match="この見積の受領書類"):
        perform(actions.meet_condition, condition=report, document=other, by=by, at=AT)


def test_agreeing_to_a_condition_meets_it(quote, decider):
    (consent,) = accept_on(quote, decider, NewCondition("過去の事故と同じ原因の損害は補償しません。"))
    step = {"method": "PHONE", "counterpart": "田中 一郎", "by": quote.opened_by, "at": AT + timedelta(hours=1)}
    perform(actions.record_step, quote=quote, kind="CONDITION_CONFIRMED", happened_at=step["at"], **step)
    consent.refresh_from_db()
    assert (consent.status, consent.settled_by) == ("MET", quote.opened_by)


def test_the_quotes_page_shows_its_conditions_and_takes_their_result(quote, decider, client):
    (report,) = accept_on(quote, decider, NewCondition("報告書を提出すること。", "DOCUMENT", "ISSUE"))
    client.force_login(quote.opened_by)
    url = reverse("quotes:condition", args=[quote.number, report.pk])
    assert url in client.get(quote.get_absolute_url()).content.decode()
    assert client.post(url, {"note": "見た。"}).status_code == 422
    client.force_login(decider)
    assert client.post(url, {"deed": "waive", "note": "別の資料で足りる。"}).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.settled_by) == ("WAIVED", decider)


def test_a_premium_is_moved_within_the_authority_and_still_replays(quote, decider):
    option, referral = quote.options.get(), quote.referrals.get()
    tariff = option.premium_yen
    facts = {"referral": referral, "option": option, "reason": "事故歴があるため。", "by": decider, "at": AT}
    with pytest.raises(Refused, match="±20%"):
        perform(actions.change_premium, percent=21, **facts)
    with pytest.raises(Refused, match="±20%"):
        perform(actions.change_premium, percent=-21, **facts)
    with pytest.raises(Refused, match="理由"):
        perform(actions.change_premium, percent=10, **{**facts, "reason": " "})
    perform(actions.change_premium, percent=10, **facts)
    option.refresh_from_db()
    rounding = case_of(quote).book.rounding
    assert abs(option.premium_yen - Decimal(tariff) * Decimal("1.1")) < rounding.step
    assert "引受担当の調整(+10%)" in [line["label"] for line in option.receipt["lines"]]
    change = quote.premium_changes.get()
    assert (change.before_yen, change.after_yen, change.percent) == (tariff, option.premium_yen, 10)
    counts = Replayed()
    assert list(replay(counts)) == []
    assert counts.counts["options"]["same"] == 1
    perform(actions.change_premium, percent=-5, **facts)  # from the tariff's premium, not from the last change
    option.refresh_from_db()
    assert option.premium_yen < tariff
    perform(actions.accept_referral, referral=referral, reason="可。", by=decider, at=AT)
    with pytest.raises(Refused):
        perform(actions.change_premium, percent=1, **facts)


def test_the_customer_is_asked_by_mail_and_the_answer_says_who_gave_it(quote, decider):
    referral, until = quote.referrals.get(), ON + timedelta(days=5)
    ask = {
        "referral": referral,
        "question": "復元の手順はありますか。",
        "addressee": "CUSTOMER",
        "by": decider,
        "at": AT,
    }
    with pytest.raises(Refused, match="回答期限"):
        perform(actions.ask_back, due_on=ON - timedelta(days=1), **ask)
    perform(actions.ask_back, due_on=until, **ask)
    letter = Letter.objects.get()
    assert "復元の手順はありますか。" in letter.body
    assert "2026年4月11日まで" in letter.body
    answer = {"referral": referral, "answer": "あります。", "by": quote.opened_by, "at": AT}
    with pytest.raises(Refused, match="お客さま側"):
        perform(actions.answer_question, **answer)
    with pytest.raises(Refused, match="受け方"):
        perform(actions.answer_question, source="TELEPATHY", given_by="田中 一郎", **answer)
    perform(actions.answer_question, source="MAIL", given_by="田中 一郎", **answer)
    note = referral.notes.last()
    assert (note.source, note.given_by) == ("MAIL", "田中 一郎")


def test_a_customer_without_mail_is_not_asked_by_mail(quote, decider):
    quote.customer.contacts.update(email="")
    with pytest.raises(Refused, match="メールアドレス"):
        perform(
            actions.ask_back, referral=quote.referrals.get(), question="何件ですか。", addressee="CUSTOMER",
            by=decider, at=AT,
        )  # fmt: skip
    assert Quote.objects.get(pk=quote.pk).status == "REFERRED"
