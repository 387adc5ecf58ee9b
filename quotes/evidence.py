"""A quote's own record as plain lines, for the pack that proves it (募集証跡パック)."""

from collections.abc import Iterator
from typing import Any

from core.money import format_yen
from core.telling import Fact, Line, Section, told
from policies.terms import Receipt
from products.book import Book
from quotes.facts import selection_from
from quotes.models import (
    Answer,
    Application,
    CarrierAnswer,
    Condition,
    Explanation,
    PremiumChange,
    Quote,
    QuoteOption,
    Reason,
    Referral,
    ReferralNote,
    Step,
)
from quotes.papers.questionnaire import DECLARED, said_to
from quotes.queries import case_of
from quotes.screens import cover_lines, step_views


def evidence_of(quote: Quote) -> list[Section]:
    """Everything the quote's tables say about it, in the order of the work."""
    book = quote.product_version.book
    return [
        Section("quote", "見積", tuple(_quote(quote)), (Quote,)),
        Section("steps", "募集記録(意向・比較・説明・交付・確認)", tuple(_steps(quote)), (Step,)),
        Section("answers", "告知の回答", tuple(_answers(quote, book)), (Answer,)),
        Section("explanations", "告知の矛盾への説明", tuple(_explanations(quote)), (Explanation,)),
        Section("options", "見積プランと保険料", tuple(_options(quote, book)), (QuoteOption,)),
        Section(
            "underwriting", "引受照会と判断", tuple(_underwriting(quote)),
            (Referral, ReferralNote, Reason, CarrierAnswer, PremiumChange),
        ),
        Section("conditions", "引受条件", tuple(_conditions(quote)), (Condition,)),
        Section("application", "申込と承諾", tuple(_application(quote)), (Application,)),
    ]  # fmt: skip


def _quote(quote: Quote) -> Iterator[Line]:
    case, version = case_of(quote), quote.product_version
    industry = case.book.industry(case.facts.industry)
    approval = case.book.approval
    facts: list[Fact] = [
        ("お客さま", f"{quote.customer.name}({quote.customer.number})"),
        ("保険会社", case.book.insurer),
        ("商品", f"{version.product.name}({version.starts_on:%Y/%m/%d}改定)"),
        ("承認番号", approval.number or approval.text),
        ("業種", industry.label if industry else ""),
        ("年間売上高(税込)", format_yen(case.facts.sales_yen) if case.facts.sales_yen else ""),
        ("判定の理由", "\n".join(reason["sentence"] for reason in quote.verdict)),
    ]
    omits = ("agency", "customer", "product_version", "facts", "verdict")
    yield told(quote, quote.number, at=quote.opened_at, facts=facts, omits=omits)


def _steps(quote: Quote) -> Iterator[Line]:
    for view in step_views(quote):
        step = view.step
        facts = [("内容", "\n".join(view.lines)), ("書類", step.paper.title if step.paper else "")]
        yield told(
            step, step.get_kind_display(), at=step.at, facts=facts, omits=("quote", "kind", "detail", "paper", "at"),
            is_superseded=not view.in_force,
        )  # fmt: skip


def _answers(quote: Quote, book: Book) -> Iterator[Line]:
    questions = {question.id: question for question in book.questions}
    rows = quote.answers.select_related("answered_by", "evidence", "carried_from__quote").order_by("pk")
    for answer in rows:
        question = questions.get(answer.question_id)
        if question is not None and answer.value not in (None, ""):
            words = said_to(question, answer)
        else:
            words = DECLARED.get(str(answer.value), "未回答" if answer.value in (None, "") else str(answer.value))
        source = answer.carried_from
        facts: list[Fact] = [
            ("回答", words),
            ("引継ぎ元", f"見積{source.quote.number} {source.wording}" if source else ""),
        ]
        title = f"{answer.wording}(質問文 第{answer.wording_version}版)"
        omits = ("quote", "wording", "wording_version", "value", "carried_from", "answered_at")
        yield told(answer, title, at=answer.answered_at, facts=facts, omits=omits)


def _explanations(quote: Quote) -> Iterator[Line]:
    for row in quote.explanations.select_related("explained_by"):
        yield told(row, row.sentence, at=row.explained_at, omits=("quote", "sentence", "explained_at"))


def _options(quote: Quote, book: Book) -> Iterator[Line]:
    for option in quote.options.all():
        selection = selection_from(option.selection)
        cover = "\n".join(f"{line.label} {format_yen(line.yen)}" for line in cover_lines(selection, book))
        facts = [("補償", cover), ("保険料の計算", "\n".join(_receipt(option.receipt)))]
        yield told(option, option.label, facts=facts, omits=("quote", "label", "selection", "receipt"))


def _receipt(stored: dict[str, Any] | None) -> Iterator[str]:
    if stored:
        for line in Receipt.model_validate(stored, strict=False).lines:
            yield f"{line.label} {line.amount}円({line.source})"


def _underwriting(quote: Quote) -> Iterator[Line]:
    referrals = quote.referrals.select_related("asked_by", "decided_by").prefetch_related("notes__written_by")
    for referral in referrals:
        yield told(referral, "引受照会", at=referral.asked_at, omits=("quote", "snapshot"))
        for note in referral.notes.all():
            yield told(note, f"照会の{note.get_kind_display()}", at=note.written_at, omits=("referral", "kind"))
    for reason in Reason.objects.filter(quote=quote).select_related("raised_by", "lifted_by"):
        yield told(
            reason, reason.sentence, at=reason.raised_at, omits=("quote", "referral", "sentence", "lifted_through")
        )
    for answer in CarrierAnswer.objects.filter(referral__quote=quote).select_related("document", "recorded_by"):
        yield told(answer, "保険会社の見積回答", at=answer.recorded_at, omits=("referral",))
    for change in PremiumChange.objects.filter(quote=quote).select_related("changed_by"):
        yield told(change, f"保険料の調整 {change.label}", at=change.changed_at, omits=("quote", "referral", "label"))


def _conditions(quote: Quote) -> Iterator[Line]:
    for row in Condition.objects.filter(quote=quote).select_related("set_by", "settled_by", "document"):
        yield told(row, row.sentence, at=row.set_at, omits=("quote", "referral", "sentence"))


def _application(quote: Quote) -> Iterator[Line]:
    people = ("option", "received_by", "disclosure_delivered_by", "early_start_approved_by", "accepted_by")
    for row in Application.objects.filter(quote=quote).select_related(*people):
        dues = "\n".join(
            f"{due['number']}回目 {due['due_on']} {format_yen(due['amount_yen'])}" for due in row.instalments
        )
        payment = quote.product_version.book.payment(row.payment_way)
        facts = [("払込方法", payment.label if payment else row.payment_way), ("払込予定", dues)]
        yield told(row, "申込", at=row.received_at, facts=facts, omits=("quote", "payment_way", "instalments"))
