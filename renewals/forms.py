"""What is typed about renewals: the customer's answer, a deed on many, why one ends."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.queries import able_staff
from core.clock import JST, jst, now
from core.forms import BusinessForm, JapaneseDateField, JapaneseDateTimeField, LineField
from renewals.states import BatchVerb, Channel, Response


class ResponseForm(BusinessForm):
    """The customer's answer on the phone or by mail."""

    response = forms.ChoiceField(label="回答", choices=[("", "選んでください"), *Response.choices])
    channel = forms.ChoiceField(label="方法", choices=Channel.choices)
    person = LineField(label="回答した方", max_length=60)
    responded_at = JapaneseDateTimeField(label="回答日時")
    note = LineField(label="内容", required=False, max_length=500, help_text="ご希望や条件を1行で残します。")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser's field wants the wall clock; a moment later the form still means this minute.
        self.fields["responded_at"].initial = lambda: jst(now()).replace(second=0, microsecond=0, tzinfo=JST)


class RowsField(forms.CharField):
    """The numbers of the chosen renewals in one hidden field, so that two thousand rows are one value."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        if not re.fullmatch(r"\d{1,15}(,\d{1,15})*", text):
            raise ValidationError("選んだ更改を読み取れません。一覧から選び直してください。")
        return list(dict.fromkeys(int(number) for number in text.split(",")))

    def prepare_value(self, value: Any) -> Any:
        return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


class BatchForm(BusinessForm):
    """What is to be done with the chosen renewals. `key` makes a form sent twice one batch."""

    owner = forms.ModelChoiceField(label="新しい担当者", queryset=User.objects.none())
    note = LineField(label="理由", required=False, max_length=200, help_text="例: 退職に伴う引継ぎ。履歴に残ります。")
    verb = forms.ChoiceField(choices=BatchVerb.choices, widget=forms.HiddenInput)
    rows = RowsField()
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, verb: str, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = able_staff(user.agency_id, on)
        if verb != BatchVerb.ASSIGN:
            del self.fields["owner"], self.fields["note"]


class LeavingForm(BusinessForm):
    """When a member left the group."""

    left_on = JapaneseDateField(label="脱退日")


class OutcomeForm(BusinessForm):
    """How the renewal ended without a new contract."""

    outcome = forms.ChoiceField(
        label="結果",
        choices=[
            ("", "選んでください"),
            ("LOST", "他社で契約"),
            ("DECLINED", "辞退(更改しない)"),
            ("STOPPED", "対象外"),
        ],
    )
    reason = LineField(label="理由", max_length=300, help_text="例: 他社の保険料が低かった、事業をやめた。")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
