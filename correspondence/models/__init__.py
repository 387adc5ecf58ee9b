"""What left the house and what came in: papers, letters, and the documents customers gave us."""

from correspondence.models.documents import Document
from correspondence.models.incoming import Bounce, IncomingMail
from correspondence.models.letters import Letter, LetterAttachment
from correspondence.models.mailbox import Mailbox
from correspondence.models.papers import Paper, PaperContent
from correspondence.models.threads import ThreadQuerySet
from correspondence.models.wordings import LetterTemplate

__all__ = [
    "Bounce",
    "Document",
    "IncomingMail",
    "Letter",
    "LetterAttachment",
    "LetterTemplate",
    "Mailbox",
    "Paper",
    "PaperContent",
    "ThreadQuerySet",
]
