"""What was agreed, as plain values: the copy a policy keeps for ever (契約内容).

Quotes build `Terms` and hand over `terms.as_json()`; papers, screens, claims and renewals read `policy.agreed`. Codes
stand beside their labels, so nothing here changes when a book does.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import Refused


class _Part(BaseModel):
    """A frozen part of the terms; a word nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CoverLine(_Part):
    """One section of cover (補償) with its limit. `code`: liability, cost, bi, continuity, as in the book."""

    code: str
    label: str
    limit_yen: int
    note: str = ""


class RiderLine(_Part):
    """A rider (追加条項) that is part of the contract."""

    code: str
    label: str
    note: str = ""


class ReceiptLine(_Part):
    """One step of the premium; figures are decimals as written."""

    component: str
    code: str
    label: str
    operation: str
    factor: str | None = None
    amount: str
    kind: str
    source: str


class Receipt(_Part):
    """The premium's receipt (計算明細), as `products.rating.Receipt.as_json` writes it."""

    total_yen: int
    is_reference: bool
    exact: str
    lines: tuple[ReceiptLine, ...]


class Insured(_Part):
    """Who is covered (被保険者)."""

    name: str
    role: Literal["named", "subsidiary", "other"] = "named"


class Instalment(_Part):
    """One payment: its number from 1, the day it falls due (ISO), its amount."""

    number: int
    due_on: str
    amount_yen: int


class Terms(_Part):
    """Everything agreed except the term, the premium and the parties, which are columns of the policy."""

    product_label: str
    plan_label: str = ""
    cover: tuple[CoverLine, ...]
    deductible_yen: int
    waiting_hours: int = 0
    riders: tuple[RiderLine, ...] = ()
    insureds: tuple[Insured, ...]
    policyholder: str = ""  # of a group policy (団体契約); otherwise the customer is the policyholder
    industry_code: str
    industry_label: str
    sales_yen: int
    sales_fiscal_year_end: str | None = None
    sales_label: str = ""
    payment_label: str
    selection: dict[str, str | int | bool | tuple[str, ...]] = {}
    receipt: Receipt | None = None
    conditions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for the policy's column."""
        return self.model_dump(mode="json")


def terms_from(plain: dict[str, Any]) -> Terms:
    """Read terms from plain JSON. Refused when something is missing or of the wrong kind."""
    return _read(Terms, plain)


def instalments_from(plain: list[dict[str, Any]]) -> tuple[Instalment, ...]:
    """Read the payment schedule from plain JSON."""
    return tuple(_read(Instalment, part) for part in plain)


def _read(shape: Any, plain: Any) -> Any:
    try:
        return shape.model_validate(plain, strict=False)
    except ValidationError as error:
        places = "、".join(".".join(str(step) for step in problem["loc"]) or "全体" for problem in error.errors())
        raise Refused(
            f"契約内容に足りない項目か誤りがあります({places})。見積を開き直して、もう一度発行してください。"
        ) from error
