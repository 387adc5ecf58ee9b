"""Is the house in order? For the manager and the auditor."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from accounts.models import User
from correspondence.models import Letter
from correspondence.states import LetterStatus
from desk.duties.kinds import Moment
from desk.rounds import counts_in_words
from products.models import ProductVersion
from products.queries import products_sold_on
from renewals.models import Round

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Outbox:
    """Letters of one state in the last thirty days."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """A round with its counts in words."""

    round: Round
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HouseStatus:
    """What the page shows."""

    rounds: tuple[Run, ...]
    outbox: tuple[Outbox, ...]
    versions: tuple[ProductVersion, ...]


def house_status(user: User, moment: Moment) -> HouseStatus:
    """Rounds, the agency's outbox, and the versions of products sold today."""
    recent = Letter.objects.visible_to(user).filter(queued_at__gte=moment.at - timedelta(days=30))
    counts = dict(recent.order_by().values_list("status").annotate(Count("pk")))
    return HouseStatus(
        tuple(Run(run, counts_in_words(run)) for run in Round.objects.order_by("-pk")[:_ROUNDS]),
        tuple(Outbox(str(state.label), counts.get(state, 0)) for state in LetterStatus),
        tuple(products_sold_on(moment.today).defer("content")),
    )
