"""What a decider saw, in plain values: kept with the decision, whatever becomes of the quote. Reads only."""

from typing import Any

from customers.happenings import happenings_of
from quotes.background import last_year
from quotes.contradicting import contradictions_of
from quotes.models import Quote, Referral
from quotes.queries import case_of


def snapshot(quote: Quote, referral: Referral) -> dict[str, Any]:
    """The case as the decider saw it: what was said, what does not go together, what happened, and last year."""
    case = case_of(quote)
    before = last_year(quote, case)
    return {
        "facts": quote.facts,
        "edition": quote.edition,
        "product": [quote.product_version.product.code, quote.product_version_id],
        "answers": [
            {"id": a.question_id, "version": a.wording_version, "wording": a.wording, "value": a.value}
            for a in quote.answers.order_by("pk")
            if a.counts
        ],
        "options": [
            {"label": o.label, "selection": o.selection, "premium_yen": o.premium_yen} for o in quote.options.all()
        ],
        "reasons": [
            {"code": r.code, "sentence": r.sentence, "scope": r.scope, "blocks": r.blocks, "kind": r.kind}
            for r in referral.reasons.all()
        ],
        "conditions": [
            {"kind": c.kind, "sentence": c.sentence, "before": c.before, "due_on": c.due_on and c.due_on.isoformat()}
            for c in referral.set_conditions.all()
        ],
        "contradictions": [
            {"sentence": one.finding.sentence, "explained": one.is_settled} for one in contradictions_of(quote, case)
        ],
        "happenings": [
            {"number": one.number, "label": one.label, "on": one.on.isoformat(), "is_open": one.is_open}
            for one in happenings_of(quote.customer)
        ],
        "last_year": before
        and {
            "policy": before.policy.number,
            "liability_yen": before.liability_yen,
            "premium_yen": before.premium_yen,
            "changed": [[one.wording, one.before, one.now] for one in before.changed],
        },
    }
