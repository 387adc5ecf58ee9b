"""Which papers a claim needs, by coverage, as the product's book says (請求書類)."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.models import Claim, ClaimReport
from claims.states import Authority
from products.book import ClaimDocument

# The book names the body that must have been told; the file knows it as an authority.
_TOLD = {
    "police": Authority.POLICE,
    "bank": Authority.BANK,
    "privacy_commission": Authority.PPC,
    "ministry": Authority.PPC,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper. `told` says whether the report it stands for is recorded with its receipt; None where it is none."""

    label: str
    required: bool
    told: bool | None


@dataclass(frozen=True, slots=True)
class WantedFor:
    """The papers of one coverage of the contract."""

    coverage: str
    papers: tuple[Wanted, ...]


def papers_wanted(claim: Claim, reports: Iterable[ClaimReport]) -> tuple[WantedFor, ...]:
    """The papers of every coverage the contract has; lost funds only where the caller told of them."""
    if claim.policy is None:
        return ()
    received = {report.authority for report in reports if report.reference}
    agreed = claim.policy.agreed_at(claim.occurred_at or claim.discovered_at)
    covered = {line.code for line in agreed.cover if line.limit_yen}
    book = claim.policy.product_version.book
    return tuple(
        WantedFor(part.label, tuple(_wanted(document, received) for document in part.documents))
        for part in book.coverages
        if part.documents and part.code in covered and (part.code != "funds" or claim.funds_lost)
    )


def _wanted(document: ClaimDocument, received: set[str]) -> Wanted:
    told = None if document.report is None else _TOLD[document.report] in received
    return Wanted(document.label, document.required, told)
