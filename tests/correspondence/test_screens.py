"""The screens of papers, letters and documents."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Agency, Role, User
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence.actions import bytes_of, file_document
from correspondence.models import Document, Letter, Paper
from correspondence.queries import documents_about, letters_about, papers_about
from correspondence.states import LetterStatus, PaperKind
from tests.correspondence.conftest import AT, in_status
from tests.correspondence.samples import sample_page
from tests.making import make_agency, make_user

PaperMaker = Callable[..., Paper]
LetterMaker = Callable[..., Letter]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def screen(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def archive(make_paper: PaperMaker) -> list[Paper]:
    def one(n: int, **facts: Any) -> Paper:
        number = f"C-2026-{n:06d}"
        return make_paper(f"policy:{number}:certificate", subject=number, page=sample_page(lead=f"第{n}号"), **facts)

    return [
        one(1, counterparty="㈱青空商事", amount_yen=65_960, dated_on=date(2026, 4, 1)),
        one(2, counterparty="株式会社ＡＢＣ", amount_yen=133_980, dated_on=date(2026, 6, 30)),
        one(3, counterparty="青空運輸", amount_yen=None, dated_on=date(2026, 7, 1), kind=PaperKind.QUOTATION),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [3, 2, 1]),
        ({"kind": "CERTIFICATE"}, [2, 1]),
        ({"number": "C-2026-000002"}, [2]),
        ({"counterparty": "青空"}, [3, 1]),
        ({"counterparty": "(株)青空"}, [1]),
        ({"counterparty": "ABC"}, [2]),
        ({"dated_from": "2026-06-30", "dated_until": "令和8年7月1日"}, [3, 2]),
        ({"amount_from": "65,960", "amount_until": "10万"}, [1]),
        ({"counterparty": "青空", "dated_until": "2026-06-30"}, [1]),
        ({"amount_from": "6万", "dated_from": "2026-06-01", "counterparty": "ＡＢＣ"}, [2]),
    ],
)
def test_papers_are_found_by_date_amount_and_counterparty_in_combination(
    screen: Client, archive: list[Paper], asked: dict[str, str], found: list[int]
) -> None:
    page = screen.get(reverse("correspondence:papers"), asked).context["page"]
    assert [paper.subject for paper in page] == [f"C-2026-{n:06d}" for n in found]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"dated_from": "2026-02-30"}, "という日付はありません"),
        ({"dated_from": "2026-07-01", "dated_until": "2026-06-01"}, "範囲が逆"),
        ({"amount_from": "-1"}, "0以上"),
        ({"amuont": "1"}, "知らない検索条件"),
    ],
)
def test_a_wrong_search_finds_nothing_and_says_why(
    screen: Client, archive: list[Paper], asked: dict[str, str], sentence: str
) -> None:
    answer = screen.get(reverse("correspondence:papers"), asked)
    assert answer.status_code == 200
    assert list(answer.context["page"]) == []
    assert sentence in answer.content.decode()


def test_the_list_costs_the_same_for_one_row_and_for_many(
    screen: Client, archive: list[Paper], django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as one:
        screen.get(reverse("correspondence:papers"), {"number": "C-2026-000001"})
    with django_assert_num_queries(len(one)):
        screen.get(reverse("correspondence:papers"))


def test_the_same_search_comes_as_csv_and_the_export_is_kept(
    screen: Client, archive: list[Paper], agency: Agency
) -> None:
    answer = screen.get(reverse("correspondence:papers"), {"kind": "CERTIFICATE", "format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert len(lines) == 3
    assert lines[2].startswith("2026-04-01,保険証券,C-2026-000001,1,㈱青空商事,65960,")
    assert timeline(agency)[0].verb == "papers.exported"
    cp932 = screen.get(reverse("correspondence:papers"), {"format": "csv", "encoding": "cp932"})
    assert "㈱青空商事" in cp932.content.decode("cp932")


def test_csv_in_cp932_names_the_cell_it_cannot_write(screen: Client, make_paper: PaperMaker) -> None:
    make_paper(counterparty="𠮷田商店")
    answer = screen.get(reverse("correspondence:papers"), {"format": "csv", "encoding": "cp932"})
    assert answer.status_code == 409
    assert "「取引先」にある「𠮷」" in answer.content.decode()


def test_a_paper_opens_with_its_name_and_the_reader_is_kept(screen: Client, make_paper: PaperMaker) -> None:
    paper = make_paper()
    answer = screen.get(paper.get_absolute_url())
    assert answer.content == bytes_of(paper, at=AT)
    assert answer["ETag"] == f'"{paper.content_id}"'
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%E4%BF%9D")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [event.verb for event in timeline(paper)] == ["paper.viewed"]
    again = screen.get(paper.get_absolute_url(), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_paper_that_cannot_be_made_answers_with_its_reason(
    screen: Client, make_paper: PaperMaker, settings: Any
) -> None:
    paper = make_paper()
    settings.TEMPLATES = [{**engine, "DIRS": engine["DIRS"][:1]} for engine in settings.TEMPLATES]
    answer = screen.get(paper.get_absolute_url())
    assert answer.status_code == 409
    assert "様式" in answer.content.decode()


def test_another_agency_sees_nothing_of_ours(
    client: Client, make_paper: PaperMaker, make_letter: LetterMaker, agency: Agency, clerk: User
) -> None:
    paper, letter = make_paper(), make_letter()
    document = perform(file_document, agency=agency, filename="計画.pdf", content=PDF, about=[agency], by=clerk, at=AT)
    client.force_login(make_user(make_agency("よその代理店"), Role.MANAGER))
    for thing in (paper, letter, document):
        assert client.get(thing.get_absolute_url()).status_code == 404
    assert client.post(reverse("correspondence:letter-cancel", args=[letter.pk])).status_code == 404
    for name in ("papers", "letters"):
        assert list(client.get(reverse(f"correspondence:{name}")).context["page"]) == []


def test_letters_are_found_by_status_and_words(screen: Client, make_letter: LetterMaker) -> None:
    make_letter("a")
    failed = in_status(lambda: make_letter("b", subject="更改のご案内"), LetterStatus.FAILED)
    url = reverse("correspondence:letters")
    assert list(screen.get(url, {"status": "FAILED"}).context["page"]) == [failed]
    assert list(screen.get(url, {"q": "更改"}).context["page"]) == [failed]
    assert len(screen.get(url, {"q": "takasaki@customer.example"}).context["page"]) == 2
    assert "550" in screen.get(url).content.decode()


@pytest.mark.parametrize("status", list(LetterStatus))
def test_each_button_of_a_letter_lives_or_says_why_not(
    screen: Client, make_letter: LetterMaker, status: LetterStatus
) -> None:
    letter = in_status(make_letter, status)
    answer = screen.get(letter.get_absolute_url())
    alive = [button.label for button in answer.context["deeds"] if button.reason is None]
    assert alive == {
        "UNKNOWN": ["確認の結果を記録"], "FAILED": ["もう一度送る"], "QUEUED": ["送信を取り消す"],
    }.get(status, [])  # fmt: skip
    assert answer.content.decode().count(f"このメールは{status.label}です。") == 3 - len(alive)


def test_a_person_settles_on_the_screen_and_a_double_click_gets_a_sentence(
    screen: Client, make_letter: LetterMaker
) -> None:
    letter = in_status(make_letter, LetterStatus.UNKNOWN)
    url = reverse("correspondence:letter-settle", args=[letter.pk])
    assert "相手に届いていた" in screen.get(url).content.decode()
    empty = screen.post(url, {"outcome": "SENT", "note": ""})
    assert empty.status_code == 422
    wrong = screen.post(url, {"outcome": "FAILED", "note": "x"})
    assert wrong.status_code == 422
    facts = {"outcome": "SENT", "note": "先方に電話で確認"}
    assert screen.post(url, facts).status_code == 302
    letter.refresh_from_db()
    assert letter.status == "SENT"
    again = screen.post(url, facts)
    assert again.status_code == 409
    assert "このメールは送信済です" in again.content.decode()


def test_an_auditor_reads_and_decides_nothing(client: Client, auditor: User, make_letter: LetterMaker) -> None:
    letter = make_letter()
    client.force_login(auditor)
    assert client.get(letter.get_absolute_url()).status_code == 200
    assert client.post(reverse("correspondence:letter-cancel", args=[letter.pk]), {"note": "x"}).status_code == 403


def test_other_rooms_include_papers_letters_and_documents_of_a_record(
    agency: Agency, clerk: User, make_paper: PaperMaker, make_letter: LetterMaker
) -> None:
    paper = make_paper(about=[clerk])
    letter = make_letter(papers=[paper], about=[clerk])
    document = perform(
        file_document, agency=agency, filename="事業計画.pdf", content=PDF, about=[clerk], by=clerk, at=AT
    )
    for template, name, rows, thing in (
        ("_papers", "papers", papers_about(clerk), paper),
        ("_letters", "letters", letters_about(clerk), letter),
        ("_documents", "documents", documents_about(clerk), document),
    ):
        html = render_to_string(f"correspondence/{template}.html", {name: rows})
        assert thing.get_absolute_url() in html
    assert "まだありません" in render_to_string("correspondence/_papers.html", {"papers": papers_about(agency)})


def office_file(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr(f"{folder}/document.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("filename", "content", "kind"),
    [
        ("計画.pdf", PDF, "PDF"),
        ("売上.xlsx", office_file("xl"), "XLSX"),
        ("証明.docx", office_file("word"), "DOCX"),
        ("写真.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 40, "PNG"),
        ("写真.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 40, "JPEG"),
    ],
)
def test_a_document_is_kept_once_as_it_came(
    agency: Agency, clerk: User, filename: str, content: bytes, kind: str
) -> None:
    facts = {"agency": agency, "filename": f"C:\\書類\\{filename}", "content": content, "about": [agency]}
    first = perform(file_document, **facts, by=clerk, at=AT)
    assert perform(file_document, **facts, by=clerk, at=AT) == first
    assert (first.filename, first.kind, bytes(first.content)) == (filename, kind, content)
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("filename", "content", "sentence"),
    [
        ("計画.exe", b"MZ", "ファイルを選んでください"),
        ("計画.pdf", b"MZ\x90", "拡張子と一致しません"),
        ("計画.html.pdf", b"<html><script>alert(1)</script>", "拡張子と一致しません"),
        ("計画.xlsx", office_file("word"), "拡張子と一致しません"),
        ("計画.xlsx", b"PK\x03\x04broken", "拡張子と一致しません"),
        ("計画.pdf", b"", "空です"),
        ("計画.pdf", PDF + b"x" * 1024, "大きすぎます"),
        ("", PDF, "ファイルを選んでください"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    agency: Agency, clerk: User, settings: Any, filename: str, content: bytes, sentence: str
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    with pytest.raises(Refused, match=sentence):
        perform(file_document, agency=agency, filename=filename, content=content, about=[agency], by=clerk, at=AT)
    assert not Document.objects.exists()


def test_a_document_is_handed_out_as_a_download_nothing_will_open(screen: Client, agency: Agency, clerk: User) -> None:
    document = perform(file_document, agency=agency, filename="計画.pdf", content=PDF, about=[agency], by=clerk, at=AT)
    answer = screen.get(document.get_absolute_url())
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_another_rooms_upload_door_keeps_the_file_or_says_why_not(
    agency: Agency, clerk: User, rf: RequestFactory, settings: Any
) -> None:
    from correspondence.views import receive_document

    def post(name: str, content: bytes) -> Any:
        request = rf.post("/", {"file": SimpleUploadedFile(name, content), "note": "事業計画書"})
        request.user = clerk
        request._messages = _Quiet()  # type: ignore[attr-defined]
        return receive_document(request, about=[agency])

    form, document = post("計画.pdf", PDF)
    assert document is not None
    assert not form.errors
    form, document = post("計画.pdf", b"MZ")
    assert document is None
    assert "拡張子と一致しません" in str(form.errors)


class _Quiet:
    """Where a bare request puts its messages."""

    def add(self, *args: Any, **kwargs: Any) -> None:
        pass
