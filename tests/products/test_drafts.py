"""Drafts of books: written by one, approved by another, frozen at last; and what they put in the place of what."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from core.clock import today
from core.doors import perform, sentence_for
from core.errors import Refused, Stale
from products import actions
from products.models import DraftChange, ProductDraft, ProductVersion
from products.queries import version_on
from products.reading import BookError
from products.states import DRAFT_MOVES, DraftStatus
from tests.making import A_MONDAY, make_user

pytestmark = pytest.mark.django_db
START = date(2027, 4, 1)
NOTICE = "2026年12月1日付 保険会社通知"


@pytest.fixture
def writer():
    return make_user(role=Role.UNDERWRITER, name="引受 正")


@pytest.fixture
def second(writer):
    return make_user(writer.agency, Role.MANAGER, name="管理 守")


@pytest.fixture
def version(simple_text, writer):
    return perform(actions.publish_book, text=simple_text, starts_on=date(2026, 4, 1), by=writer, at=A_MONDAY)


@pytest.fixture
def draft(version, writer):
    return open_draft(version, writer)


def open_draft(base, by, starts_on=START, text=None):
    facts = {"base": base, "text": text, "starts_on": starts_on, "purpose": "料率改定"}
    return perform(actions.open_draft, **facts, by=by, at=A_MONDAY)


def rewrite(draft, by, old, new, **facts):
    draft.refresh_from_db()
    facts = {"source": NOTICE, "seen_version": draft.version, **facts}
    assert old in draft.text
    return perform(
        actions.rewrite_draft, draft=draft, text=draft.text.replace(old, new, 1), **facts, by=by, at=A_MONDAY
    )


def decide(verb, draft, by, **facts):
    draft.refresh_from_db()
    return perform(verb, **{"draft": draft, "seen_version": draft.version, "by": by, "at": A_MONDAY, **facts})


def submit(draft, by):
    return decide(actions.submit_draft, draft, by)


def approve(draft, by, supersede=False):
    return decide(actions.approve_draft, draft, by, supersede=supersede)


# ------------------------------------------------------------------ writing


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


# ------------------------------------------------------------------ four eyes


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


# ------------------------------------------------------------------ the console


@pytest.fixture
def console(client, writer):
    client.force_login(writer)
    return client


def url(name, draft, *more):
    return reverse(f"admin:products_productdraft_{name}", args=[draft.pk, *more])


def sheet_data(console, draft, code, **typed):
    """The fields of a sheet as the page sends them, some of them typed anew by their label's path."""
    form = console.get(url("figures", draft, code)).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    by_end = {str(entry.path[-2:]): name for name, entry in form.entries.items()}
    return {**data, **{by_end[end]: value for end, value in typed.items()}}


@pytest.mark.parametrize("role", Role)
def test_the_shelf_opens_for_the_consoles_people(client, draft, writer, role):
    client.force_login(make_user(writer.agency, role))
    expected = 200 if role in {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR} else 403
    pages = [reverse("admin:products_shelf"), *(url(name, draft) for name in ("change", "check", "changes", "source"))]
    assert {client.get(page).status_code for page in pages} == {expected}


def test_an_auditor_reads_and_cannot_write(client, draft, writer):
    client.force_login(make_user(writer.agency, Role.AUDITOR))
    page = client.get(url("source", draft)).content.decode()
    assert "引受担当か管理者が行ってください" in page
    data = {"seen_version": 1, "text": "x: 1", "source": NOTICE}
    client.post(url("source", draft), data)
    draft.refresh_from_db()
    assert draft.version == 1
    client.post(
        reverse("admin:products_productdraft_new"), {"purpose": "x", "starts_on": "2027-04-01", "base": draft.base_id}
    )
    assert ProductDraft.objects.count() == 1


def test_a_figure_typed_into_its_table_changes_that_figure_alone(console, draft):
    data = sheet_data(console, draft, "tariff", **{"('minimum', 'premium_yen')": "２５，０００"})
    before = draft.text
    assert console.post(url("figures", draft, "tariff"), {**data, "source": NOTICE}).status_code == 302
    draft.refresh_from_db()
    change = draft.changes.get()
    assert (change.path, change.after) == ("tariff.minimum.premium_yen", "25000")
    assert len(draft.text) == len(before.replace(f"premium_yen: {change.before}", "premium_yen: 25000", 1))


def test_a_word_in_a_figures_cell_is_refused_in_its_place_and_every_entry_stays(console, draft):
    data = sheet_data(console, draft, "tariff", **{"('minimum', 'premium_yen')": "二万円"})
    response = console.post(url("figures", draft, "tariff"), {**data, "source": NOTICE})
    page = response.content.decode()
    assert response.status_code == 422
    assert "「二万円」は数として読み取れません" in page
    assert NOTICE in page
    assert not draft.changes.exists()


def test_a_page_saved_by_two_people_tells_the_second(console, draft, writer):
    data = sheet_data(console, draft, "tariff", **{"('minimum', 'premium_yen')": "25000"})
    rewrite(draft, writer, "name: シンプルサイバー", "name: 一人目")
    response = console.post(url("figures", draft, "tariff"), {**data, "source": NOTICE})
    assert "ほかの人が先に更新しました" in response.content.decode()
    assert draft.changes.count() == 1


