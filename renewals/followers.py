"""Renewals follow what happens to quotes and policies, in the same transaction (docs/shape.md)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from claims.models import Claim
from claims.signals import claim_tied
from core.errors import Refused
from correspondence.models import Bounce, IncomingMail, Letter
from correspondence.signals import bounce_handled, letter_answered, letter_bounced, letter_waits_again, resend_asked
from policies.models import Endorsement, Policy
from policies.signals import policies_cancelled, policies_ended, policy_changed
from portal.models import Invitation, SignOff
from portal.signals import questionnaire_signed
from quotes.models import Quote
from quotes.signals import quote_moved
from quotes.states import QuoteStatus
from renewals.actions.closing import mark_uninsured
from renewals.actions.correcting import cancel_renewals, correct_renewal
from renewals.actions.moving import locked, save
from renewals.actions.opening import open_renewal
from renewals.actions.resending import send_notice_again
from renewals.actions.responding import take_signed_answers
from renewals.actions.taking_back import take_back_end_of_cover, take_back_letters, take_back_postponed
from renewals.actions.undelivered import clear_undelivered, note_undelivered, take_answer
from renewals.models import Renewal
from renewals.papers import file_renewal_offer
from renewals.states import RenewalStatus

_FELL_AWAY = {QuoteStatus.WITHDRAWN, QuoteStatus.LAPSED, QuoteStatus.DECLINED}
_HELD = {RenewalStatus.QUOTED, RenewalStatus.APPLIED}
# A draft follows its contract, so what is judged from it knows of the change. What an underwriter had before him when
# the contract changed does not: his decision leaves the change to be spoken of.
_KNOWN = ""


@receiver(quote_moved, sender=Quote)
def follow_quote(*, quote: Quote, before: str, by: User, at: datetime, **_: Any) -> None:
    """Offered → 見積提示, applied → 申込受領, issued → 更改済 with the new contract; fallen away → back again."""
    policy = quote.renewal_of
    if policy is None:
        if quote.resumes is not None and quote.status == QuoteStatus.ISSUED:
            take_back_end_of_cover(quote.resumes, by=by, at=at)
        return
    known = Renewal.objects.filter(policy=policy).first()
    if known is None and quote.is_open:
        known = open_renewal(policy=policy, by=by, at=at)
    if known is None:
        return
    renewal = locked(known)
    if not renewal.is_open:
        return
    match quote.status:
        case QuoteStatus.REFERRED if before == QuoteStatus.DRAFT and renewal.correction:
            renewal.correction = _KNOWN
            words = f"見積{quote.number}は、案内の後の変更を含めて引受の判断を待っています。"
            save(renewal, "follow_quote", words, by=by, at=at, more=[quote])
        case QuoteStatus.OFFERED if renewal.status != RenewalStatus.APPLIED:
            if before == QuoteStatus.DRAFT:
                renewal.correction = _KNOWN
            _carry(renewal, quote, RenewalStatus.QUOTED, f"見積{quote.number}を提示できます。", by, at)
            file_renewal_offer(renewal, by=by, at=at)
        case QuoteStatus.APPLIED:
            _carry(renewal, quote, RenewalStatus.APPLIED, f"見積{quote.number}の申込を受けました。", by, at)
        case QuoteStatus.ISSUED:
            assert quote.policy is not None
            _check_told(renewal)
            renewal.successor = quote.policy
            renewal.outcome_at, renewal.outcome_by = at, by
            words = f"{policy.number}を{quote.policy.number}に更改しました。"
            _carry(renewal, quote, RenewalStatus.RENEWED, words, by, at)
        case status if status in _FELL_AWAY and renewal.quote_id == quote.pk and renewal.status in _HELD:
            words = f"見積{quote.number}が「{quote.get_status_display()}」になりました。続けるには作り直してください。"
            _carry(renewal, None, _before_the_quote(renewal), words, by, at)


def _carry(renewal: Renewal, quote: Quote | None, status: RenewalStatus, words: str, by: User, at: datetime) -> None:
    renewal.quote, renewal.status = quote, status
    save(renewal, "follow_quote", words, by=by, at=at, more=[quote] if quote else [])
    take_back_letters(renewal, by=by, at=at)


def _check_told(renewal: Renewal) -> None:
    """What was applied for was judged without what happened since: somebody has to have spoken of it first."""
    if renewal.correction:
        raise Refused(
            f"案内の後にご契約の変更がありました({renewal.correction})。お客さまと保険会社に確認し、"
            "更改の画面でお客さまの回答を記録してから発行してください。"
        )


def _before_the_quote(renewal: Renewal) -> RenewalStatus:
    """Where it stood: answered, notified, or untouched."""
    if renewal.responded_at is not None:
        return RenewalStatus.RESPONDED
    return RenewalStatus.NOTIFIED if renewal.notified_at is not None else RenewalStatus.OPEN


@receiver(questionnaire_signed, sender=Invitation)
def follow_signature(*, invitation: Invitation, sign_off: SignOff, by: User, at: datetime, **_: Any) -> None:
    """The customer signed the answers of a renewal by link: judged at once."""
    if invitation.quote.renewal_of_id is not None:
        take_signed_answers(quote=invitation.quote, sign_off=sign_off, by=by, at=at)


@receiver(policies_ended, sender=Policy)
def follow_expiry(*, policies: Sequence[Policy], by: User, at: datetime, **_: Any) -> None:
    """No policy is 満期 while its renewal is still in work: whoever ends it, 無保険 is marked with it."""
    mark_uninsured(Renewal.objects.filter(policy__in=[policy.pk for policy in policies]), by=by, at=at)


@receiver(letter_bounced, sender=Bounce)
def follow_bounce(*, bounce: Bounce, by: User, at: datetime, **_: Any) -> None:
    """A notice or reminder came back: the owner phones today."""
    note_undelivered(bounce=bounce, by=by, at=at)


@receiver(bounce_handled, sender=Bounce)
def follow_handled_bounce(*, bounce: Bounce, by: User, at: datetime, **_: Any) -> None:
    clear_undelivered(bounce=bounce, by=by, at=at)


@receiver(resend_asked, sender=Bounce)
def follow_new_address(*, bounce: Bounce, address: str, by: User, at: datetime, **_: Any) -> Letter | None:
    return send_notice_again(bounce=bounce, address=address, by=by, at=at)


@receiver(policies_cancelled, sender=Policy)
def follow_cancellation(*, policies: Sequence[Policy], reason: str, by: User, at: datetime, **_: Any) -> None:
    """What has ended is not renewed: the renewal ends as 解約済 with the contract's own reason."""
    cancel_renewals(policies=policies, reason=reason, by=by, at=at)


