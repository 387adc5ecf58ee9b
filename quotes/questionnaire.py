"""The 告知書 on the screen: sections, the questions that apply, and what was typed, cleaned question by question.

Plain rows instead of one form field per question: sixty crispy layouts cost more than everything else on the page.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.clock import jst
from core.forms import JapaneseDateField, TextField, YenField
from products.bank import bank
from products.book import Book, Declaration, Question
from products.scoring import YES_NO, shown_questions
from quotes.models import Answer

_FIELDS: dict[str, forms.Field] = {
    "amount": YenField(required=False),
    "count": forms.IntegerField(required=False, min_value=0, max_value=10**12),
    "text": TextField(required=False),
    "date": JapaneseDateField(required=False),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the screen shows it. `typed` is what stands in the field, `stored` what stands on file (posted
    back, so that a second window is noticed), `error` what to do about it, `origin` where a taken-over answer comes
    from and `origin_wording` in which words it was asked there, when they differ."""

    id: str
    wording: str
    help: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    typed: str
    answered: bool
    carried: bool
    required: bool
    said: str
    error: str = ""
    stored: str = ""
    sensitive: bool = False
    origin: str = ""
    origin_wording: str = ""
    evidence: str = ""
    evidence_url: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with the questions that apply now, and how far it is."""

    code: str
    label: str
    help: str
    rows: tuple[Row, ...]

    @property
    def asked(self) -> int:
        return sum(row.required for row in self.rows)

    @property
    def answered(self) -> int:
        return sum(row.required and row.answered for row in self.rows)

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked

    @property
    def carried(self) -> int:
        """How many answers taken over from an earlier form wait for confirmation."""
        return sum(row.carried for row in self.rows)

    @property
    def confirmable(self) -> int:
        """How many of them may be confirmed together."""
        return sum(row.carried and not row.sensitive for row in self.rows)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed: values that can be saved, and sentences for those that cannot, with their text. `seen` is
    what the fields showed when the page was drawn, where the page said so."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Keep what was typed beside the sentence that says why it was not saved."""
        for name, sentence in refused.items():
            value = self.values.pop(name)
            self.errors[name] = sentence
            self.texts[name] = "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


SEEN = "was-"  # the name under which a field's first value is posted back


def read_typed(book: Book, data: Mapping[str, str], section: str | None = None) -> Typed:
    """Clean the posted answers of a section (or of all). A question that was not posted is left alone."""
    typed = Typed({})
    for question in book.questions:
        if question.id not in data or (section is not None and question.section != section):
            continue
        text = str(data[question.id])
        try:
            typed.values[question.id] = _clean(question, text)
        except ValidationError as error:
            typed.errors[question.id] = " ".join(error.messages)
            typed.texts[question.id] = text
        if SEEN + question.id in data:
            # What the page showed was ours; if it was tampered with, it is as if it had not been said.
            with suppress(ValidationError):
                typed.seen[question.id] = _clean(question, str(data[SEEN + question.id]))
    return typed


def _clean(question: Question, text: str) -> Any:
    if question.kind in ("yes_no", "choice"):
        if text and text not in dict(_choices(question)):
            raise ValidationError("選択肢から選び直してください。")
        return text or None
    value = _FIELDS[question.kind].clean(text)
    if question.kind == "date" and value:
        return value.isoformat()
    return value if value not in ("", None) else None


def _choices(question: Question) -> tuple[tuple[str, str], ...]:
    if question.kind == "yes_no":
        return tuple(YES_NO.items())
    return tuple((option.value, option.label) for option in question.options)


def sections(
    book: Book, answers: Iterable[Answer], company: Mapping[str, Any], typed: Typed | None = None
) -> list[SectionView]:
    """The questionnaire as it stands: conditional questions only where their condition holds."""
    standing = {answer.question_id: answer for answer in answers}
    values = {name: answer.value for name, answer in standing.items() if answer.value not in (None, "")}
    shown = shown_questions(values, book, company)
    return [
        SectionView(
            section.code,
            section.label,
            section.help or "",
            tuple(_row(q, standing.get(q.id), typed) for q in shown if q.section == section.code),
        )
        for section in book.sections
    ]


def _row(question: Question, answer: Answer | None, typed: Typed | None) -> Row:
    value = answer.value if answer else None
    text = "" if value is None else f"{value:,}" if isinstance(value, int) and question.kind == "amount" else str(value)
    error = typed.errors.get(question.id, "") if typed else ""
    source = answer.carried_from if answer and answer.is_carried else None
    evidence = answer.evidence if answer else None
    return Row(
        id=question.id,
        wording=question.wording,
        help=question.help or "",
        kind=question.kind,
        choices=_choices(question),
        typed=typed.texts[question.id] if typed and error else text,
        answered=bool(answer and answer.counts),
        carried=bool(answer and answer.is_carried),
        required=question.required,
        said=said(question, value),
        error=error,
        stored=text,
        sensitive=bank().is_sensitive(question.id),
        origin=_origin(source) if source else "",
        origin_wording=source.wording if source and source.wording != question.wording else "",
        evidence=evidence.filename if evidence else "",
        evidence_url=evidence.get_absolute_url() if evidence else "",
    )


def _origin(answer: Answer) -> str:
    """2026年5月7日に田中 一郎様が回答(サイバー保険、Q-2026-000012)."""
    day = jst(answer.answered_at)
    product = answer.quote.product_version.product.name
    return f"{day.year}年{day.month}月{day.day}日に{answer.given_by}様が回答({product}、{answer.quote.number})"


def said(question: Question | Declaration, value: Any) -> str:
    """The answer in words, for reading: はい, 3億円, 12."""
    if value in (None, ""):
        return "未回答"
    if isinstance(question, Declaration):
        return YES_NO.get(str(value), str(value))
    if question.kind in ("yes_no", "choice"):
        return dict(_choices(question)).get(str(value), str(value))
    return _FIELDS_IN_WORDS.get(question.kind, str)(value)


_FIELDS_IN_WORDS: dict[str, Any] = {"amount": lambda yen: f"{yen:,}円", "count": lambda count: f"{count:,}"}


def already_said(part: Question | Declaration, answer: Answer, typed: Any) -> str:
    """What to tell somebody who typed another answer than the one that was saved while he looked at the page."""
    when = jst(answer.answered_at)
    moment = f"{when.month}月{when.day}日 {when:%H:%M}"
    how = f"{answer.get_source_display()}、{answer.answered_by.name}入力"
    stands = (
        f"{moment}に回答が取り消されています({how})"
        if answer.value in (None, "")
        else f"{moment}に{answer.given_by}様が「{said(part, answer.value)}」と回答しています({how})"
    )
    left = f"入力した「{said(part, typed)}」は保存していません。正しいほうを選び直してください。"
    return f"この画面を開いたあと、{stands}。{left}"
