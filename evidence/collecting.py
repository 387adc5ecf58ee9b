"""Asks every room what it holds of a case. Reads, decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

import customers.evidence
import policies.evidence
import portal.evidence
import proposals.evidence
import quotes.evidence
import renewals.evidence
from core.clock import jst
from core.history import timeline
from core.models import Event, thread_key
from core.telling import Section
from correspondence.evidence import Attached, document_files, letter_files, paper_files, papers_sent
from correspondence.models import Paper
from quotes.models import Quote

_ORDER = (
    "customer", "wishes", "proposals", "steps", "consents", "quote", "terms", "options", "answers", "explanations",
    "underwriting", "conditions", "invitations", "visits", "reading", "signatures", "application", "policy", "papers",
    "documents", "letters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline; everything the history keeps of it."""

    number: int
    at: datetime
    by: str
    verb: str
    summary: str
    about: tuple[str, ...]
    details: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        """As the chain covers it."""
        return {
            "number": self.number, "at": jst(self.at).isoformat(), "by": self.by, "verb": self.verb,
            "summary": self.summary, "about": list(self.about), "details": self.details,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A case's whole record."""

    quote: Quote
    sections: tuple[Section, ...]
    files: tuple[Attached, ...]
    history: tuple[Entry, ...]


def things_of(quote: Quote) -> list[Model]:
    """The records whose papers, mails, documents and history belong to the case."""
    return [thing for thing in (quote, quote.policy) if thing is not None]


def papers_of(quote: Quote) -> list[Paper]:
    """Every paper of the case: those about it, those it was sent with, those its record names."""
    return papers_sent(*things_of(quote), named=_named(_sections(quote)))


def _sections(quote: Quote) -> list[Section]:
    return [
        *customers.evidence.evidence_of(quote.customer), *proposals.evidence.evidence_of(quote),
        *quotes.evidence.evidence_of(quote), *portal.evidence.evidence_of(quote),
        *policies.evidence.evidence_of(quote.policy), *renewals.evidence.evidence_of(quote),
    ]  # fmt: skip


def _named(sections: list[Section]) -> list[str]:
    return [key for section in sections for line in section.lines for key in line.files]


def collect(quote: Quote) -> Record:
    """Everything on record of a case, in the order a reader follows it."""
    things = things_of(quote)
    sections = _sections(quote)
    named = _named(sections)
    papers, paper_pdfs = paper_files(papers_sent(*things, named=named))
    documents, document_copies = document_files(*things, named=named)
    letters, mails = letter_files(*things)
    sections += [papers, documents, letters]
    sections.sort(key=lambda section: _ORDER.index(section.code))
    files = (*paper_pdfs, *document_copies, *mails)
    return Record(quote, tuple(sections), files, tuple(_history(quote, things)))


def _history(quote: Quote, things: list[Model]) -> Iterator[Entry]:
    """What happened to the case, and to the customer's own file, oldest first."""
    own = timeline(*things).values("pk")
    file = Event.objects.filter(about__contains=[thread_key(quote.customer)], verb__startswith="customers.")
    wishes = Event.objects.filter(about__contains=[thread_key(quote.customer)], verb__startswith="proposals.")
    rows = Event.objects.filter(Q(pk__in=own) | Q(pk__in=file.values("pk")) | Q(pk__in=wishes.values("pk")))
    for number, row in enumerate(rows.select_related("by").order_by("at", "pk"), start=1):
        yield Entry(number, row.at, row.by.name, row.verb, row.summary, tuple(row.about), row.details)
