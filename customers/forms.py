"""What people type about a customer, cleaned."""

import re
import unicodedata
from typing import Any

import jaconv
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.jp import cn

from accounts.models import User
from accounts.permissions import WRITERS
from accounts.queries import able_staff
from core.clock import today
from core.forms import BusinessForm, JapaneseDateField, JapaneseDateTimeField, LineField, MailField, TextField, YenField
from customers.industries import Industry
from customers.models import Customer, CustomerQuerySet, SalesFigure
from customers.states import ElectronicWay, Method


def digits(text: str) -> str:
    """Digits of a number typed in any width, with any hyphens."""
    return re.sub(r"[\s‐‑–—―−ーｰ\-]", "", unicodedata.normalize("NFKC", text))


class CorporateNumberField(LineField):
    """法人番号: 13 digits with their check digit (checks 34). The check cannot tell 0 from 9, so the name is
    compared by eye."""

    def clean(self, value: Any) -> str:
        number = digits(super().clean(value))
        if not number:
            return ""
        if not re.fullmatch(r"\d{13}", number):
            raise ValidationError("法人番号は13桁の数字で入力してください。")
        try:
            return str(cn.validate(number))
        except NumberError as error:
            raise ValidationError(
                "法人番号の検査数字が合いません。登記や法人番号公表サイトの13桁と見比べてください。"
            ) from error


class PhoneField(LineField):
    """A Japanese phone number; hyphens stay as typed, widths are folded."""

    def clean(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().clean(value))
        text = re.sub(r"[‐‑–—―−ーｰ]", "-", text)
        if text and not re.fullmatch(r"0\d{9,10}", digits(text)):
            raise ValidationError("電話番号は0から始まる10桁か11桁で入力してください(例: 03-1234-5678)。")
        return text


class PostcodeField(LineField):
    """郵便番号; cleans to seven digits."""

    def clean(self, value: Any) -> str:
        number = digits(super().clean(value)).removeprefix("〒")
        if number and not re.fullmatch(r"\d{7}", number):
            raise ValidationError("郵便番号は7桁で入力してください(例: 100-0001)。")
        return number


class KanaField(LineField):
    """A reading. Hiragana and half-width kana become full-width katakana."""

    def clean(self, value: Any) -> str:
        text = jaconv.hira2kata(unicodedata.normalize("NFKC", super().clean(value)))
        if text and not re.fullmatch(r"[ァ-ヿA-Za-z0-9 \u3000・ー&.\-]+", text):
            raise ValidationError("フリガナは全角カタカナで入力してください。")
        return str(text)


class MonthDaysField(LineField):
    """Days of the month as 5,10,25; cleans to a sorted list. A list is shown as it would be typed."""

    def prepare_value(self, value: Any) -> Any:
        return ",".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = unicodedata.normalize("NFKC", super().clean(value)).replace("、", ",").replace("日", "")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", part) for part in parts):
            raise ValidationError("1から31までの日を「5,10,25」のように入力してください。")
        return sorted({int(part) for part in parts})


