"""State diagrams drawn from the rooms' own tables of moves, as Mermaid text between markers of a document."""

import re
from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db import models

from core.guards import StatusMoves


def state_diagram(choices: Mapping[str, str], initial: Iterable[str], moves: Mapping[str, Iterable[str]]) -> str:
    """One Mermaid diagram; labels as people read them, final states lead to the end."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {status}: {label}" for status, label in choices.items()]
    lines += [f"    [*] --> {status}" for status in initial]
    for status in choices:
        onward = list(moves.get(status, ()))
        lines += [f"    {status} --> {to}" for to in onward] or [f"    {status} --> [*]"]
    return "\n".join([*lines, "```"])


def moving_models() -> list[tuple[type[models.Model], StatusMoves]]:
    """Every model whose status is guarded by a table of moves, in the order of the rooms."""
    found = []
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, StatusMoves):
                found.append((model, trigger))
    return sorted(found, key=lambda pair: pair[0]._meta.label)


def diagram_of(model: type[models.Model], guard: StatusMoves) -> str:
    """The diagram of one model, as its database trigger enforces it."""
    field = model._meta.get_field(guard.field)
    labels = {str(value): str(label) for value, label in getattr(field, "flatchoices", ())}
    return state_diagram(labels, guard.initial, guard.moves)


def drawn(document: str) -> str:
    """The document with the text between `<!-- states: label -->` and `<!-- end -->` drawn anew."""
    for model, guard in moving_models():
        label = re.escape(model._meta.label)
        body = f"<!-- states: {model._meta.label} -->\n{diagram_of(model, guard)}\n<!-- end -->"
        document = re.sub(rf"<!-- states: {label} -->.*?<!-- end -->", body.replace("\\", r"\\"), document, flags=re.S)
    return document


def undrawn(document: str) -> list[str]:
    """Models with a table of moves that the document leaves out."""
    return [m._meta.label for m, _ in moving_models() if f"<!-- states: {m._meta.label} -->" not in document]
