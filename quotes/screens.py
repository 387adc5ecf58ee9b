"""What a quote's pages show: the folder with its next step and its deeds. Reads, decides nothing, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.permissions import check_can_solicit
from core.clock import jst
from core.errors import Refused
from core.history import latest_events
from core.screens import Button, why_not
from correspondence.queries import documents_about, letters_about, papers_about
from products.book import Book
from products.risks import Selection, riders_in_force
from products.scoring import YES_NO
from quotes import permissions
from quotes.beside import panels_of
from quotes.checklist import SPOKEN_POINTS, Item, checklist
from quotes.facts import selection_from
from quotes.missing import missing_for_submission
from quotes.models import Application, Condition, Quote, QuoteOption, Referral, Step
from quotes.pricing import other_products
from quotes.queries import Case, case_facts, case_of, open_referral, steps_in_force
from quotes.questionnaire import sections
from quotes.states import QuoteStatus


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One line of a cover as people compare it."""

    label: str
    yen: int


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option with its cover in words."""

    option: QuoteOption
    cover: tuple[CoverLine, ...]
    riders: tuple[str, ...]
    waiting_hours: int


def option_view(option: QuoteOption, book: Book) -> OptionView:
    selection = selection_from(option.selection)
    riders = tuple(rider.label for rider in book.riders if rider.code in riders_in_force(selection, book))
    return OptionView(option, cover_lines(selection, book), riders, selection.waiting_hours)


def cover_lines(selection: Selection, book: Book) -> tuple[CoverLine, ...]:
    """Limits above zero, then the deductible."""
    limits = [CoverLine(part.label, selection.limit(part.code)) for part in book.coverages]
    return (*(line for line in limits if line.yen), CoverLine("自己負担額", selection.deductible_yen))


def taker_for(quote: Quote, user: User, on: date) -> User:
    """Who would take the application: the one who looks, if licensed, else the person in charge."""
    return quote.in_charge if why_not(check_can_solicit, user, on) else user


def items_of(quote: Quote, user: User, at: datetime) -> tuple[Item, ...]:
    """The checklist as it stands now; once the application was taken, as it stood then."""
    taken: Application | None = getattr(quote, "application", None)
    if taken is not None:
        facts = case_facts(quote, taken.received_on, taken.received_by)
        return checklist(facts, taken.received_at, taken.received_on)
    on = jst(at).date()
    return checklist(case_facts(quote, on, taker_for(quote, user, on)), at, on)


def folder(quote: Quote, user: User, at: datetime) -> dict[str, Any]:
    """The context of the quote's own page."""
    on = jst(at).date()
    case = case_of(quote)
    options = list(quote.options.all())
    missing = missing_for_submission(quote, case, options) if quote.status == QuoteStatus.DRAFT else []
    items = items_of(quote, user, at) if quote.is_open else ()
    industry = case.book.industry(case.facts.industry)
    application = getattr(quote, "application", None)
    payment = case.book.payment(application.payment_way) if application else None
    return {
        "quote": quote,
        "case": case,
        "book": case.book,
        "industry": industry.label if industry else "",
        "missing": missing,
        "next_step": next_step(quote, missing, [item.lack for item in items if item.lack]),
        "deeds": deeds(quote, user, at, missing),
        "options": [option_view(option, case.book) for option in options],
        "sections": questionnaire_sections(quote, case),
        "others": other_products(quote) if quote.status == QuoteStatus.DECLINED else [],
        "conditions": condition_views(quote, on),
        "referrals": [referral_view(referral, on) for referral in _referrals(quote)],
        "items": items,
        "steps": step_views(quote),
        "application": application,
        "payment_label": payment.label if payment else "",
        "papers": papers_about(quote),
        "documents": documents_about(quote),
        "letters": letters_about(quote),
        "panels": panels_of(quote, user, at),
        "events": latest_events(quote),
    }


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition of the present edition; `is_late` on its day while nobody has noted that it is met."""

    condition: Condition
    is_late: bool


def condition_views(quote: Quote, on: date) -> list[ConditionView]:
    """Also after issue: a condition lives until it is met or waived."""
    rows = quote.conditions.filter(edition=quote.edition).select_related("settled_by", "document")
    return [ConditionView(row, row.is_late(on)) for row in rows]


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral with its clock in words."""

    referral: Referral
    clock: str
    urgency: str


def _referrals(quote: Quote) -> QuerySet[Referral]:
    rows = quote.referrals.select_related("asked_by", "decided_by")
    return rows.prefetch_related("notes__written_by", "notes__handed_to", "reasons")


def referral_view(referral: Referral, on: date) -> ReferralView:
    """あと3日, 本日まで, 2日超過."""
    left = referral.days_left(on)
    if left < 0:
        return ReferralView(referral, f"{-left}日超過", "bad")
    return ReferralView(referral, f"あと{left}日" if left else "本日まで", "wait" if left > 1 else "warn")


@dataclass(frozen=True, slots=True)
class StepView:
    """A line of the record of solicitation, with what it says in words."""

    step: Step
    lines: tuple[str, ...]
    in_force: bool


_DETAIL_WORDS = {
    "text": "意向", "changes": "変わった点", "shown": "提示した商品", "recommended": "推奨したプラン",
    "criteria": "重視した点", "reason": "理由", "replaced": "乗換え元の保険",
    "source": "確認した資料", "kinds": "内容", "to": "宛先", "insurers": "取扱保険会社",
}  # fmt: skip
_RESULTS = {"clear": "該当なし", "doubt": "疑いあり", "hit": "該当あり"}


