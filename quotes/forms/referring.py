"""Small forms with a sentence in them: why a quote is withdrawn, what is answered, to whom a paper goes."""

from typing import Any

from django import forms

from core.forms import BusinessForm, LineField, TextField
from customers.models import Contact, Customer


class WithdrawForm(BusinessForm):
    """Why the quote is let go of."""

    reason = LineField(label="取下げの理由", max_length=400)


class QuestionAnswerForm(BusinessForm):
    """The answer to underwriting's question."""

    answer = TextField(label="引受担当への回答", rows=5)


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
