"""Small forms about a quote that waits or goes out: withdrawn, answered, priced by the carrier, sent."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.forms import BusinessForm, JapaneseDateField, LineField, TextField, UploadField, YenField
from correspondence.models import Document
from customers.models import Contact, Customer
from quotes.models import Condition, QuoteOption, ReferralNote
from quotes.states import Addressee, AnswerSource, ConditionKind


class WithdrawForm(BusinessForm):
    """Why the quote is let go of."""

    reason = LineField(label="取下げの理由", max_length=400)


class QuestionAnswerForm(BusinessForm):
    """The answer to underwriting's question."""

    answer = TextField(label="引受担当への回答", rows=5)
    given_by = LineField(label="お客さま側で回答した方", max_length=60)
    source = forms.ChoiceField(label="回答の受け方", choices=AnswerSource.choices, initial=AnswerSource.MAIL)

    def __init__(self, *args: Any, asked: ReferralNote | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked is None or asked.addressee != Addressee.CUSTOMER:
            del self.fields["given_by"], self.fields["source"]


class DocumentChoice(forms.ModelChoiceField):
    def label_from_instance(self, document: Any) -> str:
        return f"{document.filename} {document.note}".strip()


class ConditionForm(BusinessForm):
    """That a condition is met, with the paper where it asks for one; an underwriter may waive it instead."""

    deed = forms.ChoiceField(label="結果", choices=[("meet", "満たされた"), ("waive", "免除する(引受担当)")])
    document = DocumentChoice(label="受け取った書類", queryset=Document.objects.none(), required=False)
    note = LineField(label="確認した内容・免除の理由", max_length=400, required=False)

    def __init__(self, *args: Any, condition: Condition, may_waive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.fields["document"]
        assert isinstance(document, forms.ModelChoiceField)
        document.queryset = Document.objects.about(condition.quote)
        document.empty_label = "選んでください"
        if condition.kind != ConditionKind.DOCUMENT:
            del self.fields["document"]
        if not may_waive:
            del self.fields["deed"]


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
