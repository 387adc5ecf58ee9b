"""What the carriers pay the agency, as the manager wrote it down on the first day."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from commissions.actions import set_commission_rate
from core.doors import perform
from products.models import Product

RATES = {"sompo-simple": "0.20", "sompo-cyber": "0.18", "sompo-isms": "0.16", "sompo-group": "0.15",
         "msi-protector": "0.19", "tokio-yayoi": "0.10"}  # fmt: skip


def set_rates(manager: User, begin: date, at: datetime) -> None:
    """A rate for every product on the shelf."""
    for product in Product.objects.order_by("code"):
        rate = Decimal(RATES[product.code])
        perform(set_commission_rate, product=product, rate=rate, starts_on=begin, by=manager, at=at)
