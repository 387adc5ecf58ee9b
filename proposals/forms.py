"""What a person types: the wish, and the recommendation."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms

from accounts.models import User
from accounts.queries import licensed_solicitors
from core.forms import BusinessForm, JapaneseDateField, JapaneseDateTimeField, LineField, TextField, YenField
from core.money import format_limit
from customers.industries import Industry
from customers.models import SalesFigure
from proposals.items import items_of
from proposals.models import Wish
from proposals.needs import needs
from quotes.facts import RiskFacts
from quotes.states import Method

LIABILITIES = (50_000_000, 100_000_000, 200_000_000, 300_000_000, 500_000_000, 1_000_000_000)
COSTS = (0, 10_000_000, 30_000_000, 50_000_000, 100_000_000, 200_000_000)
SPOKEN = [(value, label) for value, label in Method.choices if value != Method.POST]


def _amounts(label: str, amounts: tuple[int, ...]) -> forms.TypedChoiceField:
    choices = [(yen, format_limit(yen) if yen else "希望しない") for yen in amounts]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int)


class SolicitorField(forms.ModelChoiceField):
    """A licensed solicitor of the agency; the person at the screen where he is one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label=None, **kwargs)

    def offer(self, user: User, on: date) -> None:
        self.queryset = licensed_solicitors(user.agency, on)
        self.initial = user.pk


class WishForm(BusinessForm):
    """What the customer wants. Most of it is ticked; what the house knows already is filled in."""

    risks = forms.MultipleChoiceField(label="心配なリスク", required=False, widget=forms.CheckboxSelectMultiple)
    must_haves = forms.MultipleChoiceField(
        label="必ず備えたい補償", required=False, widget=forms.CheckboxSelectMultiple
    )
    liability_yen = _amounts("希望する賠償責任の限度額", LIABILITIES)
    cost_yen = _amounts("希望する事故対応費用の限度額", COSTS)
    budget_yen = YenField(label="年間の予算", required=False, min_yen=1, help_text="決まっていないときは空欄にします。")
    inception_on = JapaneseDateField(label="希望する保険始期")
    industry = forms.ChoiceField(label="業種", choices=[("", "選んでください"), *Industry.choices])
    sales_yen = YenField(label="年間売上高(税込)", min_yen=1)
    fiscal_year_end = JapaneseDateField(label="決算日", required=False)
    sales_kind = forms.ChoiceField(label="売上高の区分", choices=SalesFigure.Kind.choices)
    words = TextField(label="お客さまの言葉", required=False, max_length=2000, rows=2)
    told_by = LineField(label="お客さま側の相手", max_length=60)
    method = forms.ChoiceField(label="方法", choices=SPOKEN)
    at = JapaneseDateTimeField(label="聞いた日時")
    heard_by = SolicitorField(label="聞いた募集人")
    loss_liability_yen = YenField(label="想定する損害賠償金", required=False, min_yen=0)
    loss_cost_yen = YenField(
        label="想定する事故対応の費用",
        required=False,
        min_yen=0,
        help_text="入力すると、各プランが支払う額の目安を並べます。",
    )

    _FACTS = ("industry", "sales_yen", "fiscal_year_end", "sales_kind")

    def __init__(self, *args: Any, user: User, on: date, known: RiskFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        risks, musts, heard = (self.fields[name] for name in ("risks", "must_haves", "heard_by"))
        assert isinstance(risks, forms.MultipleChoiceField)
        assert isinstance(musts, forms.MultipleChoiceField)
        assert isinstance(heard, SolicitorField)
        risks.choices = [(need.code, need.risk) for need in needs().needs]
        musts.choices = [(need.code, need.cover) for need in needs().needs]
        heard.offer(user, on)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        grid = "field-grid"
        helper.layout = Layout(
            Div("risks", "must_haves", css_class="choices-two"),
            Div("liability_yen", "cost_yen", "budget_yen", "inception_on", css_class=grid),
            Div(*self._FACTS, css_class=grid),
            Div("told_by", "method", "at", "heard_by", css_class=grid),
            "words",
            HTML("<details><summary>想定する事故</summary>"),
            Div("loss_liability_yen", "loss_cost_yen", css_class=grid),
            HTML("</details>"),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("risks") and not cleaned.get("must_haves"):
            self.add_error("risks", "心配なリスクか、必ず備えたい補償を1つ以上選んでください。")
        end, start = cleaned.get("fiscal_year_end"), cleaned.get("inception_on")
        if end and start and cleaned.get("sales_kind") == SalesFigure.Kind.ACTUAL and end > start:
            self.add_error("fiscal_year_end", "「実績」の決算日は保険始期より前の日付にしてください。")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The columns of a `Wish`, without who heard it."""
        said = dict(self.cleaned_data)
        said.pop("heard_by")
        risk = RiskFacts(**{name: said.pop(name) for name in self._FACTS}, employees=self.known.employees)
        if risk.fiscal_year_end is None:
            risk = RiskFacts(risk.industry, risk.sales_yen, employees=risk.employees)
        losses = {name: said.pop(name) or 0 for name in ("loss_liability_yen", "loss_cost_yen")}
        return {**said, **losses, "facts": risk.as_json()}


class ProposalForm(BusinessForm):
    """The recommendation: which cover, for which wishes, and why. The covers are ticked in the table beside it."""

    covers = forms.MultipleChoiceField(label="見積に載せるほかのプラン", required=False)
    recommended = forms.ChoiceField(label="推奨するプラン")
    served = forms.MultipleChoiceField(
        label="この推奨がかなえる意向", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = TextField(
        label="推奨の理由", max_length=2000, rows=2, help_text="お客さまの意向のどこに、どう合うかを書きます。"
    )
    told_to = LineField(label="お客さま側の相手", max_length=60)
    method = forms.ChoiceField(label="方法", choices=SPOKEN)
    proposed_at = JapaneseDateTimeField(label="説明した日時")
    proposed_by = SolicitorField(label="説明した募集人")
    confirmed = forms.BooleanField(
        label="代理店の方針による推奨であることをお客さまに説明し、このまま提案する", required=False
    )

    def __init__(self, *args: Any, wish: Wish, keys: list[str], user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        covers, recommended, served, by = (
            self.fields[name] for name in ("covers", "recommended", "served", "proposed_by")
        )
        assert isinstance(covers, forms.MultipleChoiceField)
        assert isinstance(recommended, forms.ChoiceField)
        assert isinstance(served, forms.MultipleChoiceField)
        assert isinstance(by, SolicitorField)
        covers.choices = recommended.choices = [(key, key) for key in keys]
        served.choices = [(item.code, item.label) for item in items_of(wish)]
        by.offer(user, at.date())
        self.needs_confirmation = False

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        shown = ["served", "reason", Div("told_to", "method", "proposed_at", "proposed_by", css_class="field-grid")]
        if self.needs_confirmation:
            shown.insert(2, "confirmed")
        helper.layout = Layout(*shown)
        return helper
