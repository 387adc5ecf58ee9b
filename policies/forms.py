"""The list's search, the reason for a reissue, and an early end."""

from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField, SearchForm
from core.periods import at_four
from policies.models import PolicyQuerySet
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
