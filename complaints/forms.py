"""Forms of the ledger: take one down, add a line, end it, find one, hand it out."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import able_staff
from complaints.models import Complaint
from complaints.states import OPEN_STATUSES, WRITTEN, Channel, ComplaintStatus
from core.forms import BusinessForm, JapaneseDateField, JapaneseDateTimeField, LineField, SearchForm, TextField
from customers.models import Customer
from policies.models import Policy
from quotes.models import Quote

OPEN = "open"


class ComplaintForm(BusinessForm):
    """What was said, by whom, how and when."""

    received_at = JapaneseDateTimeField(label="受付日時")
    channel = forms.ChoiceField(label="経路", choices=Channel.choices)
    complainant = LineField(label="申出人", max_length=100)
    policy = forms.ModelChoiceField(
        label="契約", queryset=Policy.objects.none(), required=False, empty_label="特になし・分からない"
    )
    quote = forms.ModelChoiceField(
        label="見積", queryset=Quote.objects.none(), required=False, empty_label="特になし・分からない"
    )
    owner = forms.ModelChoiceField(label="担当者", queryset=User.objects.none(), empty_label=None)
    content = TextField(
        label="内容", help_text="申出人の言葉のとおりに書きます。不満足の表明は、すべて苦情として記録します。"
    )

    def __init__(self, *args: Any, user: User, customer: Customer | None, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("policy", Policy.objects), ("quote", Quote.objects)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            if customer is None:
                del self.fields[name]
            else:
                field.queryset = rows.filter(customer=customer).order_by("-pk")
        people = self.fields["owner"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = able_staff(user.agency, on)
        people.initial = user.pk

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        names = [Div(name, css_class="wide") if name == "content" else name for name in self.fields]
        helper.layout = Layout(Div(*names, css_class="field-grid"))
        return helper


class AssignForm(BusinessForm):
    """担当替え."""

    owner = forms.ModelChoiceField(label="新しい担当者", queryset=User.objects.none())

    def __init__(self, *args: Any, complaint: Complaint, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["owner"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = able_staff(complaint.agency, on).exclude(pk=complaint.owner_id)


class LineForm(BusinessForm):
    """One more line."""

    kind = forms.ChoiceField(label="種類", choices=[(kind.value, kind.label) for kind in WRITTEN])
    on = JapaneseDateField(label="行った日")
    text = TextField(label="内容")


class WordsForm(BusinessForm):
    """The words that go with a deed."""

    text = TextField(label="内容・理由")


class ExportForm(BusinessForm):
    """Why the ledger leaves the house, and in which letters."""

    reason = LineField(label="出力の理由", max_length=200, help_text="履歴に残ります。")
    encoding = forms.ChoiceField(label="文字コード", choices=[("utf-8", "UTF-8"), ("cp932", "Shift_JIS(CP932)")])


class ComplaintSearchForm(SearchForm):
    """The list's search; it owns the filtering."""

    q = LineField(label="番号・申出人・お客さま", required=False, max_length=100)
    status = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), (OPEN, "未完了"), *ComplaintStatus.choices]
    )
    received_from = JapaneseDateField(label="受付日(から)", required=False)
    received_until = JapaneseDateField(label="受付日(まで)", required=False)

    def filter(self, complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
        """Rows the cleaned fields ask for, newest first; an invalid search finds nothing and says why."""
        if not self.is_valid():
            return complaints.none()
        cleaned = self.cleaned_data
        if words := cleaned["q"].strip():
            customers = Customer.objects.search(words).values("pk")
            found = Q(number__istartswith=words) | Q(complainant__icontains=words) | Q(customer__in=customers)
            complaints = complaints.filter(found)
        if cleaned["status"]:
            wanted = OPEN_STATUSES if cleaned["status"] == OPEN else [cleaned["status"]]
            complaints = complaints.filter(status__in=wanted)
        if cleaned["received_from"]:
            complaints = complaints.filter(received_at__date__gte=cleaned["received_from"])
        if cleaned["received_until"]:
            complaints = complaints.filter(received_at__date__lte=cleaned["received_until"])
        return complaints.order_by("-received_at", "-pk")
