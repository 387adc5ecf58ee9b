"""How a premium is paid: all at once or in instalments (分割払), with the surcharge of the book."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from core.errors import Refused
from core.money import round_yen
from products.book import Book
from products.factors import EXACT
from products.tariff import Kind


@dataclass(frozen=True, slots=True)
class Schedule:
    """The amounts in order of falling due. Their sum is what the customer pays in the year."""

    payment: str
    label: str
    amounts_yen: tuple[int, ...]
    surcharge: Decimal
    kind: Kind
    source: str

    @property
    def total_yen(self) -> int:
        """What all instalments come to."""
        return sum(self.amounts_yen)


def instalments(total_yen: int, payment: str, book: Book) -> Schedule:
    """Equal instalments of the surcharged annual premium, each rounded as the tariff rounds (practice 4-3, 4-6)."""
    way = book.payment(payment)
    if way is None:
        raise Refused("この商品では選べない払込方法です。払込方法を選び直してください。", field="payment")
    if way.instalments == 1:
        amounts: tuple[int, ...] = (total_yen,)
    else:
        with localcontext(EXACT):
            each = Decimal(total_yen) * (1 + way.surcharge) / way.instalments
            rounded = round_yen(each, book.rounding.step, book.rounding.mode)
        amounts = (rounded,) * way.instalments
    return Schedule(way.code, way.label, amounts, way.surcharge, way.kind, way.source)
