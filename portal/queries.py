"""What the customer's page and the office's box ask about an invitation, in few statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from correspondence.models import Document, Paper
from correspondence.states import PaperKind
from portal.keys import fingerprint
from portal.models import Confirmation, Invitation, PageOpened, SignOff, Visit, Visitor
from portal.rules import changed_since
from portal.states import OPEN_STATUSES, Purpose
from products.book import Book, Declaration
from quotes.contradicting import Contradiction, contradictions_of
from quotes.models import Answer, Quote
from quotes.queries import case_of
from quotes.questionnaire import Row, SectionView, Typed, said, sections

DECLARATIONS = "declarations"
YES_OR_NO = (("yes", "はい(そのとおりです)"), ("no", "いいえ"))


def visitor_of(token: str) -> Visitor | None:
    """Whose link it is, dead or alive: one statement, whatever the answer."""
    rows = Visitor.objects.select_related(
        "invitation__agency", "invitation__quote__customer", "invitation__quote__agency",
        "invitation__quote__in_charge", "invitation__quote__product_version__product", "introduced_by",
    ).defer("invitation__quote__product_version__content")  # fmt: skip
    return rows.filter(token_hash=fingerprint(token)).first()


def visit_of(visitor: Visitor, key: str, at: datetime) -> Visit | None:
    """The visit a cookie stands for, unless it ended or was idle too long."""
    idle = timedelta(minutes=settings.PORTAL_IDLE_MINUTES)
    rows = Visit.objects.filter(opened_by=visitor, key_hash=fingerprint(key), ended_at=None)
    return rows.filter(seen_at__gt=at - idle).first()


def quote_declarations(book: Book) -> list[Declaration]:
    """What the customer declares before the quote is judged (申告事項)."""
    return [declaration for declaration in book.declarations if declaration.stage == "quote"]


def asks_anything(quote: Quote) -> bool:
    book = quote.product_version.book
    return bool(book.questions or quote_declarations(book))


def said_by(quote: Quote) -> dict[str, dict[str, Any]]:
    """Every answer that counts, with its wording: what is signed, and what is held against it later."""
    return {
        answer.question_id: {"value": answer.value, "wording": answer.wording, "version": answer.wording_version}
        for answer in quote.answers.all()
        if answer.counts
    }


def questionnaire_of(quote: Quote, typed: Typed | None = None) -> list[SectionView]:
    """The sections that have something to answer, the declarations last."""
    case = case_of(quote)
    answers = list(quote.answers.all())
    views = [view for view in sections(case.book, answers, case.risk.facts, typed) if view.rows]
    if declared := quote_declarations(case.book):
        standing = {answer.question_id: answer for answer in answers}
        rows = tuple(_declaration_row(one, standing.get(one.id)) for one in declared)
        views.append(SectionView(DECLARATIONS, "申告事項", "事実のとおりかどうかをお答えください。", rows))
    return views


def _declaration_row(declaration: Declaration, answer: Answer | None) -> Row:
    value = str(answer.value) if answer and answer.value else ""
    return Row(
        id=declaration.id, wording=declaration.wording, help="", kind="yes_no", choices=YES_OR_NO, typed=value,
        answered=bool(answer and answer.counts), carried=bool(answer and answer.is_carried), required=True,
        said=dict(YES_OR_NO).get(value, "未回答"), stored=value,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the questionnaire is."""

    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked


def progress_of(views: list[SectionView]) -> Progress:
    return Progress(sum(view.answered for view in views), sum(view.asked for view in views))


def lacking_for_signature(quote: Quote, views: list[SectionView]) -> list[str]:
    """What has to be answered before the questionnaire can be signed, section by section."""
    lacks = []
    for view in views:
        if view.carried:
            lacks.append(f"「{view.label}」に、前回の回答のまま確認していない質問が{view.carried}問あります。")
        elif not view.is_done:
            lacks.append(f"「{view.label}」に、まだ回答していない質問が{view.asked - view.answered}問あります。")
    if open_ones := len(open_contradictions(quote)):
        lacks.append(f"つじつまの合わない回答が{open_ones}件あります。回答を直すか、理由をお書きください。")
    return lacks


def open_contradictions(quote: Quote) -> list[Contradiction]:
    """What does not go together and nobody explained yet."""
    return [one for one in contradictions_of(quote, case_of(quote)) if not one.is_settled]


def latest_sign_off(quote: Quote, purpose: Purpose) -> SignOff | None:
    rows = SignOff.objects.filter(invitation__quote=quote, invitation__purpose=purpose).select_related("invitation")
    return rows.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is not what the customer signed."""

    wording: str
    signed: Any
    now: Any


def changes_since_signature(quote: Quote) -> list[Change]:
    """What somebody changed after the customer had signed the questionnaire by link; empty when he never did."""
    signed = latest_sign_off(quote, Purpose.QUESTIONNAIRE)
    if signed is None:
        return []
    before: Mapping[str, Any] = signed.said["answers"]
    now = said_by(quote)
    return [
        Change(
            (now.get(name) or before[name])["wording"],
            before.get(name, {}).get("value"),
            now.get(name, {}).get("value"),
        )
        for name in changed_since(before, now)
    ]


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer in the words that were signed."""

    wording: str
    said: str


def signed_answers(sign_off: SignOff, book: Book) -> list[SignedAnswer]:
    """What the customer signed, as it was frozen, in the order of the book."""
    answers = sign_off.said["answers"]
    questions = {question.id: question for question in book.questions}
    lines = []
    for name in (*questions, *(one.id for one in quote_declarations(book))):
        if (answer := answers.get(name)) is None:
            continue
        words = said(questions[name], answer["value"]) if name in questions else dict(YES_OR_NO)[answer["value"]]
        lines.append(SignedAnswer(answer["wording"], words))
    return lines


def has_signed(visitor: Visitor, name: str, title: str) -> bool:
    """Whether this form was signed just so by this very visitor: who presses twice has signed once."""
    return SignOff.objects.filter(invitation=visitor.invitation_id, signed_by=visitor, name=name, title=title).exists()


def documents_of(invitation: Invitation) -> Any:
    """What was handed in through this link, newest first, without the bytes."""
    return Document.objects.about(invitation).defer("content").order_by("-pk")


# The papers the customer reads before he applies, in the order of reading.
TO_READ = (PaperKind.QUOTATION, PaperKind.DISCLOSURE, PaperKind.QUESTIONNAIRE)


def papers_to_read(quote: Quote) -> list[Paper]:
    """The papers of this edition of the offer."""
    found = {
        paper.kind: paper for paper in Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at).order_by("-pk")
    }
    return [found[kind] for kind in TO_READ if kind in found]


def pages_opened(visitor: Visitor) -> set[tuple[int, int]]:
    return set(PageOpened.objects.filter(opened_by=visitor).values_list("paper", "page"))


def confirmed_codes(visitor: Visitor) -> set[str]:
    return set(Confirmation.objects.filter(confirmed_by=visitor).values_list("code", flat=True))


def onward_of(visitor: Visitor, at: datetime) -> Visitor | None:
    """The same person before the application that follows the questionnaire he signed, if its link is open."""
    if visitor.invitation.purpose != Purpose.QUESTIONNAIRE:
        return None
    rows = Visitor.objects.filter(
        invitation__quote=visitor.invitation.quote_id, invitation__purpose=Purpose.APPLICATION,
        invitation__status__in=OPEN_STATUSES, invitation__valid_until__gt=at, email__iexact=visitor.email,
        admitted_at__isnull=False,
    )  # fmt: skip
    return rows.select_related("invitation").first()
