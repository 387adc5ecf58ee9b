"""Duties about mail: a letter in doubt or failed waits for a person."""

from django.db.models import QuerySet

from accounts.models import User
from core.clock import jst
from correspondence.models import Letter
from correspondence.queries import letters_in_doubt
from correspondence.states import LetterStatus
from desk.duties.kinds import Duty, Kind, Moment


def _rows(user: User, moment: Moment) -> QuerySet[Letter]:
    return letters_in_doubt(user.agency)


def _line(letter: Letter, moment: Moment) -> Duty:
    on = jst(letter.queued_at).date()
    unknown = letter.status == LetterStatus.UNKNOWN
    words = "届いたかを相手に確認する" if unknown else "宛先を確認して再送する"
    return Duty(
        "letters", on, f"{letter.subject} — {words}", letter.to_name or ", ".join(letter.to), "",
        letter.get_absolute_url(), "メールを開く", letter.queued_by.name, True,
    )  # fmt: skip


# Letters of the nightly round belong to nobody's desk: in the office's view all of them show.
KINDS = (Kind("letters", "届かない・不明なメール", "bad", _rows, _line, "queued_by", ""),)
