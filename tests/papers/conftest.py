"""Each scene is walked once a run, in a transaction that is taken back; its papers are typeset once."""

from collections.abc import Callable
from functools import cache

import pytest
from django.db import transaction

from correspondence import rendering
from tests.papers import scenes
from tests.papers.reading import Printed
from tests.papers.scenes import Scene


@pytest.fixture(scope="session")
def scene() -> Callable[[str], Scene]:
    """The scene of that name: ordinary or extreme. For tests that may use the database."""

    @cache
    def walked(name: str) -> Scene:
        with transaction.atomic():
            found: Scene = getattr(scenes, name)()
            transaction.set_rollback(True)
        return found

    return walked


@pytest.fixture(scope="session")
def printed(scene: Callable[[str], Scene]) -> Callable[[str, str], Printed]:
    """The PDF of a kind of paper of a scene, read back."""

    @cache
    def read(name: str, kind: str) -> Printed:
        paper = scene(name).papers[kind]
        return Printed(rendering.render(paper.template, paper.page, identifier=paper.key).pdf)

    return read
