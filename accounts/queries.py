"""Who does what: the house's own user, and who can be chosen for a duty."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Agency, Role, User


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
