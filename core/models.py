"""The two tables of the foundation: what happened, and the counters of gapless numbers."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from core.guards import AppendOnly


def thread_key(thing: models.Model) -> str:
    """`policies.policy:412`: how an event, paper or letter names what it is about, across rooms."""
    return key_of(type(thing), thing.pk)


def key_of(model: type[models.Model], pk: object) -> str:
    """The same for a record that is known by its number alone."""
    return f"{model._meta.label_lower}:{pk}"


def columns_of(model: type[models.Model], *but: str) -> list[str]:
    """The columns of a table by name, for `only()` beside the few a list needs of its neighbours: asking for and
    reading three hundred columns costs more than the page around them."""
    return [field.name for field in model._meta.concrete_fields if field.name not in but]


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, things: Iterable[models.Model]) -> "EventQuerySet":
        """Events of any of these things, newest first."""
        return self.filter(about__overlap=[thread_key(t) for t in things]).order_by("-at", "-pk")


class Event(models.Model):
    """One thing that happened (履歴). Append-only; the database refuses changes."""

    at = models.DateTimeField("日時")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="担当")
    verb = models.CharField("操作", max_length=60)
    summary = models.CharField("内容", max_length=400)
    about = ArrayField(models.CharField(max_length=80), verbose_name="対象")
    details = models.JSONField("詳細", default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "履歴"
        verbose_name_plural = "履歴"
        indexes = [
            GinIndex(fields=["about"], name="core_event_about"),
            models.Index(fields=["verb", "-at"], name="core_event_verb_at"),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return self.summary


class Counter(models.Model):
    """The last number given in a series and year. The row stays locked until the taker commits: no gaps."""

    series = models.CharField("系列", max_length=20)
    year = models.PositiveSmallIntegerField("年")
    last = models.PositiveIntegerField("最終番号")

    class Meta:
        verbose_name = "採番"
        verbose_name_plural = "採番"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year"],
                name="core_counter_one_per_series_and_year",
                violation_error_message="採番の系列が重複しています。もう一度操作してください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last}"
