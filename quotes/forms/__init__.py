"""What people type about a quote, cleaned."""

from quotes.forms.drafting import DeclarationsForm, FactsForm, GiverForm, NewQuoteForm, SelectionForm
from quotes.forms.referring import CarrierAnswerForm, ConditionForm, QuestionAnswerForm, SendForm, WithdrawForm
from quotes.forms.searching import QuoteSearchForm
from quotes.forms.soliciting import ApplyForm, StepForm, step_form

__all__ = [
    "ConditionForm",
    "ApplyForm",
    "CarrierAnswerForm",
    "DeclarationsForm",
    "FactsForm",
    "GiverForm",
    "NewQuoteForm",
    "QuestionAnswerForm",
    "QuoteSearchForm",
    "SelectionForm",
    "SendForm",
    "StepForm",
    "WithdrawForm",
    "step_form",
]
