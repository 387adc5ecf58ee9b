"""Fields that read what people really type: 全角, 和暦, 「3億5,000万」, and files that are what they say they are."""

import re
import unicodedata
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

import puremagic
from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields import BLANK_CHOICE_DASH

from core.clock import JST
from core.errors import Refused
from core.money import format_limit, parse_yen

# Control characters, and the marks that reverse text direction to disguise a name.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

ERAS = {"令和": 2018, "令": 2018, "R": 2018, "平成": 1988, "平": 1988, "H": 1988, "昭和": 1925, "S": 1925}


class LineField(forms.CharField):
    """One line of text: trimmed, no control characters; the writing (㈱, 髙, 𠮷) stays as typed."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if _INVISIBLE.search(text) or "\n" in text:
            raise ValidationError("使用できない文字(改行や制御文字)が含まれています。入力し直してください。")
        return re.sub(r"[ \u3000\t]+", lambda m: m.group()[0], text).strip(" \u3000\t")


class MailField(forms.EmailField):
    """An e-mail address; what was typed in 全角 (ｔａｎａｋａ＠…) is folded, as nobody's address is written so."""

    def __init__(self, *, max_length: int = 254, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value) or "").strip()


class TextField(forms.CharField):
    """Several lines of text, at most 4,000 characters unless told."""

    def __init__(self, *, max_length: int = 4000, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").strip()
        if _INVISIBLE.search(text):
            raise ValidationError("使用できない文字(制御文字)が含まれています。入力し直してください。")
        return text


class YenField(forms.CharField):
    """An amount in whole yen. Accepts 3億5,000万 and ３５０００００００ alike; cleans to int."""

    def __init__(self, *, min_yen: int = 0, max_yen: int | None = None, **kwargs: Any) -> None:
        self.min_yen = min_yen
        self.max_yen = max_yen
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "text", "class": "yen", "data-yen": "", "autocomplete": "off"}),
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            yen = parse_yen(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if yen < self.min_yen:
            raise ValidationError(f"{format_limit(self.min_yen)}以上で入力してください。")
        if self.max_yen is not None and yen > self.max_yen:
            raise ValidationError(f"{format_limit(self.max_yen)}以下で入力してください。")
        return yen

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != (parse_yen(data) if data else None)
        except ValueError:
            return True


def read_japanese_date(text: str) -> date:
    """2026-11-22, 2026/11/22, 2026年11月22日, 20261122, 令和8年11月22日, R8.11.22, 令和元年5月1日.

    Raises ValueError with a Japanese sentence; 2月30日 is not a day.
    """
    folded = unicodedata.normalize("NFKC", text).strip().replace("元年", "1年")
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", folded) or re.fullmatch(
        r"(令和|平成|昭和|令|平|R|H|S|r|h|s)?\s*(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?",
        folded,
    )
    if not match:
        raise ValueError("日付は2026/11/22の形で入力してください(令和8年11月22日も使えます)。")
    *era, year, month, day = match.groups()
    number = int(year)
    if era and era[0]:
        number += ERAS[era[0].upper() if era[0].isascii() else era[0]]
    if not 1900 <= number <= 2200:
        raise ValueError("年は西暦4桁か、令和・平成などの元号を付けて入力してください。")
    try:
        return date(number, int(month), int(day))
    except ValueError as error:
        raise ValueError(f"{number}年{int(month)}月{int(day)}日という日付はありません。確認してください。") from error


class JapaneseDateField(forms.DateField):
    """A day. The browser's own picker, and everything `read_japanese_date` reads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return read_japanese_date(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class JapaneseDateTimeField(forms.DateTimeField):
    """A moment on a Japanese wall clock (2026-11-22T15:59, 2026/11/22 15:59); cleans to an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        folded = unicodedata.normalize("NFKC", str(value)).strip()
        match = re.fullmatch(r"(.+?)(?:T|\s+|(?<=日))(\d{1,2})[:時](\d{1,2})(?:分|:\d{2})?", folded)
        if not match:
            raise ValidationError("日時は2026/11/22 15:59の形で入力してください。")
        try:
            day = read_japanese_date(match[1])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        try:
            clock = time(int(match[2]), int(match[3]))
        except ValueError as error:
            raise ValidationError("時刻は0:00から23:59の間で入力してください。") from error
        return datetime.combine(day, clock, tzinfo=JST)


# What we take from customers, by the ending of the name; the content must agree.
UPLOAD_KINDS = {
    ".pdf": {"application/pdf"},
    ".png": {"image/png"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"},
    ".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
}


class UploadField(forms.FileField):
    """A document a customer gave us: PDF, picture, Excel or Word, within UPLOAD_LIMIT_BYTES."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": ",".join(UPLOAD_KINDS)}))
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return upload
        limit = settings.UPLOAD_LIMIT_BYTES
        if (upload.size or 0) > limit:
            raise ValidationError(f"ファイルが大きすぎます。{limit // 1024 // 1024}MB以下のファイルを選んでください。")
        allowed = UPLOAD_KINDS.get(PurePath(upload.name or "").suffix.lower())
        if allowed is None:
            raise ValidationError("PDF・PNG・JPEG・Excel(xlsx)・Word(docx)のファイルを選んでください。")
        head = upload.read(8192)
        upload.seek(0)
        try:
            guesses = {match.mime_type for match in puremagic.magic_string(head)}
        except (puremagic.PureError, ValueError):
            guesses = set()
        if not guesses & allowed:
            raise ValidationError("ファイルの中身が拡張子と一致しません。元のファイルを確認してください。")
        return upload


_DASHES = BLANK_CHOICE_DASH[0][1]  # what Django says for nothing chosen


class BusinessForm(forms.Form):
    """A form of the house: crispy, one column on a phone, refusals land on their field, errors take the cursor."""

    submit_label = "保存する"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DASHES:
                field.empty_label = "選んでください"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.html5_required = True
        helper.include_media = False  # our widgets bring no scripts or styles of their own
        return helper

    def full_clean(self) -> None:
        """A field left empty says its name and what to do."""
        for field in self.fields.values():
            verb = "選んで" if isinstance(field, forms.ChoiceField | forms.FileField) else "入力して"
            field.error_messages["required"] = f"「{field.label}」を{verb}ください。"
        super().full_clean()

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal where it belongs; every entry stays."""
        known = refusal.field if refusal.field in self.fields else None
        self.add_error(known, ValidationError([refusal.message, *refusal.reasons]))


class SearchForm(forms.Form):
    """The search of a list; it owns the filtering. A parameter nobody knows is refused, not silently ignored."""

    NOT_OURS = frozenset({"page", "format", "encoding"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unknown = sorted(set(self.data) - set(self.fields) - self.NOT_OURS)
        if unknown:
            raise ValidationError(
                f"使えない検索条件があります({'、'.join(unknown)})。画面の項目から選び直してください。"
            )
        return cleaned
