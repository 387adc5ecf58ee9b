"""From the offer to the contract: consent, delivery, licence, order of dates, double clicks."""

from datetime import date, timedelta

import pytest

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from correspondence.models import Letter, Paper
from customers.actions import record_consent, withdraw_consent
from policies.models import Policy
from quotes import actions
from quotes.models import Step
from quotes.queries import latest_step
from quotes.states import QuoteStatus
from tests.making import A_MONDAY, make_user
from tests.quotes.making import apply_for, make_quote, make_version, take_steps

pytestmark = pytest.mark.django_db
LATER = A_MONDAY + timedelta(hours=1)


@pytest.fixture
def offered():
    return make_quote(QuoteStatus.OFFERED)


def step(quote, kind, by=None, at=LATER, **facts):
    return perform(
        actions.record_step,
        **{"quote": quote, "kind": kind, "happened_at": at, "method": "IN_PERSON", "counterpart": "田中 一郎",
           "by": by or quote.opened_by, "at": at, **facts},
    )  # fmt: skip


def agree(quote, verb=record_consent, at=LATER, **facts):
    said = {"said_by": "田中 一郎", "method": "PHONE", "happened_at": at, "by": quote.opened_by, "at": at}
    return perform(verb, customer=quote.customer, **said, **facts)


def test_an_offer_files_its_three_papers_and_the_application_the_fourth(offered):
    kinds = set(Paper.objects.about(offered).values_list("kind", flat=True))
    assert kinds == {"QUOTATION", "DISCLOSURE", "QUESTIONNAIRE"}
    apply_for(offered, by=offered.opened_by, at=LATER)
    assert Paper.objects.about(offered).filter(kind="APPLICATION").count() == 1


def test_an_application_is_refused_with_exactly_what_lacks(offered):
    take_steps(offered, by=offered.opened_by, at=LATER, but=("ANTISOCIAL", "INTENT_FINAL"))
    facts = {
        "quote": offered, "option": offered.options.get(), "payment_way": "lump_sum", "method": "IN_PERSON",
        "received_at": LATER + timedelta(hours=2), "received_by": offered.opened_by, "applicant_name": "田中 一郎",
        "by": offered.opened_by, "at": LATER + timedelta(hours=2),
    }  # fmt: skip
    with pytest.raises(Refused) as refusal:
        perform(actions.apply, **facts)
    assert [reason.split(":")[0] for reason in refusal.value.reasons] == ["反社会的勢力の確認", "最終意向の確認"]
    offered.refresh_from_db()
    assert offered.status == QuoteStatus.OFFERED
    assert not offered.options.get().chosen


def test_showing_the_authority_says_that_there_is_one_insurer(offered):
    step(offered, "AUTHORITY_SHOWN")
    assert latest_step(offered, "COMPARISON").detail["insurers"] == ["損害保険ジャパン株式会社"]


def test_with_several_insurers_on_sale_the_comparison_stays_a_conversation_of_its_own(offered):
    make_version("msi-protector", offered.inception_on)
    step(offered, "AUTHORITY_SHOWN")
    assert latest_step(offered, "COMPARISON") is None


def test_an_offers_papers_are_not_explained_before_the_offer_stood(offered):
    with pytest.raises(Refused, match="提示できるようになった日時より前"):
        step(offered, "DISCLOSURE_EXPLAINED", happened_at=A_MONDAY - timedelta(minutes=1))
    with pytest.raises(Refused, match="提示できるようになった日時より前"):
        apply_for(offered, by=offered.opened_by, at=LATER, received_at=A_MONDAY - timedelta(minutes=1))


def test_an_application_is_not_taken_before_it_came(offered):
    with pytest.raises(Refused, match="未来の日時"):
        apply_for(offered, by=offered.opened_by, at=LATER, received_at=LATER + timedelta(days=1))


def test_electronic_delivery_needs_a_consent_given_before(offered):
    paper = Paper.objects.about(offered).get(kind="DISCLOSURE")
    with pytest.raises(Refused, match="承諾が必要"):
        step(offered, "DISCLOSURE_DELIVERED", method="MAIL", paper=paper)
    agree(offered)
    step(offered, "DISCLOSURE_DELIVERED", method="MAIL", paper=paper)
    agree(offered, verb=withdraw_consent, at=LATER + timedelta(minutes=5))
    with pytest.raises(Refused, match="承諾が必要"):
        step(offered, "DISCLOSURE_DELIVERED", method="WEB", paper=paper, at=LATER + timedelta(minutes=6))


