"""Who does what: the house's own user, and who can be chosen for a duty."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Role, User
from accounts.permissions import WRITERS


def robot() -> User:
    """The user in whose name the nightly rounds and the outbox act."""
    return User.objects.get(is_robot=True)


def working_staff(agency: Agency | int, on: date) -> QuerySet[User]:
    """People at work that day, in the order of their kana."""
    return (
        User.objects.filter(agency=agency, is_active=True, is_robot=False)
        .filter(Q(left_on__isnull=True) | Q(left_on__gte=on))
        .order_by("kana", "pk")
    )


def able_staff(agency: Agency | int, on: date) -> QuerySet[User]:
    """Those of them who can be given work: whoever may write."""
    return working_staff(agency, on).filter(role__in=WRITERS)


def licensed_solicitors(agency: Agency, on: date) -> QuerySet[User]:
    """People who may solicit that day (checks 8)."""
    return working_staff(agency, on).filter(
        role__in=[Role.SOLICITOR, Role.MANAGER],
        licence_basic_until__gte=on,
        licence_product_until__gte=on,
    )


def managers(agency: Agency, on: date) -> QuerySet[User]:
    """Those who are told when something was missed."""
    return working_staff(agency, on).filter(role=Role.MANAGER)


def register_of(agency: Agency, on: date) -> QuerySet[User]:
    """The register of solicitors: those at work who solicit, and whoever holds a number."""
    solicits = Q(role__in=[Role.SOLICITOR, Role.MANAGER]) | ~Q(solicitor_number="")
    return working_staff(agency, on).filter(solicits).select_related("office")


def able_to_carry(on: date, path: str = "") -> Q:
    """Who can carry work that day: at work, a person, in a role that writes. `path` leads to the user from another
    table (`owner__`)."""
    here = Q(**{f"{path}is_active": True, f"{path}is_robot": False, f"{path}role__in": WRITERS})
    return here & (Q(**{f"{path}left_on__isnull": True}) | Q(**{f"{path}left_on__gte": on}))


class Succession:
    """Who takes over the work of somebody who cannot do it any more: the manager of his office, any manager, a
    colleague of the office, anybody who writes. Each agency's people are read once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._people: dict[int, list[User]] = {}

    def carrier(self, person: User) -> User:
        """The person, as long as he can carry work that day, or else his successor, if there is one."""
        able = person.is_active and not person.is_robot and person.role in WRITERS and not person.has_left(self.on)
        return person if able else self.after(person, person.agency_id) or person

    def after(self, person: User, agency_id: int) -> User | None:
        """The successor; None when nobody of the agency is at work."""
        if agency_id not in self._people:
            self._people[agency_id] = list(
                User.objects.filter(able_to_carry(self.on), agency=agency_id).order_by("kana", "pk")
            )
        return next(iter(sorted(self._people[agency_id], key=lambda one: _distance(one, person))), None)

    def stranded(self, rows: QuerySet[Any], holder: str) -> Iterator[tuple[QuerySet[Any], User]]:
        """Of these rows those that lie with people who cannot carry them, by such a person, with his successor.

        `holder` names the column. What nobody can take stays where it is."""
        unable = User.objects.filter(is_robot=False).exclude(able_to_carry(self.on))
        holders = rows.filter(**{f"{holder}__in": unable}).values(holder)
        for person in User.objects.filter(pk__in=holders).order_by("pk"):
            if (to := self.after(person, person.agency_id)) is not None:
                yield rows.filter(**{holder: person}), to


def _distance(candidate: User, person: User) -> tuple[bool, bool]:
    """Managers first, and among equals those of the same office."""
    same_office = person.office_id is not None and candidate.office_id == person.office_id
    return candidate.role != Role.MANAGER, not same_office
