"""How papers, letters and documents hang on the records of other rooms without knowing those rooms."""

from typing import Self, TypeVar

from django.db import models

from accounts.models import AgencyQuerySet
from core.models import thread_key

M = TypeVar("M", bound=models.Model)


class ThreadQuerySet(AgencyQuerySet[M]):
    """Rows with an ``about`` list of keys such as ``policies.policy:412``."""

    def about(self, *things: models.Model) -> Self:
        """Rows that concern any of these things, newest first."""
        return self.filter(about__overlap=[thread_key(thing) for thing in things]).order_by("-pk")
