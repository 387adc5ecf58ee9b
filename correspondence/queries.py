"""What screens of this and other rooms ask about papers, letters and documents."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Lower

from accounts.models import Agency
from core.models import key_of
from correspondence.incoming.mailbox import name_of
from correspondence.models import Bounce, Document, IncomingMail, Letter, LetterAttachment, Mailbox, Paper
from correspondence.models.documents import DocumentQuerySet
from correspondence.models.incoming import BounceQuerySet, IncomingQuerySet
from correspondence.models.letters import LetterQuerySet
from correspondence.rules import is_mailbox_away
from correspondence.screens import LetterLine, PaperLine, letter_lines, paper_lines
from correspondence.states import LetterStatus
from customers.models import Customer


def papers_about(*things: models.Model, latest: int | None = None) -> list[PaperLine]:
    """Papers that concern any of these records, newest first, ready for ``correspondence/_papers.html``."""
    return paper_lines(Paper.objects.about(*things)[:latest])


def letters_about(*things: models.Model, latest: int | None = None) -> list[LetterLine]:
    """Letters that concern any of these records, newest first, ready for ``correspondence/_letters.html``."""
    return letter_lines(Letter.objects.about(*things)[:latest])


def documents_about(*things: models.Model) -> DocumentQuerySet:
    """Documents customers gave us for these records, newest first, ready for
    ``correspondence/_documents.html``."""
    return Document.objects.about(*things).shown()


def letters_in_doubt(agency: Agency | int) -> LetterQuerySet:
    """Letters that wait for a person: in doubt or failed, oldest first. For today's work.

    What failed for its address is a 不達 and waits as such, not twice.
    """
    waiting = [LetterStatus.UNKNOWN, LetterStatus.FAILED]
    missed = Exists(Bounce.objects.true().filter(letter=OuterRef("pk")))
    found = Letter.objects.filter(agency=agency, status__in=waiting).exclude(missed, status=LetterStatus.FAILED)
    return found.order_by("pk")


def due_letters(at: datetime, *, limit: int) -> list[Letter]:
    """The next letters to send, longest waiting first, with their enclosures."""
    waiting = Letter.objects.filter(status=LetterStatus.QUEUED, not_before__lte=at)
    enclosed = Prefetch("attachments", LetterAttachment.objects.select_related("paper").defer("paper__page"))
    return list(waiting.select_related("agency").prefetch_related(enclosed).order_by("not_before", "pk")[:limit])


def customers_of(letter: Letter) -> list[Customer]:
    """The customers a letter is about, with their contacts."""
    start = key_of(Customer, "")
    numbers = [int(key.removeprefix(start)) for key in letter.about if key.startswith(start)]
    return list(Customer.objects.filter(pk__in=numbers).prefetch_related("contacts").order_by("pk"))


def dead_addresses(agency: Agency | int, *, among: Collection[str] | None = None) -> frozenset[str]:
    """Addresses of this agency's letters that are not to be mailed again, in small letters; asked for many at once.

    A new address of the same person is another address, and is tried.
    """
    dead = Bounce.objects.filter(agency=agency, is_permanent=True).true()
    if among is not None:
        dead = dead.annotate(small=Lower("address")).filter(small__in={address.lower() for address in among})
    return frozenset(address.lower() for address in dead.values_list("address", flat=True))


def bounces_open(agency: Agency | int) -> BounceQuerySet:
    """Letters that came back and wait for a person. For today's work."""
    return Bounce.objects.filter(agency=agency).open().order_by("due_on", "pk")


def mail_to_read(agency: Agency | int) -> IncomingQuerySet:
    """Mail that came in and that a person has to read. For today's work."""
    return IncomingMail.objects.filter(agency=agency).waiting().order_by("pk")


def mailbox_away(at: datetime) -> Mailbox | None:
    """The mailbox our letters come back to, when it cannot be read any more. None too where none is set, or where
    nobody has come to it yet."""
    if not settings.BOUNCE_IMAP_URL:
        return None
    box = Mailbox.objects.filter(name=name_of(settings.BOUNCE_IMAP_URL)).first()
    return box if box is not None and is_mailbox_away(box.failures, box.last_attempt_at, at) else None
