"""The underwriters' console: referrals to decide, and what drafts of books would change."""

from quotes.admin.effects import EffectRunAdmin
from quotes.admin.referrals import ReferralAdmin, dashboard, waiting_badge

__all__ = ["EffectRunAdmin", "ReferralAdmin", "dashboard", "waiting_badge"]
