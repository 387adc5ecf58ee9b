"""Who holds a letter, what became of it, and what a person decides about one in doubt."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from correspondence.actions import (
    cancel_letter,
    settle_letter,
)
from correspondence.actions.outbox import (
    mark_stale_letters_due,
    note_and_claim,
    note_sent,
)
from correspondence.models import Letter, Paper
from correspondence.queries import due_letters
from correspondence.states import LETTER_MOVES, LetterKind, LetterStatus
from correspondence.tasks import drain
from correspondence.transport import Outcome, Result
from tests.correspondence.conftest import AT, in_status

LetterMaker = Callable[..., Letter]
PaperMaker = Callable[..., Paper]


def test_a_claim_is_taken_once(make_letter: LetterMaker) -> None:
    letter = make_letter()
    other = Letter.objects.get(pk=letter.pk)
    assert perform(note_and_claim, sent=None, waiting=[letter], claimant="a", by=letter.queued_by, at=AT) is letter
    assert perform(note_and_claim, sent=None, waiting=[other], claimant="b", by=letter.queued_by, at=AT) is None


def test_what_became_of_a_letter_is_kept_with_the_claim_of_the_next_and_none_is_taken_before_its_hour(
    make_letter: LetterMaker, clerk: User
) -> None:
    first, second, later = (make_letter(key) for key in ("first", "second", "later"))
    Letter.objects.filter(pk=later.pk).update(not_before=AT + timedelta(hours=1))
    facts = {"waiting": [first, second, later], "claimant": "worker", "by": clerk, "at": AT}

    def states() -> list[str]:
        return list(Letter.objects.order_by("pk").values_list("status", flat=True))

    assert perform(note_and_claim, sent=None, **facts) is first
    assert states() == ["SENDING", "QUEUED", "QUEUED"]
    assert perform(note_and_claim, sent=(first, Outcome(Result.SENT, "")), **facts) is second
    assert states() == ["SENT", "SENDING", "QUEUED"]
    assert perform(note_and_claim, sent=(second, Outcome(Result.UNKNOWN, "切断")), **facts) is None
    assert states() == ["SENT", "UNKNOWN", "QUEUED"]
    second.refresh_from_db()
    assert (second.claimed_by, second.attempts, second.last_error) == ("clerk@worker", 1, "切断")


def test_who_waits_for_his_code_is_written_to_before_the_mornings_hundreds(make_letter: LetterMaker) -> None:
    for n in range(3):
        make_letter(f"x:{n}")
    late = AT + timedelta(days=2)
    code = make_letter("code", kind=LetterKind.ACCESS_CODE, at=late)
    assert due_letters(late, limit=2)[0] == code


def test_the_sweep_finds_what_a_dead_worker_left_and_sends_the_rest(make_letter: LetterMaker, clerk: User) -> None:
    left = make_letter()
    perform(note_and_claim, sent=None, waiting=[left], claimant="dead", by=clerk, at=AT)
    make_letter("next")
    assert drain() == {"stale": 1, "SENT": 1}
    left.refresh_from_db()
    assert left.status == LetterStatus.UNKNOWN


def test_a_claim_older_than_the_lease_waits_for_a_person(make_letter: LetterMaker, clerk: User, settings: Any) -> None:
    letter = make_letter()
    perform(note_and_claim, sent=None, waiting=[letter], claimant="dead", by=letter.queued_by, at=AT)
    lease = timedelta(seconds=settings.LETTER_LEASE_SECONDS)
    assert perform(mark_stale_letters_due, by=clerk, at=AT + lease) == 0
    assert perform(mark_stale_letters_due, by=clerk, at=AT + lease + timedelta(seconds=1)) == 1
    late = Letter.objects.get(pk=letter.pk)
    assert late.status == "UNKNOWN"
    # The one believed dead comes back and knows: the letter was sent.
    assert perform(note_sent, letter=letter, remark="", by=clerk, at=AT + 2 * lease)
    late.refresh_from_db()
    assert late.status == "SENT"


@pytest.mark.parametrize("outcome", ["SENT", "QUEUED", "CANCELLED"])
def test_a_person_settles_a_letter_in_doubt(make_letter: LetterMaker, clerk: User, outcome: str) -> None:
    letter = in_status(make_letter, LetterStatus.UNKNOWN)
    settled = perform(
        settle_letter, letter=letter, outcome=LetterStatus(outcome), note="先方に電話で確認", by=clerk, at=AT
    )
    settled.refresh_from_db()
    assert (settled.status, settled.settled_by, settled.settlement) == (outcome, clerk, "先方に電話で確認")
    assert [event.verb for event in timeline(letter)] == ["letter.settled", "letter.unknown"]
    with pytest.raises(Refused):
        perform(settle_letter, letter=letter, outcome=LetterStatus.SENT, note="もう一度", by=clerk, at=AT)


def test_a_decision_needs_its_reason_and_somebody_who_may_write(
    make_letter: LetterMaker, clerk: User, auditor: User
) -> None:
    letter = in_status(make_letter, LetterStatus.UNKNOWN)
    facts = {"letter": letter, "outcome": LetterStatus.SENT, "at": AT}
    with pytest.raises(Refused, match="理由を入力"):
        perform(settle_letter, **facts, note=" ", by=clerk)
    with pytest.raises(Refused, match="閲覧のみ"):
        perform(settle_letter, **facts, note="確認", by=auditor)
    with pytest.raises(Refused, match="どれかを選んで"):
        perform(settle_letter, **{**facts, "outcome": LetterStatus.FAILED}, note="確認", by=clerk)


def test_only_a_waiting_letter_is_cancelled(make_letter: LetterMaker, clerk: User) -> None:
    letter = make_letter()
    perform(cancel_letter, letter=letter, note="宛先の誤り", by=clerk, at=AT)
    with pytest.raises(Refused, match="取消です"):
        perform(cancel_letter, letter=letter, note="もう一度", by=clerk, at=AT)


@pytest.mark.parametrize(("before", "after"), list(product(LetterStatus, LetterStatus)))
def test_the_database_allows_exactly_the_moves_of_the_table(
    make_letter: LetterMaker, before: LetterStatus, after: LetterStatus
) -> None:
    letter = in_status(make_letter, before)
    facts = {
        "status": after,
        "sent_at": AT if after == "SENT" else None,
        "sent_by": letter.queued_by if after == "SENT" else None,
        "claimed_at": AT,
        "claimed_by": "a",
        "last_error": "理由",
        "settled_at": AT,
        "settled_by": letter.queued_by,
        "settlement": "理由",
    }
    allowed = after == before or after in LETTER_MOVES[before]
    if allowed:
        Letter.objects.filter(pk=letter.pk).update(**facts)
    else:
        with pytest.raises(IntegrityError, match="status_moves"), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**facts)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE correspondence_letter SET status = 'SENDING'",
        "UPDATE correspondence_letter SET sent_at = now()",
        "UPDATE correspondence_letter SET settled_at = now()",
        "UPDATE correspondence_letter SET body = 'x'",
        "UPDATE correspondence_letter SET recipients = '{x@y.example}'",
        "DELETE FROM correspondence_letterattachment",
        "UPDATE correspondence_letterattachment SET position = 9",
        "DELETE FROM correspondence_letter",
    ],
)
def test_the_database_refuses_a_letter_that_lies(make_letter: LetterMaker, make_paper: PaperMaker, change: str) -> None:
    make_letter(papers=[make_paper()])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_diagram_in_the_docs_is_the_table_of_moves() -> None:
    text = (settings.BASE_DIR / "docs" / "correspondence.md").read_text()
    drawn = set(re.findall(r"^    ([A-Z]+) --> ([A-Z]+)", text, re.MULTILINE))
    assert drawn == {(before, after) for before, targets in LETTER_MOVES.items() for after in targets}
