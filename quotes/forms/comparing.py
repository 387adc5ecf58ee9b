"""What a comparison starts from."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from core.forms import BusinessForm, JapaneseDateField, YenField
from core.money import format_limit
from customers.industries import Industry
from quotes.comparing import Wish
from quotes.facts import RiskFacts

LIABILITIES = (50_000_000, 100_000_000, 300_000_000, 500_000_000, 1_000_000_000)
COSTS = (10_000_000, 30_000_000, 50_000_000, 100_000_000)


class WishForm(BusinessForm):
    """Business, sales and the limits the customer has in mind. Sent by GET, so that a comparison has an address."""

    industry = forms.ChoiceField(label="業種", choices=[("", "選んでください"), *Industry.choices])
    sales_yen = YenField(label="年間売上高(税込)", min_yen=1)
    inception_on = JapaneseDateField(label="保険始期")
    liability_yen = forms.TypedChoiceField(
        label="希望する賠償責任の限度額", choices=[(yen, format_limit(yen)) for yen in LIABILITIES], coerce=int
    )
    cost_yen = forms.TypedChoiceField(
        label="希望する事故対応費用の限度額", choices=[(yen, format_limit(yen)) for yen in COSTS], coerce=int
    )
    loss_liability_yen = YenField(label="想定する損害賠償金", required=False, min_yen=0)
    loss_cost_yen = YenField(
        label="想定する事故対応の費用",
        required=False,
        min_yen=0,
        help_text="各プランが支払う額の目安を並べます。",
    )
    all_plans = forms.BooleanField(label="すべてのプランを並べる", required=False)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_tag = False
        helper.layout = Layout(Div(*self.fields, css_class="field-grid"))
        return helper

    def wish(self, known: RiskFacts) -> Wish:
        """The cleaned wish. Sales that the customer's file knows keep their fiscal year."""
        said: dict[str, Any] = self.cleaned_data
        facts = RiskFacts(industry=said["industry"], sales_yen=said["sales_yen"], employees=known.employees)
        if known.sales_yen == said["sales_yen"]:
            facts = RiskFacts(
                said["industry"], known.sales_yen, known.fiscal_year_end, known.sales_kind, known.employees
            )
        losses = {"liability": said["loss_liability_yen"] or 0, "cost": said["loss_cost_yen"] or 0}
        return Wish(
            said["inception_on"],
            facts,
            said["liability_yen"],
            said["cost_yen"],
            said["all_plans"],
            tuple((code, yen) for code, yen in losses.items() if yen),
        )
