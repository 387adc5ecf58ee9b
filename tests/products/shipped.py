"""The shipped books by name and day, each read once."""

from functools import cache

from products.reading import read_book
from products.shelf import shipped_books

SHIPPED = {f"{path.parent.name} {path.stem}": text for path, text in shipped_books()}


@cache
def book(name):
    return read_book(SHIPPED[name], name)


def codes(verdict):
    return [reason.code for reason in verdict.reasons]


def calm():
    return {
        "fiscal_year_closed": "yes",
        "prior_incident": "no",
        "past_attack": "no",
        "known_circumstances": "no",
        "card_data": "none",
        "it_services_to_others": "no",
        "sensitive_data": "no",
    }
