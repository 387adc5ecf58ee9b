"""What an underwriter writes when deciding: a reason always; conditions, premiums, people where wanted."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField, TextField, YenField
from quotes.conditions import MOST_CONDITIONS, NewCondition
from quotes.models import QuoteOption
from quotes.states import Addressee, Before, ConditionKind

LARGEST_PREMIUM_YEN = 10**12 - 10
ROWS = 3  # conditions one can name at once; more come with the next decision or fit into these lines


class DecisionForm(BusinessForm):
    """The version of the quote the decider has seen; nonsense counts as stale."""

    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, options: Iterable[QuoteOption] = (), colleagues: Iterable[User] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options = tuple(options)
        self.unpriced = tuple(option for option in self.options if option.premium_yen is None)
        self.colleagues = tuple(colleagues)

    def clean_seen_version(self) -> int:
        text = self.cleaned_data["seen_version"]
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else -1

    def facts(self) -> dict[str, Any]:
        """What the action wants to know."""
        return dict(self.cleaned_data)


class AcceptForm(DecisionForm):
    """Accept as asked, with a premium for every option the tariff cannot price."""

    reason = TextField(label="判断の理由", rows=3, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option in self.unpriced:
            self.fields[f"premium_{option.pk}"] = YenField(
                label=f"年間保険料({option.label})",
                min_yen=10,
                max_yen=LARGEST_PREMIUM_YEN,
                help_text=f"{option.unpriced_reason} 個別の年間保険料を10円単位で入力します。",
            )

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        return {
            **{name: value for name, value in said.items() if not name.startswith("premium_")},
            "premiums": {option.pk: said[f"premium_{option.pk}"] for option in self.unpriced},
        }


class ConditionRow(BusinessForm):
    """One condition (引受条件); a row without words is none."""

    sentence = LineField(label="条件の内容", max_length=400, required=False)
    kind = forms.ChoiceField(label="種類", choices=ConditionKind.choices, initial=ConditionKind.CONSENT)
    before = forms.ChoiceField(label="いつまでに", choices=Before.choices, initial=Before.APPLICATION)
    due_on = JapaneseDateField(label="期日", required=False, help_text="発行後の条件では必須です。")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("sentence"):
            if said.get("before") == Before.AFTER_ISSUE and said.get("due_on") is None and "due_on" not in self.errors:
                self.add_error("due_on", "発行後の条件には期日を入力してください。")
        elif said.get("due_on") is not None:
            self.add_error("sentence", "条件の内容を入力してください。")
        return said


ConditionRows = formset_factory(
    ConditionRow, extra=ROWS, max_num=MOST_CONDITIONS, validate_max=True, absolute_max=MOST_CONDITIONS
)


class ConditionsForm(AcceptForm):
    """Accept on conditions, several at once, which the customer has to agree to."""

    def __init__(self, *args: Any, auto_id: Any = "id_%s", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=auto_id, **kwargs)
        rows_id = auto_id if isinstance(auto_id, str) else "id_%s"
        self.rows: BaseFormSet = ConditionRows(self.data if self.is_bound else None, prefix="set", auto_id=rows_id)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.rows.is_valid():
            raise ValidationError("引受条件の入力を確認してください。")
        if not self._named():
            self.rows.forms[0].add_error("sentence", "引受条件を1件以上入力してください。")
            raise ValidationError("引受条件を1件以上入力してください。")
        return said

    def _named(self) -> list[NewCondition]:
        return [
            NewCondition(said["sentence"], said["kind"], said["before"], said["due_on"])
            for said in (row.cleaned_data for row in self.rows)
            if said.get("sentence")
        ]

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "conditions": self._named()}


class OptionChoice(forms.ModelChoiceField):
    def label_from_instance(self, option: Any) -> str:
        return f"{option.label}(現在 {option.premium_yen:,}円)"


class PremiumForm(DecisionForm):
    """Move an option's premium by so many percent of the tariff's."""

    option = OptionChoice(label="プラン", queryset=QuoteOption.objects.none(), empty_label=None)
    percent = forms.IntegerField(
        label="料率表の保険料からの変更幅(%)", min_value=-50, max_value=50,
        help_text="割増は10、割引は-10のように入力します。0で料率表の保険料に戻します。",
    )  # fmt: skip
    reason = LineField(label="変更の理由", max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["option"]
        assert isinstance(field, forms.ModelChoiceField)
        priced = [option.pk for option in self.options if option.premium_yen is not None]
        field.queryset = QuoteOption.objects.filter(pk__in=priced)


class QuestionForm(DecisionForm):
    """A question to the solicitor or to the customer, with its day."""

    question = TextField(label="質問", rows=3, max_length=2000)
    addressee = forms.ChoiceField(
        label="相手", choices=Addressee.choices, initial=Addressee.STAFF,
        help_text="お客さまを選ぶと、ご担当者にメールで送ります。回答は募集人が記録します。",
    )  # fmt: skip
    due_on = JapaneseDateField(label="回答期限", required=False, help_text="空欄のときは3日後です。")

    def clean_addressee(self) -> str:
        return self.cleaned_data["addressee"] or Addressee.STAFF


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return user.name


class HandForm(DecisionForm):
    """Whom the case goes to, and why. No version is needed: handing on decides nothing."""

    to = PersonChoice(label="引継ぎ先", queryset=User.objects.none(), empty_label=None)
    reason = TextField(label="引き継ぐ理由", rows=2, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[user.pk for user in self.colleagues]).order_by("kana", "pk")

    def facts(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["to"], "reason": self.cleaned_data["reason"]}


class TakeForm(DecisionForm):
    """Nothing to fill in: the case is taken on the own desk."""

    def facts(self) -> dict[str, Any]:
        return {}


class DeclineForm(DecisionForm):
    """Why the case is declined."""

    reason = TextField(label="引受不可とする理由", rows=3, max_length=2000)