def test_a_consent_is_the_customers_and_holds_for_the_ways_it_names(offered):
    paper = Paper.objects.about(offered).get(kind="DISCLOSURE")
    with pytest.raises(Refused, match="お客さまの画面"):
        step(offered, "E_CONSENT")
    agree(offered, ways=["WEB"])
    with pytest.raises(Refused, match="承諾が必要"):
        step(offered, "DISCLOSURE_DELIVERED", method="MAIL", paper=paper)
    step(offered, "DISCLOSURE_DELIVERED", method="WEB", paper=paper)
    other = make_quote(QuoteStatus.OFFERED, customer=offered.customer, by=offered.opened_by)
    paper = Paper.objects.about(other).get(kind="DISCLOSURE")
    assert step(other, "DISCLOSURE_DELIVERED", method="WEB", paper=paper)


def test_a_delivery_by_mail_does_not_count_when_the_consent_turns_out_to_have_been_withdrawn(offered):
    agree(offered)
    paper = Paper.objects.about(offered).get(kind="DISCLOSURE")
    step(offered, "DISCLOSURE_DELIVERED", method="MAIL", paper=paper, at=LATER + timedelta(minutes=5))
    agree(offered, verb=withdraw_consent, at=LATER + timedelta(minutes=3))
    take_steps(offered, by=offered.opened_by, at=LATER, but=("DISCLOSURE_DELIVERED",))
    with pytest.raises(Refused) as refusal:
        perform(
            actions.apply, quote=offered, option=offered.options.get(), payment_way="lump_sum", method="IN_PERSON",
            received_at=LATER + timedelta(hours=2), received_by=offered.opened_by, applicant_name="田中 一郎",
            by=offered.opened_by, at=LATER + timedelta(hours=2),
        )  # fmt: skip
    assert [reason.split(":")[0] for reason in refusal.value.reasons] == ["電磁的方法の承諾"]


@pytest.mark.parametrize(("withdrawn", "delivery"), [(False, "EMAIL"), (True, "POST")])
def test_the_policy_goes_by_post_again_once_the_consent_is_withdrawn(offered, withdrawn, delivery):
    agree(offered)
    apply_for(offered, by=offered.opened_by, at=LATER)
    at = LATER + timedelta(hours=4)
    if withdrawn:
        agree(offered, verb=withdraw_consent, at=at)
    issued = perform(actions.issue_quote, quote=offered, by=offered.opened_by, at=at)
    assert issued.policy.delivery == delivery
    assert Letter.objects.filter(kind="POLICY_ISSUED").exists() is not withdrawn


def test_a_person_whose_licence_ended_neither_explains_nor_takes_applications(offered):
    late = make_user(offered.agency, licence_product_until=A_MONDAY.date() - timedelta(days=1))
    with pytest.raises(Refused, match="期限が切れて"):
        step(offered, "DISCLOSURE_EXPLAINED", done_by=late)
    with pytest.raises(Refused, match="期限が切れて"):
        apply_for(offered, by=offered.opened_by, at=LATER, received_by=late)


def test_a_clerk_writes_down_what_a_solicitor_did(offered):
    clerk = make_user(offered.agency, Role.CLERK)
    with pytest.raises(Refused, match="募集人"):
        step(offered, "INTENT_FIRST", by=clerk)
    done = step(offered, "INTENT_FIRST", by=clerk, done_by=offered.opened_by)
    assert (done.by, done.recorded_by) == (offered.opened_by, clerk)


def test_a_correction_is_a_new_line(offered):
    first = step(offered, "INTENT_FIRST", detail={"text": "限度額5億円"})
    step(offered, "INTENT_FIRST", corrects=first, detail={"text": "限度額3億円"}, at=LATER + timedelta(minutes=1))
    assert latest_step(offered, "INTENT_FIRST").detail == {"text": "限度額3億円"}
    assert Step.objects.filter(quote=offered, kind="INTENT_FIRST").count() == 2
    with pytest.raises(Refused, match="新しい記録として"):
        perform(lambda: Step.objects.filter(pk=first.pk).update(counterpart="別人"))


