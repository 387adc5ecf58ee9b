"""What an underwriter writes when deciding: a reason always; conditions and premiums where the case wants them."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.forms import BusinessForm, TextField, YenField
from quotes.models import QuoteOption

LARGEST_PREMIUM_YEN = 10**12 - 10


class DecisionForm(BusinessForm):
    """The version of the quote the decider has seen; nonsense counts as stale."""

    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unpriced: Iterable[QuoteOption] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unpriced = tuple(unpriced)

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


class ConditionsForm(AcceptForm):
    """Accept on conditions, which the customer has to agree to."""

    conditions = TextField(
        label="引受条件", rows=3, max_length=2000, help_text="お客さまに説明し、申込の前に確認していただく条件です。"
    )
    field_order = ("conditions", "reason")


class QuestionForm(DecisionForm):
    """A question to the solicitor."""

    question = TextField(label="募集人への質問", rows=3, max_length=2000)


class DeclineForm(DecisionForm):
    """Why the case is declined."""

    reason = TextField(label="引受不可とする理由", rows=3, max_length=2000)
