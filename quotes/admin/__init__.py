"""The underwriters' console: referrals to decide, who may decide them, and what drafts of books would change."""

from quotes.admin.authorities import AuthorityAdmin
from quotes.admin.effects import EffectRunAdmin
from quotes.admin.referrals import ReferralAdmin, dashboard, waiting_badge

__all__ = ["AuthorityAdmin", "EffectRunAdmin", "ReferralAdmin", "dashboard", "waiting_badge"]
