"""The papers of a renewal: 更改のご案内 and 更改条件のご提案."""

from renewals.papers.notice import TEMPLATE, RenewalNoticePage, notice_page
from renewals.papers.offer import (
    RenewalOfferPage,
    file_renewal_offer,
    latest_offer,
    renewal_offer_page,
)

__all__ = [
    "TEMPLATE", "RenewalNoticePage", "RenewalOfferPage", "file_renewal_offer", "latest_offer",
    "notice_page", "renewal_offer_page",
]  # fmt: skip
