"""The list's search, the reason for a reissue, a change, and an early end."""

from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField, SearchForm, TextField, YenField
from core.periods import at_four
from policies.changing import Change
from policies.models import Policy, PolicyQuerySet
from policies.states import Delivery, EndKind, PolicyStatus
from products.models import Product


class PolicySearchForm(SearchForm):
    """Which policies the list and its CSV show."""

    q = LineField(label="証券番号・お客さま", required=False, max_length=100)
    status = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *PolicyStatus.choices])
    product = forms.ChoiceField(label="商品", required=False)
    expires_from = JapaneseDateField(label="満期日(から)", required=False)
    expires_until = JapaneseDateField(label="満期日(まで)", required=False)
    in_charge = forms.ChoiceField(label="担当者", required=False)
    post = forms.BooleanField(label="証券の郵送待ち", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product, staff = self.fields["product"], self.fields["in_charge"]
        assert isinstance(product, forms.ChoiceField)
        assert isinstance(staff, forms.ChoiceField)
        # Read once for showing and for checking; a ModelChoiceField asks the database for each.
        product.choices = [("", "すべて"), *Product.objects.order_by("code").values_list("code", "name")]
        people = User.objects.filter(agency=user.agency_id, is_robot=False).order_by("kana", "pk")
        staff.choices = [("", "全員"), *((str(pk), name) for pk, name in people.values_list("pk", "name"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("expires_from"), cleaned.get("expires_until")
        if start and end and start > end:
            self.add_error("expires_until", "満期日の範囲が逆です。「まで」を「から」以後の日付にしてください。")
        return cleaned

    def filter(self, policies: PolicyQuerySet) -> PolicyQuerySet:
        """Rows the cleaned fields ask for; by expiry when a range is given, else the newest first. An invalid search
        finds nothing and says why."""
        if not self.is_valid():
            return policies.none()
        cleaned = self.cleaned_data
        if cleaned["q"]:
            policies = policies.search(cleaned["q"])
        if cleaned["status"]:
            policies = policies.filter(status=cleaned["status"])
        if cleaned["product"]:
            policies = policies.filter(product_version__product__code=cleaned["product"])
        if cleaned["in_charge"]:
            policies = policies.filter(in_charge=int(cleaned["in_charge"]))
        if cleaned["post"]:
            policies = policies.filter(delivery=Delivery.POST, posted_at__isnull=True)
        if cleaned["expires_from"]:
            policies = policies.filter(ends_at__gte=at_four(cleaned["expires_from"]))
        if cleaned["expires_until"]:
            # Cover ends at 16:00: the day itself is inside the range.
            policies = policies.filter(ends_at__lt=at_four(cleaned["expires_until"] + timedelta(days=1)))
        if cleaned["expires_from"] or cleaned["expires_until"]:
            return policies.order_by("ends_at", "pk")
        return policies.order_by("-pk")


class ReissueForm(BusinessForm):
    """Why the 証券 is made anew."""

    reason = LineField(label="再発行の理由", max_length=60, help_text="例: 紛失のため。証券の余白に記載されます。")
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(BusinessForm):
    """解約等: which kind of end, from when, at whose word."""

    end = forms.ChoiceField(
        label="終了の種類", choices=EndKind, help_text="種類により、保険料の返還の方法が変わります。"
    )
    on = JapaneseDateField(
        label="終了日", required=False,
        help_text="この日の午後4時に補償が終わります。先の日付も選べます。無効・取消は始期日になるため入力は要りません。",
    )  # fmt: skip
    requested_on = JapaneseDateField(label="申出日・通知日", help_text="解除は、保険会社が通知した日です。")
    requested_by = LineField(label="申し出た方", max_length=100, help_text="例: 総務部 田中様、保険会社 引受部")
    reason = LineField(label="理由", max_length=200, help_text="お客さまへのお知らせに記載されます。")
    known_on = JapaneseDateField(
        label="告知義務違反を知った日", required=False, help_text="告知義務違反による解除のときだけ入力してください。"
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    seen_balance_yen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        """Without the sum: that stands beside the calculation it comes from."""
        helper = super().helper
        helper.layout = Layout(*(name for name in self.fields if name != "seen_balance_yen"))
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("known_on") and cleaned.get("end") != EndKind.RESCINDED:
            self.add_error("known_on", "告知義務違反による解除でなければ、空欄にしてください。")
        if "confirm" in self.data and cleaned.get("seen_balance_yen") is None:
            self.add_error(None, "返還保険料を計算し、金額を確認してから記録してください。")
        return cleaned


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
    deductible_yen = YenField(label="自己負担額")
    riders = forms.MultipleChoiceField(label="特約・追加条項", required=False, widget=forms.CheckboxSelectMultiple)
    industry = forms.ChoiceField(label="業種")
    sales_yen = YenField(label="売上高", min_yen=1)
    named = LineField(label="記名被保険者", max_length=100)
    added = TextField(label="追加の被保険者", required=False, rows=2, help_text="1行に1社ずつ入力してください。")
    premium_yen = YenField(
        label="変更後の保険料(保険期間の全体)", required=False, min_yen=1,
        help_text="保険会社の回答のうち、差額ではなく1保険期間分の金額です。空欄のときは料率で計算します。",
    )  # fmt: skip
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    seen_difference_yen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, policy: Policy, initial: dict[str, Any] | None = None) -> None:
        terms, book = policy.agreed, policy.product_version.book
        names = {role: [one.name for one in terms.insureds if (one.role == "named") is role] for role in (True, False)}
        standing = {
            "deductible_yen": terms.deductible_yen, "riders": [rider.code for rider in terms.riders],
            "industry": terms.industry_code, "sales_yen": terms.sales_yen, "named": "、".join(names[True]),
            "added": "\n".join(names[False]), "seen_version": policy.version,
        }  # fmt: skip
        self.limits = {f"limit_{line.code}": line for line in terms.cover}
        standing |= {name: line.limit_yen for name, line in self.limits.items()}
        super().__init__(data, initial=standing | (initial or {}))
        if not terms.sales_yen:
            self.fields["sales_yen"] = YenField(label="売上高")  # taken over without it: other changes need none
        riders, industry = self.fields["riders"], self.fields["industry"]
        assert isinstance(riders, forms.MultipleChoiceField)
        assert isinstance(industry, forms.ChoiceField)
        labels = {rider.code: rider.label for rider in book.riders} | {one.code: one.label for one in terms.riders}
        riders.choices = list(labels.items())
        industry.choices = [(one.code, one.label) for one in book.industries if one.eligible]
        if terms.industry_code not in dict(industry.choices):
            industry.choices = [(terms.industry_code, terms.industry_label), *industry.choices]
        for name, line in self.limits.items():
            self.fields[name] = YenField(label=f"{line.label} 支払限度額", min_yen=1)
        order = ["changes_on", "noticed_on", "approved_on", "approval_reference", "own_cause", "reason", *self.limits]
        self.order_fields([*order, *(name for name in self.fields if name not in order)])

    @property
    def helper(self) -> FormHelper:
        """Without the sum: that stands beside the calculation it comes from."""
        helper = super().helper
        helper.layout = Layout(*(name for name in self.fields if name != "seen_difference_yen"))
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "confirm" in self.data and cleaned.get("seen_difference_yen") is None:
            self.add_error(None, "追加・返還保険料を計算し、金額を確認してから記録してください。")
        return cleaned

    @property
    def change(self) -> Change:
        """The contract's new content; fields left alone stay as they are."""
        typed = self.cleaned_data
        changed = set(self.changed_data)
        return Change(
            limits={line.code: typed[name] for name, line in self.limits.items() if name in changed},
            deductible_yen=typed["deductible_yen"] if "deductible_yen" in changed else None,
            riders=typed["riders"] if "riders" in changed else None,
            industry=typed["industry"] if "industry" in changed else "",
            sales_yen=typed["sales_yen"] if "sales_yen" in changed else None,
            named=typed["named"] if "named" in changed else "",
            added=[line.strip() for line in typed["added"].splitlines() if line.strip()]
            if "added" in changed
            else None,
        )
