"""The two oldest of the shipped books, read once; and a draft of one with its two people."""

from datetime import date

import pytest
from hypothesis import settings

from accounts.models import Role
from core.doors import perform
from products import actions
from products.book import Book
from products.reading import read_book
from products.shelf import SHELF
from tests.making import A_MONDAY, make_user
from tests.products.drafting import open_draft

# A busy machine is not a defect: no example is judged by its time.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

CYBER = SHELF / "sompo-cyber" / "2026-04-01.yaml"
SIMPLE = SHELF / "sompo-simple" / "2026-04-01.yaml"


@pytest.fixture(scope="session")
def cyber_text() -> str:
    return CYBER.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def simple_text() -> str:
    return SIMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def cyber(cyber_text: str) -> Book:
    return read_book(cyber_text, CYBER.name)


@pytest.fixture(scope="session")
def simple(simple_text: str) -> Book:
    return read_book(simple_text, SIMPLE.name)


@pytest.fixture
def writer():
    return make_user(role=Role.UNDERWRITER, name="引受 正")


@pytest.fixture
def second(writer):
    return make_user(writer.agency, Role.MANAGER, name="管理 守")


@pytest.fixture
def version(simple_text, writer):
    return perform(actions.publish_book, text=simple_text, starts_on=date(2026, 4, 1), by=writer, at=A_MONDAY)


@pytest.fixture
def draft(version, writer):
    return open_draft(version, writer)
