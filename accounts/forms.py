"""The login form, and the licence of a solicitor."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField


class LoginForm(AuthenticationForm):
    username = forms.CharField(
        label="ログインID",
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {
        "invalid_login": "ログインIDまたはパスワードが違います。確認して、もう一度入力してください。",
        "inactive": "このログインIDは使用できません。管理者に確認してください。",
    }


class LicenceForm(BusinessForm):
    """A line of the register of solicitors (募集人名簿)."""

    solicitor_number = LineField(label="募集人登録番号", max_length=30, required=False)
    basic_until = JapaneseDateField(
        label="損保一般試験 基礎単位 期限", required=False, help_text="有効な最後の日です。翌日から募集できません。"
    )
    product_until = JapaneseDateField(label="損保一般試験 商品単位 期限", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and (cleaned["basic_until"] or cleaned["product_until"]) and not cleaned["solicitor_number"]:
            self.add_error("solicitor_number", "資格のある方の募集人登録番号を入力してください。")
        return cleaned


class DepartureForm(BusinessForm):
    """The last day at work (退職日)."""

    left_on = JapaneseDateField(
        label="退職日", required=False, help_text="最後に勤務する日です。取り消すときは空欄にしてください。"
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def licence_initial(person: User) -> dict[str, Any]:
    """What the register says now."""
    return {
        "solicitor_number": person.solicitor_number,
        "basic_until": person.licence_basic_until,
        "product_until": person.licence_product_until,
    }
