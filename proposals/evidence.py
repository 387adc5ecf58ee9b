"""Wish and proposal of a quote as plain lines, for the pack that proves a solicitation."""

from collections.abc import Iterator

from core.money import format_limit
from core.telling import Line, Section, told
from proposals.models import Proposal, Wish
from quotes.models import Quote


def evidence_of(quote: Quote) -> list[Section]:
    """The customer's wishes in the order they were told, and what was proposed for them."""
    return [
        Section("wishes", "意向", tuple(_wishes(quote)), (Wish,)),
        Section("proposals", "比較と推奨", tuple(_proposals(quote)), (Proposal,)),
    ]


def _wishes(quote: Quote) -> Iterator[Line]:
    rows = list(Wish.objects.filter(customer=quote.customer_id).select_related("heard_by", "recorded_by"))
    named = {row.corrects_id for row in rows}
    for number, wish in enumerate(rows):
        facts = [
            ("心配なリスク", "、".join(wish.risk_labels)), ("必ず備えたい補償", "、".join(wish.must_labels)),
            ("希望する賠償責任の限度額", format_limit(wish.liability_yen)),
            ("希望する事故対応費用の限度額", format_limit(wish.cost_yen)),
        ]  # fmt: skip
        omits = ("agency", "customer", "risks", "must_haves", "liability_yen", "cost_yen", "facts", "at", "corrects")
        # The first wish stays the first wish, whatever came after (当初意向).
        title, was_replaced = ("意向", wish.pk in named) if number else ("当初の意向", False)
        yield told(wish, title, at=wish.at, facts=facts, omits=omits, is_superseded=was_replaced)


def _proposals(quote: Quote) -> Iterator[Line]:
    rows = Proposal.objects.filter(customer=quote.customer_id, quote=quote).select_related("paper", "by", "recorded_by")
    for row in rows:
        shown = "\n".join(_shown(one) for one in row.shown)
        facts = [("提示した補償", shown), ("推奨した補償", _shown(row.cover)), ("比較表", row.paper.title)]
        omits = ("agency", "customer", "wish", "paper", "quote", "shown", "recommended", "at")
        yield told(row, "提案", at=row.at, facts=facts, omits=omits)


def _shown(one: dict[str, object]) -> str:
    outs = one.get("outs")
    why = f"(対象外: {'、'.join(str(out) for out in outs)})" if isinstance(outs, list) and outs else ""
    return " ".join(str(one[part]) for part in ("insurer", "product", "label", "premium") if one.get(part)) + why
