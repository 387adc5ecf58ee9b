"""Proposing: the comparison is filed, the recommendation and its reason are kept, and the quote opens with the record
of what went before, so that nothing is typed twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from proposals.comparing import Column, Comparison, compare, wished_of
from proposals.items import items_of, labels_of, rows_of_wish, sentence_of, unmet_items
from proposals.models import Proposal, Wish
from proposals.papers import file_comparison
from proposals.permissions import check_can_propose
from proposals.queries import first_wish
from proposals.rules import rests_on_policy_only
from proposals.tables import premium_words
from quotes.actions import add_option, open_quote, record_step, save_facts
from quotes.facts import selection_json
from quotes.models import Quote
from quotes.rules import MOST_OPTIONS
from quotes.states import StepKind


@action
def propose(
    *,
    wish: Wish,
    covers: Sequence[str],
    recommended: str,
    served: Sequence[str],
    reason: str,
    confirmed: bool = False,
    method: str,
    told_to: str,
    proposed_by: User,
    proposed_at: datetime,
    by: User,
    at: datetime,
) -> Proposal:
    """Recommend one of the covers for a wish, and open the quote with it and the others of its product in `covers`.

    Everything is worked out anew: what is kept is what the books say now. A reason that names only ourselves is
    refused until somebody confirms that it stands so (`confirmed`).
    """
    wish = Wish.objects.select_for_update().select_related("customer__agency").get(pk=wish.pk)
    check_can_propose(by, wish.customer)
    if wish.corrected_by.exists():
        raise Refused("この意向は、すでに新しい意向に改められています。新しい意向から提案してください。")
    if proposed_at < wish.at:
        raise Refused("提案の日時が、意向を聞いた日時より前です。日時を確認してください。", field="proposed_at")
    comparison = compare(wish.customer, wished_of(wish))
    column = comparison.column(recommended)
    chosen = _chosen(comparison, column, covers)
    own = [code for code in dict.fromkeys(served) if code in {item.code for item in items_of(wish)}]
    _check_served(column, wish, own)
    is_policy_only = _check_reason(reason, own, confirmed)
    comparison = comparison.seen(one.key for one in chosen)
    paper = file_comparison(comparison=comparison, wish=wish, by=by, at=at)
    quote = _open(wish, column, chosen, by, at)
    proposal = Proposal.objects.create(
        agency=wish.agency, customer=wish.customer, wish=wish, paper=paper, quote=quote,
        shown=[_shown(one) for one in comparison.columns], recommended=column.key, served=own, reason=reason.strip(),
        is_policy_only=is_policy_only, at=proposed_at, by=proposed_by, recorded_at=at, recorded_by=by,
    )  # fmt: skip
    _put_on_record(proposal, column, comparison, method, told_to, by, at)
    record(
        "proposals.propose",
        f"{column.product}「{column.label}」を提案しました({'、'.join(labels_of(wish, own)) or '代理店の方針'})。",
        about=[wish.customer, quote], by=by, at=at, proposal=proposal.pk,
    )  # fmt: skip
    return proposal


def _chosen(comparison: Comparison, column: Column, covers: Sequence[str]) -> list[Column]:
    """The recommended cover first, then the others that go on the same quote."""
    others = [comparison.column(key) for key in dict.fromkeys(covers) if key != column.key]
    if any(other.version != column.version for other in others):
        raise Refused("1つの見積に載せられるのは、同じ商品のプランだけです。ほかの商品は別に提案してください。")
    chosen = [column, *others]
    if len(chosen) > MOST_OPTIONS:
        raise Refused(f"プランは{MOST_OPTIONS}つまでです。選び直してください。")
    for one in chosen:
        if one.problems:
            raise Refused(f"「{one.label}」は見積もれません。", reasons=one.problems)
    return chosen


def _check_served(column: Column, wish: Wish, served: Sequence[str]) -> None:
    """A wish that the cover does not meet is no reason for it."""
    unmet = set(served) & unmet_items(column.facts, wish)
    if unmet:
        raise Refused(
            "次の意向は、推奨するプランではかないません。選び直してください。", field="served",
            reasons=labels_of(wish, list(unmet)),
        )  # fmt: skip


def _check_reason(reason: str, served: Sequence[str], confirmed: bool) -> bool:
    if not reason.strip():
        raise Refused("推奨の理由を入力してください。", field="reason")
    if not rests_on_policy_only(reason, served):
        return False
    if not confirmed:
        raise Refused(
            "お客さまの意向に触れていない、代理店の方針だけの理由です。かなえる意向を選んで理由を書き直すか、"
            "方針による推奨であることをお客さまに説明したうえで「このまま提案する」を選んでください。",
            field="confirmed",
        )
    return True


def _open(wish: Wish, column: Column, chosen: list[Column], by: User, at: datetime) -> Quote:
    quote = open_quote(
        customer=wish.customer, product_version=column.version, inception_on=wish.inception_on, by=by, at=at
    )
    quote = save_facts(
        quote=quote, facts=wish.risk_facts, inception_on=wish.inception_on, seen_version=quote.version, by=by, at=at
    )
    for one in chosen:
        add_option(quote=quote, selection=one.selection, by=by, at=at)
    quote.refresh_from_db()  # each option makes it another version
    return quote


def _shown(column: Column) -> dict[str, Any]:
    """A cover as it was shown, in plain values."""
    return {
        "key": column.key, "product": column.product, "insurer": column.book.insurer, "label": column.label,
        "selection": selection_json(column.selection), "premium_yen": column.premium_yen,
        "premium": premium_words(column), "outcome": column.outcome, "serves": list(column.serves),
        "outs": list(column.outs),
    }  # fmt: skip


def _put_on_record(
    proposal: Proposal, column: Column, comparison: Comparison, method: str, told_to: str, by: User, at: datetime
) -> None:
    """当初意向の把握 and 比較・推奨の説明, as the record of solicitation has them."""
    wish, first = proposal.wish, first_wish(proposal.wish)
    text = sentence_of(first) if first == wish else f"{sentence_of(first)}\nその後の意向: {sentence_of(wish)}"
    record_step(
        quote=proposal.quote, kind=StepKind.INTENT_FIRST, happened_at=first.at, method=first.method,
        counterpart=first.told_by, done_by=first.heard_by, by=by, at=at,
        detail={
            "text": text, "wish": wish.pk,
            "wishes": [{"label": row.label, "value": row.value} for row in rows_of_wish(first)],
        },
    )  # fmt: skip
    criteria = "、".join(labels_of(wish, proposal.served)) or "なし(代理店の方針による)"
    record_step(
        quote=proposal.quote, kind=StepKind.COMPARISON, happened_at=proposal.at, method=method, counterpart=told_to,
        done_by=proposal.by, paper=proposal.paper, by=by, at=at,
        detail={
            "shown": "、".join(dict.fromkeys(f"{one.book.insurer} {one.product}" for one in comparison.columns)),
            "criteria": criteria, "reason": proposal.reason, "proposal": proposal.pk,
            "recommended": f"{column.product} {column.label}({premium_words(column)})",
        },
    )  # fmt: skip
