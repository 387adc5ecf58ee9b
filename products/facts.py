"""The words a condition in a book may use: what a quote knows about a company and about the cover it chose.

A book adds its own words: every question and declaration is a fact under its id, every figure under its code, every
coverage beyond the four common ones as `<code>_yen`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FactKind = Literal["text", "number", "flag", "texts"]
FactValue: TypeAlias = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One word for conditions, with the value it has while nobody said anything."""

    kind: FactKind
    label: str
    blank: FactValue
    fixed: bool = False  # a figure of the book: always this value
    values: tuple[str, ...] = ()  # the only texts it can be, where they are known; blank comes on top


# What a renewal knows of the term that ends; 0 for everybody else, so that older books and quotes rate as they did.
CLAIMS_IN_TERM = "claims_in_term"

COMPANY_FACTS: dict[str, Fact] = {
    "industry": Fact("text", "業種", ""),
    "in_japan": Fact("flag", "日本国内の事業者", True),
    "employees": Fact("number", "従業員数", 0),
    "sales_yen": Fact("number", "売上高(税込)", 0),
    "retail_sales_yen": Fact("number", "売上高のうち小売業", 0),
    "other_sales_yen": Fact("number", "売上高のうち小売業以外", 0),
    "overseas_sales_yen": Fact("number", "売上高のうち海外", 0),
    "subsidiaries": Fact("number", "被保険者に加える国内子会社の数", 0),
    "overseas_subsidiaries": Fact("number", "被保険者に加える海外子会社の数", 0),
    # Days are ISO text: in CEL they compare as days do. Blank while the start is not known.
    "inception_on": Fact("text", "保険始期", ""),
    "is_renewal": Fact("flag", "更改の契約", False),
    CLAIMS_IN_TERM: Fact("number", "契約期間中の事故の件数", 0),
}

# Worked out from the company's facts, the answers and the book; never typed by a person.
DERIVED_FACTS: dict[str, Fact] = {
    "industry_class": Fact("text", "料率区分", ""),
    "industry_eligible": Fact("flag", "引受対象の業種", True),
    "security_score": Fact("number", "セキュリティ評点", 0),
}

SELECTION_FACTS: dict[str, Fact] = {
    "plan": Fact("text", "プラン", ""),
    "liability_yen": Fact("number", "賠償責任の支払限度額", 0),
    "cost_yen": Fact("number", "事故対応費用の支払限度額", 0),
    "bi_yen": Fact("number", "利益損害の支払限度額", 0),
    "continuity_yen": Fact("number", "営業継続費用の支払限度額", 0),
    "waiting_hours": Fact("number", "免責時間", 0),
    "deductible_yen": Fact("number", "自己負担額", 0),
    "riders": Fact("texts", "追加条項", ()),
}
COMMON_COVERAGES = ("liability", "cost", "bi", "continuity")

FACTS: dict[str, Fact] = {**COMPANY_FACTS, **DERIVED_FACTS, **SELECTION_FACTS}
