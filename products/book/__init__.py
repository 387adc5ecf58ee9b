"""The shape of a product's book (商品ブック): everything a carrier decides, as one dated file.

`products.reading.read_book` makes one from YAML and refuses whatever does not fit; nothing else builds books.
"""

from products.book.book import Book, Example
from products.book.cover import (
    Aggregate,
    ClaimDocument,
    Coverage,
    EligibilityRule,
    Industry,
    InnerLimit,
    LimitRule,
    Menu,
    NamedFigure,
    Plan,
    Rider,
    RiderCondition,
    RiderPrice,
)
from products.book.parties import AgencyShare, Approval, Desk, GroupPolicy, Hours, TextBlock, Texts
from products.book.payment import (
    CarrierQuote,
    CommonExpiry,
    Payment,
    Period,
    RefundRule,
    ShortRate,
    ShortRates,
)
from products.book.questions import Declaration, Option, Question, QuestionReferral, RequiredDocument, Score, Section
from products.book.renewal import Experience, RenewalRules, SimpleTrack, Successor

__all__ = [
    "AgencyShare", "Aggregate", "Approval", "Book", "CarrierQuote", "ClaimDocument", "CommonExpiry", "Coverage",
    "Declaration", "Desk", "EligibilityRule", "Example", "Experience", "GroupPolicy", "Hours", "Industry", "InnerLimit",
    "LimitRule", "Menu", "NamedFigure", "Option", "Payment", "Period", "Plan", "Question", "QuestionReferral",
    "RefundRule", "RenewalRules", "RequiredDocument", "Rider", "RiderCondition", "RiderPrice", "Score", "Section",
    "ShortRate", "ShortRates", "SimpleTrack", "Successor", "TextBlock", "Texts",
]  # fmt: skip
