"""What an application needs: pure decisions, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from customers.rules import Consent, may_go_by
from quotes.checklist import SPOKEN_POINTS, CaseFacts, Done, checklist, lacking
from quotes.states import StepKind

NINE = datetime(2026, 4, 6, 0, 0, tzinfo=UTC)
TODAY = date(2026, 4, 6)
DETAILS = {
    StepKind.DISCLOSURE_EXPLAINED: dict.fromkeys(SPOKEN_POINTS, True),
    StepKind.ANTISOCIAL: {"result": "clear"},
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
    assert [item.kind for item in checklist(facts(), NINE, TODAY)] == KINDS
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
    doubt = step(StepKind.ANTISOCIAL, result="doubt")
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
    approved = step(StepKind.EARLY_START, inception_on="2026-04-01", reason="連絡の遅れ")
    assert lacking(replace(case, steps=(*case.steps, approved)), LATER, TODAY) == []


def test_electronic_consent_stands_until_it_is_withdrawn_for_the_ways_it_names():
    said = [Consent("GIVEN", NINE + timedelta(minutes=10), ("MAIL",)), Consent("WITHDRAWN", NINE + timedelta(hours=1))]
    assert not may_go_by(said, "MAIL", NINE)
    assert may_go_by(said, "MAIL", NINE + timedelta(minutes=10))
    assert not may_go_by(said, "WEB", NINE + timedelta(minutes=10))
    assert not may_go_by(said, "MAIL", NINE + timedelta(hours=1))
    again = [*said, Consent("GIVEN", NINE + timedelta(hours=1), ("WEB",))]  # the same minute: the later line counts
    assert may_go_by(again, "WEB", NINE + timedelta(hours=1))
    assert not may_go_by(again, "MAIL", NINE + timedelta(hours=1))
