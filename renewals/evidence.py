"""What a renewal told the customer before he answered, as plain lines for the pack that proves a solicitation."""

from core.telling import Section, told
from quotes.models import Quote
from renewals.models import RenewalTerms


def evidence_of(quote: Quote) -> list[Section]:
    """The terms of the next contract as they were printed, revision by revision."""
    rows = RenewalTerms.objects.filter(quote=quote).select_related("made_by", "product_version").order_by("pk")
    lines = tuple(
        told(row, f"更改条件案 第{row.revision}版({row.get_track_display()})", at=row.made_at, omits=("quote", "track"))
        for row in rows
    )
    return [Section("terms", "更改条件案", lines, (RenewalTerms,))]
