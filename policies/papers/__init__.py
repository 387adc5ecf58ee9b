"""The papers of a contract: the 証券, and what is written when it changes or ends early."""

from policies.papers.certificate import (
    ARTICLE_SIX,
    ArticleSix,
    certificate_page,
    check_article_six,
    cover_rows,
    deductible_of,
    desk_rows,
    file_certificate,
    insured_parties,
    rated_on,
)
from policies.papers.changes import file_cancellation, file_endorsement

__all__ = [
    "ARTICLE_SIX",
    "ArticleSix",
    "certificate_page",
    "check_article_six",
    "cover_rows",
    "deductible_of",
    "desk_rows",
    "file_cancellation",
    "file_certificate",
    "file_endorsement",
    "insured_parties",
    "rated_on",
]
