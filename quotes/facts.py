"""What the first form of a quote says about the company, as plain values that are stored with the quote.

Everything else the book wants to know it asks in its questionnaire; those are `Answer`s.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from core.errors import Refused
from customers.models import SalesFigure
from products.facts import CLAIMS_IN_TERM
from products.risks import Selection


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """Line of business and a year's sales (税込). `sales_kind` PLANNED: no fiscal year is closed yet."""

    industry: str = ""
    sales_yen: int | None = None
    fiscal_year_end: date | None = None
    sales_kind: str = ""
    employees: int | None = None
    claims_in_term: int = 0  # of a renewal: events of the term that ends, as of the last judgement

    def as_json(self) -> dict[str, Any]:
        """Plain values for the column; days as ISO text."""
        plain = asdict(self)
        plain["fiscal_year_end"] = self.fiscal_year_end.isoformat() if self.fiscal_year_end else None
        if not self.claims_in_term:  # most have none, and what was stored before it was counted stays the same
            del plain["claims_in_term"]
        return plain

    def for_rating(self) -> dict[str, Any]:
        """The facts in the words of `products.facts.COMPANY_FACTS`; blanks are left out."""
        said = {
            "industry": self.industry or None, "sales_yen": self.sales_yen, "employees": self.employees,
            CLAIMS_IN_TERM: self.claims_in_term or None,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def without_sales(self) -> "RiskFacts":
        """A renewal asks this year's sales anew (checks 27)."""
        return replace(self, sales_yen=None, fiscal_year_end=None, sales_kind="")

    @property
    def sales_label(self) -> str:
        """2026年3月期(実績)."""
        if self.fiscal_year_end is None:
            return ""
        kind = SalesFigure.Kind(self.sales_kind).label if self.sales_kind else ""
        return f"{self.fiscal_year_end.year}年{self.fiscal_year_end.month}月期({kind})"

    @property
    def is_planned(self) -> bool:
        return self.sales_kind == SalesFigure.Kind.PLANNED


def facts_from(plain: dict[str, Any]) -> RiskFacts:
    """Read the column back. Words of an older shape are left out, missing ones are blank."""
    known = {field.name for field in fields(RiskFacts)}
    said = {name: value for name, value in plain.items() if name in known}
    if said.get("fiscal_year_end"):
        said["fiscal_year_end"] = date.fromisoformat(said["fiscal_year_end"])
    return RiskFacts(**said)


def facts_for_rating(facts: RiskFacts, *, inception_on: date, is_renewal: bool) -> dict[str, Any]:
    """What the book's conditions may ask about a quote beside its answers."""
    return {**facts.for_rating(), "inception_on": inception_on.isoformat(), "is_renewal": is_renewal}


def selection_json(selection: Selection) -> dict[str, Any]:
    """A selection as plain values; riders sorted, so that the same cover is the same JSON."""
    plain = {**asdict(selection), "riders": sorted(selection.riders)}
    others = dict(plain.pop("other_limits"))
    return {**plain, "other_limits": others} if others else plain


def selection_from(plain: dict[str, Any]) -> Selection:
    """Read a stored or posted selection. Refused when it is of another shape."""
    try:
        others = tuple(sorted(plain.get("other_limits", {}).items()))
        return Selection(**{**plain, "riders": tuple(sorted(plain.get("riders", ()))), "other_limits": others})
    except (TypeError, AttributeError) as error:
        raise Refused("補償内容を読み取れません。画面を開き直して選び直してください。") from error
