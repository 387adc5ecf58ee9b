"""Who carries a renewal: handing it to somebody else by hand, and taking it from people who cannot work any more."""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import F

from accounts.models import User
from accounts.queries import Succession, able_to_carry
from core.doors import action
from core.errors import Refused
from core.history import record
from correspondence.actions import hand_over_mail
from policies.actions import hand_over_policies
from policies.models import Policy
from renewals.actions.moving import about, locked, write_lines
from renewals.models import Renewal
from renewals.permissions import check_can_assign


@action
def assign_renewal(
    *, renewal: Renewal, owner: User, note: str = "", seen_version: int | None = None, by: User, at: datetime
) -> Renewal:
    """Give a renewal to another person (担当替え). What comes next, and when, stays as it is."""
    row = locked(renewal, seen_version)
    check_can_assign(by, row, owner, at)
    before = row.owner
    if before.pk == owner.pk:
        raise Refused(f"すでに{owner.name}さんの担当です。")
    row.owner = owner
    row.version += 1
    row.save(update_fields=["owner", "version"])
    words = f"担当者を{before.name}さんから{owner.name}さんに替えました"
    record(
        "renewals.assign_renewal", f"{words}({note})。" if note else f"{words}。", about=about(row), by=by, at=at
    )  # fmt: skip
    return row


@action
def reassign_due(*, on: date, by: User, at: datetime) -> dict[str, int]:
    """Give everything in work whose owner left, was shut out or may not write to a successor, contract and all.

    A step of the round, after the opening and before the letters, so that these name somebody who answers. Mail that
    waits for such a person goes with it, also of renewals that have ended. What nobody can take (an agency without
    anybody at work) is counted as `ownerless`.
    """
    mail = hand_over_mail(on=on, by=by, at=at)
    stranded = list(
        Renewal.objects.in_work()
        .exclude(able_to_carry(on, "owner__"))
        .select_for_update(of=("self",))
        .select_related("owner", "policy")
        .defer("policy__terms", "policy__instalments")
        .order_by("pk")
    )
    if not stranded:
        return {"reassigned": mail, "ownerless": 0}
    succession = Succession(on)
    given: dict[tuple[User, User], list[Renewal]] = defaultdict(list)
    for row in stranded:
        if (successor := succession.after(row.owner, row.agency_id)) is not None:
            given[row.owner, successor].append(row)
    lines = []
    for (before, successor), rows in given.items():
        Renewal.objects.filter(pk__in=[row.pk for row in rows]).update(owner=successor, version=F("version") + 1)
        lines += [
            (
                row,
                f"{before.name}さんが担当できなくなったため、{row.policy.number}の更改を{successor.name}さんが引き継ぎます。",
            )
            for row in rows
        ]
        followed = [row.policy_id for row in rows if row.policy.in_charge_id == before.pk]
        hand_over_policies(policies=Policy.objects.filter(pk__in=followed), to=successor, by=by, at=at)
    write_lines("reassign_due", lines, by=by, at=at)
    return {"reassigned": len(lines) + mail, "ownerless": len(stranded) - len(lines)}
