"""The search of the book, and a new rate."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import User
from commissions.queries import Span
from core.forms import BusinessForm, JapaneseDateField, SearchForm
from products.models import Product


class BookForm(SearchForm):
    """Which lines the book shows: an office's, booked in a span of days."""

    office = forms.ChoiceField(label="営業所", required=False)
    since = JapaneseDateField(label="計上日(から)", required=False)
    until = JapaneseDateField(label="計上日(まで)", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)
        offices = user.agency.offices.order_by("pk").values_list("pk", "name")
        office.choices = [("", "すべて"), *((str(pk), name) for pk, name in offices)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "計上日の範囲が逆です。「まで」を「から」以後の日付にしてください。")
        return cleaned

    @property
    def chosen_office(self) -> int | None:
        return int(self.cleaned_data["office"]) if self.cleaned_data["office"] else None

    @property
    def span(self) -> Span:
        """The days of the book: 新契約 on the day it was made, 異動 and 解約 on the day they were recorded."""
        return Span(self.cleaned_data["since"], self.cleaned_data["until"])


class RateForm(BusinessForm):
    """A rate in percent, from a day on."""

    product = forms.ModelChoiceField(label="商品", queryset=Product.objects.order_by("code"))
    percent = forms.DecimalField(
        label="手数料率(%)", min_value=Decimal(0), max_value=Decimal("99.99"), max_digits=4, decimal_places=2
    )
    starts_on = JapaneseDateField(label="適用開始日", help_text="この日以後に締結した契約から使います。")

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        rate = said.pop("percent") / 100
        return {**said, "rate": rate}
