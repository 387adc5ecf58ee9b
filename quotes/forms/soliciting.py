"""Forms of the record of solicitation and of the application. Each kind of step asks for what it must say."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from accounts.models import User
from accounts.queries import licensed_solicitors, working_staff
from core.forms import BusinessForm, JapaneseDateTimeField, LineField, TextField
from core.money import format_yen
from products.book import Book, Declaration
from quotes.checklist import SPOKEN_POINTS
from quotes.models import Quote, QuoteOption
from quotes.states import Method, StepKind


class StepForm(BusinessForm):
    """When, how, with whom and by whom; what every step has."""

    happened_at = JapaneseDateTimeField(label="実施日時")
    method = forms.ChoiceField(label="方法", choices=Method.choices)
    counterpart = LineField(label="お客さま側の相手", max_length=60)
    done_by = forms.ModelChoiceField(label="担当", queryset=User.objects.none(), empty_label=None)

    common = ("happened_at", "method", "counterpart", "done_by")

    def __init__(self, *args: Any, quote: Quote, kind: str, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote, self.kind = quote, kind
        field = self.fields["done_by"]
        assert isinstance(field, forms.ModelChoiceField)
        people = working_staff if kind in {StepKind.ANTISOCIAL, StepKind.EARLY_START} else licensed_solicitors
        field.queryset = people(user.agency, on)
        field.initial = user.pk

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        own = [Div(name, css_class="wide") for name in self.fields if name not in self.common]
        helper.layout = Layout(Div(*(n for n in self.common if n in self.fields), *own, css_class="field-grid"))
        return helper

    def detail(self) -> dict[str, Any]:
        """What this kind of step says, as plain values."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.common}


