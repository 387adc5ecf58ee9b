"""How contracts of this book are renewed (更改): the bounds of 簡易, what claims mean, what comes after."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from products.tariff import Code, Known, Line, Number, Part

Count = Annotated[int, Field(ge=0, le=100)]


class SimpleTrack(Known):
    """簡易更改の条件: within all of these an offer is ready in the notice itself.

    `sales_from` to `sales_to` are this year's sales as a share of last year's, `premium_change` the most by which the
    premium may differ, as a share of last year's. The counts are the most there may be: events and circumstances
    reported in the term, endorsements of the term, answers that became worse, questions that are reworded, new or too
    old to be taken over.
    """

    sales_from: Annotated[Number, Field(gt=Decimal(0), le=1)]
    sales_to: Annotated[Number, Field(ge=1)]
    premium_change: Annotated[Number, Field(le=1)]
    same_class: bool = True
    claims: Count = 0
    endorsements: Count = 0
    worse_answers: Count = 0
    questions_anew: Count = 0


class Experience(Known):
    """What the claims of the term do: the tariff or the conditions read `claims_in_term`, or an underwriter decides."""

    by: Literal["book", "underwriting"]
    sentence: Line


class Successor(Known):
    """The product to offer instead (後継商品): `since` that day nothing of this one is renewed any more; without it
    only whom this product no longer admits."""

    product: Code
    sentence: Line
    since: date | None = None


class RenewalRules(Part):
    """更改の定め. A book without it knows only the 通常 track, and claims go to an underwriter."""

    simple: SimpleTrack | None = None
    experience: Experience | None = None
    successor: Successor | None = None
