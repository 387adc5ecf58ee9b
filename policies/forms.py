"""The list's search, and the reason for a reissue."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import User
from core.forms import BusinessForm, JapaneseDateField, LineField, SearchForm
from core.periods import at_four
from policies.models import PolicyQuerySet
from policies.states import Delivery, PolicyStatus
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
