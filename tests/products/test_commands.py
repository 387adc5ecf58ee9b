"""Books from the command line: two people publish, one person checks; JSON out."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.clock import today
from products.models import ProductVersion

pytestmark = pytest.mark.django_db


def published_by_command(tmp_path, text, **options):
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("publish_book", str(path), stdout=out, **options)
    return json.loads(out.getvalue())


def test_two_people_publish_a_file_from_the_command_line(tmp_path, version, writer, second):
    start = today() + timedelta(days=30)
    text = version.content.replace("starts_on: 2026-04-01", f"starts_on: {start}", 1)
    people = {"by": writer.username, "approved_by": second.username}
    answer = published_by_command(tmp_path, text, starts_on=str(start), **people)
    assert (answer["product"], answer["published"], answer["approved_by"]) == ("sompo-simple", True, second.username)
    assert published_by_command(tmp_path, text, starts_on=str(start), **people)["published"] is False
    assert ProductVersion.objects.get(starts_on=start).origin == "COMMAND"


def test_one_person_cannot_publish_from_the_command_line(tmp_path, version, writer):
    start = today() + timedelta(days=30)
    text = version.content.replace("starts_on: 2026-04-01", f"starts_on: {start}", 1)
    with pytest.raises(CommandError, match="本人は承認できません"):
        published_by_command(tmp_path, text, starts_on=str(start), by=writer.username, approved_by=writer.username)
    with pytest.raises(CommandError, match="いません"):
        published_by_command(tmp_path, text, starts_on=str(start), by=writer.username, approved_by="nobody")


@pytest.mark.parametrize("gone", [{"is_active": False}, {"left_on": date(2026, 4, 1)}])
def test_who_left_the_house_approves_nothing_from_the_command_line(tmp_path, version, writer, second, gone):
    User.objects.filter(pk=second.pk).update(**gone)
    start = today() + timedelta(days=30)
    text = version.content.replace("starts_on: 2026-04-01", f"starts_on: {start}", 1)
    with pytest.raises(CommandError, match="いません"):
        published_by_command(tmp_path, text, starts_on=str(start), by=writer.username, approved_by=second.username)
    assert ProductVersion.objects.count() == 1


def test_check_book_answers_in_json(tmp_path, simple_text):
    path, out = tmp_path / "book.yaml", StringIO()
    path.write_text(simple_text.replace("insurer:", "insurerr:", 1), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("check_book", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"][0]["file"] == "book.yaml"
