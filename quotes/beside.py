"""What the rooms above add to a quote without its knowing them: boxes on its page, and what a submission still lacks.

A room registers in its AppConfig; the quote's page and `submit_quote` ask.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from quotes.models import Quote


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on the quote's page: its template gets `panel.context`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


_panels: list[Callable[[Quote, User, datetime], Panel | None]] = []
_needs: list[Callable[[Quote], list[str]]] = []


def show_panel(panel: Callable[[Quote, User, datetime], Panel | None]) -> None:
    """A room above shows a box on every quote's page, or none where it has nothing to say."""
    _panels.append(panel)


def ask_before_submission(needs: Callable[[Quote], list[str]]) -> None:
    """A room above names, in sentences, what a quote lacks before it is judged."""
    _needs.append(needs)


def panels_of(quote: Quote, user: User, at: datetime) -> list[Panel]:
    """The boxes of the rooms above, in the order of their registration."""
    return [shown for panel in _panels if (shown := panel(quote, user, at)) is not None]


def needed_beside(quote: Quote) -> list[str]:
    """What the rooms above say is missing before the quote is judged."""
    return [sentence for needs in _needs for sentence in needs(quote)]
