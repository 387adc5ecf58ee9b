"""An agency with its people, and one paper and one letter to play with."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Agency, Role, User
from core.doors import perform
from correspondence.actions import file_paper, queue_letter
from correspondence.models import Letter, Paper
from correspondence.states import LetterKind, PaperKind
from tests.correspondence.samples import sample_page

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def sample_forms(settings: Any) -> None:
    """The house's forms and, beside them, ours for tests."""
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], HERE / "templates"]} for engine in settings.TEMPLATES]


def make_agency(name: str = "たて保険サービス株式会社", robot: bool = True) -> Agency:
    agency = Agency.objects.create(
        name=name,
        representative="盾 太郎",
        registration_number="関東財務局 第1234567号",
        postcode="100-0005",
        address="東京都千代田区丸の内1丁目1番1号",
        phone="03-0000-0000",
        email="contact@tate.example",
        insurer_claims_email="claims@insurer.example",
        opens_at=time(9, 0),
        closes_at=time(17, 30),
    )
    if robot:
        make_user(agency, "robot", Role.CLERK, is_robot=True, name="システム")
    return agency


def make_user(agency: Agency, username: str, role: Role, **facts: Any) -> User:
    facts.setdefault("name", username)
    return User.objects.create_user(username=username, password=settings.SECRET_KEY, agency=agency, role=role, **facts)


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency) -> User:
    return make_user(agency, "clerk", Role.CLERK, name="佐藤 花子")


@pytest.fixture
def auditor(agency: Agency) -> User:
    return make_user(agency, "auditor", Role.AUDITOR, name="鈴木 監査")


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
