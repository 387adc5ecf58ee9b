"""What underwriters type into drafts of books. A form cleans; the actions decide."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.errors import Refused
from core.forms import BusinessForm, JapaneseDateField, LineField, TextField
from products.editing import Spot, as_number, as_text
from products.models import ProductVersion
from products.reading import LARGEST_BYTES, BookError, Path, decoded
from products.sheets import Entry, Sheet, kinds

SOURCE_HELP = "例: 2026年12月1日付 保険会社通知 第123号"


class BookFileField(forms.FileField):
    """A book's file as its text: UTF-8 and not too large. The size is looked at before anything is read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".yaml,.yml"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> str | None:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        if (upload.size or 0) > LARGEST_BYTES:
            raise ValidationError(f"ファイルが大きすぎます。{LARGEST_BYTES:,}バイト以下の商品ブックを選んでください。")
        try:
            return decoded(upload.read(), upload.name or "商品ブック")
        except BookError as error:
            raise ValidationError(list(error.reasons)) from error


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version: Any) -> str:
        return f"{version.product.name} {version.starts_on:%Y-%m-%d}開始の版({version.edition})"


class OpenDraftForm(BusinessForm):
    """A new draft: from a version, or from a file; for which day, and why."""

    base = VersionChoice(
        label="元にする版", queryset=ProductVersion.objects.none(), required=False, empty_label="(ファイルから作成)"
    )
    file = BookFileField(
        label="商品ブックのファイル", required=False,
        help_text=f"YAML、UTF-8、{LARGEST_BYTES:,}バイトまで。選ぶと、版の内容の代わりに使います。",
    )  # fmt: skip
    starts_on = JapaneseDateField(label="販売開始日(予定)")
    purpose = LineField(label="改定の目的", max_length=200, help_text="例: 2027年4月の料率改定")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        base = self.fields["base"]
        assert isinstance(base, VersionChoice)
        base.queryset = (
            ProductVersion.objects.standing().select_related("product").defer("content")
            .order_by("product__code", "-starts_on")
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"base": said["base"], "text": said["file"], "starts_on": said["starts_on"], "purpose": said["purpose"]}


class SeenForm(BusinessForm):
    """Every form on a draft carries the version its page showed; nonsense counts as stale."""

    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_seen_version(self) -> int:
        text = self.cleaned_data["seen_version"]
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else -1

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SourceForm(SeenForm):
    """A change, and where it comes from."""

    source = LineField(label="変更の根拠", max_length=400, help_text=SOURCE_HELP)


class StartForm(SourceForm):
    starts_on = JapaneseDateField(label="販売開始日(予定)")
    field_order = ["starts_on", "source"]


class ReturnForm(SeenForm):
    reason = TextField(label="差戻しの理由", rows=2, max_length=400)


class ApproveForm(SeenForm):
    """The second person's word; a tick more where versions give way."""

    supersede = forms.BooleanField(label="未開始の版を差し替える", required=False)


class WholeTextForm(SourceForm):
    """The whole file, as it stands: nothing is trimmed."""

    text = forms.CharField(
        label="商品ブックの原文", strip=False, max_length=LARGEST_BYTES,
        widget=forms.Textarea(attrs={"rows": 34, "spellcheck": "false", "wrap": "off", "class": "source-text"}),
    )  # fmt: skip
    field_order = ["text", "source"]


class SheetForm(SourceForm):
    """One sheet of a book: a field for every entry, numbered in the page's order."""

    def __init__(self, *args: Any, sheet: Sheet, spots: dict[Path, Spot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.spots = sheet, spots
        self.entries = {f"e{place}": entry for place, entry in enumerate(sheet.every_entry())}
        for name, entry in self.entries.items():
            self.fields[name] = _field(entry)
            self.initial[name] = entry.value
        self.order_fields([*self.entries, "source"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, entry in self.entries.items():
            if name in said and said[name] != entry.value:
                try:
                    said[name] = self._written(entry, said[name])
                except Refused as refusal:
                    self.add_error(name, refusal.message)
        return said

    def _written(self, entry: Entry, typed: str) -> str:
        """The value as the book writes it."""
        if entry.typed == "figure":
            return as_number(typed, blank=entry.blank)
        text = typed.replace("\r\n", "\n")
        if not text.strip():
            raise Refused("空欄にはできません。行を消すときは「原文の編集」を使ってください。")
        return as_text(text, self.spots[entry.path].style)

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        changes = {
            entry.path: said[name]
            for name, entry in self.entries.items()
            if name in said and self.data.get(name, "").replace("\r\n", "\n") != entry.value
        }
        return {"changes": changes, "source": said["source"], "seen_version": said["seen_version"]}

    def cells(self) -> dict[Path, Any]:
        """The fields by the place of their value, for the page's tables."""
        return {entry.path: self[name] for name, entry in self.entries.items()}


def _field(entry: Entry) -> forms.Field:
    label = entry.label
    if entry.typed == "kind":
        return forms.ChoiceField(label=label, choices=kinds())
    if entry.typed == "figure":
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure"})
        return forms.CharField(label=label, required=False, max_length=40, widget=box)
    if entry.typed == "text" and entry.long:
        rows = min(8, 1 + len(entry.value) // 48)
        return forms.CharField(label=label, max_length=4000, strip=False, widget=forms.Textarea(attrs={"rows": rows}))
    return LineField(label=label, max_length=400, required=False)


def first_start(today: date) -> date:
    """The day a new draft proposes: the first of the month after next."""
    month = today.month + 2
    return date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
