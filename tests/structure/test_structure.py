"""The structure keeps itself: what every room has promised, checked over all of them."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from core.doors import constraint_sentences
from customers.industries import Industry

ROOT = Path(__file__).resolve().parents[2]
ROOMS = """
    core accounts customers products correspondence policies
    quotes claims proposals portal renewals
    complaints commissions evidence desk
""".split()
OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def python_files(*rooms: str) -> list[Path]:
    return [
        path
        for room in rooms or ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_every_constraint_and_guard_has_a_japanese_sentence_that_says_what_to_do():
    for name, sentence in constraint_sentences().items():
        if name.startswith(tuple(f"{room}_" for room in ROOMS)):
            assert JAPANESE.search(sentence), name
            assert sentence.endswith("。"), name


def test_constraint_names_begin_with_their_table_and_are_unique():
    names = []
    for model in OUR_MODELS:
        for constraint in model._meta.constraints:
            assert constraint.name.startswith(model._meta.db_table + "_"), constraint.name
            names.append(constraint.name)
        names += [trigger.constraint_name(model) for trigger in getattr(model._meta, "triggers", ())]
    assert len(names) == len(set(names))


def test_every_moment_has_its_person():
    # The agency's own hours, and moments the machine (not a person) is the subject of.
    machine = {
        "opens_at", "closes_at", "starts_at", "ends_at", "rendered_at", "claimed_at", "sent_at", "at", "not_before",
        "started_at", "finished_at", "term_end_at", "expired_at", "occurred_at", "discovered_at", "reported_at",
        "known_at", "last_attempt_at", "seen_at", "used_at", "ended_at",
    }  # fmt: skip
    for model in OUR_MODELS:
        fields = {field.name for field in model._meta.get_fields()}
        for name in fields:
            if name.endswith("_at") and name not in machine:
                assert name[:-3] + "_by" in fields, f"{model.__name__}.{name}"


def test_money_is_whole_yen():
    for model in OUR_MODELS:
        for field in model._meta.get_fields():
            assert not isinstance(field, models.FloatField), field
            if field.name.endswith("_yen"):
                assert isinstance(field, models.IntegerField), field


def test_every_room_says_what_it_is_for_and_nothing_else_in_its_init():
    for room in ROOMS:
        tree = ast.parse((ROOT / room / "__init__.py").read_text())
        assert ast.get_docstring(tree), room
        assert len(tree.body) == 1, f"{room}/__init__.py contains code"


def test_no_room_has_a_grab_bag():
    for path in python_files():
        assert path.stem not in {"utils", "helpers", "common", "misc", "base"}, path


def test_only_doors_open_transactions():
    allowed = {ROOT / "core" / "doors.py"}
    for path in python_files():
        if path not in allowed:
            assert "transaction.atomic" not in path.read_text(), path


def test_every_verb_that_writes_is_told_who_and_when():
    for path in python_files():
        if path.name != "actions.py" and path.parent.name != "actions":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(mark, ast.Name) and mark.id == "action" for mark in node.decorator_list
            ):
                told = {arg.arg for arg in node.args.kwonlyargs}
                assert not node.args.args, f"{path}:{node.name} takes positional facts"
                assert told & {"by", "claimant"}, f"{path}:{node.name}"
                assert told & {"at", "on"}, f"{path}:{node.name}"


def test_a_file_holds_one_subject():
    for path in python_files():
        lines = len(path.read_text().splitlines())
        assert lines <= 420, f"{path} has {lines} lines: it usually holds two subjects"


def test_every_model_stands_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    for model in OUR_MODELS:
        if model._meta.app_label != "core" or model.__name__ == "Event":
            assert f"`{model.__name__}`" in glossary, model.__name__


def test_every_book_knows_every_industry_of_the_customer_file():
    from products.reading import read_book

    for path in sorted((ROOT / "products" / "catalogue").rglob("*.yaml")):
        book = read_book(path.read_text(), path.name)
        assert {industry.code for industry in book.industries} == set(Industry.values), path


def test_templates_load_nothing_from_elsewhere():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), path


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check_changes=True, dry_run=True)


def test_django_finds_nothing_to_say():
    call_command("check", fail_level="WARNING")
