"""Filing, rendering and keeping papers."""

import gc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from core.doors import perform
from core.errors import Refused
from correspondence import rendering, shelf
from correspondence.actions import bytes_of, revise_paper
from correspondence.models import Paper, PaperContent
from correspondence.typesetting import typeset
from tests.correspondence.conftest import AT
from tests.correspondence.samples import sample_page

Maker = Callable[..., Paper]
A_YEAR = timedelta(days=365)


def test_filing_the_same_page_twice_gives_the_same_paper(make_paper: Maker) -> None:
    first, again = make_paper(), make_paper(at=AT + timedelta(seconds=1))
    assert first.pk == again.pk
    assert first.key == "policy:C-2026-000123:certificate:r1"
    assert Paper.objects.count() == 1


def test_another_page_under_the_same_key_is_refused(make_paper: Maker) -> None:
    make_paper()
    with pytest.raises(Refused, match="訂正版を作成してください"):
        make_paper(page=sample_page(total_yen=1))


def test_a_correction_is_a_second_revision_and_both_stay(make_paper: Maker, clerk: User) -> None:
    paper = make_paper()
    facts: dict[str, Any] = {
        "paper": paper, "page": sample_page(total_yen=70_000), "correction": "保険料の誤記を訂正",
        "by": clerk, "at": AT, "dated_on": date(2026, 11, 25), "amount_yen": 70_000,
    }  # fmt: skip
    second = perform(revise_paper, **facts)
    assert perform(revise_paper, **facts) == second
    assert (second.revision, second.corrects, second.key) == (2, paper, "policy:C-2026-000123:certificate:r2")
    assert Paper.objects.count() == 2
    with pytest.raises(Refused, match="最新の版から"):
        perform(revise_paper, **{**facts, "page": sample_page(total_yen=1)})
    assert "第2版" in rendering.html_of(second.template, second.page)


def test_the_same_page_gives_the_same_bytes(make_paper: Maker) -> None:
    paper = make_paper()
    made = bytes_of(paper, at=AT)
    again = rendering.render(paper.template, Paper.objects.get(pk=paper.pk).page, identifier=paper.key)
    assert again.pdf == made
    assert again.sha256 == paper.content_id
    assert again.form_version == paper.form_version


def test_a_year_later_and_with_a_new_form_the_stored_bytes_are_served(
    make_paper: Maker, settings: Any, tmp_path: Path
) -> None:
    paper = make_paper()
    made = bytes_of(paper, at=AT)
    changed = tmp_path / "papers" / "sample.html"
    changed.parent.mkdir()
    changed.write_text('{% extends "papers/base.html" %}{% block content %}新しい様式{% endblock %}')
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]} for engine in settings.TEMPLATES]
    later = Paper.objects.get(pk=paper.pk)
    assert rendering.render(later.template, later.page, identifier=later.key).pdf != made
    assert rendering.form_version(later.template) != later.form_version
    assert bytes_of(later, at=AT + A_YEAR) == made


def test_what_another_process_stored_first_is_what_everybody_gets(make_paper: Maker) -> None:
    ours = make_paper()
    theirs = Paper.objects.get(pk=ours.pk)
    assert bytes_of(theirs, at=AT) == bytes_of(ours, at=AT + A_YEAR)
    assert PaperContent.objects.count() == 1
    assert ours.rendered_at == AT


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE correspondence_paper SET page = '{}'",
        "UPDATE correspondence_paper SET amount_yen = 1",
        "UPDATE correspondence_paper SET counterparty = '別の会社'",
        "UPDATE correspondence_paper SET about = '{}'",
        "UPDATE correspondence_paper SET rendered_at = now()",
        "UPDATE correspondence_paper SET content_id = NULL, form_version = NULL, rendered_at = NULL",
        "UPDATE correspondence_papercontent SET pdf = 'x'",
        "DELETE FROM correspondence_papercontent",
        "DELETE FROM correspondence_paper",
    ],
)
def test_the_database_refuses_to_change_a_paper(make_paper: Maker, change: str) -> None:
    bytes_of(make_paper(), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_letters_no_face_can_print_are_refused_while_somebody_can_mend_them(make_paper: Maker) -> None:
    with pytest.raises(Refused, match="🦊"):
        make_paper(page=sample_page(lead="狐🦊"))


@pytest.mark.parametrize("value", [1.5, object(), {"deep": [0.1]}])
def test_a_page_holds_plain_values_only(make_paper: Maker, value: object) -> None:
    with pytest.raises(TypeError):
        make_paper(page=sample_page(extra=value))


def test_hostile_text_is_printed_as_text(make_paper: Maker) -> None:
    secret = Path(settings.BASE_DIR) / "manage.py"
    hostile = f'<script>alert(1)</script><img src="{secret.as_uri()}"><link rel=stylesheet href="http://127.0.0.1/x">'
    paper = make_paper(page=sample_page(lead=hostile))
    html = rendering.html_of(paper.template, paper.page)
    assert "<script" not in html
    assert "<img" not in html
    assert bytes_of(paper, at=AT).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA", "../../manage.py",
     "missing.png"],
)  # fmt: skip
def test_a_form_may_read_our_own_shelf_only(address: str) -> None:
    with pytest.raises(shelf.RenderingFailed, match="許可されていないファイル"):
        typeset(f'<html lang="ja"><title>x</title><img src="{address}" alt="">', identifier="x")
    assert gc.isenabled(), "the collector rests while the engine works, whatever becomes of the paper"


def test_an_unknown_form_is_a_sentence() -> None:
    with pytest.raises(shelf.RenderingFailed, match="様式"):
        rendering.render("papers/nothing.html", sample_page(), identifier="x")
    with pytest.raises(shelf.RenderingFailed, match="様式"):
        rendering.render("base.html", sample_page(), identifier="x")
