"""What does not go together in a demo customer's form: told as it was, or explained."""

from datetime import datetime
from typing import Any

from accounts.queries import robot
from core.doors import perform
from demo.office import Case
from portal.actions import explain_as_customer
from portal.models import Visitor
from quotes import actions as quotes
from quotes.contradicting import Contradiction, contradictions_of
from quotes.models import Quote
from quotes.queries import case_of

_TOLD = "当社が受け付けた事故のとおり。原因を調べ、再発防止策を実施した。"
# What the customer corrects when he is shown it: an event that was reported to us did happen.
_CORRECTED: dict[str, dict[str, Any]] = {
    "claim_but_no_incident": {"prior_incident": "yes", "incident_detail": _TOLD},
    "attacked_but_never": {"past_attack": "yes", "incident_detail": _TOLD},
    "open_claim_but_no_circumstances": {"known_circumstances": "yes", "circumstances_detail": _TOLD},
}
_WORDS = {
    "circumstances_vanished": "昨年のおそれは調査の結果、漏えいがないと分かり、対応を終えました。",
    "measure_dropped": "専門会社との契約が昨年終わりました。来期に再開する予定です。",
    "forms_disagree": "前の見積の後に確認し直し、こちらの回答が正しいと分かりました。",
    "claim_but_no_incident": "連絡した出来事は、調査の結果、補償の対象となる事故に当たりませんでした。",
    "open_claim_but_no_circumstances": "連絡した出来事は、調査の結果、請求につながらないと分かりました。",
}
_OTHERWISE = "担当部署に確認し、どちらも記載のとおりで間違いありません。"


def settle_alone(visitor: Visitor, at: datetime) -> None:
    """On his own page the customer explains what he is shown."""
    for one in _open(visitor.invitation.quote):
        text = _WORDS.get(one.finding.code, _OTHERWISE)
        fingerprint = one.finding.fingerprint
        perform(explain_as_customer, visitor=visitor, fingerprint=fingerprint, text=text, by=robot(), at=at)


def settle(quote: Quote, case: Case, at: datetime) -> None:
    """The solicitor shows the customer both places; he corrects what was wrong and explains the rest."""
    asked = {question.id for question in quote.product_version.book.questions}
    corrected: dict[str, Any] = {}
    for one in _open(quote):
        corrected |= {name: value for name, value in _CORRECTED.get(one.finding.code, {}).items() if name in asked}
    who = {"source": "PHONE", "given_by": case.company.contact, "by": case.person, "at": at}
    if corrected:
        perform(quotes.save_answers, quote=quote, values=corrected, **who)
    for one in _open(quote):
        text = _WORDS.get(one.finding.code, _OTHERWISE)
        perform(quotes.explain_contradiction, quote=quote, fingerprint=one.finding.fingerprint, text=text, **who)


def _open(quote: Quote) -> list[Contradiction]:
    quote.refresh_from_db()
    return [one for one in contradictions_of(quote, case_of(quote)) if not one.is_settled]
