"""Papers, mails and received documents of some records, for the pack that proves a solicitation: lines and files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.db.models import Model, Q

from core.clock import jst
from core.models import key_of, thread_key
from core.telling import Line, Section, told
from correspondence.models import Bounce, Document, IncomingMail, Letter, Paper, PaperContent


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the record: the key of its row, its folder and name in a pack, its bytes."""

    key: str
    path: str
    title: str
    content: bytes


def papers_sent(*things: Model, named: Sequence[str] = ()) -> list[Paper]:
    """The papers about these records, those enclosed in their letters and those `named` by key, oldest first."""
    enclosed = Q(letters__in=Letter.objects.about(*things).values("pk"))
    wanted = Q(pk__in=Paper.objects.about(*things).values("pk")) | enclosed | Q(pk__in=_numbers(Paper, named))
    return list(Paper.objects.filter(wanted).distinct().select_related("filed_by", "corrects").order_by("pk"))


def paper_files(papers: list[Paper]) -> tuple[Section, list[Attached]]:
    """The papers as lines, and their archived bytes. Every PDF exists already (`render_missing`)."""
    stored = dict(PaperContent.objects.filter(papers__in=papers).distinct().values_list("sha256", "pdf"))
    files = [
        Attached(
            thread_key(paper), f"papers/{number:03}-{paper.kind}-{paper.subject}-r{paper.revision}.pdf",
            f"{paper.title} {paper.subject} 第{paper.revision}版", bytes(stored[paper.content_id or ""]),
        )
        for number, paper in enumerate(papers, start=1)
    ]  # fmt: skip
    lines = [
        told(
            paper, f"{paper.title} {paper.subject}", at=paper.filed_at, facts=[("SHA-256", paper.content_id or "")],
            omits=("agency", "title", "subject", "kind", "key", "template", "page", "about", "content", "filed_at"),
        )
        for paper in papers
    ]  # fmt: skip
    return Section("papers", "書類", tuple(lines), (Paper,)), files


def _numbers(model: type[Model], keys: Sequence[str]) -> list[int]:
    start = key_of(model, "")
    return [int(key.removeprefix(start)) for key in keys if key.startswith(start)]


def document_files(*things: Model, named: Sequence[str] = ()) -> tuple[Section, list[Attached]]:
    """What the customer gave us about these records, and what they name, as it came."""
    wanted = Q(pk__in=Document.objects.about(*things).values("pk")) | Q(pk__in=_numbers(Document, named))
    rows = list(Document.objects.filter(wanted).select_related("uploaded_by").order_by("pk"))
    files = [
        Attached(
            thread_key(row), f"documents/{number:03}{'-' + row.code if row.code else ''}.{row.kind.lower()}",
            row.filename, bytes(row.content),
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    lines = [
        told(row, row.filename, at=row.uploaded_at, hides=("content",), omits=("agency", "about", "filename", "kind"))
        for row in rows
    ]
    return Section("documents", "受領書類", tuple(lines), (Document,)), files


_CAME_BACK = (
    "bounces__owner", "bounces__received_by", "bounces__handled_by", "answers__owner", "answers__received_by",
    "answers__handled_by",
)  # fmt: skip


def letter_files(*things: Model) -> tuple[Section, list[Attached]]:
    """Mails as text: the headers they went with, and their words. What only the reader may see was never kept."""
    rows = Letter.objects.about(*things).select_related("agency", "queued_by", "sent_by", "settled_by")
    letters = list(rows.prefetch_related("attachments__paper", *_CAME_BACK).order_by("pk"))
    files = [
        Attached(thread_key(row), f"mails/{number:03}.txt", row.subject, _message(row).encode())
        for number, row in enumerate(letters, start=1)
    ]
    return Section("letters", "メール", tuple(_letters(letters)), (Letter, Bounce, IncomingMail)), files


def _letters(letters: list[Letter]) -> Iterator[Line]:
    for row in letters:
        facts = [("添付", "、".join(one.paper.filename for one in row.attachments.all()))]
        omits = ("agency", "key", "about", "subject", "body", "claimed_by", "attempts")
        yield told(row, row.subject, at=row.queued_at, facts=facts, omits=omits)
        for bounce in row.bounces.all():
            yield told(
                bounce, f"不達: {row.subject}", at=bounce.received_at, omits=("agency", "letter", "mail", "again")
            )
        for mail in row.answers.all():
            title = f"{mail.get_kind_display()}: {mail.subject}"
            yield told(mail, title, at=mail.received_at, omits=("agency", "letter", "kind", "subject"))


def _message(letter: Letter) -> str:
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    first, *others = letter.to
    headers = {
        "From": f"{letter.agency.name} <{sender}>",
        "To": ", ".join([f"{letter.to_name} <{first}>" if letter.to_name else first, *others]),
        "Cc": ", ".join(letter.cc),
        "Reply-To": letter.reply_to or letter.agency.email,
        "Subject": letter.subject,
        "Message-ID": letter.message_id,
        "Date": _date(letter.sent_at),
        "X-Status": f"{letter.get_status_display()} {letter.last_error}".strip(),
    }
    enclosed = [f"X-Enclosed: {one.paper.filename} {one.paper.content_id or ''}" for one in letter.attachments.all()]
    head = [f"{name}: {said}" for name, said in headers.items() if said]
    return "\n".join([*head, *enclosed, "", letter.body])


def _date(sent_at: datetime | None) -> str:
    return format_datetime(jst(sent_at)) if sent_at else ""
