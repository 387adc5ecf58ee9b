"""Small forms about a quote that waits or goes out: withdrawn, answered, priced by the carrier, sent."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.forms import BusinessForm, JapaneseDateField, LineField, TextField, UploadField, YenField
from customers.models import Contact, Customer
from quotes.models import QuoteOption


class WithdrawForm(BusinessForm):
    """Why the quote is let go of."""

    reason = LineField(label="取下げの理由", max_length=400)


class QuestionAnswerForm(BusinessForm):
    """The answer to underwriting's question."""

    answer = TextField(label="引受担当への回答", rows=5)


class CarrierAnswerForm(BusinessForm):
    """The carrier's own price: its answer's number, days and paper, and a premium for every option without one."""

    reference = LineField(label="保険会社の回答番号", max_length=60)
    answered_on = JapaneseDateField(label="回答日")
    valid_until = JapaneseDateField(label="回答の有効期限")
    file = UploadField(label="回答書", help_text="保険会社から届いた見積回答(PDF・画像・Excel・Word、10MBまで)")

    def __init__(self, *args: Any, unpriced: Iterable[QuoteOption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unpriced = tuple(unpriced)
        for option in self.unpriced:
            self.fields[f"premium_{option.pk}"] = YenField(
                label=f"保険料({option.label})", min_yen=1, max_yen=10**12 - 1,
                help_text="回答書にある、保険期間全体の保険料を入力します。",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        answered, until = cleaned.get("answered_on"), cleaned.get("valid_until")
        if answered and until and until < answered:
            self.add_error("valid_until", "回答の有効期限は、回答日以後の日付にしてください。")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the action wants to know, but the file."""
        said = self.cleaned_data
        facts = {name: said[name] for name in ("reference", "answered_on", "valid_until")}
        return {**facts, "premiums": {option.pk: said[f"premium_{option.pk}"] for option in self.unpriced}}


class ContactChoice(forms.ModelChoiceField):
    def label_from_instance(self, contact: Any) -> str:
        return f"{contact.name} {contact.title} <{contact.email}>"


class SendForm(BusinessForm):
    """Whom the 見積書 goes to; people who are still there and have e-mail."""

    contact = ContactChoice(label="宛先", queryset=Contact.objects.none(), empty_label=None)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = customer.contacts.filter(left=False).exclude(email="")
