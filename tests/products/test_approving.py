"""Approving a draft: by a second person, for a day to come, frozen at last; and what it takes the place of."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.doors import perform, sentence_for
from core.errors import Refused, Stale
from products import actions
from products.models import ProductDraft, ProductVersion
from products.queries import version_on
from products.states import DRAFT_MOVES, DraftStatus
from tests.making import A_MONDAY
from tests.products.drafting import START, approve, decide, open_draft, rewrite, submit

pytestmark = pytest.mark.django_db


def test_a_second_person_approves_and_the_version_says_both(draft, version, writer, second):
    submit(draft, writer)
    published = approve(draft, second)
    version.refresh_from_db()
    draft.refresh_from_db()
    assert (published.published_by, published.approved_by, published.origin) == (writer, second, "CONSOLE")
    assert (draft.status, draft.published_version) == (DraftStatus.PUBLISHED, published)
    assert version.ends_on == START - timedelta(days=1)
    assert version_on("sompo-simple", START) == published


def test_whoever_wrote_in_a_draft_or_submitted_it_does_not_approve_it(draft, writer, second):
    rewrite(draft, second, "name: シンプルサイバー", "name: X")
    submit(draft, writer)
    for person in (writer, second):
        with pytest.raises(Refused, match="別の引受担当か管理者"):
            approve(draft, person)
    assert ProductVersion.objects.count() == 1


def test_whoever_began_a_draft_does_not_approve_it_even_when_others_wrote_and_submitted_it(version, writer, second):
    draft = open_draft(version, second)
    rewrite(draft, writer, "name: シンプルサイバー", "name: X")
    submit(draft, writer)
    with pytest.raises(Refused, match="別の引受担当か管理者"):
        approve(draft, second)


def test_the_approver_approves_what_the_page_showed(draft, writer, second):
    submit(draft, writer)
    decide(actions.return_draft, draft, second, reason="出典を直してください。")
    rewrite(draft, writer, "name: シンプルサイバー", "name: X")
    submit(draft, writer)
    with pytest.raises(Stale):
        decide(actions.approve_draft, draft, second, supersede=False, seen_version=2)


def test_a_draft_sent_back_keeps_the_reason_and_can_be_written_again(draft, writer, second):
    submit(draft, writer)
    with pytest.raises(Refused, match="差戻しの理由"):
        decide(actions.return_draft, draft, second, reason=" ")
    returned = decide(actions.return_draft, draft, second, reason="出典を直してください。")
    assert (returned.status, returned.return_reason, returned.submitted_by) == ("DRAFT", "出典を直してください。", None)
    rewrite(draft, writer, "name: シンプルサイバー", "name: X")


@pytest.mark.parametrize("column", ["text = 'x'", "starts_on = starts_on + 1", "purpose = 'x'"])
def test_the_database_freezes_what_was_submitted_published_or_discarded(draft, writer, second, column):
    submit(draft, writer)
    approve(draft, second)
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE products_productdraft SET {column}")  # noqa: S608
    assert "作成中の下書きだけ" in sentence_for(caught.value)


@pytest.mark.parametrize("before", DraftStatus)
@pytest.mark.parametrize("after", DraftStatus)
def test_the_database_knows_the_moves_of_a_draft(draft, writer, second, before, after):
    if before in {"SUBMITTED", "PUBLISHED"}:
        submit(draft, writer)
    if before == "PUBLISHED":
        approve(draft, second)
    if before == "DISCARDED":
        decide(actions.discard_draft, draft, writer)
    allowed = before == after or after in DRAFT_MOVES[before]
    try:
        with transaction.atomic():
            ProductDraft.objects.filter(pk=draft.pk).update(status=after)
    except IntegrityError as error:
        words = sentence_for(error)
        assert not allowed or "この状態からは行えない" not in words  # other guards may still want their facts
    else:
        assert allowed


def test_the_database_wants_another_approver_for_all_but_the_shipped_books(version, writer):
    for facts in ({"origin": "CONSOLE"}, {"origin": "COMMAND", "approved_at": A_MONDAY, "approved_by": writer}):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            ProductVersion.objects.create(
                product=version.product, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 2), edition="x",
                content="x", fingerprint="0" * 64, published_at=A_MONDAY, published_by=writer, **facts,
            )  # fmt: skip
        assert "別の人の承認" in sentence_for(caught.value)


# ------------------------------------------------------------------ days


def test_a_start_in_the_past_is_refused_in_japanese_days(version, writer, second):
    draft = open_draft(version, writer, starts_on=A_MONDAY.date() - timedelta(days=1))
    with pytest.raises(Refused, match="過去の日付"):
        submit(draft, writer)


def test_after_midnight_in_japan_yesterday_is_over(version, writer, second):
    draft = open_draft(version, writer, starts_on=A_MONDAY.date())
    one_in_the_morning = A_MONDAY + timedelta(hours=15)
    assert one_in_the_morning.date() == A_MONDAY.date()  # in UTC it is the same day
    with pytest.raises(Refused, match="過去の日付"):
        decide(actions.submit_draft, draft, writer, at=one_in_the_morning)
    submit(draft, writer)
    with pytest.raises(Refused, match="過去の日付"):
        decide(actions.approve_draft, draft, second, supersede=False, at=one_in_the_morning)


def test_a_version_that_has_begun_is_never_superseded(version, writer, second):
    soon = A_MONDAY.date() + timedelta(days=3)
    draft = open_draft(version, writer, starts_on=soon)
    submit(draft, writer)
    begun = perform(
        actions.publish_book, text=draft.text + "# another\n", starts_on=soon, by=writer, approved_by=second,
        origin="CONSOLE", at=A_MONDAY,
    )  # fmt: skip
    with pytest.raises(Refused, match="より後の販売開始日"):
        decide(actions.approve_draft, draft, second, supersede=True, at=A_MONDAY + timedelta(days=3))
    begun.refresh_from_db()
    assert not begun.is_superseded


def test_a_version_not_yet_begun_gives_way_to_one_that_begins_earlier(draft, version, writer, second):
    submit(draft, writer)
    wrong = approve(draft, second)
    earlier = open_draft(version, writer, starts_on=date(2027, 2, 1))
    submit(earlier, writer)
    with pytest.raises(Refused, match="差替えを承認"):
        approve(earlier, second)
    right = approve(earlier, second, supersede=True)
    wrong.refresh_from_db()
    version.refresh_from_db()
    assert (wrong.superseded_by, wrong.superseded_at) == (second, A_MONDAY)
    assert version.ends_on == date(2027, 1, 31)
    assert version_on("sompo-simple", START) == right
    assert version_on("sompo-simple", date(2027, 1, 31)) == version


def test_a_version_is_superseded_once_and_never_comes_back(draft, version, writer, second):
    submit(draft, writer)
    wrong = approve(draft, second)
    again = open_draft(version, writer)
    rewrite(again, writer, "name: シンプルサイバー", "name: シンプルサイバー改")
    submit(again, writer)
    approve(again, second, supersede=True)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ProductVersion.objects.filter(pk=wrong.pk).update(superseded_at=None, superseded_by=None)
    assert "差し替えられています" in sentence_for(caught.value)
