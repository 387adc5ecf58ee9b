"""The two oldest of the shipped books, read once."""

import pytest
from hypothesis import settings

from products.book import Book
from products.reading import read_book
from products.shelf import SHELF

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
