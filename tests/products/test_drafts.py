"""Drafts of books: written by one, every change with its source."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from core.doors import perform, sentence_for
from core.errors import Refused, Stale
from products import actions
from products.models import DraftChange
from products.reading import BookError
from products.states import DraftStatus
from tests.making import A_MONDAY, make_user
from tests.products.drafting import NOTICE, START, open_draft, rewrite, submit

pytestmark = pytest.mark.django_db


def test_a_draft_starts_from_a_version_on_its_own_day_and_is_called_by_its_month(draft, version):
    assert f"starts_on: {START}" in draft.text
    month = f"{START.year}年{START.month}月"
    assert draft.text.replace(str(START), "2026-04-01", 1).replace(month, "2026年4月", 1) == version.content
    assert month in draft.text
    assert (draft.product_code, draft.base, draft.status) == ("sompo-simple", version, DraftStatus.DRAFT)


def test_every_change_leaves_its_value_before_and_after_its_source_and_its_person(draft, writer):
    rewrite(draft, writer, "name: シンプルサイバー", "name: シンプルサイバー2027")
    change = draft.changes.get()
    assert (change.path, change.before, change.after) == ("name", "シンプルサイバー", "シンプルサイバー2027")
    assert (change.source, change.changed_by, change.version) == (NOTICE, writer, 2)


def test_a_change_of_comments_alone_is_kept_as_its_lines(draft, writer):
    rewrite(draft, writer, "\nname:", "\n# 見出し\nname:")
    change = draft.changes.get()
    assert change.path == DraftChange.WHOLE
    assert "+# 見出し" in change.after


def test_a_change_without_its_source_is_refused(draft, writer):
    with pytest.raises(Refused, match="根拠"):
        rewrite(draft, writer, "シンプルサイバー", "X", source=" ")
    assert not draft.changes.exists()


def test_a_stale_form_is_refused_and_the_first_change_stays(draft, writer, second):
    rewrite(draft, writer, "name: シンプルサイバー", "name: 一人目")
    with pytest.raises(Stale):
        rewrite(draft, second, "name: 一人目", "name: 二人目", seen_version=1)
    draft.refresh_from_db()
    assert "name: 一人目" in draft.text


def test_the_record_of_changes_cannot_be_rewritten(draft, writer):
    rewrite(draft, writer, "name: シンプルサイバー", "name: X")
    for sql in ("UPDATE products_draftchange SET source = 'x'", "DELETE FROM products_draftchange"):
        with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert "書き換えられません" in sentence_for(caught.value)


def test_moving_the_start_moves_it_in_the_book_too(draft, writer):
    perform(
        actions.move_start, draft=draft, starts_on=date(2027, 7, 1), source=NOTICE, seen_version=1, by=writer,
        at=A_MONDAY,
    )  # fmt: skip
    draft.refresh_from_db()
    assert "starts_on: 2027-07-01" in draft.text
    assert draft.starts_on == date(2027, 7, 1)


def test_a_draft_may_hold_mistakes_but_not_be_submitted_with_them(draft, writer):
    rewrite(draft, writer, "insurer:", "insurerr:")
    with pytest.raises(BookError, match=r"sompo-simple\.yaml:\d+: "):
        submit(draft, writer)
    rewrite(draft, writer, "insurerr:", "insurer:")
    assert submit(draft, writer).status == DraftStatus.SUBMITTED


def test_a_draft_whose_example_fails_cannot_be_submitted(cyber_text, writer):
    base = perform(actions.publish_book, text=cyber_text, starts_on=date(2026, 4, 1), by=writer, at=A_MONDAY)
    draft = open_draft(base, writer)
    rewrite(draft, writer, "retail: 0.9", "retail: 0.95")
    with pytest.raises(Refused, match="計算例と一致しません"):
        submit(draft, writer)


def test_a_draft_for_another_product_than_it_says_cannot_be_submitted(draft, writer):
    rewrite(draft, writer, "code: sompo-simple", "code: sompo-other")
    with pytest.raises(Refused, match="商品コード"):
        submit(draft, writer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SOLICITOR, Role.CLERK])
def test_only_underwriters_and_managers_write_books(draft, writer, role):
    with pytest.raises(Refused, match="引受担当か管理者"):
        rewrite(draft, make_user(writer.agency, role), "シンプルサイバー", "X")
