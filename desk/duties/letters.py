"""Duties about mail: a letter in doubt, failed or returned, and mail that came in, wait for a person."""

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Coalesce, NullIf, TruncDate

from accounts.models import User
from core.clock import JST
from correspondence.queries import bounces_open, letters_in_doubt, mail_to_read
from correspondence.states import IncomingKind, LetterStatus
from desk.duties.kinds import Kind, Moment, Row, Rows, always, never, record


def found(user: User, moment: Moment) -> list[Rows]:
    recipients = Func(F("to"), Value(", "), function="array_to_string", output_field=CharField())
    return [
        Rows(
            letters_in_doubt(user.agency_id), {"letters": Q()}, on=TruncDate("queued_at", tzinfo=JST),
            # Letters of the nightly round belong to nobody's desk: in the office's view all of them show.
            owner="queued_by", office="",
            who=Coalesce(NullIf("to_name", Value("")), recipients), note="subject", state="status",
        ),
        Rows(
            bounces_open(user.agency_id), {"bounces": Q()}, on="due_on",
            # One whose letter nobody in particular wrote shows in the office's view, and in the agency's.
            owner="owner", office="",
            who=Coalesce(NullIf("letter__to_name", Value("")), F("address"), output_field=CharField()),
            note="letter__subject",
        ),
        Rows(
            mail_to_read(user.agency_id), {"incoming": Q()}, on=TruncDate("received_at", tzinfo=JST),
            owner="owner", office="", who="sender", note="subject", state="kind",
        ),
    ]  # fmt: skip


def _words(row: Row, moment: Moment) -> str:
    unknown = row.state == LetterStatus.UNKNOWN
    return f"{row.note} — {'届いたかを相手に確認する' if unknown else '宛先を確認して再送する'}"


def _bounced(row: Row, moment: Moment) -> str:
    return f"{row.note} — 不達。電話で伝えるか、宛先を直して送り直す"


def _came_in(row: Row, moment: Moment) -> str:
    return f"{IncomingKind(row.state).label}: {row.note or '件名なし'}"


KINDS = (
    Kind(
        "bounces",
        "届かなかったメール",
        "bad",
        _bounced,
        "不達に対応する",
        record("correspondence:bounce-handle", "pk"),
        late=always,
    ),
    Kind(
        "letters",
        "届かない・不明なメール",
        "bad",
        _words,
        "メールを開く",
        record("correspondence:letter", "pk"),
        late=always,
    ),
    Kind(
        "incoming",
        "受信メール",
        "warn",
        _came_in,
        "メールを読む",
        record("correspondence:incoming-mail", "pk"),
        late=never,
    ),
)
