"""What the lists of renewals are searched by: the board, the inspection, the retention of a year."""

import calendar
import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from core.forms import JapaneseDateField, LineField, SearchForm
from core.periods import at_four
from customers.models import Customer
from policies.models import Policy
from products.models import Product
from renewals.board import NO_OFFICE
from renewals.calendar import calendar_on
from renewals.inspection import LOOKS_BACK, NOTICE_DAYS
from renewals.models import RenewalQuerySet
from renewals.retention import DUE, Fate, expiring, is_early
from renewals.rules import buckets
from renewals.states import OPEN_STATUSES, RenewalStatus, Track, Way
from renewals.verdicts import Verdict


class MonthField(LineField):
    """A month as 2027-05; cleans to its first day."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        match = re.fullmatch(r"(\d{4})-(\d{1,2})", text)
        if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2200:
            raise ValidationError("満期月は2027-05の形で入力してください。")
        return date(int(match[1]), int(match[2]), 1)


class RenewalSearchForm(SearchForm):
    """Which renewals the board lists. Without a stage: everything in work."""

    q = LineField(label="証券番号・お客さま", required=False, max_length=100)
    stage = forms.ChoiceField(
        label="状態", required=False,
        choices=[("", "進行中すべて"), *RenewalStatus.choices, ("all", "終わったものも含む")],
    )  # fmt: skip
    near = forms.ChoiceField(label="満期まで", required=False)
    since = JapaneseDateField(label="満期日(から)", required=False)
    until = JapaneseDateField(label="満期日(まで)", required=False)
    month = MonthField(label="満期月", required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"}))
    owner = forms.ModelChoiceField(label="担当者", required=False, queryset=User.objects.none(), empty_label="全員")
    office = forms.ChoiceField(label="営業所", required=False)
    product = forms.ModelChoiceField(
        label="商品", required=False, queryset=Product.objects.all(), to_field_name="code", empty_label="すべて"
    )
    track = forms.ChoiceField(label="進め方", required=False, choices=[("", "すべて"), *Track.choices])
    undelivered = forms.BooleanField(label="不達の対応待ち", required=False)
    post = forms.BooleanField(label="案内の郵送待ち", required=False)

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        near, owner = self.fields["near"], self.fields["owner"]
        assert isinstance(near, forms.ChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        near.choices = [("", "すべて"), *((one.code, one.label) for one in buckets(calendar_on(on)))]
        owner.queryset = User.objects.filter(agency=user.agency, is_robot=False).order_by("kana", "pk")
        office = self.fields["office"]
        assert isinstance(office, forms.ChoiceField)
        office.choices = office_choices(user)

    def filter(self, renewals: RenewalQuerySet) -> RenewalQuerySet:
        """Rows the cleaned fields ask for, nearest expiry first; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return renewals.none()
        cleaned = self.cleaned_data
        if cleaned["stage"] != "all":
            renewals = renewals.filter(status__in=[cleaned["stage"]] if cleaned["stage"] else OPEN_STATUSES)
        if cleaned["q"]:
            number = cleaned["q"].upper()
            customers = Customer.objects.search(cleaned["q"]).values("pk")
            # One column each: PostgreSQL can use an index for either side.
            renewals = renewals.filter(policy__number__startswith=number) | renewals.filter(customer__in=customers)
        if cleaned["near"]:
            renewals = renewals.filter(**_within(cleaned["near"], self.on))
        if cleaned["since"]:
            renewals = renewals.filter(term_end_at__gte=at_four(cleaned["since"]))
        if cleaned["until"]:
            renewals = renewals.filter(term_end_at__lte=at_four(cleaned["until"]))
        if cleaned["month"]:
            renewals = renewals.filter(**_in_month(cleaned["month"], "term_end_at"))
        if cleaned["owner"]:
            renewals = renewals.filter(owner=cleaned["owner"])
        if cleaned["office"]:
            office = None if cleaned["office"] == NO_OFFICE else cleaned["office"]
            renewals = renewals.filter(owner__office=office)
        if cleaned["product"]:
            renewals = renewals.filter(policy__product_version__product=cleaned["product"])
        if cleaned["track"]:
            renewals = renewals.filter(track=cleaned["track"])
        if cleaned["undelivered"]:
            renewals = renewals.filter(is_undelivered=True)
        if cleaned["post"]:
            renewals = renewals.filter(way=Way.POST, notified_at__isnull=True)
        return renewals.order_by("term_end_at", "pk")


def office_choices(user: User) -> list[tuple[str, str]]:
    offices = [(str(pk), name) for pk, name in user.agency.offices.order_by("pk").values_list("pk", "name")]
    return [("", "すべて"), *offices, (NO_OFFICE, "営業所なし")]


def _in_month(first: date, column: str) -> dict[str, Any]:
    days = calendar.monthrange(first.year, first.month)[1]
    return {f"{column}__gte": at_four(first), f"{column}__lt": at_four(first + timedelta(days=days))}


