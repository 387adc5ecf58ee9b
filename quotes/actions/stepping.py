"""Writing the record of solicitation. Lines are only added; a correction is a new line."""

from datetime import datetime
from typing import Any

from accounts.models import Role, User
from accounts.permissions import check_can_solicit
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from correspondence.models import Paper
from customers.queries import consents_of
from customers.rules import may_go_by
from quotes.actions.conditioning import consent_to_conditions
from quotes.actions.moving import about, locked
from quotes.checklist import needs_e_consent
from quotes.models import Quote, Step
from quotes.papers import file_intent
from quotes.permissions import check_can_record_step
from quotes.queries import insurers_sold, steps_in_force
from quotes.states import CUSTOMERS_WORD, Method, QuoteStatus, StepKind

# What only a licensed person may do with a customer (practice 2-5); checking a list needs no licence.
_SOLICITING = {
    StepKind.AUTHORITY_SHOWN, StepKind.COMPARISON, StepKind.INTENT_FIRST, StepKind.INTENT_FINAL,
    StepKind.DISCLOSURE_DELIVERED, StepKind.DISCLOSURE_EXPLAINED, StepKind.CONDITION_CONFIRMED,
    StepKind.SWITCHING_EXPLAINED,
}  # fmt: skip
# Steps about an offer's papers wait for the offer.
_NEED_OFFER = {
    StepKind.DISCLOSURE_DELIVERED, StepKind.DISCLOSURE_EXPLAINED, StepKind.QUESTIONNAIRE_SIGNED,
    StepKind.INTENT_FINAL, StepKind.CONDITION_CONFIRMED, StepKind.QUOTATION_SENT,
}  # fmt: skip


@action
def record_step(
    *,
    quote: Quote,
    kind: str,
    happened_at: datetime,
    method: str,
    counterpart: str = "",
    detail: dict[str, Any] | None = None,
    paper: Paper | None = None,
    corrects: Step | None = None,
    done_by: User | None = None,
    by: User,
    at: datetime,
) -> Step:
    """Write down one deed of solicitation: what, when, how, with whom, by whom (`done_by`, else `by`).

    Electronic delivery is refused without a consent given before. Telling our authority also tells how many insurers
    we sell for; where it is one, that is the whole comparison (practice 2-2).
    """
    row = locked(quote)
    actor = done_by or by
    step_kind = StepKind(kind)
    check_can_record_step(by, row)
    _check_person(actor, step_kind, row, happened_at)
    if happened_at > at:
        raise Refused("実施日時に未来の日時は入力できません。", field="at")
    if step_kind in _NEED_OFFER and row.status not in {QuoteStatus.OFFERED, QuoteStatus.APPLIED}:
        raise Refused("この記録は、見積が提示できる状態になってから行ってください。")
    if row.offered_minute and step_kind in _NEED_OFFER and happened_at < row.offered_minute:
        raise Refused("実施日時が、見積を提示できるようになった日時より前です。日時を確認してください。", field="at")
    if corrects is not None and (corrects.quote_id != row.pk or corrects.kind != kind):
        raise Refused("訂正する記録が違います。画面を開き直してください。")
    if step_kind in CUSTOMERS_WORD:
        raise Refused("電磁的方法の承諾と撤回は、お客さまの画面の「電磁的方法の承諾」に記録してください。")
    if needs_e_consent(kind, method) and not may_go_by(consents_of(row.customer), method, happened_at):
        raise Refused(
            "電磁的方法(メール・Web)で交付するには、先にお客さまの承諾が必要です。"
            "承諾を記録するか、対面か郵送で交付してください。",
            field="method",
        )
    if step_kind == StepKind.INTENT_FINAL:
        standing = [step for step in steps_in_force(row) if corrects is None or step.pk != corrects.pk]
        paper = file_intent(
            row, standing, detail or {}, happened_at=happened_at, method=method, told_by=counterpart, by=actor, at=at
        )
    step = Step.objects.create(
        quote=row, edition=row.edition, kind=kind, at=happened_at, method=method, by=actor,
        counterpart=counterpart, detail=detail or {}, paper=paper, recorded_at=at, recorded_by=by, corrects=corrects,
    )  # fmt: skip
    words = "を訂正しました" if corrects else "を記録しました"
    record(
        "quotes.record_step", f"{step_kind.label}{words}({Method(method).label})。",
        about=about(row), by=by, at=at, step=step.pk,
    )  # fmt: skip
    if step_kind == StepKind.CONDITION_CONFIRMED:
        consent_to_conditions(row, by, at)
    if step_kind == StepKind.AUTHORITY_SHOWN:
        _tell_insurers(row, step)
    return step


def _check_person(actor: User, kind: StepKind, quote: Quote, happened_at: datetime) -> None:
    if kind in _SOLICITING:
        check_can_solicit(actor, jst(happened_at).date())
    if kind == StepKind.EARLY_START and actor.role != Role.MANAGER:
        raise Refused("始期が申込日より前となる契約は、管理者が理由を付けて承認してください。")


def _tell_insurers(quote: Quote, step: Step) -> None:
    """One insurer: say so, and the comparison is done. Several: the comparison is its own conversation."""
    insurers = insurers_sold(quote.inception_on)
    if len(insurers) == 1:
        Step.objects.create(
            quote=quote, edition=quote.edition, kind=StepKind.COMPARISON, at=step.at, method=step.method, by=step.by,
            counterpart=step.counterpart, detail={"insurers": insurers, "single": True},
            recorded_at=step.recorded_at, recorded_by=step.recorded_by,
        )  # fmt: skip
