"""Forms of the room: the office's for a link, the customer's for his page."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from core.forms import BusinessForm, JapaneseDateField, LineField, MailField, TextField, UploadField, YenField
from core.money import format_yen
from customers.models import Contact, Customer, SalesFigure
from products.book import Book
from quotes.models import Quote, QuoteOption


class ContactChoice(forms.ModelChoiceField):
    def label_from_instance(self, contact: Any) -> str:
        return f"{contact.name} {contact.title}({contact.email or 'メールアドレスなし'})"


class InviteForm(BusinessForm):
    """To whom: a contact of the customer, or another address with the reason."""

    contact = ContactChoice(
        label="宛先のご担当者", queryset=Contact.objects.none(), required=False, empty_label="ほかの宛先に送る"
    )
    name = LineField(label="ほかの宛先: お名前", max_length=60, required=False)
    email = MailField(label="ほかの宛先: メールアドレス", required=False)
    reason = LineField(
        label="この宛先とする理由", max_length=200, required=False, help_text="例: 情報システム部門が回答するため"
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = customer.contacts.filter(left=False)
        field.initial = next((contact.pk for contact in field.queryset if contact.email), None)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            Div(
                Div("contact", css_class="wide"),
                "name",
                "email",
                Div("reason", css_class="wide"),
                css_class="field-grid",
            )
        )
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("contact") is None:
            for name, words in (("name", "お名前"), ("email", "メールアドレス"), ("reason", "理由")):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, f"登録されたご担当者でない宛先には、{words}を入力してください。")
        return cleaned


class RevokeForm(BusinessForm):
    reason = LineField(label="取り消す理由", max_length=200)


class CodeForm(BusinessForm):
    """Six digits, as people type them: full width and with spaces too."""

    code = LineField(label="確認コード(6桁の数字)", max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"])


def digits(text: str) -> str:
    """１２３ ４５６ → 123456; refused when it is no six digits."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        raise forms.ValidationError("メールに書かれた6桁の数字を入力してください。")
    return plain


class SignForm(BusinessForm):
    name = LineField(label="お名前", max_length=60)
    title = LineField(label="役職", max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["title"].widget.attrs["autocomplete"] = "organization-title"


class SalesForm(BusinessForm):
    """This year's sales (今年の売上高)."""

    sales_yen = YenField(
        label="直近の年間売上高(税込)",
        help_text="決算書の金額を税込で入力してください。例: 3億5,000万",
    )
    fiscal_year_end = JapaneseDateField(label="決算日", help_text="この売上高の会計年度の末日です。")
    sales_kind = forms.ChoiceField(label="区分", choices=SalesFigure.Kind.choices)


class RenewalSignForm(SignForm):
    """Name and title, and whether the wishes for the cover are the same (ご意向)."""

    SAME, OTHER = "same", "other"

    wish = forms.ChoiceField(
        label="ご希望の補償", widget=forms.RadioSelect,
        choices=[(SAME, "いまのご契約と同じ補償を希望します"), (OTHER, "変更したい点があります")],
    )  # fmt: skip
    wishes = TextField(
        label="変更したい点",
        max_length=1000,
        required=False,
        help_text="補償額、追加の補償、保険料など",
    )

    field_order = ("wish", "wishes", "name", "title")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("wish") == self.OTHER and not cleaned.get("wishes"):
            self.add_error("wishes", "変更したい点をお書きください。")
        return cleaned


class ColleagueForm(BusinessForm):
    name = LineField(label="お名前", max_length=60)
    title = LineField(label="部署・役職", max_length=80, required=False)
    email = MailField(label="メールアドレス")


class EvidenceForm(BusinessForm):
    """A file, and which of the asked papers it is."""

    file = UploadField(label="ファイル", help_text="PDF・PNG・JPEG・Excel(xlsx)・Word(docx)、10MBまで")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kinds:
            choices = [*kinds, ("", "その他の書類")]
            self.fields["code"] = forms.ChoiceField(label="書類の種別", choices=choices, required=False)


class PlanChoice(forms.ModelChoiceField):
    def label_from_instance(self, option: Any) -> str:
        return f"{option.label}(年間 {format_yen(option.premium_yen)})"


class ApplicationForm(SignForm):
    """The last page: plan, payment, final wishes, who signs, and the code."""

    option = PlanChoice(
        label="お申し込みになるプラン", queryset=QuoteOption.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    payment_way = forms.ChoiceField(label="払込方法", widget=forms.RadioSelect)
    intent = TextField(
        label="最終のご意向", max_length=1000, help_text="何に備えて、なぜこのプランを選ぶかをお書きください。"
    )
    changes = TextField(
        label="はじめのご意向から変わった点",
        max_length=1000,
        help_text="変わっていないときは「変更なし」とお書きください。",
    )
    code = LineField(label="確認コード(6桁の数字)", max_length=20)
    field_order = ("option", "payment_way", "intent", "changes", "name", "title", "code")

    def __init__(self, *args: Any, quote: Quote, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = self.fields["option"]
        assert isinstance(options, forms.ModelChoiceField)
        options.queryset = quote.options.filter(premium_yen__isnull=False)
        ways = [(payment.code, payment.label) for payment in book.payments]
        self.fields["payment_way"] = forms.ChoiceField(label="払込方法", choices=ways, widget=forms.RadioSelect)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        self.order_fields(self.field_order)

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"])
