"""Searches over papers and letters, and the few words a person adds to a decision."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q, QuerySet, TextField

from core.forms import BusinessForm, JapaneseDateField, LineField, UploadField, YenField
from correspondence.models import Bounce, Letter, Paper
from correspondence.states import LetterKind, LetterStatus, PaperKind

# What a list's address may carry beside its search.
FRAME = {"page", "format", "encoding"}
MISSED = "MISSED"  # no state of the letter, which was sent: what came back about it


class SearchForm(forms.Form):
    """A list's search: unknown parameters are refused, for a search that ignores half the question lies."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unknown = sorted(set(self.data) - set(self.fields) - FRAME)
        if unknown:
            raise ValidationError(f"知らない検索条件です: {'、'.join(unknown)[:100]}。条件を選び直してください。")
        return cleaned


class PaperSearchForm(SearchForm):
    """Kind, date, amount and counterparty, with ranges and in combination (電子帳簿保存法; checks 39)."""

    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *PaperKind.choices])
    number = LineField(label="番号", required=False, max_length=40)
    counterparty = LineField(label="取引先", required=False, max_length=100)
    dated_from = JapaneseDateField(label="取引年月日(から)", required=False)
    dated_until = JapaneseDateField(label="取引年月日(まで)", required=False)
    # Without the echo of the amount in words: the fields of a search stand in one line.
    amount_from = YenField(label="金額(から)", required=False, widget=forms.TextInput(attrs={"size": 10}))
    amount_until = YenField(label="金額(まで)", required=False, widget=forms.TextInput(attrs={"size": 10}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, what in (("dated", "取引年月日"), ("amount", "金額")):
            first, last = cleaned.get(f"{name}_from"), cleaned.get(f"{name}_until")
            if first is not None and last is not None and first > last:
                self.add_error(f"{name}_until", f"{what}の範囲が逆です。「から」より後を「まで」に入力してください。")
        return cleaned

    def filter(self, papers: QuerySet[Paper]) -> QuerySet[Paper]:
        """Rows the search asks for, newest date first; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return papers.none()
        asked = self.cleaned_data
        bounds = {
            "kind": asked["kind"] or None,
            "dated_on__gte": asked["dated_from"],
            "dated_on__lte": asked["dated_until"],
            "amount_yen__gte": asked["amount_from"],
            "amount_yen__lte": asked["amount_until"],
        }
        papers = papers.filter(**{name: value for name, value in bounds.items() if value is not None})
        if asked["number"]:
            papers = papers.filter(subject__istartswith=unicodedata.normalize("NFKC", asked["number"]))
        if asked["counterparty"]:
            # ㈱ and (株), ＡＢＣ and ABC are one company to whoever searches.
            folded = Func(F("counterparty"), template="normalize(%(expressions)s, NFKC)", output_field=TextField())
            wanted = unicodedata.normalize("NFKC", asked["counterparty"])
            papers = papers.alias(folded=folded).filter(folded__icontains=wanted)
        return papers.order_by("-dated_on", "-pk")


class LetterSearchForm(SearchForm):
    """Letters by status and kind, and by what their subject or address contains."""

    q = LineField(label="件名・宛先", required=False, max_length=100)
    status = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), *LetterStatus.choices, (MISSED, "不達(対応待ち)")]
    )
    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *LetterKind.choices])

    def filter(self, letters: QuerySet[Letter]) -> QuerySet[Letter]:
        """Rows the search asks for, newest first."""
        if not self.is_valid():
            return letters.none()
        asked = self.cleaned_data
        if asked["status"] == MISSED:
            letters = letters.filter(pk__in=Bounce.objects.open().values("letter"))
        elif asked["status"]:
            letters = letters.filter(status=asked["status"])
        if asked["kind"]:
            letters = letters.filter(kind=asked["kind"])
        if asked["q"]:
            words = asked["q"]
            letters = letters.filter(
                Q(subject__icontains=words) | Q(to_name__icontains=words) | Q(to__contains=[words])
            )
        return letters.order_by("-pk")


class NoteForm(BusinessForm):
    """Why a person decides as they do."""

    note = LineField(label="理由", max_length=200, help_text="履歴に残ります。")


class SettleForm(NoteForm):
    """What a person found out about a letter in doubt."""

    outcome = forms.ChoiceField(
        label="確認の結果",
        widget=forms.RadioSelect,
        choices=[
            (LetterStatus.SENT, "相手に届いていた(送信済にする)"),
            (LetterStatus.QUEUED, "届いていない(もう一度送る)"),
            (LetterStatus.CANCELLED, "送らない(取り消す)"),
        ],
    )
    field_order = ("outcome", "note")

    def clean_outcome(self) -> LetterStatus:
        return LetterStatus(self.cleaned_data["outcome"])


class DocumentForm(BusinessForm):
    """A document a customer gave us. `kinds` are the papers the record asks for, code and label."""

    file = UploadField(label="ファイル", help_text="PDF・PNG・JPEG・Excel(xlsx)・Word(docx)、10MBまで")
    note = LineField(label="説明", required=False, max_length=100)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kinds:
            choices = [*kinds, ("", "その他の書類")]
            self.fields["code"] = forms.ChoiceField(label="書類の種別", choices=choices, required=False)