def test_the_check_page_names_file_line_and_shows_the_line(console, draft, writer):
    rewrite(draft, writer, "insurer:", "insurerr:")
    page = console.get(url("check", draft)).content.decode()
    line = draft.text.splitlines().index(next(line for line in draft.text.splitlines() if "insurer:" in line)) + 1
    assert f"sompo-simple.yaml:{line}" in page
    assert "insurerr: 損害保険ジャパン株式会社" in page


def test_a_wording_that_changes_under_the_same_version_is_pointed_out(console, draft, writer):
    rewrite(draft, writer, "過去5年間", "過去10年間")
    assert "版(version)の番号も上げてください" in console.get(url("check", draft)).content.decode()


def test_the_whole_file_comes_back_from_the_browser_byte_for_byte(console, draft):
    sent = {"seen_version": 1, "text": draft.text.replace("\n", "\r\n"), "source": NOTICE}
    assert "変更はありません" in console.post(url("source", draft), sent, follow=True).content.decode()
    draft.refresh_from_db()
    assert (draft.version, draft.changes.count()) == (1, 0)


def test_submitting_twice_says_where_the_draft_stands(console, draft, writer):
    for _ in range(2):
        response = console.post(url("deed", draft, "submit"), {"seen_version": 1}, follow=True)
    assert "承認待ちです" in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == DraftStatus.SUBMITTED


BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
UPLOADS = {
    "50 MB": (b"#" * 50_000_000, "大きすぎます"),
    "not UTF-8": ("code: 保険".encode("cp932"), "UTF-8で保存してください"),
    "aliases": (BOMB, "アンカーと別名"),
    "no YAML": (b"a: [1", "YAMLとして読み取れません"),
    "repeated": (b"code: x\ncode: y\n", "重複しています"),
    "no product": (b"name: x\n", "商品コードがありません"),
    "NUL": (b"code: x\x00\n", "。"),
    "empty": (b"", "空"),
}


@pytest.mark.parametrize("what", UPLOADS)
def test_an_upload_that_is_no_book_is_refused_with_its_sentence(console, version, what):
    content, sentence = UPLOADS[what]
    upload = SimpleUploadedFile("book.yaml", content)
    data = {"file": upload, "starts_on": "2027-04-01", "purpose": "改定"}
    response = console.post(reverse("admin:products_productdraft_new"), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ProductDraft.objects.exists()


def test_an_upload_becomes_a_draft_of_its_product_even_with_mistakes(console, version, simple_text):
    upload = SimpleUploadedFile("book.yaml", simple_text.replace("insurer:", "insurerr:", 1).encode())
    data = {"file": upload, "starts_on": "2027-04-01", "purpose": "改定"}
    response = console.post(reverse("admin:products_productdraft_new"), data, follow=True)
    draft = ProductDraft.objects.get()
    assert (draft.base, draft.starts_on) == (version, date(2027, 4, 1))
    assert "問題 2件" in response.content.decode()


@pytest.mark.parametrize("path", ["999999/", "1/figures/none/", "1/texts/none/", "1/no-such-deed/"])
def test_addresses_that_lead_nowhere_are_not_found(console, draft, path):
    home = reverse("admin:products_productdraft_changelist")
    assert (
        console.get(home + path.replace("1/", f"{draft.pk}/", 1) if path != "999999/" else home + path).status_code
        == 404
    )


# ------------------------------------------------------------------ commands


def published_by_command(tmp_path, text, **options):
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("publish_book", str(path), stdout=out, **options)
    return json.loads(out.getvalue())


def test_two_people_publish_a_file_from_the_command_line(tmp_path, version, writer, second):
    start = today() + timedelta(days=30)
    text = version.content.replace("starts_on: 2026-04-01", f"starts_on: {start}", 1)
    people = {"by": writer.username, "approved_by": second.username}
    answer = published_by_command(tmp_path, text, starts_on=str(start), **people)
    assert (answer["product"], answer["published"], answer["approved_by"]) == ("sompo-simple", True, second.username)
    assert published_by_command(tmp_path, text, starts_on=str(start), **people)["published"] is False
    assert ProductVersion.objects.get(starts_on=start).origin == "COMMAND"


def test_one_person_cannot_publish_from_the_command_line(tmp_path, version, writer):
    start = today() + timedelta(days=30)
    text = version.content.replace("starts_on: 2026-04-01", f"starts_on: {start}", 1)
    with pytest.raises(CommandError, match="本人は承認できません"):
        published_by_command(tmp_path, text, starts_on=str(start), by=writer.username, approved_by=writer.username)
    with pytest.raises(CommandError, match="いません"):
        published_by_command(tmp_path, text, starts_on=str(start), by=writer.username, approved_by="nobody")


def test_check_book_answers_in_json(tmp_path, simple_text):
    path, out = tmp_path / "book.yaml", StringIO()
    path.write_text(simple_text.replace("insurer:", "insurerr:", 1), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("check_book", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"][0]["file"] == "book.yaml"
