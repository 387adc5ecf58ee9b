"""Taking the customer's application (申込): refused with the list of what lacks."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.permissions import check_can_solicit
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.periods import at_four, months_after
from products.instalments import Schedule, instalments
from quotes.actions.moving import locked, move
from quotes.checklist import lacking
from quotes.models import Application, Quote, QuoteOption
from quotes.papers import file_application
from quotes.permissions import check_can_apply
from quotes.queries import case_facts, latest_step
from quotes.states import QuoteStatus, StepKind


@action
def apply(
    *,
    quote: Quote,
    option: QuoteOption,
    payment_way: str,
    received_at: datetime,
    received_by: User,
    method: str,
    applicant_name: str,
    applicant_title: str = "",
    by: User,
    at: datetime,
) -> Quote:
    """Take the application. Everything that lacks is said at once; nothing is taken before the list is empty."""
    row = locked(quote)
    received_on = jst(received_at).date()
    check_can_apply(by, row, received_on)
    check_can_solicit(received_by, received_on)
    if received_at > at:
        raise Refused("申込日時に未来の日時は入力できません。", field="received_at")
    if row.offered_minute is not None and received_at < row.offered_minute:
        raise Refused("申込日時が、見積を提示できるようになった日時より前です。", field="received_at")
    chosen = row.options.filter(pk=option.pk).first()
    if chosen is None or chosen.premium_yen is None:
        raise Refused("申込プランを選び直してください。", field="option")
    book = row.product_version.book
    schedule = instalments(chosen.premium_yen, payment_way, book)
    if lacks := lacking(case_facts(row, received_on, received_by), received_at, received_on):
        raise Refused("申込を受け付けるには、次の記録が必要です。", reasons=lacks)
    delivered = latest_step(row, StepKind.DISCLOSURE_DELIVERED)
    assert delivered is not None  # the list lacks nothing
    early = latest_step(row, StepKind.EARLY_START) if at_four(row.inception_on) < received_at else None
    chosen.chosen = True
    chosen.save(update_fields=["chosen"])
    Application.objects.create(
        quote=row, option=chosen, payment_way=payment_way, instalments=due_dates(schedule, row.inception_on),
        inception_on=row.inception_on, received_at=received_at, received_on=received_on, received_by=received_by,
        method=method, applicant_name=applicant_name, applicant_title=applicant_title,
        disclosure_delivered_at=delivered.at, disclosure_delivered_by=delivered.by,
        early_start_reason=early.detail["reason"] if early else "", early_start_approved_by=early.by if early else None,
    )  # fmt: skip
    row.applied_at, row.applied_by = at, by
    move(
        row, QuoteStatus.APPLIED, verb="apply",
        summary=f"見積{row.number}の申込を受け付けました(プラン「{chosen.label}」、{schedule.label})。",
        by=by, at=at, option=chosen.pk, premium_yen=chosen.premium_yen,
    )  # fmt: skip
    file_application(row, by=by, at=at)
    return row


def due_dates(schedule: Schedule, inception_on: date) -> list[dict[str, Any]]:
    """払込予定: the first with the start of cover, then month by month."""
    return [
        {"number": number, "due_on": months_after(inception_on, number - 1).isoformat(), "amount_yen": amount}
        for number, amount in enumerate(schedule.amounts_yen, start=1)
    ]
