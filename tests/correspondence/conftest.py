"""An agency with its people, and one paper and one letter to play with."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Agency, Role, User
from core.doors import perform
from correspondence.actions import cancel_letter, file_paper, queue_letter
from correspondence.actions.outbox import note_and_claim, note_failed, note_sent, note_unknown
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, LetterStatus, PaperKind
from tests.correspondence.samples import sample_page
from tests.making import make_agency, make_robot, make_user

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def sample_forms(settings: Any) -> None:
    """The house's forms and, beside them, ours for tests."""
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], HERE / "templates"]} for engine in settings.TEMPLATES]


@pytest.fixture
def agency(db: None) -> Agency:
    agency = make_agency()
    make_robot(agency)
    return agency


@pytest.fixture
def clerk(agency: Agency) -> User:
    return make_user(agency, Role.CLERK, username="clerk", name="佐藤 花子")


@pytest.fixture
def auditor(agency: Agency) -> User:
    return make_user(agency, Role.AUDITOR, name="鈴木 監査")


@pytest.fixture
def make_paper(agency: Agency, clerk: User) -> Callable[..., Paper]:
    def make(key: str = "policy:C-2026-000123:certificate", **facts: Any) -> Paper:
        facts.setdefault("page", sample_page())
        facts.setdefault("subject", "C-2026-000123")
        facts.setdefault("about", [agency])
        facts.setdefault("counterparty", "髙﨑𠮷田㈱")
        facts.setdefault("dated_on", date(2026, 11, 22))
        facts.setdefault("kind", PaperKind.CERTIFICATE)
        facts.setdefault("amount_yen", 65_960)
        facts.setdefault("at", AT)
        return perform(file_paper, agency=agency, key=key, template="papers/sample.html", by=clerk, **facts)

    return make


@pytest.fixture
def make_letter(agency: Agency, clerk: User) -> Callable[..., Letter]:
    def make(key: str = "policy:C-2026-000123:issued", **facts: Any) -> Letter:
        facts.setdefault("to", ["takasaki@customer.example"])
        facts.setdefault("to_name", "髙﨑𠮷田㈱ 髙橋 一郎 様")
        facts.setdefault("subject", "保険証券をお送りします(C-2026-000123)")
        facts.setdefault("body", "髙橋 一郎 様\n\n保険証券をお送りします。")
        facts.setdefault("kind", LetterKind.POLICY_ISSUED)
        facts.setdefault("at", AT)
        return perform(queue_letter, agency=agency, key=key, by=clerk, **facts)

    return make


def in_status(make_letter: Callable[[], Letter], status: LetterStatus) -> Letter:
    """A letter walked to a state by the moves of the outbox."""
    letter = make_letter()
    if status == LetterStatus.QUEUED:
        return letter
    by = letter.queued_by
    if status == LetterStatus.CANCELLED:
        return perform(cancel_letter, letter=letter, note="誤り", by=by, at=AT)
    perform(note_and_claim, sent=None, waiting=[letter], claimant="a", by=letter.queued_by, at=AT)
    if status == LetterStatus.SENT:
        perform(note_sent, letter=letter, remark="", by=by, at=AT)
    if status == LetterStatus.FAILED:
        perform(note_failed, letter=letter, reason="550", by=by, at=AT)
    if status == LetterStatus.UNKNOWN:
        perform(note_unknown, letter=letter, reason="切断", by=by, at=AT)
    return Letter.objects.get(pk=letter.pk)
