"""The archive of papers and the outbox, as the office meets them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from core.doors import perform
from correspondence.actions import file_paper, queue_letter
from correspondence.actions.outbox import note_and_claim, note_failed, note_sent, note_unknown
from correspondence.models import Letter
from correspondence.states import LetterKind, PaperKind
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def outbox(solicitor: Any) -> dict[str, Letter]:
    """Three companies with a paper and a letter each: one sent, one failed, one in doubt."""
    letters = {}
    for n, name in enumerate(["株式会社髙﨑製作所", "𠮷田商事㈱", "青空運輸株式会社"], start=1):
        number = f"C-2026-{n:06d}"
        paper = perform(
            file_paper, agency=solicitor.agency, key=f"policy:{number}:certificate", kind=PaperKind.CERTIFICATE,
            template="papers/certificate.html", page={"note": name}, subject=number, dated_on=date(2026, 4 + n, 1),
            counterparty=name, amount_yen=65_960 * n, about=[solicitor.agency], by=solicitor, at=AT,
        )  # fmt: skip
        letters[name] = perform(
            queue_letter, agency=solicitor.agency, key=f"policy:{number}:issued", kind=LetterKind.POLICY_ISSUED,
            to=[f"info{n}@customer.example"], to_name=f"{name} ご担当者様", subject=f"保険証券をお送りします({number})",
            body=f"{name} ご担当者様\n\nいつもお世話になっております。\n保険証券をお送りします。", papers=[paper],
            about=[solicitor.agency], by=solicitor, at=AT,
        )  # fmt: skip
    for verb, letter, facts in (
        (note_sent, letters["株式会社髙﨑製作所"], {"remark": ""}),
        (note_failed, letters["𠮷田商事㈱"], {"reason": "相手のサーバーが宛先を受け付けませんでした(応答 550)。"}),
        (note_unknown, letters["青空運輸株式会社"], {"reason": "送信の途中で接続が切れました。"}),
    ):  # fmt: skip
        perform(note_and_claim, sent=None, waiting=[letter], claimant="test", by=solicitor, at=AT)
        perform(verb, letter=letter, by=solicitor, at=AT, **facts)
    return letters


def test_papers_are_searched_by_amount_and_counterparty(desk: Desk, outbox: dict[str, Letter]) -> None:
    desk.open("/papers/")
    rows = desk.page.locator("#rows tbody tr")
    expect(rows).to_have_count(3)
    desk.look("papers")
    desk.page.get_by_label("取引先").fill("(株)")
    desk.press("絞り込む")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("𠮷田商事㈱")
    desk.page.get_by_label("金額(から)").fill("20万")
    desk.press("絞り込む")
    expect(desk.page.get_by_text("該当する書類はありません")).to_be_visible()


def test_a_letter_in_doubt_is_settled_with_a_reason(desk: Desk, outbox: dict[str, Letter]) -> None:
    desk.open("/letters/")
    desk.look("letters")
    desk.page.get_by_label("状態").select_option("UNKNOWN")
    expect(desk.page.locator("#rows tbody tr")).to_have_count(1)
    desk.press("保険証券をお送りします(C-2026-000003)")
    expect(desk.page.get_by_text("再送できるのは送信失敗のメールだけです")).to_be_visible()
    desk.look("letter")
    desk.press("確認の結果を記録")
    desk.look("letter-settle")
    desk.page.get_by_label("相手に届いていた").check()
    desk.press("確認の結果を記録")
    expect(desk.page.get_by_text("を入力してください。").first).to_be_visible()
    expect(desk.page.get_by_label("相手に届いていた")).to_be_checked()
    desk.accessible()
    desk.page.get_by_label("理由").fill("先方に電話で確認")
    desk.press("確認の結果を記録")
    desk.told("確認の結果を記録しました。")
    assert Letter.objects.get(pk=outbox["青空運輸株式会社"].pk).status == "SENT"