@receiver(letter_waits_again, sender=Letter)
def follow_postponed(*, letter: Letter, by: User, at: datetime, **_: Any) -> None:
    """What was being sent while its contract ended, or its customer went on, is not tried again."""
    take_back_postponed(letter=letter, by=by, at=at)


@receiver(letter_answered, sender=IncomingMail)
def follow_answer(*, mail: IncomingMail, by: User, at: datetime, **_: Any) -> None:
    """Somebody wrote back: the renewal's owner reads it."""
    take_answer(mail=mail, by=by, at=at)


@receiver(policy_changed, sender=Policy)
def follow_endorsement(*, policy: Policy, endorsement: Endorsement, by: User, at: datetime, **_: Any) -> None:
    """The next contract is proposed on what the contract says now."""
    words = "、".join(one["label"] for one in endorsement.changes)
    cause = f"第{endorsement.number}回異動: {words}"
    correct_renewal(policy=policy, cause=cause, key=f"endorsement-{endorsement.number}", is_changed=True, by=by, at=at)


@receiver(claim_tied, sender=Claim)
def follow_claim(*, claim: Claim, by: User, at: datetime, **_: Any) -> None:
    """An event of the term speaks in the renewal (checks: experience), also of one that is renewed already."""
    assert claim.policy is not None
    cause = f"事故の受付 {claim.number}"
    correct_renewal(policy=claim.policy, cause=cause, key=f"claim-{claim.number}", is_changed=False, by=by, at=at)
