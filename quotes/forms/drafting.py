"""Forms of a draft: opening it, the company's facts, the declarations, and the cover wanted."""

from dataclasses import replace
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import QuerySet

from core.forms import BusinessForm, JapaneseDateField, LineField, YenField
from correspondence.models import Document
from customers.models import SalesFigure
from products.book import Book
from products.choosing import ready_made
from products.facts import COMMON_COVERAGES
from products.menus import menu_fields
from products.models import ProductVersion
from products.queries import products_sold_on
from products.risks import Selection
from quotes.facts import RiskFacts
from quotes.states import CUSTOMERS_OWN, AnswerSource


class ProductChoice(forms.ModelChoiceField):
    """A product by its name; the version follows from the start of cover."""

    def label_from_instance(self, version: Any) -> str:
        return f"{version.product.name}({version.product.insurer})"


class NewQuoteForm(BusinessForm):
    """Which product, from which day."""

    product_version = ProductChoice(label="商品", queryset=ProductVersion.objects.none())
    inception_on = JapaneseDateField(label="保険始期", help_text="この日の午後4時に補償が始まります。")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product_version"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = products_sold_on(on)


class FactsForm(BusinessForm):
    """Line of business and a year's sales with tax, as the book wants them."""

    industry = forms.ChoiceField(label="業種")
    sales_yen = YenField(
        label="年間売上高(税込)", min_yen=1, help_text="直近の会計年度。「3億5,000万」のようにも入力できます。"
    )
    fiscal_year_end = JapaneseDateField(label="決算日", help_text="この売上高の会計年度の末日です。")
    sales_kind = forms.ChoiceField(
        label="売上高の区分",
        choices=SalesFigure.Kind.choices,
        help_text="決算前の新設法人は「計画」を選び、事業計画書を添付します。",
    )
    employees = forms.IntegerField(label="従業員数", required=False, min_value=0, max_value=2_000_000)
    inception_on = JapaneseDateField(label="保険始期", help_text="この日の午後4時に補償が始まります。")

    def __init__(self, *args: Any, book: Book, is_renewal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "選んでください"), *((part.code, part.label) for part in book.industries)]
        self.fields["industry"] = forms.ChoiceField(label="業種", choices=choices)
        if is_renewal:
            self.fields["inception_on"].help_text = "更改の始期は、前の契約の満期日です。"
            self.fields["inception_on"].widget.attrs["readonly"] = True

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        names = ("industry", "sales_yen", "fiscal_year_end", "sales_kind", "employees", "inception_on")
        helper.layout = Layout(Div(*names, css_class="field-grid"))
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        end, start = cleaned.get("fiscal_year_end"), cleaned.get("inception_on")
        if end and start and cleaned.get("sales_kind") == SalesFigure.Kind.ACTUAL and end > start:
            self.add_error("fiscal_year_end", "「実績」の決算日は保険始期より前の日付にしてください。")
        return cleaned

    def facts(self) -> RiskFacts:
        """The cleaned facts as the quote keeps them."""
        names = ("industry", "sales_yen", "fiscal_year_end", "sales_kind", "employees")
        return RiskFacts(**{name: self.cleaned_data[name] for name in names})


class DeclarationsForm(BusinessForm):
    """The statements a product asks for before it is quoted (申告事項)."""

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for declaration in book.declarations:
            if declaration.stage == "quote":
                self.fields[declaration.id] = forms.ChoiceField(
                    label=declaration.wording,
                    choices=[("yes", "はい(そのとおり)"), ("no", "いいえ")],
                    widget=forms.RadioSelect,
                )


class GiverForm(BusinessForm):
    """Who at the customer answered, and how the answer reached us."""

    given_by = LineField(label="回答した方(お客さま側)", max_length=60)
    source = forms.ChoiceField(
        label="回答の受け方", choices=[choice for choice in AnswerSource.choices if choice[0] not in CUSTOMERS_OWN]
    )

    def __init__(self, *args: Any, documents: QuerySet[Document] | None = None, **kwargs: Any) -> None:
        """`documents`: what the customer handed in; where there is some, an answer may rest on it."""
        super().__init__(*args, **kwargs)
        if documents is not None and documents.exists():
            self.fields["evidence"] = forms.ModelChoiceField(
                documents, label="もとになった書類", required=False, empty_label="なし",
                help_text="選ぶと、これから入力する回答の裏付けとして残ります。",
            )  # fmt: skip

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        names = [name for name in ("given_by", "source", "evidence") if name in self.fields]
        helper.layout = Layout(Div(*names, css_class="field-grid"))
        return helper


class SelectionForm(BusinessForm):
    """The cover wanted: limits, deductible, waiting hours and riders from the menus of the book.

    Whether they go together is for `products.limits` and `products.riders`; this form only reads them.
    """

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields |= menu_fields(book)
        riders = [(rider.code, rider.label) for rider in book.riders if rider.can_be_chosen]
        self.fields["riders"] = forms.MultipleChoiceField(label="追加条項", required=False, choices=riders)

    def _coverages(self) -> list[str]:
        return [part.code for part in self.book.coverages]

    def selection(self) -> Selection:
        """The cleaned choice; what the product has not is zero."""
        cleaned = self.cleaned_data
        plan = cleaned.get("plan", "")
        # What the plan does not have cannot be typed away by hand: it is not part of the cover.
        left_out = {part.code for part in self.book.coverages if part.plans and plan not in part.plans}
        limits = {code: 0 if code in left_out else cleaned.get(f"{code}_yen") or 0 for code in self._coverages()}
        amounts: dict[str, Any] = {f"{code}_yen": limits.get(code, 0) for code in COMMON_COVERAGES}
        others = {code: limits[code] for code in self.book.other_coverages}
        chosen = Selection(
            **amounts,
            deductible_yen=cleaned.get("deductible_yen") or 0,
            waiting_hours=cleaned.get("waiting_hours") or 0,
            riders=tuple(sorted(cleaned["riders"])),
            plan=plan,
            other_limits=tuple(sorted((code, limit) for code, limit in others.items() if limit)),
        )
        return chosen if plan else replace(chosen, plan=ready_made(self.book, chosen))
