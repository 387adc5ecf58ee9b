"""影響の試算: what a draft of a book would change, worked out in batches by a worker that may die at any time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.clock import now
from core.doors import perform, sentence_for
from core.errors import Refused
from policies.actions import expire_policies_due
from products import actions as book_actions
from products.editing import values_of
from products.models import ProductDraft
from products.reading import read_book
from products.risks import selection_of
from quotes import actions, measuring, tasks
from quotes.actions import measuring as moves
from quotes.covers import options_after, policies_after
from quotes.effects import effect_page
from quotes.facts import RiskFacts, facts_for_rating
from quotes.models import EffectLine, EffectRun
from quotes.replaying import rerate, turn_of
from quotes.states import EFFECT_MOVES, EffectStatus, Turn
from quotes.tasks import measure_effects
from tests.making import A_MONDAY, make_customer, make_user
from tests.quotes.making import STANDARD, good_answers, make_quote, make_version, shelf

pytestmark = pytest.mark.django_db
INDUSTRY = ("tariff", "components", 0, "factors", 0, "table", "education", "factor")


@pytest.fixture
def solicitor():
    return make_user()


@pytest.fixture
def underwriter(solicitor):
    return make_user(solicitor.agency, Role.UNDERWRITER)


@pytest.fixture
def school(solicitor):
    return make_customer(solicitor, industry="education")


@pytest.fixture
def draft(underwriter):
    version = make_version(STANDARD)
    return perform(
        book_actions.open_draft, base=version, text=None, starts_on=now().date() + timedelta(days=60),
        purpose="料率改定", by=underwriter, at=now(),
    )  # fmt: skip


def change(draft, by, old, new):
    draft.refresh_from_db()
    assert old in draft.text
    return perform(
        book_actions.rewrite_draft, draft=draft, text=draft.text.replace(old, new, 1), source="通知",
        seen_version=draft.version, by=by, at=now(),
    )  # fmt: skip


def dearer_schools(draft, by):
    """Schools cost 1.44 instead of 1.2; no worked example knows them."""
    assert values_of(draft.text)["tariff"]["components"][0]["factors"][0]["table"]["education"]["factor"]
    return perform(
        book_actions.edit_draft, draft=draft, changes={INDUSTRY: "1.44"}, source="通知",
        seen_version=draft.version, by=by, at=now(),
    )  # fmt: skip


def ask(draft, by):
    return perform(actions.ask_effect, draft=ProductDraft.objects.get(pk=draft.pk), by=by, at=now())


def measured(draft, by):
    run = ask(draft, by)
    measure_effects()
    run.refresh_from_db()
    assert run.status == EffectStatus.DONE, run.failure
    return run


# ------------------------------------------------------------------ what it finds


def test_contracts_in_force_and_open_quotes_are_rated_under_both_books(draft, solicitor, underwriter, school):
    policy = make_quote("ISSUED", by=solicitor, code=STANDARD, customer=school).policy
    offered = make_quote("OFFERED", by=solicitor, code=STANDARD, customer=school, plan="plan-2")
    make_quote("OFFERED", by=solicitor, code=STANDARD)  # a manufacturer: nothing moves
    make_quote("WITHDRAWN", by=solicitor, code=STANDARD, customer=school)
    make_quote("ISSUED", by=solicitor)  # another product
    run = measured(dearer_schools(draft, underwriter), underwriter)
    assert (run.total, run.done, run.counts["policies"], run.counts["options"]) == (3, 3, 1, 2)
    lines = {line.policy_id or line.quote_id: line for line in run.lines.all()}
    assert set(lines) == {policy.pk, offered.pk}
    assert lines[policy.pk].before_yen == policy.premium_yen
    sums = effect_page(run).sums
    assert (sums.moved, run.counts["same"]) == (2, 1)
    assert sums.change_yen == sum(line.after_yen - line.before_yen for line in run.lines.all())


def test_the_histogram_counts_every_cover_that_has_two_premiums(draft, solicitor, underwriter, school):
    for customer in (school, None):
        make_quote("OFFERED", by=solicitor, code=STANDARD, **({"customer": customer} if customer else {}))
    page = effect_page(measured(dearer_schools(draft, underwriter), underwriter))
    counted = {column.words: column.count for column in page.columns if column.count}
    assert counted.pop("変わらない") == 1
    assert sum(counted.values()) == 1
    assert set(counted) <= {"+10〜+20%", "+20〜+30%"}  # a fifth more, rounded to ten yen


def test_a_move_at_an_edge_is_counted_once_and_the_ten_largest_are_shown_whichever_way_they_go(
    draft, solicitor, underwriter
):
    quote = make_quote("OFFERED", by=solicitor, code=STANDARD)
    run = ask(draft, underwriter)
    EffectLine.objects.bulk_create(
        EffectLine(
            run=run, quote=quote, position=place, before_yen=1_000_000, change_yen=10_000 * percent,
            after_yen=1_000_000 + 10_000 * percent,
        )
        for place, percent in enumerate([-40, -30, -21, -20, -10, -5, -1, 1, 5, 10, 20, 30, 40])
    )  # fmt: skip
    page = effect_page(run)
    assert [column.count for column in page.columns] == [1, 2, 1, 1, 2, 0, 1, 1, 1, 1, 2]
    largest = [line.change_yen // 10_000 for line in page.largest]
    assert largest == [-40, 40, -30, 30, -21, -20, 20, -10, 10, -5]


def test_who_falls_out_is_listed_with_the_sentence_of_the_new_book(draft, solicitor, underwriter):
    quote = make_quote("OFFERED", by=solicitor, code=STANDARD)
    change(draft, underwriter, "when: sales_yen > tariff_sales_yen\n    outcome: refer", "when: sales_yen > 0\n    outcome: decline")  # noqa: E501  # fmt: skip
    run = measured(draft, underwriter)
    line = run.lines.get()
    assert (line.quote, line.turn) == (quote, Turn.INELIGIBLE)
    assert line.reason.startswith("売上高が料率表の範囲を超えています")
    assert (Turn.INELIGIBLE, Turn.INELIGIBLE.label, 1) in effect_page(run).turns


def test_who_would_need_an_underwriter_is_listed_with_why(draft, solicitor, underwriter):
    make_quote("OFFERED", by=solicitor, code=STANDARD)
    change(draft, underwriter, "when: sales_yen > tariff_sales_yen\n", "when: sales_yen > 0\n")
    line = measured(draft, underwriter).lines.get()
    assert (line.turn, line.change_yen) == (Turn.REFERRED, 0)
    assert line.reason.startswith("売上高が料率表の範囲を超えています")


def test_a_cover_that_cannot_be_had_any_more_falls_out_with_what_to_do(draft, solicitor, underwriter):
    make_quote("OFFERED", by=solicitor, code=STANDARD)
    change(draft, underwriter, "must: cost_yen <= liability_yen", "must: cost_yen > liability_yen")
    line = measured(draft, underwriter).lines.get()
    assert line.turn == Turn.INELIGIBLE
    assert line.reason == "事故対応費用の限度額は賠償責任の限度額以下にしてください。"


def test_a_contract_that_is_over_is_not_looked_at(draft, solicitor, underwriter):
    policy = make_quote("ISSUED", by=solicitor, code=STANDARD).policy
    perform(expire_policies_due, by=solicitor, at=policy.ends_at)
    assert measured(draft, underwriter).total == 0


def test_a_premium_an_underwriter_named_does_not_move(draft, solicitor, underwriter, school):
    quote = make_quote("REFERRED", by=solicitor, code=STANDARD, customer=school, sales_yen=50_000_000_000)
    perform(
        actions.accept_referral, referral=quote.referrals.get(), reason="確認しました。",
        premiums={quote.options.get().pk: 1_234_560},
        by=make_user(solicitor.agency, Role.UNDERWRITER, authority_limit_yen=10**10), at=A_MONDAY + timedelta(hours=1),
    )  # fmt: skip
    run = measured(dearer_schools(draft, underwriter), underwriter)
    assert (run.counts["named"], run.counts.get("moved", 0)) == (1, 0)


def test_an_answer_the_new_book_does_not_know_is_asked_again_and_breaks_nothing():
    book = read_book(*shelf_text(STANDARD))
    answers = good_answers(book)
    facts = facts_for_rating(
        RiskFacts(industry="education", sales_yen=500_000_000), inception_on=A_MONDAY.date(), is_renewal=False
    )
    own = rerate(facts, answers, selection_of(book.plans[0]), book)
    new = rerate(facts, {**answers, "card_data": "gone"}, selection_of(book.plans[0]), book)
    assert own.premium_yen is not None
    assert turn_of(own, new)[0] == Turn.UNRATEABLE
    assert "選び直してください" in new.unpriced_reason


def shelf_text(code):
    return shelf()[code][0], f"{code}.yaml"


def test_other_agencies_contracts_are_neither_counted_nor_shown(draft, solicitor, underwriter, client, school):
    make_quote("OFFERED", by=make_user(), code=STANDARD)
    run = measured(dearer_schools(draft, underwriter), underwriter)
    assert run.total == 0
    client.force_login(make_user(role=Role.UNDERWRITER))
    assert client.get(reverse("admin:quotes_effectrun_change", args=[run.pk])).status_code == 404


# ------------------------------------------------------------------ the run


def test_a_run_that_was_cut_off_goes_on_from_its_last_batch_and_counts_nothing_twice(
    draft, solicitor, underwriter, school, monkeypatch
):
    for _ in range(3):
        make_quote("OFFERED", by=solicitor, code=STANDARD, customer=school)
    run = ask(dearer_schools(draft, underwriter), underwriter)
    monkeypatch.setattr(tasks, "BATCH", 1)
    with monkeypatch.context() as dying:
        dying.setattr(tasks, "note_batch", dying_after(1, moves.note_batch))
        with pytest.raises(SystemExit):
            measure_effects()
    run.refresh_from_db()
    assert (run.status, run.done, run.lines.count()) == (EffectStatus.RUNNING, 1, 1)
    EffectRun.objects.filter(pk=run.pk).update(claimed_at=now() - moves.LEASE - timedelta(seconds=1))
    measure_effects()
    run.refresh_from_db()
    assert (run.status, run.done, run.lines.count(), run.counts["moved"]) == (EffectStatus.DONE, 3, 3, 3)


def dying_after(batches, verb):
    """The worker is killed after so many batches: nothing of Python runs any more."""
    left = [batches]

    def once(**facts):
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        return verb(**facts)

    return once


def test_a_run_that_loses_its_worker_again_and_again_fails_with_a_sentence(draft, underwriter):
    run = ask(draft, underwriter)
    long_ago = now() - moves.LEASE - timedelta(seconds=1)
    for _ in range(moves.MOST_ATTEMPTS):
        waiting = EffectRun.objects.get(pk=run.pk)
        assert perform(moves.claim_effect, run=waiting, claimant="gone", at=long_ago)
        perform(moves.take_back_stale_effects_due, by=underwriter, at=now())
    run.refresh_from_db()
    assert run.status == EffectStatus.FAILED
    assert "管理者に連絡" in run.failure


def test_a_worker_that_lost_its_claim_keeps_nothing(draft, solicitor, underwriter):
    run = ask(draft, underwriter)
    assert perform(moves.claim_effect, run=run, claimant="one", at=now())
    assert perform(moves.claim_effect, run=run, claimant="two", at=now()) is None
    facts = {"lines": [], "counts": {}, "done": 1, "policy_after": 1, "option_after": 0, "at": now()}
    assert not perform(moves.note_batch, run=run, claimant="two", **facts)
    assert perform(moves.note_batch, run=run, claimant="one", **facts)


def test_asking_twice_is_one_run_and_a_changed_draft_stops_the_old_one(draft, underwriter):
    first = ask(draft, underwriter)
    assert ask(draft, underwriter) == first
    dearer_schools(draft, underwriter)
    second = ask(draft, underwriter)
    first.refresh_from_db()
    assert (first.status, second.status) == (EffectStatus.CANCELLED, EffectStatus.PENDING)


def test_a_draft_that_changes_while_its_run_waits_makes_the_run_fail_not_lie(draft, underwriter):
    run = ask(draft, underwriter)
    dearer_schools(draft, underwriter)
    measure_effects()
    run.refresh_from_db()
    assert run.status == EffectStatus.FAILED
    assert "下書きが変更されました" in run.failure


def test_a_draft_with_a_problem_has_no_effect_to_measure(draft, underwriter):
    change(draft, underwriter, "insurer:", "insurerr:")
    with pytest.raises(Refused, match="問題がある"):
        ask(draft, underwriter)


def test_more_covers_in_a_batch_cost_no_more_statements(draft, solicitor, underwriter, school):
    make_quote("ISSUED", by=solicitor, code=STANDARD, customer=school)
    make_quote("OFFERED", by=solicitor, code=STANDARD, customer=school)

    def statements():
        draft.refresh_from_db()
        with CaptureQueriesContext(connection) as seen:
            policies_after(0, moves.which_policies(draft, solicitor.agency_id), measuring.BATCH)
            options_after(0, moves.which_options(draft, solicitor.agency_id), measuring.BATCH)
        return len(seen)

    few = statements()
    for _ in range(3):
        make_quote("ISSUED", by=solicitor, code=STANDARD, customer=school)
        make_quote("OFFERED", by=solicitor, code=STANDARD, customer=school)
    assert statements() == few == 4


@pytest.mark.parametrize("before", EffectStatus)
@pytest.mark.parametrize("after", EffectStatus)
def test_the_database_knows_the_moves_of_a_run(draft, underwriter, before, after):
    run = ask(draft, underwriter)
    if before != EffectStatus.PENDING:
        if before == EffectStatus.CANCELLED:
            perform(actions.cancel_effect, run=run, by=underwriter, at=now())
        else:
            perform(moves.claim_effect, run=run, claimant="w", at=now())
    if before == EffectStatus.DONE:
        perform(moves.finish_effect, run=run, claimant="w", by=underwriter, at=now())
    if before == EffectStatus.FAILED:
        perform(moves.fail_effect, run=run, reason="x", claimant="w", by=underwriter, at=now())
    allowed = before == after or after in EFFECT_MOVES[before]
    try:
        with transaction.atomic():
            EffectRun.objects.filter(pk=run.pk).update(status=after)
    except IntegrityError as error:
        words = sentence_for(error)
        assert not allowed or "この状態からは行えない" not in words  # other guards may still want their facts
    else:
        assert allowed


# ------------------------------------------------------------------ the page


def test_the_page_shows_progress_then_the_result_and_works_without_script(
    client, draft, solicitor, underwriter, school
):
    make_quote("OFFERED", by=solicitor, code=STANDARD, customer=school)
    dearer_schools(draft, underwriter)
    client.force_login(underwriter)
    start = reverse("admin:quotes_effectrun_draft", args=[draft.pk])
    assert "試算を始める" in client.get(start).content.decode()
    waiting = client.post(start, follow=True)
    page = waiting.content.decode()
    assert "0件 / 1件" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    address = waiting.redirect_chain[-1][0]
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    measure_effects()
    done = client.get(address).content.decode()
    assert "差額の大きいもの" in done
    assert "hx-get" not in done
    quote = EffectLine.objects.get().quote
    lines = reverse("admin:quotes_effectrun_lines", args=[EffectRun.objects.get().pk])
    assert quote.number in client.get(lines).content.decode()
    assert client.get(f"{lines}?turn=NO").status_code == 404


def test_an_auditor_reads_an_effect_and_cannot_start_one(client, draft, underwriter):
    client.force_login(make_user(underwriter.agency, Role.AUDITOR))
    start = reverse("admin:quotes_effectrun_draft", args=[draft.pk])
    assert "引受担当か管理者" in client.get(start).content.decode()
    client.post(start)
    assert not EffectRun.objects.exists()
