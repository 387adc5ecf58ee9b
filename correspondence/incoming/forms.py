"""What a person did about mail that came back, and the search over all that came in."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from core.forms import BusinessForm, LineField, MailField
from core.forms import SearchForm as Search
from correspondence.models import IncomingMail
from correspondence.states import BounceDeed, IncomingKind

WAITING = "waiting"


class BounceForm(BusinessForm):
    """How the customer was reached after all."""

    deed = forms.ChoiceField(label="対応", widget=forms.RadioSelect, choices=BounceDeed.choices)
    new_address = MailField(
        label="新しい宛先", required=False,
        help_text="お聞きしたときに入力すると、お客さまのご担当者の登録も直します。送り直すときは必ず入力します。",
    )  # fmt: skip
    note = LineField(label="対応の内容", max_length=200, help_text="どなたに、どう伝えたか。履歴に残ります。")

    def clean_deed(self) -> BounceDeed:
        return BounceDeed(self.cleaned_data["deed"])


class HandledForm(BusinessForm):
    """What came of a mail that a person read."""

    note = LineField(label="対応の内容", max_length=200, help_text="履歴に残ります。")


class IncomingSearchForm(Search):
    """Mail that came in: by kind, whether it waits for a person, and what subject or sender contain."""

    q = LineField(label="件名・差出人", required=False, max_length=100)
    kind = forms.ChoiceField(label="種類", required=False, choices=[("", "すべて"), *IncomingKind.choices])
    state = forms.ChoiceField(label="対応", required=False, choices=[("", "すべて"), (WAITING, "対応待ち")])

    def filter(self, mails: Any) -> QuerySet[IncomingMail]:
        """Rows the search asks for, newest first."""
        if not self.is_valid():
            return mails.none()
        asked = self.cleaned_data
        if asked["kind"]:
            mails = mails.filter(kind=asked["kind"])
        if asked["state"] == WAITING:
            mails = mails.waiting()
        if asked["q"]:
            mails = mails.filter(Q(subject__icontains=asked["q"]) | Q(sender__icontains=asked["q"]))
        return mails.select_related("letter", "handled_by").order_by("-pk")
