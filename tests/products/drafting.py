"""Drafts as the tests need them: opened, written, submitted, approved."""

from datetime import date

from core.doors import perform
from products import actions
from tests.making import A_MONDAY

START = date(2027, 4, 1)
NOTICE = "2026年12月1日付 保険会社通知"


def open_draft(base, by, starts_on=START, text=None):
    facts = {"base": base, "text": text, "starts_on": starts_on, "purpose": "料率改定"}
    return perform(actions.open_draft, **facts, by=by, at=A_MONDAY)


def rewrite(draft, by, old, new, **facts):
    draft.refresh_from_db()
    facts = {"source": NOTICE, "seen_version": draft.version, **facts}
    assert old in draft.text
    return perform(
        actions.rewrite_draft, draft=draft, text=draft.text.replace(old, new, 1), **facts, by=by, at=A_MONDAY
    )


def decide(verb, draft, by, **facts):
    draft.refresh_from_db()
    return perform(verb, **{"draft": draft, "seen_version": draft.version, "by": by, "at": A_MONDAY, **facts})


def submit(draft, by):
    return decide(actions.submit_draft, draft, by)


def approve(draft, by, supersede=False):
    return decide(actions.approve_draft, draft, by, supersede=supersede)
