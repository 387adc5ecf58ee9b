"""What the rules look at, and what they find."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from customers.happenings import Happening

Kind = Literal["answer", "earlier", "happening", "document", "fact"]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its value, and as people read it. `number` is the quote's where it stands in another one."""

    id: str
    value: Any
    words: str
    wording: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A document on file: what it is (the book's code), its name and day."""

    key: int
    code: str
    filename: str
    on: date


@dataclass(frozen=True, slots=True)
class Company:
    """The quote's facts: a year's sales, whether they are a plan, the line of business."""

    sales_yen: int | None = None
    is_planned: bool = False
    is_it_company: bool = False


@dataclass(frozen=True, slots=True)
class CaseSaid:
    """One case. `answers` are this form's, asked now and confirmed; `left_over` those whose question is no longer
    asked. `last_year` is what the customer said before the contract that ends, `elsewhere` what he says in another
    open form. `on` is the first day of cover: five years count back from it."""

    on: date
    answers: Mapping[str, Said] = field(default_factory=dict)
    left_over: Mapping[str, Said] = field(default_factory=dict)
    last_year: Mapping[str, Said] = field(default_factory=dict)
    elsewhere: Mapping[str, Said] = field(default_factory=dict)
    company: Company = Company()
    last_sales: Said | None = None
    happenings: tuple[Happening, ...] = ()
    documents: tuple[Filed, ...] = ()

    def is_said(self, id: str, *values: Any) -> bool:
        """Whether this form's answer is one of these."""
        return id in self.answers and self.answers[id].value in values

    def number(self, id: str) -> int | None:
        """A number of this form; None while it was not said."""
        value = self.answers[id].value if id in self.answers else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one of the two stands: `ref` finds it again, `label` and `words` are what is read there."""

    kind: Kind
    ref: str
    label: str
    words: str
    number: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction: which rule, in a sentence, and its two places."""

    code: str
    sentence: str
    first: Place
    second: Place

    @property
    def fingerprint(self) -> str:
        """Of what the two places say: an explanation holds as long as neither changes."""
        places = [[place.kind, place.ref, place.number, place.words] for place in (self.first, self.second)]
        return hashlib.sha256(json.dumps([self.code, places], ensure_ascii=False).encode()).hexdigest()


Rule = Callable[[CaseSaid], Iterator[Finding]]


def answer(said: Said) -> Place:
    """An answer of this form."""
    return Place("answer", said.id, said.wording, said.words)


def earlier(said: Said) -> Place:
    """An answer of another form of the customer."""
    return Place("earlier", said.id, said.wording, said.words, said.number)


def happening(told: Happening) -> Place:
    """An event we were told of."""
    state = "対応中" if told.is_open else "完了"
    words = f"{told.on.year}年{told.on.month}月{told.on.day}日 {told.label}({state})"
    return Place("happening", told.number, f"事故受付 {told.number}", words, url=told.url)


def document(filed: Filed) -> Place:
    """A document on file."""
    return Place("document", str(filed.key), "受領書類", filed.filename)


def sales(company: Company) -> Place:
    """The year's sales of the quote's first form."""
    return Place("fact", "sales_yen", "年間売上高(リスク情報)", f"{company.sales_yen or 0:,}円")
