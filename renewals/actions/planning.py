"""The agency's own calendar of letters, its closing days and its own words: said by a manager, from a day on."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.models import key_of
from correspondence.actions import queue_letter
from correspondence.models import Letter, LetterTemplate
from correspondence.states import LetterKind, WordingKind
from products.models import Product
from renewals.letters import Worded
from renewals.models import ClosingDay, LetterPlan
from renewals.permissions import check_can_keep_calendar
from renewals.wordings import mistakes


@action
def plan_letters(
    *,
    product: Product | None,
    valid_from: date,
    is_own: bool,
    opens: int,
    notice: int,
    reminders: Sequence[int],
    answer_by: int,
    on_expiry_day: bool,
    day_after: bool,
    reason: str,
    by: User,
    at: datetime,
) -> LetterPlan:
    """Set the calendar of the agency, or of one product, from a day on. What was planned before stays on record.

    The database refuses a calendar without a notice between 60 and 30 days before the expiry.
    """
    check_can_keep_calendar(by)
    if valid_from < jst(at).date():
        raise Refused("適用開始日は今日以後にしてください。過ぎた日の暦は変えられません。", field="valid_from")
    plan = LetterPlan.objects.create(
        agency=by.agency, product=product, valid_from=valid_from, is_own=is_own, opens=opens, notice=notice,
        reminders=sorted(set(reminders), reverse=True), answer_by=answer_by, on_expiry_day=on_expiry_day,
        day_after=day_after, reason=reason, made_at=at, made_by=by,
    )  # fmt: skip
    what = product.name if product else "全商品"
    days = "・".join(map(str, [opens, notice, *plan.reminders])) if is_own else "標準に戻す"
    words = f"案内の暦({what})を{valid_from:%Y年%-m月%-d日}から変更しました: {days}。{reason}"
    record("renewals.plan_letters", words, about=[plan], by=by, at=at)
    return plan


@action
def set_closing_day(*, on: date, is_closed: bool, reason: str, by: User, at: datetime) -> ClosingDay:
    """Note that the agency is closed on a day, or that it is open after all."""
    check_can_keep_calendar(by)
    if on < jst(at).date():
        raise Refused("過ぎた日の休業は登録できません。", field="on")
    day = ClosingDay.objects.create(agency=by.agency, on=on, is_closed=is_closed, reason=reason, made_at=at, made_by=by)
    words = f"{on:%Y年%-m月%-d日}を{'休業' if is_closed else '営業'}日にしました: {reason}"
    record("renewals.set_closing_day", words, about=[day], by=by, at=at)
    return day


@action
def publish_wording(
    *, kind: str, subject: str, body: str, reason: str, seen_number: int, by: User, at: datetime
) -> LetterTemplate:
    """Publish the agency's own words for a kind of letter as its next version; empty words return to the house's.

    Refused with the place when a field is unknown, something obligatory is missing or anything but fields stands in it.
    """
    check_can_keep_calendar(by)
    wanted = WordingKind(kind)
    if subject or body:
        refuse_mistakes(wanted, subject, body)
    known = LetterTemplate.objects.filter(agency=by.agency, kind=wanted).aggregate(last=Max("number"))["last"] or 0
    if known != seen_number:
        raise Refused("ほかの人が先に新しい版を公開しました。画面を開き直して確認してください。")
    template = LetterTemplate.objects.create(
        agency=by.agency, kind=wanted, number=known + 1, subject=subject, body=body, reason=reason, published_at=at,
        published_by=by,
    )  # fmt: skip
    what = "標準の文面に戻しました" if template.is_house else "文面を公開しました"
    record("renewals.publish_wording", f"{wanted.label}: 第{template.number}版、{what}: {reason}", about=[template],
           by=by, at=at)  # fmt: skip
    return template


@action
def send_test_mail(*, kind: str, text: Worded, by: User, at: datetime) -> Letter:
    """Send a text, filled in for a real contract, to oneself; never to the customer."""
    check_can_keep_calendar(by)
    if not by.email:
        raise Refused("ご自分のメールアドレスが登録されていません。管理者に登録を依頼してください。")
    return queue_letter(
        agency=by.agency, key=f"wording-test:{by.pk}:{kind}:{at.timestamp():.0f}", kind=LetterKind.STAFF_NOTICE,
        to=[by.email], to_name=by.name, subject=f"【テスト】{text.subject}"[:200],
        body=f"これは文面の確認用メールです。お客さまには送られていません。\n\n{text.body}",
        about=[key_of(User, by.pk)], by=by, at=at,
    )  # fmt: skip


def refuse_mistakes(kind: WordingKind, subject: str, body: str) -> None:
    """Refuse a text that could go wrong, with every mistake and its place."""
    found = mistakes(kind, subject, body)
    for where, label in (("subject", "件名"), ("body", "本文")):
        if where in found:
            first, *rest = (f"{label} {mistake}" for mistake in found[where])
            raise Refused(first, field=where, reasons=rest)
