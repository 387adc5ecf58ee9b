"""What people type about a claim, cleaned."""

from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db.models import QuerySet

from accounts.models import Office, User
from accounts.permissions import WRITERS
from accounts.queries import able_staff
from claims.models import Claim, ClaimQuerySet
from claims.rules.breach import Breach
from claims.rules.dates import ClaimDates, date_faults
from claims.states import KIND_HINTS, OPEN_CLAIMS, Authority, ClaimKind, ClaimStatus, ClosingReason, Measure
from core.clock import jst
from core.forms import (
    BusinessForm,
    JapaneseDateField,
    JapaneseDateTimeField,
    LineField,
    MailField,
    SearchForm,
    TextField,
    UploadField,
)
from customers.forms import PhoneField


def staff_field(field: forms.Field, user: User, on: date) -> None:
    """Offer those who work at the person's agency that day."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = able_staff(user.agency, on)
    if user.role in WRITERS and field.initial is None:
        field.initial = user.pk


class ClaimForm(BusinessForm):
    """The facts of a claim, each date by itself. Intake and correction ask the same."""

    kind = forms.ChoiceField(
        label="事故の種類",
        choices=[(kind.value, f"{kind.label}({KIND_HINTS[kind]})") for kind in ClaimKind],
        widget=forms.RadioSelect,
    )
    description = TextField(
        label="何が起きたか", rows=5, help_text="お客さまの言葉のまま。場所・システム・被害の範囲・相手方も書きます。"
    )
    occurred_at = JapaneseDateTimeField(label="事故の発生日時", required=False)
    occurred_unknown = forms.BooleanField(label="発生日時は不明", required=False)
    discovered_at = JapaneseDateTimeField(
        label="発見日時", help_text="お客さまが事故やそのおそれに気づいた日時。費用の補償はこの日時の契約で確認します。"
    )
    claimed_at = JapaneseDateTimeField(
        label="請求を受けた日時", required=False,
        help_text="第三者から損害賠償請求を受けたとき。賠償の補償はこの日時の契約で確認します。",
    )  # fmt: skip
    claimant = LineField(label="請求者", max_length=100, required=False)
    is_circumstance = forms.BooleanField(
        label="おそれの通知", required=False,
        help_text="請求はまだないが、将来請求されるおそれがあるとして通知するとき。",
    )  # fmt: skip
    reported_at = JapaneseDateTimeField(label="受付日時", help_text="当社が連絡を受けた日時。")
    measures = forms.MultipleChoiceField(
        label="済んでいる初動対応", choices=Measure.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    measures_note = TextField(label="初動対応の詳細", rows=2, required=False)
    reporter_name = LineField(label="連絡者の氏名", max_length=60)
    reporter_phone = PhoneField(label="電話番号", max_length=30, required=False)
    reporter_email = MailField(label="メールアドレス", required=False)
    involves_personal_data = forms.BooleanField(label="個人データの漏えい、またはそのおそれがある", required=False)
    leak_persons = forms.IntegerField(
        label="本人の数(人)", required=False, min_value=0, max_value=2_000_000_000, help_text="不明なら空欄にします。"
    )
    leak_sensitive = forms.BooleanField(label="要配慮個人情報を含む", required=False)
    leak_financial = forms.BooleanField(label="財産的な被害のおそれ(カード情報など)", required=False)
    leak_wrongful = forms.BooleanField(label="不正の目的によるおそれ(不正アクセス・持出しなど)", required=False)
    funds_lost = forms.BooleanField(label="不正送金など資金の損害がある", required=False)

    FACTS = (
        "kind", "description", "occurred_at", "discovered_at", "claimed_at", "claimant", "is_circumstance",
        "reported_at", "measures", "measures_note", "reporter_name", "reporter_phone", "reporter_email",
        "involves_personal_data", "leak_persons", "leak_sensitive", "leak_financial", "leak_wrongful", "funds_lost",
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "occurred_at" in cleaned:
            if cleaned["occurred_at"] and cleaned.get("occurred_unknown"):
                self.add_error("occurred_unknown", "発生日時を入力したときは「不明」を外してください。")
            elif not cleaned["occurred_at"] and not cleaned.get("occurred_unknown"):
                self.add_error("occurred_at", "発生日時を入力するか、「発生日時は不明」を選んでください。")
        if cleaned.get("claimant") and not cleaned.get("claimed_at") and "claimed_at" not in self.errors:
            self.add_error("claimed_at", "請求者を書くときは、請求を受けた日時も入力してください。")
        if not ({"reporter_phone", "reporter_email"} & set(self.errors)) and not (
            cleaned.get("reporter_phone") or cleaned.get("reporter_email")
        ):
            self.add_error("reporter_phone", "折り返しのために、電話番号かメールアドレスを入力してください。")
        self._clean_leak(cleaned)
        if dates := self.dates():
            for field, sentence in date_faults(dates, self.at).items():
                if field not in self.errors:
                    self.add_error(field, sentence)
        return cleaned

    def _clean_leak(self, cleaned: dict[str, Any]) -> None:
        told = [cleaned.get(name) for name in ("leak_sensitive", "leak_financial", "leak_wrongful")]
        if (any(told) or cleaned.get("leak_persons") is not None) and not cleaned.get("involves_personal_data"):
            self.add_error("involves_personal_data", "漏えいの内訳を入力するときは、ここも選んでください。")

    def dates(self) -> ClaimDates | None:
        """The dates typed so far; None until there is a discovery."""
        cleaned = self.cleaned_data
        if not cleaned.get("discovered_at"):
            return None
        return ClaimDates(
            cleaned.get("occurred_at"),
            cleaned["discovered_at"],
            cleaned.get("claimed_at"),
            cleaned.get("reported_at") or self.at,
            bool(cleaned.get("is_circumstance")),
        )

    def breach(self) -> Breach | None:
        """The leak typed so far; None without one or without a day of knowledge."""
        cleaned = self.cleaned_data
        if not cleaned.get("involves_personal_data") or not cleaned.get("discovered_at"):
            return None
        return Breach(
            jst(cleaned["discovered_at"]).date(),
            cleaned.get("leak_persons"),
            bool(cleaned.get("leak_sensitive")),
            bool(cleaned.get("leak_financial")),
            bool(cleaned.get("leak_wrongful")),
        )

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(*self.fact_layout())
        return helper

    def fact_layout(self) -> list[Fieldset]:
        return [
            Fieldset("連絡者", Div("reporter_name", "reporter_phone", "reporter_email", css_class="field-grid")),
            Fieldset("何が起きたか", "kind", "description", "funds_lost"),
            Fieldset(
                "日時",
                Div("occurred_at", "discovered_at", "claimed_at", "reported_at", css_class="field-grid"),
                Div("occurred_unknown", "is_circumstance", "claimant", css_class="field-grid"),
            ),
            Fieldset(
                "個人データ",
                "involves_personal_data",
                Div("leak_persons", "leak_sensitive", "leak_financial", "leak_wrongful", css_class="field-grid"),
            ),
            Fieldset("初動対応", "measures", "measures_note"),
        ]


class IntakeForm(ClaimForm):
    """The one screen while on the phone: who, and everything about the event, and what happens next."""

    q = LineField(label="証券番号・会社名・カナ・お客さま番号で探す", max_length=100, required=False)
    subject = LineField(max_length=20, required=False, widget=forms.HiddenInput)
    ticket = forms.UUIDField(required=False, widget=forms.HiddenInput)
    caller_words = LineField(
        label="見つからないとき: 申し出の会社名・証券番号など", max_length=200, required=False,
        help_text="言われたとおりに書きます。受付の後で契約に結び付けられます。",
    )  # fmt: skip
    owner = forms.ModelChoiceField(label="担当者", queryset=User.objects.none())
    next_action = LineField(
        label="次にすること", max_length=120, required=False, help_text="空欄なら、いつもの次の手順を入れます。"
    )
    next_on = JapaneseDateField(label="期日", required=False)

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, at=at, **kwargs)
        staff_field(self.fields["owner"], user, jst(at).date())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("next_action")) != bool(cleaned.get("next_on")) and "next_on" not in self.errors:
            lacking = "next_on" if cleaned.get("next_action") else "next_action"
            self.add_error(lacking, "次にすることと期日は、両方入力するか両方空欄にしてください。")
        if cleaned.get("next_on") and cleaned["next_on"] < jst(self.at).date():
            self.add_error("next_on", "期日は今日以後にしてください。")
        return cleaned

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"caller_words": self.cleaned_data["caller_words"]}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            *self.fact_layout(),
            Fieldset("次にすること", Div("next_action", "next_on", "owner", css_class="field-grid")),
            "ticket",
        )
        return helper


class LinkForm(BusinessForm):
    """Tie a claim to its customer and contract."""

    q = LineField(label="証券番号・会社名・カナ・お客さま番号で探す", max_length=100, required=False)
    subject = LineField(max_length=20, required=False, widget=forms.HiddenInput)


class ReferenceForm(BusinessForm):
    reference = LineField(label="保険会社の受付番号", max_length=40)


class PlanForm(BusinessForm):
    """次にすること."""

    next_action = LineField(label="次にすること", max_length=120)
    next_on = JapaneseDateField(label="期日")
    owner = forms.ModelChoiceField(label="担当者", queryset=User.objects.none())

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff_field(self.fields["owner"], user, on)


class NoteForm(BusinessForm):
    text = TextField(label="経過", max_length=2000)


class DemandForm(BusinessForm):
    claimed_at = JapaneseDateTimeField(label="請求を受けた日時")
    claimant = LineField(label="請求者", max_length=100)


class ReportForm(BusinessForm):
    """届出."""

    authority = forms.ChoiceField(label="届出先", choices=Authority.choices)
    name = LineField(label="名称", max_length=100, help_text="例: ○○警察署、○○銀行")
    reported_on = JapaneseDateField(label="届出日")
    reference = LineField(label="受理番号", max_length=60, required=False)


class DocumentForm(BusinessForm):
    file = UploadField(label="ファイル")
    note = LineField(label="説明", max_length=100, required=False)


class CloseForm(BusinessForm):
    reason = forms.ChoiceField(label="終わり方", choices=[("", "選んでください"), *ClosingReason.choices])
    note = LineField(label="内容", max_length=400, help_text="保険会社からの通知の日付と要点を書きます。")


class WithdrawForm(BusinessForm):
    note = LineField(label="取下げの理由", max_length=400)


class ClaimSearchForm(SearchForm):
    """The list's search; it owns the filtering. Today's work links here with the same parameters."""

    STATUSES = [("", "すべて"), ("open", "対応中すべて"), *ClaimStatus.choices]

    q = LineField(label="事故番号・証券番号・受付番号・お客さま", required=False, max_length=100)
    status = forms.ChoiceField(label="状態", required=False, choices=STATUSES)
    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *ClaimKind.choices])
    due_by = JapaneseDateField(label="期日がこの日まで", required=False)
    owner = forms.ModelChoiceField(label="担当者", required=False, queryset=User.objects.none(), empty_label="全員")
    office = forms.ModelChoiceField(
        label="営業所", required=False, queryset=Office.objects.none(), empty_label="すべて"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner, office = self.fields["owner"], self.fields["office"]
        assert isinstance(owner, forms.ModelChoiceField)
        assert isinstance(office, forms.ModelChoiceField)
        owner.queryset = User.objects.filter(agency=user.agency, is_robot=False).order_by("kana", "pk")
        office.queryset = user.agency.offices.order_by("pk")

    def filter(self, claims: ClaimQuerySet) -> QuerySet[Claim]:
        """Rows the cleaned fields ask for, newest first; by due day when one is asked for."""
        if not self.is_valid():
            return claims.none()
        cleaned = self.cleaned_data
        if cleaned["q"]:
            claims = claims.search(cleaned["q"])
        if cleaned["status"] == "open":
            claims = claims.filter(status__in=OPEN_CLAIMS)
        elif cleaned["status"]:
            claims = claims.filter(status=cleaned["status"])
        if cleaned["kind"]:
            claims = claims.filter(kind=cleaned["kind"])
        if cleaned["owner"]:
            claims = claims.filter(owner=cleaned["owner"])
        if cleaned["office"]:
            claims = claims.filter(owner__office=cleaned["office"])
        if cleaned["due_by"]:
            return claims.still_open().filter(next_on__lte=cleaned["due_by"]).order_by("next_on", "pk")
        return claims.order_by("-pk")