def test_a_start_before_the_application_needs_another_manager_with_a_reason():
    quote = make_quote(QuoteStatus.OFFERED, inception_on=date(2026, 4, 20))
    by, late = quote.opened_by, A_MONDAY + timedelta(days=20)
    with pytest.raises(Refused) as refusal:
        apply_for(quote, by=by, at=late)
    assert "管理者が理由を付けて承認" in refusal.value.reasons[0]
    detail = {"reason": "お客さまの郵便の遅れ", "inception_on": "2026-04-20", "knows_of_none": True}
    approval = {"detail": detail, "at": late}
    with pytest.raises(Refused, match="管理者"):
        step(quote, "EARLY_START", **approval)
    manager = make_user(quote.agency, Role.MANAGER)
    step(quote, "EARLY_START", by=manager, **approval)
    with pytest.raises(Refused, match="本人は承認できません"):
        apply_for(quote, by=manager, at=late + timedelta(hours=1))
    applied = apply_for(quote, by=by, at=late + timedelta(hours=4))
    assert applied.application.early_start_approved_by == manager


def test_a_double_click_on_issue_issues_once():
    quote = make_quote(QuoteStatus.APPLIED)
    at = A_MONDAY + timedelta(hours=6)
    first = perform(actions.issue_quote, quote=quote, by=quote.opened_by, at=at)
    second = perform(actions.issue_quote, quote=quote, by=quote.opened_by, at=at)
    assert first.policy == second.policy == Policy.objects.get()
    assert first.application.accepted_authority == "AGENT"


def test_monthly_instalments_fall_due_month_by_month_and_add_up():
    quote = make_quote(QuoteStatus.ISSUED, payment_way="monthly")
    parts = quote.policy.schedule
    assert [parts[0].due_on, parts[11].due_on] == ["2026-05-01", "2027-04-01"]
    assert len({part.amount_yen for part in parts}) == 1
    assert sum(part.amount_yen for part in parts) > quote.policy.premium_yen


def test_the_quotation_goes_by_mail_once_and_only_with_consent(offered):
    contact = offered.customer.contacts.get()
    send = {"quote": offered, "contact": contact, "by": offered.opened_by, "at": LATER}
    with pytest.raises(Refused, match="承諾が必要"):
        perform(actions.send_quotation, **send)
    assert not Letter.objects.exists()
    agree(offered)
    letter = perform(actions.send_quotation, **send)
    assert letter.to == [contact.email]
    assert letter.papers.get().kind == "QUOTATION"
    with pytest.raises(Refused, match="すでに送信"):
        perform(actions.send_quotation, **send)


def test_a_revision_keeps_the_papers_and_explains_again(offered):
    take_steps(offered, by=offered.opened_by, at=LATER)
    revised = perform(actions.revise_quote, quote=offered, seen_version=offered.version, by=offered.opened_by, at=LATER)
    again = perform(
        actions.submit_quote, quote=revised, seen_version=revised.version, by=offered.opened_by,
        at=LATER + timedelta(hours=3),
    )  # fmt: skip
    assert again.edition == 2
    assert Paper.objects.about(offered).filter(kind="QUOTATION").count() == 2
    with pytest.raises(Refused) as refusal:
        perform(
            actions.apply, quote=again, option=again.options.get(), payment_way="lump_sum", method="PHONE",
            received_at=LATER + timedelta(hours=4), received_by=again.opened_by, applicant_name="田中 一郎",
            by=again.opened_by, at=LATER + timedelta(hours=4),
        )  # fmt: skip
    assert "重要事項説明書の交付: 見積を改訂したため" in refusal.value.reasons[0]


def test_with_the_policy_go_the_papers_of_the_edition_that_was_applied_for(offered):
    by, hour = offered.opened_by, timedelta(hours=1)
    perform(actions.revise_quote, quote=offered, seen_version=offered.version, by=by, at=LATER)
    offered.refresh_from_db()
    perform(actions.submit_quote, quote=offered, seen_version=offered.version, by=by, at=LATER + hour)
    offered.refresh_from_db()
    agree(offered, at=LATER + hour)
    applied = apply_for(offered, by=by, at=LATER + 2 * hour)
    perform(actions.issue_quote, quote=applied, by=by, at=LATER + 5 * hour)
    kinds = [paper.kind for paper in Letter.objects.get().papers.all()]
    assert sorted(kinds) == ["APPLICATION", "CERTIFICATE", "DISCLOSURE", "INTENT", "QUESTIONNAIRE", "QUOTATION"]


def test_lapsing_ends_only_offers_whose_last_day_is_over(offered):
    robot = offered.opened_by
    on = offered.valid_until
    assert perform(actions.lapse_quotes_due, on=on, by=robot, at=LATER) == 0
    assert perform(actions.lapse_quotes_due, on=on + timedelta(days=1), by=robot, at=LATER) == 1
    assert perform(actions.lapse_quotes_due, on=on + timedelta(days=1), by=robot, at=LATER) == 0
