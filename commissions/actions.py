"""Writing down what a carrier pays."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from commissions.models import CommissionRate
from commissions.permissions import check_can_set_rate
from core.doors import action
from core.history import record
from products.models import Product


@action
def set_commission_rate(*, product: Product, rate: Decimal, starts_on: date, by: User, at: datetime) -> CommissionRate:
    """The rate of a product for contracts made from that day on."""
    check_can_set_rate(by)
    made = CommissionRate.objects.create(
        agency=by.agency, product=product, rate=rate, starts_on=starts_on, recorded_at=at, recorded_by=by
    )
    record(
        "commissions.set_commission_rate",
        f"{product.name}の手数料率を{starts_on.year}年{starts_on.month}月{starts_on.day}日から{made.percent}とします。",
        about=[made], by=by, at=at,
    )  # fmt: skip
    return made
