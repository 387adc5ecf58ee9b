"""What every page shows of papers and letters, in the words it shows them in. Decides nothing, writes nothing."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.money import format_yen
from core.screens import address_of
from core.templatetags.tate import moment, short_day
from correspondence.models import Bounce, Letter, LetterAttachment, Paper
from correspondence.models.papers import name_of
from correspondence.states import LetterStatus


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of ``correspondence/_papers.html``. Without `sha256` the PDF has yet to be made."""

    url: str
    title: str
    edition: str
    is_superseded: bool
    subject: str
    counterparty: str
    day: str
    amount: str
    filed: str
    filed_by: str
    sha256: str | None
    pages: int | None


def paper_lines(papers: QuerySet[Paper]) -> list[PaperLine]:
    """Papers in their order, from the few columns a line shows."""
    rows = papers.values_list(
        "pk", "title", "subject", "revision", "corrected_by", "counterparty", "dated_on", "amount_yen", "filed_at",
        "filed_by__name", "content", "content__pages",
    )  # fmt: skip
    address = address_of("correspondence:paper", keys=2)
    return [
        PaperLine(
            address(pk, name_of(title, subject, revision)), title,
            f"第{revision}版" if revision > 1 or later else "", later is not None, subject, counterparty,
            short_day(dated_on), format_yen(amount_yen), moment(filed_at), filed_by, sha256, pages,
        )
        for pk, title, subject, revision, later, counterparty, dated_on, amount_yen, filed_at, filed_by, sha256, pages
        in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A line of ``correspondence/_letters.html``."""

    url: str
    subject: str
    status: str
    style: str
    has_enclosures: bool
    last_error: str
    to_name: str
    to: str
    queued: str
    queued_by: str
    sent: str
    missed: str
    missed_style: str


_ENCLOSED = Exists(LetterAttachment.objects.filter(letter=OuterRef("pk")))
# What a person did about a bounce, the ones that still wait first: none at all, "" while it waits, or the deed.
_MISSED = Subquery(Bounce.objects.true().filter(letter=OuterRef("pk")).order_by("-handled_at", "pk").values("deed")[:1])
_MISSED_WORDS = {None: ("", ""), "": ("不達", "bad")}
_MISSED_AND_DONE = ("不達・対応済", "ended")


def letter_lines(letters: QuerySet[Letter]) -> list[LetterLine]:
    """Letters in their order, from the few columns a line shows."""
    rows = letters.values_list(
        "pk", "subject", "status", _ENCLOSED, "last_error", "to_name", "to", "queued_at", "queued_by__name", "sent_at",
        _MISSED,
    )  # fmt: skip
    address = address_of("correspondence:letter")
    words = {str(status): (str(status.label), status.style) for status in LetterStatus}
    return [
        LetterLine(
            address(pk), subject, *words[status], has_enclosures, last_error, to_name, ", ".join(to),
            moment(queued_at), queued_by, moment(sent_at), *_MISSED_WORDS.get(deed, _MISSED_AND_DONE),
        )
        for pk, subject, status, has_enclosures, last_error, to_name, to, queued_at, queued_by, sent_at, deed in rows
    ]  # fmt: skip