def step_views(quote: Quote) -> list[StepView]:
    """The whole record; corrected lines stay and are struck out."""
    standing = {step.pk for step in steps_in_force(quote)}
    steps = quote.steps.select_related("by", "paper").order_by("at", "pk")
    return [StepView(step, tuple(_detail_lines(step.detail)), step.pk in standing) for step in steps]


def _detail_lines(detail: dict[str, Any]) -> Iterator[str]:
    for name, value in detail.items():
        if name == "declarations":
            yield from (f"{said['wording']} {YES_NO[said['value']]}" for said in value)
        elif name in SPOKEN_POINTS:
            yield f"{SPOKEN_POINTS[name]}: {'説明済' if value else '未説明'}"
        elif name == "replaces":
            yield f"ほかの保険からの乗換え: {YES_NO[value]}"
        elif name == "result":
            yield f"結果: {_RESULTS[value]}"
        elif name in _DETAIL_WORDS:
            yield f"{_DETAIL_WORDS[name]}: {'、'.join(value) if isinstance(value, list) else value}"


def questionnaire_sections(quote: Quote, case: Case) -> list[Any]:
    """The sections with their progress; none for a product without questions."""
    return sections(case.book, quote.answers.all(), case.risk.facts) if case.book.questions else []


def next_step(quote: Quote, missing: list[str], lacks: list[str]) -> str:
    """What somebody does now, in a sentence."""
    match quote.status:
        case QuoteStatus.DRAFT:
            return missing[0] if missing else "入力がそろいました。「判定する」を押してください。"
        case QuoteStatus.REFERRED:
            if awaits_carrier(quote):
                return "保険会社の見積りを待っています。回答が届いたら「保険会社の回答を登録」を押してください。"
            return "引受担当の判断を待っています。"
        case QuoteStatus.ASKED:
            return "引受担当の質問に回答してください。"
        case QuoteStatus.OFFERED:
            return lacks[0] if lacks else "記録がそろいました。申込を受け付けられます。"
        case QuoteStatus.APPLIED:
            return "内容を確認し、承諾して証券を発行してください。"
    return quote.closed_reason


def awaits_carrier(quote: Quote) -> bool:
    """Whether nothing but the carrier's price is missing."""
    referral = open_referral(quote)
    return referral is not None and referral.awaits_carrier_only


def deeds(quote: Quote, user: User, at: datetime, missing: list[str]) -> list[Button]:
    """The deeds of an open quote: live, or grey with the reason."""
    if not quote.is_open:
        return []
    on = jst(at).date()

    def url(name: str) -> str:
        return reverse(f"quotes:{name}", args=[quote.number])

    # A deed on an old page is refused: somebody may have changed the case in the meantime.
    seen = f"?seen_version={quote.version}"
    buttons = []
    if quote.status == QuoteStatus.DRAFT:
        reason = why_not(_check_complete, user, quote, missing)
        buttons.append(Button("判定する", f"{url('submit')}{seen}", reason, method="post", style="primary"))
    if quote.status == QuoteStatus.REFERRED and awaits_carrier(quote):
        reason = why_not(permissions.check_can_write, user)
        buttons.append(Button("保険会社の回答を登録", url("carrier-answer"), reason, style="primary"))
    if quote.status == QuoteStatus.ASKED or _is_asked_beside(quote):
        reason = why_not(permissions.check_can_write, user)
        buttons.append(Button("質問に回答する", url("answer-question"), reason, style="primary"))
    reason = why_not(permissions.check_can_apply, user, quote, on)
    if quote.status in {QuoteStatus.DRAFT, QuoteStatus.REFERRED, QuoteStatus.ASKED, QuoteStatus.OFFERED}:
        style = "primary" if quote.status == QuoteStatus.OFFERED else "outline-primary"
        buttons.append(Button("申込へ進む", url("apply"), reason, style=style))
    if quote.status == QuoteStatus.APPLIED:
        reason = why_not(permissions.check_can_issue_quote, user, quote)
        confirm = "申込を承諾して証券を発行します。よろしいですか。"
        issue = Button("承諾して証券を発行", url("issue"), reason, method="post", style="primary", confirm=confirm)
        buttons.append(issue)
    if quote.status in {QuoteStatus.OFFERED, QuoteStatus.APPLIED}:
        reason = why_not(permissions.check_can_send_quotation, user, quote)
        buttons.append(Button("見積書をメールで送る", url("send"), reason))
    if quote.status == QuoteStatus.OFFERED:
        reason = why_not(permissions.check_can_revise_quote, user, quote)
        confirm = "見積を作成中に戻して改訂します。"
        buttons.append(Button("改訂する", f"{url('revise')}{seen}", reason, method="post", confirm=confirm))
    buttons.append(Button("取り下げる", url("withdraw"), why_not(permissions.check_can_withdraw_quote, user, quote)))
    return buttons


def _is_asked_beside(quote: Quote) -> bool:
    """An offer that stands, while underwriting asks about a later step."""
    referral = open_referral(quote) if quote.status in {QuoteStatus.OFFERED, QuoteStatus.APPLIED} else None
    return referral is not None and referral.status == Referral.Status.ASKED


def _check_complete(user: User, quote: Quote, missing: list[str]) -> None:
    permissions.check_can_submit_quote(user, quote)
    if missing:  # the page lists them beside the button
        raise Refused(f"判定までに必要なことが{len(missing)}点あります。")