class IntentForm(StepForm):
    """The customer's wish, and whether he gives up another policy for this one (乗換え, practice 2-8)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"] = forms.ChoiceField(
            label="ほかの保険からの乗換え", required=False, initial="no",
            choices=[("no", "いいえ"), ("yes", "はい(今の保険を解約して加入する)")],
            help_text="「はい」のときは、乗換えで不利益となる点の説明が必要になります。",
        )  # fmt: skip
        self.fields["replaced"] = LineField(label="乗換え元の保険会社・証券番号", max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("replaces") == "yes" and not cleaned.get("replaced"):
            self.add_error("replaced", "乗換え元の保険会社と証券番号を入力してください。")
        return cleaned

    def detail(self) -> dict[str, Any]:
        return {name: value for name, value in super().detail().items() if value}


class IntentFirstForm(IntentForm):
    text = TextField(label="当初の意向", help_text="何に備えたいか、重視する点(限度額・費用・保険料など)を書きます。")


class IntentFinalForm(IntentForm):
    text = TextField(label="最終の意向")
    changes = TextField(
        label="当初の意向から変わった点",
        help_text="変わっていないときは「変更なし」と書きます。更改は前年との違いも書きます。",
    )


class ComparisonForm(StepForm):
    shown = TextField(label="提示した商品(保険会社・プラン・保険料)")
    criteria = TextField(label="お客さまが重視した点")
    reason = TextField(
        label="推奨の理由", help_text="お客さまの意向に沿った理由を書きます。代理店の方針だけでは足りません。"
    )


class ExplainedForm(StepForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, sentence in SPOKEN_POINTS.items():
            self.fields[code] = forms.BooleanField(label=sentence, required=False)


class SwitchingForm(StepForm):
    text = TextField(
        label="説明した不利益",
        help_text="今の保険の解約で失うもの(補償の切れ目、遡及日、割引、解約返戻金など)と、補償が狭くなる点を書きます。",
    )


class SignedForm(StepForm):
    """The customer confirmed the 告知書 and made the declarations that go with the application."""

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        super().__init__(*args, quote=quote, **kwargs)
        self.fields["counterpart"].label = "確認・署名した方(お客さま)"
        self.declarations: list[Declaration] = [
            d for d in quote.product_version.book.declarations if d.stage == "application"
        ]
        for declaration in self.declarations:
            self.fields[f"said_{declaration.id}"] = forms.ChoiceField(
                label=declaration.wording, choices=[("yes", "はい"), ("no", "いいえ")], widget=forms.RadioSelect
            )

    def detail(self) -> dict[str, Any]:
        said = [
            {"id": d.id, "version": d.version, "wording": d.wording, "value": self.cleaned_data[f"said_{d.id}"]}
            for d in self.declarations
        ]
        return {"declarations": said}


class AntisocialForm(StepForm):
    RESULTS = [("clear", "該当なし"), ("doubt", "疑いあり"), ("hit", "該当あり")]

    source = LineField(label="確認した資料", max_length=200, help_text="例: 新聞記事検索、業界の照会システム")
    result = forms.ChoiceField(label="結果", choices=RESULTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["counterpart"]


class EarlyStartForm(StepForm):
    reason = LineField(label="承認の理由", max_length=400)
    # 保険法5条: cover for a time in which he knew of an accident is void.
    knows_of_none = forms.BooleanField(
        label="お客さまから、保険始期から申込までの間に事故の発生を知らないことを確認した"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["counterpart"]

    def detail(self) -> dict[str, Any]:
        return {
            "reason": self.cleaned_data["reason"], "inception_on": self.quote.inception_on.isoformat(),
            "knows_of_none": self.cleaned_data["knows_of_none"],
        }  # fmt: skip


_FORMS: dict[str, type[StepForm]] = {
    StepKind.INTENT_FIRST: IntentFirstForm,
    StepKind.INTENT_FINAL: IntentFinalForm,
    StepKind.COMPARISON: ComparisonForm,
    StepKind.DISCLOSURE_EXPLAINED: ExplainedForm,
    StepKind.QUESTIONNAIRE_SIGNED: SignedForm,
    StepKind.ANTISOCIAL: AntisocialForm,
    StepKind.SWITCHING_EXPLAINED: SwitchingForm,
    StepKind.EARLY_START: EarlyStartForm,
}


def step_form(kind: str) -> type[StepForm]:
    """The form of a kind of step."""
    return _FORMS.get(kind, StepForm)


class OptionChoice(forms.ModelChoiceField):
    def label_from_instance(self, option: Any) -> str:
        return f"{option.label}(年間 {format_yen(option.premium_yen)})"


class ApplyForm(BusinessForm):
    """The application: which plan, how it is paid, who applied, when and to whom."""

    option = OptionChoice(label="申込プラン", queryset=QuoteOption.objects.none(), empty_label=None)
    payment_way = forms.ChoiceField(label="払込方法")
    received_at = JapaneseDateTimeField(label="申込日時")
    method = forms.ChoiceField(label="申込の方法", choices=Method.choices)
    received_by = forms.ModelChoiceField(label="申込を受けた募集人", queryset=User.objects.none(), empty_label=None)
    applicant_name = LineField(label="申込者のお名前", max_length=60)
    applicant_title = LineField(label="申込者の役職", max_length=80, required=False)

    def __init__(self, *args: Any, quote: Quote, book: Book, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options, people = self.fields["option"], self.fields["received_by"]
        assert isinstance(options, forms.ModelChoiceField)
        assert isinstance(people, forms.ModelChoiceField)
        options.queryset = quote.options.filter(premium_yen__isnull=False)
        people.queryset = licensed_solicitors(user.agency, on)
        people.initial = user.pk
        self.fields["payment_way"] = forms.ChoiceField(
            label="払込方法", choices=[(payment.code, payment.label) for payment in book.payments]
        )

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        names = (
            Div("option", css_class="wide"), "payment_way", "received_at", "method", "received_by", "applicant_name",
            "applicant_title",
        )  # fmt: skip
        helper.layout = Layout(Div(*names, css_class="field-grid"))
        return helper
