"""The shelf and its drafts in the console: pages, tables to type into, uploads."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from products.models import ProductDraft
from products.states import DraftStatus
from tests.making import make_user
from tests.products.drafting import NOTICE, open_draft, rewrite

pytestmark = pytest.mark.django_db


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


DRAFTS = {
    "a part with a slash in its code": "code: new\ntariff: {components: [{code: a/b, base: 5}, {code: '', base: 6}]}",
    "two parts of one code": "code: new\ntariff: {components: [{code: a, base: 5}, {code: a, base: 6}]}\n",
    "a part without a name": "code: new\n'': {a: 1}\n'..': {a: 2}\n",
    "parts oddly shaped": "code: new\nplans: {}\ntariff: {components: [a, {factors: [{table: {1: {x: [1]}}}]}]}",
    "rows of different lengths": "code: new\nx: {columns: [[1]], rows: {1: [], 2: [1, a]}}\n",
    "codes that are no texts": "code: new\nquestions: [{id: {a: b}}, {id: [1]}, 5]\nriders: [[[]]]\n",
    "no first day": "code: new\nstarts_on:\n",
    "a mark at its head and Windows' line ends": "\ufeffcode: new\r\nstarts_on: 2026-04-01\r\n",
}


@pytest.mark.parametrize("what", DRAFTS)
def test_every_page_of_a_draft_opens_whatever_stands_in_it(console, version, what):
    upload = SimpleUploadedFile("book.yaml", DRAFTS[what].encode())
    data = {"file": upload, "starts_on": "2027-04-01", "purpose": "改定"}
    response = console.post(reverse("admin:products_productdraft_new"), data, follow=True)
    assert response.status_code in (200, 422)
    draft = ProductDraft.objects.first()
    if draft is None:
        return
    pages = [url(name, draft) for name in ("change", "check", "changes", "source", "start")]
    for kind in ("figures", "texts"):
        groups = response.context[kind]
        pages += [url(kind, draft, sheet.code) for group in groups for sheet in group["sheets"]]
    assert len(pages) == len(set(pages))
    assert {console.get(page).status_code for page in pages} == {200}
    assert console.post(url("deed", draft, "submit"), {"seen_version": draft.version}).status_code == 422


def test_the_shelf_shows_a_draft_for_a_day_far_off(console, version, writer):
    draft = open_draft(version, writer, starts_on=date(9999, 12, 31))
    assert str(draft.starts_on) in console.get(reverse("admin:products_shelf")).content.decode()
