"""What happened, to what, by whom: written by actions in the same transaction, read as one timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Model

from core.models import Event, EventQuerySet, thread_key
from core.templatetags.tate import moment

LATEST = 100  # as many lines as a page shows
SUMMARY_LENGTH = Event._meta.get_field("summary").max_length or 400


def event(verb: str, summary: str, *, about: Iterable[Model | str], by: Any, at: datetime, **details: Any) -> Event:
    """An unsaved line of history, for rounds that write many at once with `bulk_create`. `about` may hold the keys of
    records (`core.models.key_of`), so that a round need not load them."""
    if len(summary) > SUMMARY_LENGTH:
        details = {**details, "full_summary": summary}
        summary = summary[: SUMMARY_LENGTH - 1] + "…"
    keys = list(
        dict.fromkeys(thing if isinstance(thing, str) else thread_key(thing) for thing in about if thing is not None)
    )
    return Event(verb=verb, summary=summary, about=keys, by=by, at=at, details=details)


def record(verb: str, summary: str, *, about: Iterable[Model | str], by: Any, at: datetime, **details: Any) -> Event:
    """Write one line of history. `about` names every record whose timeline shows it; `details` is JSON."""
    line = event(verb, summary, about=about, by=by, at=at, **details)
    line.save()
    return line


def timeline(*things: Model) -> EventQuerySet:
    """Everything that happened to any of these, newest first."""
    return Event.objects.about(things)


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of ``core/_timeline.html``. `times`: so often in a row, since the moment `since`."""

    iso: str
    moment: str
    summary: str
    by: str
    times: int = 1
    since: str = ""


def latest_events(*things: Model, count: int = LATEST) -> list[EventLine]:
    """The newest of the timeline, ready for ``core/_timeline.html``. The same words by the same person in a row are
    one line: a questionnaire that saves as it is typed would hide everything else."""
    rows = timeline(*things).values_list("at", "summary", "by__name")[:count]
    lines = []
    for (summary, by), run in groupby(rows, key=itemgetter(1, 2)):
        moments = [at for at, _, _ in run]
        newest, oldest = moments[0], moments[-1]
        lines.append(EventLine(newest.isoformat(), moment(newest), summary, by, len(moments), moment(oldest)))
    return lines
