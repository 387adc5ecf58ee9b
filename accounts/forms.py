"""The login form."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm


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
