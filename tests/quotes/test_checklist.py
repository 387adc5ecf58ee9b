"""What an application needs: pure decisions, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.periods import at_four
from customers.rules import Consent, may_go_by
from quotes.checklist import ANSWERS, OFFER, SPOKEN_POINTS, CaseFacts, Done, Solicitor, ToMeet, checklist, lacking
from quotes.states import StepKind

NINE = datetime(2026, 4, 6, 0, 0, tzinfo=UTC)
TODAY = date(2026, 4, 6)
DETAILS = {
    StepKind.DISCLOSURE_EXPLAINED: dict.fromkeys(SPOKEN_POINTS, True),
    StepKind.ANTISOCIAL: {"result": "clear", "source": "新聞記事検索"},
    StepKind.INTENT_FIRST: {"text": "漏えいに備える"},
    StepKind.INTENT_FINAL: {"text": "申し込む", "changes": "変更なし"},
    StepKind.COMPARISON: {"shown": "2社の商品", "criteria": "限度額", "reason": "限度額に届くため"},
    StepKind.SWITCHING_EXPLAINED: {"text": "遡及日を失う"},
    StepKind.QUESTIONNAIRE_SIGNED: {"declarations": [{"id": "answers_true", "value": "yes"}]},
}
KINDS = [
    StepKind.AUTHORITY_SHOWN, StepKind.COMPARISON, StepKind.INTENT_FIRST, StepKind.DISCLOSURE_DELIVERED,
    StepKind.DISCLOSURE_EXPLAINED, StepKind.QUESTIONNAIRE_SIGNED, StepKind.ANTISOCIAL, StepKind.INTENT_FINAL,
]  # fmt: skip


def step(kind, *, minutes=0, edition=1, **detail):
    return Done(kind, NINE + timedelta(minutes=minutes), edition, "IN_PERSON", detail or DETAILS.get(kind, {}))


def facts(*steps, **more):
    return CaseFacts(
        edition=more.get("edition", 1), inception_on=more.get("inception_on", date(2026, 5, 1)), insurers_sold=1,
        conditions_since=more.get("conditions_since"), steps=steps, declarations=("answers_true",),
    )  # fmt: skip


COMPLETE = facts(*(step(kind) for kind in KINDS))
LATER = NINE + timedelta(hours=2)


def test_from_the_first_minute_everything_that_lacks_is_listed():
    assert [item.kind for item in checklist(facts(), NINE, TODAY)] == [ANSWERS, OFFER, *KINDS]
    assert len(lacking(facts(), NINE, TODAY)) == len(KINDS)


def test_a_complete_record_lacks_nothing():
    assert lacking(COMPLETE, LATER, TODAY) == []


def test_each_missing_step_is_named_alone():
    for kind in KINDS:
        case = facts(*(step(k) for k in KINDS if k != kind))
        assert [sentence.split(":")[0] for sentence in lacking(case, LATER, TODAY)] == [kind.label]


def test_the_disclosure_must_come_before_the_application():
    late = facts(*(step(kind, minutes=300 if kind == StepKind.DISCLOSURE_DELIVERED else 0) for kind in KINDS))
    assert "申込日時より後" in lacking(late, LATER, TODAY)[0]


def test_all_three_points_have_to_be_spoken():
    said = step(StepKind.DISCLOSURE_EXPLAINED, read=True, exclusions=True, switching=False)
    case = replace(COMPLETE, steps=tuple(said if s.kind == said.kind else s for s in COMPLETE.steps))
    assert "要点" in lacking(case, LATER, TODAY)[0]


def test_a_doubt_about_antisocial_forces_stops_the_application():
    doubt = step(StepKind.ANTISOCIAL, result="doubt", source="新聞記事検索")
    case = replace(COMPLETE, steps=tuple(doubt if s.kind == doubt.kind else s for s in COMPLETE.steps))
    assert "管理者に報告" in lacking(case, LATER, TODAY)[0]


def test_a_declaration_that_is_not_true_stops_the_application():
    signed = step(StepKind.QUESTIONNAIRE_SIGNED, declarations=[{"id": "answers_true", "value": "no"}])
    case = replace(COMPLETE, steps=tuple(signed if s.kind == signed.kind else s for s in COMPLETE.steps))
    assert "申告事項" in lacking(case, LATER, TODAY)[0]


def test_a_revised_offer_is_explained_and_confirmed_again_but_the_authority_is_not():
    labels = [sentence.split(":")[0] for sentence in lacking(replace(COMPLETE, edition=2), LATER, TODAY)]
    assert labels == [
        "重要事項説明書の交付", "重要事項の説明", "告知書の確認", "最終意向の確認",
    ]  # fmt: skip


def test_conditions_are_confirmed_after_they_were_set():
    since = NINE + timedelta(minutes=30)
    early = replace(COMPLETE, conditions_since=since, steps=(*COMPLETE.steps, step(StepKind.CONDITION_CONFIRMED)))
    assert "引受条件が示される前" in lacking(early, LATER, TODAY)[0]
    agreed = step(StepKind.CONDITION_CONFIRMED, minutes=40)
    assert lacking(replace(early, steps=(*COMPLETE.steps, agreed)), LATER, TODAY) == []


def test_a_start_before_the_application_needs_a_managers_approval_of_that_very_start():
    case = replace(COMPLETE, inception_on=date(2026, 4, 1))
    assert "管理者が理由を付けて承認" in lacking(case, LATER, TODAY)[0]
    other = step(StepKind.EARLY_START, inception_on="2026-03-31", reason="連絡の遅れ")
    assert lacking(replace(case, steps=(*case.steps, other)), LATER, TODAY)
    unsaid = step(StepKind.EARLY_START, inception_on="2026-04-01", reason="連絡の遅れ")
    assert "お客さまが知らないことを確認" in lacking(replace(case, steps=(*case.steps, unsaid)), LATER, TODAY)[0]
    approved = step(StepKind.EARLY_START, inception_on="2026-04-01", reason="連絡の遅れ", knows_of_none=True)
    assert lacking(replace(case, steps=(*case.steps, approved)), LATER, TODAY) == []


def test_cover_of_today_begins_at_four_and_an_application_of_the_evening_is_late():
    case = replace(COMPLETE, inception_on=TODAY)
    four = at_four(TODAY)
    assert lacking(case, four, TODAY) == []
    assert "管理者が理由を付けて承認" in lacking(case, four + timedelta(minutes=1), TODAY)[0]


def test_electronic_consent_stands_until_it_is_withdrawn_for_the_ways_it_names():
    said = [Consent("GIVEN", NINE + timedelta(minutes=10), ("MAIL",)), Consent("WITHDRAWN", NINE + timedelta(hours=1))]
    assert not may_go_by(said, "MAIL", NINE)
    assert may_go_by(said, "MAIL", NINE + timedelta(minutes=10))
    assert not may_go_by(said, "WEB", NINE + timedelta(minutes=10))
    assert not may_go_by(said, "MAIL", NINE + timedelta(hours=1))
    again = [*said, Consent("GIVEN", NINE + timedelta(hours=1), ("WEB",))]  # the same minute: the later line counts
    assert may_go_by(again, "WEB", NINE + timedelta(hours=1))
    assert not may_go_by(again, "MAIL", NINE + timedelta(hours=1))


@pytest.mark.parametrize(("minutes", "holds"), [(0, True), (1, False)])
def test_a_consent_given_after_the_paper_went_by_mail_mends_nothing_and_a_later_withdrawal_spoils_nothing(
    minutes, holds
):
    by_mail = replace(step(StepKind.DISCLOSURE_DELIVERED), method="MAIL")
    steps = tuple(by_mail if one.kind == by_mail.kind else replace(one, at=LATER) for one in COMPLETE.steps)
    said = (
        Consent("GIVEN", NINE + timedelta(minutes=minutes), ("MAIL",)),
        Consent("WITHDRAWN", NINE + timedelta(minutes=30)) if holds else Consent("GIVEN", LATER, ("MAIL",)),
    )
    lacks = [one.split(":")[0] for one in lacking(replace(COMPLETE, steps=steps, consents=said), LATER, TODAY)]
    assert lacks == ([] if holds else ["電磁的方法の承諾"])


SOLD = date(2026, 5, 1)
GIVEN = Consent("GIVEN", NINE, ("MAIL",))
# Everything an application can lack at once: a case that switches, was delivered by mail, has conditions, begins early.
NEEDS: dict[str, dict] = {
    **{kind: {"step": step(kind)} for kind in [*KINDS, StepKind.SWITCHING_EXPLAINED, StepKind.CONDITION_CONFIRMED]},
    StepKind.INTENT_FIRST: {"step": step(StepKind.INTENT_FIRST, text="備える", replaces="yes", replaced="他社")},
    "consent": {"consents": (GIVEN,)},
    "answers": {"questions_left": 0},
    "offer": {"is_offered": True},
    "condition": {"conditions": (ToMeet(1, "MFAの導入", NINE),)},
}  # fmt: skip
MISSING = {
    "consents": (), "questions_left": 3, "is_offered": False, "conditions": (ToMeet(1, "MFAの導入", None),),
}  # fmt: skip


def test_an_application_is_possible_exactly_when_nothing_lacks_whatever_was_done_so_far():
    """Every subset of what there is to do: 2 to the number of needs."""
    names = list(NEEDS)
    by_mail = replace(step(StepKind.DISCLOSURE_DELIVERED), method="MAIL")
    base = CaseFacts(1, SOLD, 2, NINE, (), ("answers_true",), valid_until=SOLD)
    complete = []
    for subset in range(2 ** len(names)):
        done = [NEEDS[name] for number, name in enumerate(names) if subset >> number & 1]
        steps = tuple(by_mail if one["step"].kind == by_mail.kind else one["step"] for one in done if "step" in one)
        rest = {name: value for one in done for name, value in one.items() if name != "step"}
        lacks = lacking(replace(base, steps=steps, **{**MISSING, **rest}), LATER, TODAY)
        if not lacks:
            complete.append(subset)
    assert complete == [2 ** len(names) - 1]


def test_a_policy_given_up_for_this_one_needs_the_disadvantages_explained():
    switching = step(StepKind.INTENT_FIRST, text="乗り換える", replaces="yes", replaced="他社 123")
    case = replace(COMPLETE, steps=tuple(switching if s.kind == switching.kind else s for s in COMPLETE.steps))
    assert [said.split(":")[0] for said in lacking(case, LATER, TODAY)] == ["乗換えの不利益の説明"]
    explained = replace(case, steps=(*case.steps, step(StepKind.SWITCHING_EXPLAINED)))
    assert lacking(explained, LATER, TODAY) == []
    changed_his_mind = step(StepKind.INTENT_FINAL, minutes=5, text="申し込む", changes="乗換えなし", replaces="no")
    steps = tuple(changed_his_mind if s.kind == changed_his_mind.kind else s for s in case.steps)
    assert lacking(replace(case, steps=steps), LATER, TODAY) == []


@pytest.mark.parametrize(("days", "holds"), [(90, True), (91, False)])
def test_the_check_for_antisocial_forces_grows_old(days, holds):
    old = replace(step(StepKind.ANTISOCIAL), at=LATER - timedelta(days=days))
    case = replace(COMPLETE, steps=tuple(old if s.kind == old.kind else s for s in COMPLETE.steps))
    assert (lacking(case, LATER, TODAY) == []) is holds


@pytest.mark.parametrize(("kind", "entry", "words"), [
    (StepKind.INTENT_FINAL, "changes", "変わった点"), (StepKind.COMPARISON, "reason", "推奨の理由"),
    (StepKind.ANTISOCIAL, "source", "確認した資料"), (StepKind.INTENT_FIRST, "text", "当初の意向"),
])  # fmt: skip
def test_a_record_that_does_not_say_what_it_must_is_none(kind, entry, words):
    empty = step(kind, **{**DETAILS[kind], entry: " "})
    case = replace(COMPLETE, insurers_sold=2, steps=tuple(empty if s.kind == kind else s for s in COMPLETE.steps))
    assert words in lacking(case, LATER, TODAY)[0]


def test_an_offer_that_ran_out_and_an_expired_licence_are_named():
    case = replace(COMPLETE, valid_until=TODAY - timedelta(days=1), solicitor=Solicitor("山本", False))
    assert [said.split(":")[0] for said in lacking(case, LATER, TODAY)] == ["見積の提示", "募集人の資格"]
    assert lacking(replace(case, valid_until=TODAY, solicitor=Solicitor("山本", True)), LATER, TODAY) == []
    group = replace(COMPLETE, begins_lack="この商品の保険始期は、毎月1日です。")
    assert lacking(group, LATER, TODAY) == ["保険始期: この商品の保険始期は、毎月1日です。"]