class CustomerForm(BusinessForm):
    """Everything on the first page of a customer's file."""

    name = LineField(label="名称", max_length=100, help_text="登記のとおりに入力します(㈱・髙・﨑なども使えます)。")
    kana = KanaField(label="フリガナ", max_length=150, help_text="法人格を除いて全角カタカナで入力します。")
    corporate_number = CorporateNumberField(
        label="法人番号", max_length=30, required=False,
        help_text="13桁。検査数字を確かめます。個人事業主は空欄にします。",
    )  # fmt: skip
    industry = forms.ChoiceField(label="業種", choices=[("", "選んでください"), *Industry.choices])
    employees = forms.IntegerField(
        label="従業員数", required=False, min_value=0, max_value=2_000_000,
        help_text="20名以下の法人は契約者保護機構の補償対象になります。",
    )  # fmt: skip
    postcode = PostcodeField(label="郵便番号", max_length=20)
    address = LineField(label="住所", max_length=200, help_text="郵便番号から候補を選べます。番地まで入力します。")
    building = LineField(label="建物名など", max_length=100, required=False)
    phone = PhoneField(label="電話番号", max_length=30, required=False)
    relation = forms.ChoiceField(label="代理店との関係", choices=Customer.Relation.choices)
    in_charge = forms.ModelChoiceField(label="担当者", queryset=User.objects.none())
    note = TextField(label="メモ", required=False, max_length=2000)
    mail_weekdays = forms.TypedMultipleChoiceField(
        label="メールの曜日", required=False, coerce=int, choices=list(enumerate("月火水木金土日")),
        widget=forms.CheckboxSelectMultiple, help_text="ご希望がなければ空欄にします。",
    )  # fmt: skip
    mail_not_days = MonthDaysField(
        label="メールを控える日", required=False, max_length=100, help_text="毎月の日を「5,10,25」のように入力します。"
    )
    mail_from = forms.IntegerField(label="メールの時間帯(何時から)", required=False, min_value=0, max_value=23)
    mail_until = forms.IntegerField(label="メールの時間帯(何時まで)", required=False, min_value=1, max_value=24)
    phone_only = forms.BooleanField(
        label="メールを希望しない(電話・郵送のみ)", required=False,
        help_text="更改のご案内は印刷して郵送し、再案内は担当者が電話でします。",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("mail_from"), cleaned.get("mail_until")
        if not self.errors and ((start is None) != (end is None) or (start is not None and start >= end)):
            self.add_error("mail_until", "時間帯は、始まりと終わりの両方を、始まりが先になるように入力してください。")
        return cleaned

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = able_staff(user.agency, today())
        field = self.fields["in_charge"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = staff
        if user.role in WRITERS:
            field.initial = user.pk

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            Fieldset(
                "お客さま",
                Div("name", "kana", "corporate_number", "industry", "employees", "phone", css_class="field-grid"),
            ),
            Fieldset(
                "住所",
                Div(
                    Field(
                        "postcode", hx_get="/customers/postcode/", hx_trigger="input changed delay:300ms",
                        hx_target="#address-suggestions", autocomplete="postal-code",
                    ),
                    Field("address", list="address-list", autocomplete="street-address"),
                    "building",
                    css_class="field-grid",
                ),
                HTML('<div id="address-suggestions" aria-live="polite"></div>'),
            ),
            Fieldset(
                "ご連絡のご希望",
                Div("mail_from", "mail_until", "mail_not_days", "phone_only", css_class="field-grid"),
                "mail_weekdays",
            ),
            Fieldset("担当", Div("in_charge", "relation", Div("note", css_class="wide"), css_class="field-grid")),
        )  # fmt: skip
        return helper


class ContactForm(BusinessForm):
    """A person at the customer. E-mail is what renewal notices go to."""

    name = LineField(label="氏名", max_length=60)
    kana = KanaField(label="フリガナ", max_length=60, required=False)
    title = LineField(label="部署・役職", max_length=80, required=False)
    email = MailField(label="メールアドレス", required=False)
    phone = PhoneField(label="電話番号", max_length=30, required=False)
    is_primary = forms.BooleanField(
        label="主な連絡先にする", required=False, help_text="更改のご案内や証券をお送りする宛先です。"
    )
    left = forms.BooleanField(label="退任・異動した", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_primary") and cleaned.get("left"):
            self.add_error("is_primary", "退任したご担当者は主な連絡先にできません。")
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", "メールアドレスか電話番号のどちらかを入力してください。")
        return cleaned


class SalesForm(BusinessForm):
    """One fiscal year's sales."""

    fiscal_year_end = JapaneseDateField(label="決算日", help_text="この売上高の会計年度の末日です。")
    kind = forms.ChoiceField(label="区分", choices=SalesFigure.Kind.choices)
    tax = forms.ChoiceField(
        label="税区分", choices=SalesFigure.Tax.choices, help_text="保険料の算出には税込の売上高を使います。"
    )
    sales_yen = YenField(label="年間売上高(円)", min_yen=1, help_text="「3億5,000万」のようにも入力できます。")


class ConsentForm(BusinessForm):
    """電磁的方法の承諾 or its withdrawal: who said it, when and how. No way chosen means: all on paper again."""

    ways = forms.MultipleChoiceField(
        label="電磁的方法の種類", choices=ElectronicWay.choices, widget=forms.CheckboxSelectMultiple,
        help_text="お客さまが紙の代わりに受け取ることを承諾した方法です。承諾はいつでも撤回でき、撤回後は紙でお渡しします。",
    )  # fmt: skip
    said_by = LineField(label="承諾・撤回した方(お客さま)", max_length=60)
    method = forms.ChoiceField(label="受けた方法", choices=Method.choices)
    happened_at = JapaneseDateTimeField(label="承諾・撤回の日時")
    note = LineField(label="備考", max_length=400, required=False)

    def __init__(self, *args: Any, withdraws: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if withdraws:
            del self.fields["ways"]


class NewCustomerForm(CustomerForm):
    """Registering: the file, the first contact and the latest sales in one go."""

    contact_name = LineField(label="ご担当者 氏名", max_length=60, required=False)
    contact_title = LineField(label="部署・役職", max_length=80, required=False)
    contact_email = MailField(label="メールアドレス", required=False)
    fiscal_year_end = JapaneseDateField(label="決算日", required=False)
    sales_kind = forms.ChoiceField(label="区分", choices=SalesFigure.Kind.choices, required=False)
    sales_tax = forms.ChoiceField(label="税区分", choices=SalesFigure.Tax.choices, required=False)
    sales_yen = YenField(label="年間売上高(円)", required=False, min_yen=1)
    duplicates_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout.fields.insert(
            2,
            Fieldset(
                "ご担当者(更改のご案内などの宛先)",
                Div("contact_name", "contact_title", "contact_email", css_class="field-grid"),
            ),
        )
        helper.layout.fields.insert(
            3,
            Fieldset(
                "直近の会計年度の売上高",
                Div("sales_yen", "fiscal_year_end", "sales_kind", "sales_tax", css_class="field-grid"),
            ),
        )
        helper.layout.fields.append("duplicates_seen")
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("contact_email") and not cleaned.get("contact_name"):
            self.add_error("contact_name", "ご担当者の氏名を入力してください。")
        if cleaned.get("sales_yen") and not cleaned.get("fiscal_year_end") and "fiscal_year_end" not in self.errors:
            self.add_error("fiscal_year_end", "売上高の会計年度の決算日を入力してください。")
        return cleaned

    def customer_facts(self) -> dict[str, Any]:
        names = CustomerForm.base_fields
        return {name: self.cleaned_data[name] for name in names}

    def contact_facts(self) -> dict[str, Any] | None:
        if not self.cleaned_data["contact_name"]:
            return None
        return {
            "name": self.cleaned_data["contact_name"],
            "title": self.cleaned_data["contact_title"],
            "email": self.cleaned_data["contact_email"],
            "is_primary": True,
        }

    def sales_facts(self) -> dict[str, Any] | None:
        if not self.cleaned_data["sales_yen"]:
            return None
        return {
            "fiscal_year_end": self.cleaned_data["fiscal_year_end"],
            "kind": self.cleaned_data["sales_kind"] or SalesFigure.Kind.ACTUAL,
            "tax": self.cleaned_data["sales_tax"] or SalesFigure.Tax.INCLUDED,
            "sales_yen": self.cleaned_data["sales_yen"],
        }


class CustomerSearchForm(forms.Form):
    """The list's search; it owns the filtering."""

    q = LineField(label="名称・カナ・番号・法人番号", required=False, max_length=100)
    industry = forms.ChoiceField(label="業種", required=False, choices=[("", "すべて"), *Industry.choices])
    in_charge = forms.ModelChoiceField(label="担当者", required=False, queryset=User.objects.none(), empty_label="全員")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["in_charge"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(agency=user.agency, is_robot=False).order_by("kana", "pk")

    def filter(self, customers: CustomerQuerySet) -> CustomerQuerySet:
        """Rows the cleaned fields ask for, by kana; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return customers.none()
        cleaned = self.cleaned_data
        if cleaned["q"]:
            customers = customers.search(cleaned["q"])
        if cleaned["industry"]:
            customers = customers.filter(industry=cleaned["industry"])
        if cleaned["in_charge"]:
            customers = customers.filter(in_charge=cleaned["in_charge"])
        return customers.order_by("kana_folded", "pk")
