"""The case as the underwriter reads it on one page: facts, answers, score, options, what came before. Reads only.

An undecided referral shows the quote as it stands (underwriting holds it still). A decided one shows what the decider
saw, from the snapshot, whatever became of the quote since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.clock import jst
from core.history import latest_events
from correspondence.models import Document
from customers.happenings import happenings_of
from policies.models import Policy
from products.risks import risk_from
from products.scoring import YES_NO, SectionScore, section_scores, shown_questions
from products.tables import KINDS
from quotes.authority import Standing
from quotes.background import last_year, peers
from quotes.contradicting import contradictions_of
from quotes.facts import facts_from
from quotes.models import Answer, Authority, QuoteOption, Referral
from quotes.queries import Case, case_of, rating_facts
from quotes.questionnaire import said
from quotes.queue import clock_of
from quotes.screens import OptionView, option_view


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it was given. `mark` is the colour word of a badge, `is_reason` says that it led here, `told` who
    said it how and who wrote it down, `evidence` the document it rests on."""

    wording: str
    said: str
    mark: str
    is_reason: bool
    told: str
    evidence: Document | None = None


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    label: str
    rows: tuple[Answered, ...]
    score: SectionScore | None = None

    @property
    def told(self) -> str:
        """Who answered, when all of it came from one person at one time."""
        told = {row.told for row in self.rows}
        return told.pop() if len(told) == 1 else ""

    @property
    def unknown(self) -> int:
        """How many answers are わからない."""
        return sum(row.said == YES_NO["unknown"] for row in self.rows)

    @property
    def no(self) -> int:
        """How many answers are いいえ."""
        return sum(row.said == YES_NO["no"] for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A line of a premium's receipt in words."""

    label: str
    step: str
    amount_yen: Decimal
    kind: str
    source: str
    is_assumption: bool


@dataclass(frozen=True, slots=True)
class CaseOption:
    view: OptionView
    receipt: tuple[ReceiptRow, ...]


def case_page(referral: Referral, standing: Standing, user: User, at: datetime) -> dict[str, Any]:
    """The context of the case's page. The referral comes with what `Referral.objects.shown()` fetches."""
    quote = referral.quote
    on = jst(at).date()
    answers = list(quote.answers.select_related("answered_by", "evidence").defer("evidence__content"))
    case, spoken = _seen(referral, answers)
    options = _options(referral)
    liability = max((option.selection["liability_yen"] for option in options), default=0)
    industry = case.book.industry(case.facts.industry)
    return {
        "referral": referral,
        "quote": quote,
        "clock": clock_of(referral, on),
        "case": case,
        "industry": industry.label if industry else "",
        "sections": _sections(referral, case, spoken),
        "score": case.risk.facts.get("security_score"),
        "scores": section_scores(case.confirmed(), case.book, case.risk.facts),
        "options": [CaseOption(option_view(option, case.book), receipt_rows(option)) for option in options],
        "liability_yen": liability,
        "reasons": referral.reasons.select_related("lifted_by"),
        "beyond": standing.exceeds(user.pk),
        "able": list(standing.able().values()),
        "authorities": Authority.objects.filter(user=user).valid_on(on).select_related("product"),
        "premium_changes": referral.premium_changes.select_related("changed_by"),
        "conditions": referral.set_conditions.select_related("settled_by", "document"),
        "findings": contradictions_of(quote, case, answers) if referral.snapshot is None else [],
        "kept_findings": (referral.snapshot or {}).get("contradictions", []),
        "happenings": happenings_of(quote.customer),
        "last_year": last_year(quote, case),
        "peers": peers(quote, case.facts.industry, case.facts.sales_yen, at),
        "documents": Document.objects.about(quote).shown(),
        "policies": Policy.objects.visible_to(user)
        .filter(customer=quote.customer)
        .shown()
        .order_by("-starts_at", "-pk"),
        "notes": referral.notes.select_related("written_by", "handed_to"),
        "earlier": quote.referrals.exclude(pk=referral.pk)
        .select_related("decided_by", "asked_by")
        .prefetch_related("notes__written_by"),
        "events": latest_events(quote, quote.customer),
        "edition_seen": (referral.snapshot or {}).get("edition", quote.edition),
    }


def _seen(referral: Referral, answers: list[Answer]) -> tuple[Case, dict[str, Answer]]:
    """The case, and by question who said what when. A snapshot keeps the words; the people stand with the answer as
    long as it still says the same."""
    standing = {answer.question_id: answer for answer in answers}
    if referral.snapshot is None:
        return case_of(referral.quote), standing
    book = referral.quote.product_version.book
    facts = facts_from(referral.snapshot["facts"])
    spoken: dict[str, Answer] = {}
    for kept in referral.snapshot["answers"]:
        answer = standing.get(kept["id"])
        if answer is None or (answer.value, answer.wording) != (kept["value"], kept["wording"]):
            answer = Answer(question_id=kept["id"], wording=kept["wording"], value=kept["value"])
        spoken[kept["id"]] = answer
    values = {name: answer.value for name, answer in spoken.items()}
    return Case(book, facts, values, frozenset(), risk_from(rating_facts(referral.quote, facts), book, values)), spoken


def _options(referral: Referral) -> list[QuoteOption]:
    """The options, or what the decider saw of them; the receipt stands with an option as long as it is the same."""
    standing = list(referral.quote.options.all())
    if referral.snapshot is None:
        return standing
    by_what_it_is = {(option.label, option.premium_yen): option for option in standing}
    return [
        by_what_it_is.get((kept["label"], kept["premium_yen"]))
        or QuoteOption(label=kept["label"], selection=kept["selection"], premium_yen=kept["premium_yen"])
        for kept in referral.snapshot["options"]
    ]


def _sections(referral: Referral, case: Case, spoken: Mapping[str, Answer]) -> list[AnsweredSection]:
    """Declarations first, then the questionnaire in its own order, in the wording that was asked."""
    reasons = {reason.code for reason in referral.reasons.all()}
    book = case.book
    scores = {score.code: score for score in section_scores(case.confirmed(), book, case.risk.facts)}
    declared = [
        _answered(spoken.get(d.id), d.wording, YES_NO.get(str(_value(spoken, d.id)), "未回答"), d.id in reasons, "bad")
        for d in book.declarations
        if d.stage == "quote"
    ]
    parts = [AnsweredSection("申告事項", tuple(declared))] if declared else []
    shown = shown_questions(case.answers, book, case.risk.facts)
    for section in book.sections:
        rows = tuple(
            _answered(
                spoken.get(q.id), q.wording, said(q, _value(spoken, q.id)), q.id in reasons,
                "warn" if q.score is not None else "calm",
            )
            for q in shown
            if q.section == section.code
        )  # fmt: skip
        if rows:
            parts.append(AnsweredSection(section.label, rows, scores.get(section.code)))
    return parts


def _value(spoken: Mapping[str, Answer], name: str) -> Any:
    answer = spoken.get(name)
    return answer.value if answer else None


def _answered(answer: Answer | None, wording: str, words: str, is_reason: bool, no_style: str) -> Answered:
    """いいえ weighs where はい would have scored or was declared; わからない and a blank always want a look."""
    value = answer.value if answer else None
    mark = "wait" if value in (None, "", "unknown") else no_style if value == "no" else ""
    evidence = answer.evidence if answer else None
    return Answered(answer.wording if answer else wording, words, mark, is_reason, _told(answer), evidence)


def _told(answer: Answer | None) -> str:
    if answer is None or answer.pk is None:  # not answered, or known from the snapshot alone
        return ""
    day = jst(answer.answered_at)
    return f"{answer.given_by}({answer.get_source_display()})・{day:%Y/%m/%d} {answer.answered_by.name}入力"


def receipt_rows(option: QuoteOption) -> tuple[ReceiptRow, ...]:
    """The receipt as it is stored, in words: how each line changes the amount, and where its figure comes from."""
    return tuple(
        ReceiptRow(
            label=line["label"],
            step=_step(line),
            amount_yen=Decimal(line["amount"]),
            kind=KINDS.get(line["kind"], line["kind"]),
            source=line["source"],
            is_assumption=line["kind"] == "assumption",
        )
        for line in (option.receipt or {}).get("lines", ())
    )


def _step(line: dict[str, Any]) -> str:
    if line["factor"] is None:
        return ""
    factor = Decimal(line["factor"])
    return f"×{factor.normalize():f}" if line["operation"] == "times" else f"{factor:,.0f}円"
