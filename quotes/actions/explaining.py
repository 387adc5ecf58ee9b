"""Explaining a contradiction: why both places are true, in the customer's words."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from quotes.actions.answering import check_giver
from quotes.actions.moving import about, locked, touch
from quotes.contradicting import contradictions_of
from quotes.models import Explanation, Quote
from quotes.permissions import check_can_edit_quote
from quotes.queries import case_of

SHORTEST = 5


@action
def explain_contradiction(
    *, quote: Quote, fingerprint: str, text: str, source: str, given_by: str, by: User, at: datetime
) -> Explanation:
    """Write down what the customer says to a contradiction. It settles just these two values: when one of them
    changes, the question comes up anew.
    """
    row = locked(quote)
    check_can_edit_quote(by, row)
    check_giver(source, given_by, by)
    told = text.strip()
    if len(told) < SHORTEST:
        raise Refused("どちらも正しい理由を、お客さまの説明のとおりに入力してください。", field="text")
    if len(told) > 1000:
        raise Refused("説明は1,000文字以内で入力してください。", field="text")
    open_ones = {one.finding.fingerprint: one for one in contradictions_of(row, case_of(row))}
    if fingerprint not in open_ones:
        raise Refused("この指摘の内容は変わったか、解消されています。画面を開き直して確認してください。")
    finding = open_ones[fingerprint].finding
    explanation = Explanation.objects.create(
        quote=row,
        code=finding.code,
        sentence=finding.sentence,
        fingerprint=fingerprint,
        text=told,
        source=source,
        given_by=given_by.strip(),
        explained_at=at,
        explained_by=by,
    )
    touch(row)
    words = f"見積{row.number}の告知の矛盾について、{given_by.strip()}様の説明を記録しました。"
    record(
        "quotes.explain_contradiction", words,
        about=about(row), by=by, at=at, code=finding.code, sentence=finding.sentence, text=told,
        first=[finding.first.label, finding.first.words], second=[finding.second.label, finding.second.words],
        source=str(source), given_by=given_by.strip(),
    )  # fmt: skip
    return explanation
