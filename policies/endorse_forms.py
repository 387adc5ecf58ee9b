"""異動: the form of what the insurer approved, on the menus of the contract's own book."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.http import QueryDict

from core.forms import BusinessForm, JapaneseDateField, LineField, TextField, YenField
from policies.changing import Change
from policies.covering import selection_of_terms
from policies.models import Policy
from products.menus import menu_fields, plan_field

_RIDERS = '<div class="wide">{% include "policies/_riders.html" %}</div>'


class EndorseForm(BusinessForm):
    """異動: what the insurer approved. Every field begins with the contract as it stands; what stays needs no touch."""

    changes_on = JapaneseDateField(label="変更日", help_text="変更が起きた日。差額はこの日から計算します。")
    noticed_on = JapaneseDateField(label="通知日", help_text="お客さまから連絡を受けた日です。")
    approved_on = JapaneseDateField(label="承認日", help_text="保険会社が変更を承認した日です。")
    approval_reference = LineField(
        label="保険会社の承認番号", max_length=60, help_text="異動承認書や保険会社の回答にある番号です。"
    )
    own_cause = forms.BooleanField(
        label="お客さまの事由による変更", required=False,
        help_text="会社の移転や事業の変更など。変更より後の連絡は「事後通知」になります。",
    )  # fmt: skip
    reason = LineField(label="変更の事由", max_length=200, help_text="例: 子会社の設立、売上高の増加。")
    riders = forms.MultipleChoiceField(label="特約・追加条項", required=False)
    industry = forms.ChoiceField(label="業種")
    sales_yen = YenField(label="売上高", min_yen=1)
    named = LineField(label="記名被保険者", max_length=100)
    added = TextField(
        label="追加の被保険者", required=False, rows=2,
        help_text="1行に1社ずつ入力してください。追加被保険者の特約は、入力すると選べるようになります。",
    )  # fmt: skip
    premium_yen = YenField(
        label="変更後の保険料(保険期間の全体)", required=False, min_yen=1,
        help_text="保険会社の回答のうち、差額ではなく1保険期間分の金額です。空欄のときは料率で計算します。",
    )  # fmt: skip
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    seen_difference_yen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, policy: Policy, initial: dict[str, Any] | None = None) -> None:
        terms, self.book = policy.agreed, policy.product_version.book
        chosen = selection_of_terms(terms, self.book)
        names = {role: [one.name for one in terms.insureds if (one.role == "named") is role] for role in (True, False)}
        standing = chosen.facts() | {
            "industry": terms.industry_code, "sales_yen": terms.sales_yen, "named": "、".join(names[True]),
            "added": "\n".join(names[False]), "seen_version": policy.version,
        }  # fmt: skip
        standing |= {f"{part.code}_yen": chosen.limit(part.code) for part in self.book.coverages}
        super().__init__(data, initial=standing | (initial or {}))
        packages = self.book.limits_are_packages
        menus = {"plan": plan_field(self.book, chosen)} if packages else menu_fields(self.book, chosen)
        self.menus = tuple(menus)
        self.fields |= menus
        if not terms.sales_yen:
            self.fields["sales_yen"] = YenField(label="売上高")  # taken over without it: other changes need none
        riders, industry = self.fields["riders"], self.fields["industry"]
        assert isinstance(riders, forms.MultipleChoiceField)
        assert isinstance(industry, forms.ChoiceField)
        labels = {rider.code: rider.label for rider in self.book.riders if rider.can_be_chosen}
        labels |= {one.code: one.label for one in terms.riders if self.book.rider(one.code) is None}
        riders.choices = list(labels.items())
        industry.choices = [(one.code, one.label) for one in self.book.industries if one.eligible]
        if terms.industry_code not in dict(industry.choices):
            industry.choices = [(terms.industry_code, terms.industry_label), *industry.choices]

    @property
    def helper(self) -> FormHelper:
        """In the order in which one thinks of it. Without the sum: that stands beside the calculation it comes from."""
        helper = super().helper
        days = ("changes_on", "noticed_on", "approved_on", "approval_reference", "own_cause", "reason")
        helper.layout = Layout(
            Fieldset("変更の届出と承認", Div(*days, css_class="field-grid")),
            Fieldset("補償", Div(*self.menus, css_class="field-grid")),
            HTML(_RIDERS),
            Fieldset("会社の変更", Div("industry", "sales_yen", "named", "added", css_class="field-grid")),
            Fieldset("保険会社の回答", "premium_yen"),
            "seen_version",
        )
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "confirm" in self.data and cleaned.get("seen_difference_yen") is None:
            self.add_error(None, "追加・返還保険料を計算し、金額を確認してから記録してください。")
        return cleaned

    @property
    def change(self) -> Change:
        """The contract's new content; fields left alone stay as they are, and so do those nobody can read."""
        typed = self.cleaned_data
        changed = {name for name in self.changed_data if name in typed}
        limits = {part.code: f"{part.code}_yen" for part in self.book.coverages}
        return Change(
            limits={code: typed[name] for code, name in limits.items() if name in changed},
            plan=typed["plan"] if "plan" in changed else "",
            deductible_yen=typed["deductible_yen"] if "deductible_yen" in changed else None,
            waiting_hours=(typed["waiting_hours"] or 0) if "waiting_hours" in changed else None,
            riders=typed["riders"] if "riders" in changed else None,
            industry=typed["industry"] if "industry" in changed else "",
            sales_yen=typed["sales_yen"] if "sales_yen" in changed else None,
            named=typed["named"] if "named" in changed else "",
            added=[line.strip() for line in typed["added"].splitlines() if line.strip()]
            if "added" in changed
            else None,
        )
