"""Whose duties are shown: mine, my office's, or the whole agency's."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, TextChoices

from accounts.models import Role, User
from accounts.queries import able_to_carry
from desk.duties.kinds import Rows


class Scope(TextChoices):
    MINE = "mine", "自分"
    OFFICE = "office", "営業所"
    ALL = "all", "全員"


def scope_of(user: User, asked: str) -> Scope:
    """What was asked for; without a wish, solicitors begin with their own, the others with all."""
    usual = Scope.MINE if user.role == Role.SOLICITOR else Scope.ALL
    scope = Scope(asked) if asked in Scope.values else usual
    return Scope.ALL if scope is Scope.OFFICE and user.office_id is None else scope


def within(found: Rows, scope: Scope, user: User, on: date) -> Rows:
    """Only the rows in that scope. What lies with nobody who could do it (a leaver, the round) is a manager's own."""
    if scope is Scope.MINE:
        mine = Q(**{found.of_owner("pk"): user.pk})
        if user.role == Role.MANAGER and found.owner:
            mine |= ~able_to_carry(on, found.of_owner(""))
        return replace(found, rows=found.rows.filter(mine))
    if scope is Scope.OFFICE and found.office:
        return replace(found, rows=found.rows.filter(**{found.office: user.office_id}))
    return found
