"""The verbs of correspondence: file a paper, queue a letter, settle one in doubt, keep a customer's
document."""

from correspondence.actions.archive import bytes_of, render_missing
from correspondence.actions.bounces import handle_bounce
from correspondence.actions.documents import file_document
from correspondence.actions.handing_over import hand_over_mail
from correspondence.actions.incoming import handle_incoming, keep_mail
from correspondence.actions.letters import (
    NewLetter,
    Queued,
    cancel_letter,
    queue_letter,
    queue_letters,
    retry_letter,
    settle_letter,
)
from correspondence.actions.mailbox import note_visit
from correspondence.actions.papers import NewPaper, file_paper, file_papers, revise_paper
from correspondence.actions.reading import note_reading

__all__ = [
    "NewLetter",
    "NewPaper",
    "Queued",
    "bytes_of",
    "cancel_letter",
    "file_document",
    "file_paper",
    "file_papers",
    "hand_over_mail",
    "handle_bounce",
    "handle_incoming",
    "keep_mail",
    "note_reading",
    "note_visit",
    "queue_letter",
    "queue_letters",
    "render_missing",
    "retry_letter",
    "revise_paper",
    "settle_letter",
]
