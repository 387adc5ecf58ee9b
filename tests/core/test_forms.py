"""Fields: dates, moments, lines and files as people really give them."""

import io
import zipfile
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.clock import JST
from core.forms import JapaneseDateTimeField, LineField, UploadField, YenField, read_japanese_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026年11月22日", date(2026, 11, 22)),
        ("２０２６／１１／２２", date(2026, 11, 22)),
        ("20261122", date(2026, 11, 22)),
        ("令和8年11月22日", date(2026, 11, 22)),
        ("R8.11.22", date(2026, 11, 22)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
    ],
)
def test_days_are_read_in_either_calendar(text, day):
    assert read_japanese_date(text) == day


@pytest.mark.parametrize("text", ["2026-02-30", "2026年2月30日", "8/11/22", "きのう", "2026-13-01", "99999999"])
def test_impossible_days_get_a_sentence(text):
    with pytest.raises(ValueError, match="。"):
        read_japanese_date(text)


@pytest.mark.parametrize(
    "text", ["2026-11-22T15:59", "2026/11/22 15:59", "2026年11月22日15時59分", "令和8年11月22日 15:59"]
)
def test_moments_are_on_a_japanese_clock(text):
    assert JapaneseDateTimeField().clean(text) == datetime(2026, 11, 22, 15, 59, tzinfo=JST)


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T25:00", "2026-02-30T10:00", "ひる"])
def test_impossible_moments_get_a_sentence(text):
    with pytest.raises(ValidationError, match="。"):
        JapaneseDateTimeField().clean(text)


def test_a_line_keeps_its_writing_and_refuses_hidden_marks():
    assert LineField().clean("　㈱髙﨑𠮷 ") == "㈱髙﨑𠮷"
    for hidden in ("a\x00b", "a\u202eb", "a\nb"):
        with pytest.raises(ValidationError):
            LineField().clean(hidden)


def test_a_yen_field_says_its_bounds():
    with pytest.raises(ValidationError, match="1円以上"):
        YenField(min_yen=1).clean("0")
    with pytest.raises(ValidationError, match="20億円以下"):
        YenField(max_yen=2_000_000_000).clean("21億")
    assert YenField(required=False).clean("") is None


def xlsx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def test_a_file_must_be_what_its_name_says():
    assert UploadField().clean(SimpleUploadedFile("計画.pdf", b"%PDF-1.7\n1 0 obj\n")).name == "計画.pdf"
    assert UploadField().clean(SimpleUploadedFile("計画.xlsx", xlsx())).name == "計画.xlsx"
    for name, body in [
        ("計画.pdf", b"MZ\x90\x00 this is a program"),
        ("計画.exe", b"MZ"),
        ("計画.png", b"%PDF-1.7"),
        ("計画.pdf", b"<html><script>"),
        ("計画", b"%PDF-1.7"),
    ]:
        with pytest.raises(ValidationError, match="。"):
            UploadField().clean(SimpleUploadedFile(name, body))


def test_a_huge_file_is_refused_before_it_is_read(settings):
    settings.UPLOAD_LIMIT_BYTES = 1000
    with pytest.raises(ValidationError, match="大きすぎます"):
        UploadField().clean(SimpleUploadedFile("計画.pdf", b"%PDF-1.7" + b"0" * 1000))
