"""What a decider saw, in plain values: kept with the decision, whatever becomes of the quote. Reads only."""

from typing import Any

from quotes.models import Quote, Referral


def snapshot(quote: Quote, referral: Referral) -> dict[str, Any]:
    """The case as the decider saw it."""
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
    }
