"""The list's search; it owns the filtering."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import User
from core.forms import JapaneseDateField, LineField, SearchForm
from customers.models import Customer
from products.models import Product
from quotes.models import Quote
from quotes.states import OPEN_STATUSES, QuoteStatus

OPEN = "open"


class QuoteSearchForm(SearchForm):
    """Quotes by number, customer, status, person, product and start of cover."""

    q = LineField(label="番号・お客さま", required=False, max_length=100)
    status = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), (OPEN, "進行中"), *QuoteStatus.choices]
    )
    in_charge = forms.ModelChoiceField(label="担当者", required=False, queryset=User.objects.none(), empty_label="全員")
    product = forms.ModelChoiceField(
        label="商品", required=False, queryset=Product.objects.none(), empty_label="すべて"
    )
    start_from = JapaneseDateField(label="始期(から)", required=False)
    start_until = JapaneseDateField(label="始期(まで)", required=False)
    renewal = forms.ChoiceField(
        label="新規・更改", required=False, choices=[("", "すべて"), ("new", "新規"), ("renewal", "更改")]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff, products = self.fields["in_charge"], self.fields["product"]
        assert isinstance(staff, forms.ModelChoiceField)
        assert isinstance(products, forms.ModelChoiceField)
        staff.queryset = User.objects.filter(agency=user.agency, is_robot=False).order_by("kana", "pk")
        products.queryset = Product.objects.order_by("code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("start_from"), cleaned.get("start_until")
        if first and last and first > last:
            self.add_error("start_until", "「まで」は「から」以後の日付にしてください。")
        return cleaned

    def filter(self, quotes: QuerySet[Quote]) -> QuerySet[Quote]:
        """Rows the cleaned fields ask for, newest first; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return quotes.none()
        cleaned = self.cleaned_data
        if cleaned["q"]:
            customers = Customer.objects.search(cleaned["q"]).values("pk")
            quotes = quotes.filter(Q(number__istartswith=cleaned["q"].strip()) | Q(customer__in=customers))
        if cleaned["status"]:
            wanted = OPEN_STATUSES if cleaned["status"] == OPEN else [cleaned["status"]]
            quotes = quotes.filter(status__in=wanted)
        if cleaned["in_charge"]:
            quotes = quotes.filter(in_charge=cleaned["in_charge"])
        if cleaned["product"]:
            quotes = quotes.filter(product_version__product=cleaned["product"])
        if cleaned["start_from"]:
            quotes = quotes.filter(inception_on__gte=cleaned["start_from"])
        if cleaned["start_until"]:
            quotes = quotes.filter(inception_on__lte=cleaned["start_until"])
        if cleaned["renewal"]:
            quotes = quotes.filter(renewal_of__isnull=cleaned["renewal"] == "new")
        return quotes.order_by("-opened_at", "-pk")
