"""What the verbs share: the row's lock, the next duty, and lines of history for one or for many."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F, Model

from accounts.models import User
from core.bulk import insert
from core.clock import jst
from core.errors import Stale
from core.history import event, record
from core.models import key_of, thread_key
from customers.models import Customer
from policies.models import Policy
from renewals.calendar import RenewalCalendar
from renewals.models import Renewal
from renewals.planning import calendar_of
from renewals.rules import next_duty


def locked(renewal: Renewal, seen_version: int | None = None) -> Renewal:
    """The renewal's row, locked until the door closes. Stale when it changed after `seen_version`."""
    row = (
        Renewal.objects.select_for_update(of=("self",))
        .select_related("policy")
        .defer("policy__terms", "policy__instalments")
        .get(pk=renewal.pk)
    )
    if seen_version is not None and row.version != seen_version:
        raise Stale
    return row


def set_duty(renewal: Renewal, on: date, calendar: RenewalCalendar) -> None:
    """Write down what comes next, from the state as it is now."""
    duty = next_duty(renewal.duty_facts, on, calendar)
    renewal.next_on, renewal.next_step = (duty.on, duty.words) if duty else (None, "")


def save(renewal: Renewal, verb: str, summary: str, *, by: User, at: datetime, more: Iterable[Model] = ()) -> Renewal:
    """Save with the next duty and a line of history on renewal, contract and customer."""
    on = jst(at).date()
    set_duty(renewal, on, calendar_of(renewal, on))
    renewal.version += 1
    renewal.save()
    record(f"renewals.{verb}", summary, about=[*about(renewal), *more], by=by, at=at)
    return renewal


def about(renewal: Renewal) -> list[str]:
    """Whose timelines show what happens to a renewal, by their keys; no query."""
    return [thread_key(renewal), key_of(Policy, renewal.policy_id), key_of(Customer, renewal.customer_id)]


def save_many(rows: Iterable[Renewal], *names: str) -> None:
    """Write these columns of many locked rows: one statement for all that are alike, and a round has few kinds
    (`bulk_update` takes ten times as long)."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for row in rows:
        row.version += 1
        alike[tuple(getattr(row, name) for name in names)].append(row.pk)
    for values, pks in alike.items():
        changes = dict(zip(names, values, strict=True))
        Renewal.objects.filter(pk__in=pks).update(**changes, version=F("version") + 1)


def write_lines(verb: str, lines: Iterable[tuple[Renewal, str]], *, by: User, at: datetime) -> None:
    """History for a whole round at once."""
    insert(event(f"renewals.{verb}", words, about=about(renewal), by=by, at=at) for renewal, words in lines)
