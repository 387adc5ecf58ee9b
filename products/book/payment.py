"""How the contract runs and is paid: period, instalments, short-period rates, refunds, and carriers that quote."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from products.tariff import Code, Known, Line, Number, Part, Rounding

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Payment(Known):
    """A way to pay (払込方法). `surcharge` is a share of the annual premium."""

    code: Code
    label: Line
    instalments: Annotated[int, Field(ge=1, le=12)]
    surcharge: Number
    first_due: Line
    note: Line | None = None


class CommonExpiry(Part):
    """Every contract ends on the same day of the year (統一満期).

    Who joins during the year starts on `starts_on_day` of a month: an application by `closes_on_day` starts
    `lead_months` months later, a later one a month after that. The first term is short and priced by `first_term`.
    """

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=28)]
    starts_on_day: Annotated[int, Field(ge=1, le=28)]
    closes_on_day: Annotated[int, Field(ge=1, le=31)]
    lead_months: Annotated[int, Field(ge=0, le=6)]
    first_term: Literal["monthly", "daily", "short_rate", "full"]


class Period(Known):
    """One year from 16:00 to 16:00, or up to a common expiry."""

    rule: Literal["one_year", "common_expiry"]
    starts: Clock
    common: CommonExpiry | None = None

    @model_validator(mode="after")
    def _goes_with_the_rule(self) -> "Period":
        if (self.rule == "common_expiry") != (self.common is not None):
            raise ValueError("統一満期(common_expiry)のときだけ、commonに満期日と加入の規則を書いてください。")
        return self


class ShortRate(Part):
    """One line of the short-period table (短期率): up to and including this long, this share is earned."""

    days: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None
    rate: Annotated[Number, Field(le=1)]

    @model_validator(mode="after")
    def _one_length(self) -> "ShortRate":
        if (self.days is None) == (self.months is None):
            raise ValueError("短期率の行には、daysかmonthsのどちらか一方を書いてください。")
        return self


class ShortRates(Known):
    """The short-period table."""

    rates: tuple[ShortRate, ...] = Field(min_length=1)


class RefundRule(Known):
    """How the premium is refunded by kind of end and way of paying."""

    end: Literal["cancelled_by_customer", "cancelled_by_insurer", "mid_term_renewal", "reduced", "void"]
    payment: Literal["lump_sum", "monthly", "any"]
    method: Literal["short_rate", "monthly", "daily", "full", "none"]


class CarrierQuote(Known):
    """The carrier prices the case itself (保険会社見積). Where the book has a tariff too, it asks where that ends."""

    sentence: Line
    valid_days: Annotated[int, Field(ge=1, le=180)]
    rounding: Rounding
