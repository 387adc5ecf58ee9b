"""Duties about mail: a letter in doubt or failed waits for a person."""

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Coalesce, NullIf, TruncDate

from accounts.models import User
from core.clock import JST
from correspondence.queries import letters_in_doubt
from correspondence.states import LetterStatus
from desk.duties.kinds import Kind, Moment, Row, Rows, record


def found(user: User, moment: Moment) -> list[Rows]:
    recipients = Func(F("to"), Value(", "), function="array_to_string", output_field=CharField())
    return [
        Rows(
            letters_in_doubt(user.agency_id), {"letters": Q()}, on=TruncDate("queued_at", tzinfo=JST), late=Value(True),
            number=Value(""), who=Coalesce(NullIf("to_name", Value("")), recipients), note="subject", state="status",
            # Letters of the nightly round belong to nobody's desk: in the office's view all of them show.
            mine="queued_by", office="", owner="queued_by__name",
        )
    ]  # fmt: skip


def _words(row: Row, moment: Moment) -> str:
    unknown = row.state == LetterStatus.UNKNOWN
    return f"{row.note} — {'届いたかを相手に確認する' if unknown else '宛先を確認して再送する'}"


KINDS = (
    Kind("letters", "届かない・不明なメール", "bad", _words, "メールを開く", record("correspondence:letter", "pk")),
)
