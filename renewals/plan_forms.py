"""What a manager says about when letters go, and in which words."""

import re
import unicodedata
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField, TextField
from correspondence.wording import LONGEST_BODY, LONGEST_SUBJECT
from products.models import Product


class DaysField(LineField):
    """Days before the expiry as 45,30,14,7; cleans to a list, the farthest first."""

    def prepare_value(self, value: Any) -> Any:
        return ",".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[int]:
        text = unicodedata.normalize("NFKC", super().clean(value)).replace("、", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
            raise ValidationError("満期前の日数を「45,30,14,7」のように入力してください。")
        return sorted({int(part) for part in parts}, reverse=True)


class LetterPlanForm(BusinessForm):
    """A calendar from a day on."""

    product = forms.ModelChoiceField(
        label="商品", required=False, queryset=Product.objects.none(), empty_label="全商品(代理店の暦)"
    )
    valid_from = JapaneseDateField(label="適用開始日")
    is_own = forms.TypedChoiceField(
        label="暦",
        choices=[("1", "下の日数を使う"), ("0", "独自の暦をやめて、代理店(標準)の暦に戻す")],
        coerce=lambda value: value == "1",
    )
    opens = forms.IntegerField(label="社内連絡(満期の何日前)", min_value=30, max_value=180)
    notice = forms.IntegerField(
        label="更改のご案内(満期の何日前)", min_value=1, max_value=180, help_text="60日前から30日前までに必ず送ります。"
    )
    reminders = DaysField(
        label="再案内(満期の何日前)", required=False, max_length=60, help_text="「45,30,14,7」のように入力します。"
    )
    answer_by = forms.IntegerField(label="ご返答期限(満期の何日前)", min_value=0, max_value=59)
    on_expiry_day = forms.BooleanField(label="満期当日のお知らせを送る", required=False)
    day_after = forms.BooleanField(label="満期翌日に補償終了のお知らせを送る", required=False)
    reason = LineField(label="変更の理由", max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Product.objects.order_by("name", "pk")

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            Fieldset("どの契約に、いつから", Div("product", "valid_from", "is_own", css_class="field-grid")),
            Fieldset(
                "満期の何日前に送るか",
                Div("opens", "notice", "reminders", "answer_by", css_class="field-grid"),
                "on_expiry_day",
                "day_after",
            ),
            "reason",
        )
        return helper


class ClosingDayForm(BusinessForm):
    """A day on which the agency is closed, or open after all."""

    on = JapaneseDateField(label="日付")
    is_closed = forms.TypedChoiceField(
        label="区分", choices=[("1", "休業"), ("0", "営業(休業の取消し)")], coerce=lambda value: value == "1"
    )
    reason = LineField(label="理由", max_length=100, help_text="例: 夏季休業、創立記念日。")


class PolicyNumberForm(forms.Form):
    """Whose days or letter to show."""

    number = LineField(label="証券番号", max_length=20, required=False)


class WordingForm(BusinessForm):
    """An agency's own words; `number` is a real contract to try them on."""

    subject = LineField(label="件名", max_length=LONGEST_SUBJECT * 2)
    body = TextField(label="本文", max_length=LONGEST_BODY * 2, rows=24)
    reason = LineField(label="変更の理由", max_length=200, required=False, help_text="公開するときに入力します。")
    number = LineField(
        label="確認に使う証券番号", max_length=20, required=False,
        help_text="空欄のときは、満期が近い契約で確認します。",
    )  # fmt: skip
    seen_number = forms.IntegerField(widget=forms.HiddenInput)


def parse_day(text: str) -> date | None:
    """A day in an address, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
