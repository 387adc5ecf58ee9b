"""Quotes, the answers of the questionnaire, the options offered, referrals, the record of solicitation."""

from quotes.models.adjustments import PremiumChange
from quotes.models.answers import Answer, Explanation
from quotes.models.applications import Application
from quotes.models.authorities import Authority
from quotes.models.carriers import CarrierAnswer
from quotes.models.conditions import Condition
from quotes.models.effects import EffectLine, EffectRun
from quotes.models.options import QuoteOption
from quotes.models.quotes import Quote, QuoteQuerySet
from quotes.models.reasons import Reason
from quotes.models.referrals import Referral, ReferralNote
from quotes.models.steps import Step

__all__ = [
    "Answer",
    "Application",
    "Authority",
    "CarrierAnswer",
    "Condition",
    "EffectLine",
    "EffectRun",
    "Explanation",
    "PremiumChange",
    "Quote",
    "QuoteOption",
    "QuoteQuerySet",
    "Reason",
    "Referral",
    "ReferralNote",
    "Step",
]