def _within(code: str, on: date) -> dict[str, Any]:
    """The same borders as `rules.bucket_of`, as a filter."""
    columns = buckets(calendar_on(on))
    place = next(place for place, column in enumerate(columns) if column.code == code)
    facts = {}
    if columns[place].days is None:
        return {"term_end_at__lt": at_four(on)}
    before = columns[place - 1].days
    facts["term_end_at__gte"] = at_four(on if before is None else on + timedelta(days=before + 1))
    if place < len(columns) - 1:
        facts["term_end_at__lte"] = at_four(on + timedelta(days=columns[place].days or 0))
    return facts


class InspectionForm(SearchForm):
    """Which expiry days the inspection looks at, and which policies it lists."""

    LONGEST = timedelta(days=800)

    since = JapaneseDateField(label="満期日(から)", required=False)
    until = JapaneseDateField(label="満期日(まで)", required=False)
    verdict = forms.ChoiceField(
        label="一覧", required=False,
        choices=[("", "案内なしと二重"), *Verdict.choices, ("all", "すべて")],
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = {"first": on - LOOKS_BACK, "last": on + timedelta(days=NOTICE_DAYS)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = cleaned.get("since") or self.usual["first"]
        last = cleaned.get("until") or max(self.usual["last"], first)
        if last < first:
            self.add_error("until", "満期日の範囲が逆です。「から」より後の日付を入力してください。")
        elif last - first > self.LONGEST:
            self.add_error("until", f"満期日の範囲は{self.LONGEST.days}日までです。期間を分けて点検してください。")
        return cleaned

    @property
    def asked(self) -> dict[str, date]:
        """The first and last expiry day."""
        if not self.is_valid():
            return self.usual
        first = self.cleaned_data["since"] or self.usual["first"]
        return {"first": first, "last": self.cleaned_data["until"] or max(self.usual["last"], first)}

    @property
    def wanted(self) -> dict[str, Any]:
        """What `renewals.inspection.find` lists."""
        verdict = self.cleaned_data["verdict"] if self.is_valid() else ""
        return {"troubled": True} if not verdict else {"verdict": "" if verdict == "all" else verdict}


DUE_CODE, EARLY_CODE = "DUE", "EARLY"


class RetentionForm(SearchForm):
    """Which year, and which of its policies are listed beneath."""

    year = forms.IntegerField(label="満期の年", required=False, min_value=1990, max_value=2200)
    early = forms.IntegerField(
        label="早期更改(満期の何日前まで)", required=False, min_value=0, max_value=365,
        help_text="日数を入れると、早期更改率を計算します。",
    )  # fmt: skip
    month = MonthField(label="満期月", required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"}))
    office = forms.ChoiceField(label="営業所", required=False)
    staff = forms.ModelChoiceField(label="担当者", required=False, queryset=User.objects.none(), empty_label="全員")
    product = forms.ModelChoiceField(
        label="商品", required=False, queryset=Product.objects.all(), to_field_name="code", empty_label="すべて"
    )
    fate = forms.ChoiceField(
        label="結果", required=False,
        choices=[("", "すべて"), (DUE_CODE, "満期件数に入るもの"), (EARLY_CODE, "早期更改"), *Fate.choices],
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, on: date, usual_early: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.usual_early = on, usual_early
        self.fields["year"].widget.attrs["placeholder"] = on.year
        staff, office = self.fields["staff"], self.fields["office"]
        assert isinstance(staff, forms.ModelChoiceField)
        assert isinstance(office, forms.ChoiceField)
        staff.queryset = User.objects.filter(agency=user.agency).order_by("kana", "pk")
        office.choices = office_choices(user)

    @property
    def wanted_year(self) -> int:
        return (self.cleaned_data.get("year") if self.is_valid() else None) or self.on.year

    @property
    def early_days(self) -> int | None:
        asked = self.cleaned_data.get("early") if self.is_valid() else None
        return self.usual_early if asked is None else asked

    def filter(self, policies: QuerySet[Policy]) -> QuerySet[Any]:
        """The policies the list shows; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return policies.none()
        rows, cleaned = expiring(policies, self.wanted_year), self.cleaned_data
        if cleaned["month"]:
            rows = rows.filter(**_in_month(cleaned["month"], "ends_at"))
        if cleaned["office"]:
            office = None if cleaned["office"] == NO_OFFICE else cleaned["office"]
            rows = rows.filter(carrier__in=User.objects.filter(office=office).values("pk"))
        if cleaned["staff"]:
            rows = rows.filter(carrier=cleaned["staff"].pk)
        if cleaned["product"]:
            rows = rows.filter(product_version__product=cleaned["product"])
        match cleaned["fate"]:
            case "":
                pass
            case "DUE":
                rows = rows.filter(fate__in=DUE)
            case "EARLY":
                rows = rows.filter(is_early(self.early_days)) if self.early_days is not None else rows.none()
            case fate:
                rows = rows.filter(fate=fate)
        return rows.order_by("ends_at", "pk")
