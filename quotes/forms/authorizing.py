"""What a manager writes when granting an authority (引受権限)."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.queries import working_staff
from core.forms import BusinessForm, JapaneseDateField, YenField
from products.models import Product
from quotes.states import ReasonKind


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return user.name


class ProductChoice(forms.ModelChoiceField):
    def label_from_instance(self, product: Any) -> str:
        return f"{product.insurer} {product.name}"


class AuthorityForm(BusinessForm):
    """Who, up to which limit, for which product and kind of reason, from when."""

    user = PersonChoice(label="引受担当", queryset=User.objects.none(), empty_label="選んでください")
    limit_yen = YenField(label="賠償限度額の上限", min_yen=0, max_yen=10**13 - 1, help_text="例: 5億円")
    product = ProductChoice(
        label="商品", queryset=Product.objects.order_by("name"), required=False, empty_label="すべての商品"
    )
    kind = forms.ChoiceField(label="理由の区分", choices=[("", "すべての理由"), *ReasonKind.choices], required=False)
    premium_percent = forms.IntegerField(label="保険料の変更幅(±%)", min_value=0, max_value=50, initial=0)
    starts_on = JapaneseDateField(label="開始日")
    ends_on = JapaneseDateField(label="最終日", required=False, help_text="空欄のときは、終了するまで有効です。")

    def __init__(self, *args: Any, manager: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = working_staff(manager.agency_id, on).filter(role=Role.UNDERWRITER)
        self.fields["starts_on"].initial = on

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("starts_on"), said.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", ValidationError("最終日は開始日以後の日付にしてください。"))
        return said
