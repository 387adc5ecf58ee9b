"""簡易 or 通常: each published bound alone tips a renewal; and claims that a book rates, by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import Refused
from products.book import SimpleTrack
from products.rating import rate
from products.reading import read_book
from products.risks import risk_from, selection_of
from products.shelf import shipped_books
from quotes.facts import RiskFacts, facts_for_rating, facts_from
from renewals.tracks import TrackFacts, why_not_simple

RULES = SimpleTrack(
    sales_from=Decimal("0.8"), sales_to=Decimal("1.2"), premium_change=Decimal("0.2"), source="試験", kind="assumption"
)
CALM = TrackFacts(
    premium_before_yen=100_000, premium_yen=110_000, sales_before_yen=500_000_000, sales_yen=500_000_000,
    class_before="retail", class_now="retail",
)  # fmt: skip
TEXT = [text for path, text in shipped_books() if path.parent.name == "sompo-simple"][-1]


def codes(facts: TrackFacts, rules: SimpleTrack | None = RULES) -> list[str]:
    return [reason.code for reason in why_not_simple(rules, facts)]


def test_within_every_bound_nothing_speaks_against_an_offer_in_the_notice():
    assert codes(CALM) == []
    assert codes(replace(CALM, sales_yen=400_000_000)) == []
    assert codes(replace(CALM, sales_yen=600_000_000, premium_yen=120_000)) == []
    assert codes(replace(CALM, sales_yen=None)) == []  # not told yet


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"claims": 1}, "claims"),
        ({"endorsements": 1}, "endorsements"),
        ({"wishes_change": True}, "wishes"),
        ({"worse": ("バックアップを取っていますか。",)}, "worse"),
        ({"questions_anew": 1}, "questions"),
        ({"sales_yen": 399_999_999}, "sales"),
        ({"sales_yen": 600_000_001}, "sales"),
        ({"sales_before_yen": None}, "sales"),
        ({"class_now": "it"}, "class"),
        ({"premium_yen": 120_001}, "premium"),
        ({"premium_yen": 79_999}, "premium"),
        ({"premium_yen": None, "unpriced": "料率表の範囲外です。"}, "unpriced"),
        ({"declined": ("引受対象外の業種です。",)}, "ineligible"),
        ({"referred": ("限度額が権限を超えます。",)}, "referral"),
        ({"lacks": ("登録証の写しがありません。",)}, "lacks"),
    ],
)
def test_each_bound_alone_tips_it_and_says_so(facts, code):
    assert codes(replace(CALM, **facts)) == [code]
    assert all(
        reason.sentence.endswith("。") for reason in why_not_simple(RULES, replace(CALM, **facts)) if code != "worse"
    )


def test_a_product_that_ended_says_only_that_and_a_book_without_rules_knows_only_the_normal_track():
    assert codes(replace(CALM, ended="販売を終了しました。", claims=2)) == ["ended"]
    assert codes(CALM, None) == ["no_rules"]


def rated_by_claims() -> str:
    """シンプルサイバー with a surcharge for the claims of the term: none 1.00, one 1.15, more 1.30."""
    factor = """    - code: experience
      label: 契約期間中の事故
      type: band
      fact: claims_in_term
      bands: [{above: 0, below: 1, factor: 1}, {above: 1, below: 2, factor: 1.15}, {above: 2, factor: 1.3}]
      source: 試験
      kind: assumption
"""
    before, after = TEXT.split("\n  rounding:", 1)
    text = f"{before}\n{factor}  rounding:{after}"
    return text.replace("    by: underwriting\n", "    by: book\n")


def test_claims_of_the_term_are_rated_where_the_book_reads_them():
    book = read_book(rated_by_claims(), "試験.yaml")
    plan = book.plan("l10000-c3000")
    assert plan is not None
    selection = selection_of(plan, riders=["employee_acts"])

    def yen(claims: int) -> int:
        facts = RiskFacts("manufacturing", 500_000_000, claims_in_term=claims)
        risk = risk_from(facts_for_rating(facts, inception_on=book.starts_on, is_renewal=True), book)
        return rate(risk, selection, book).total_yen

    # By hand: 68,708.1 × 0.6 (製造業) × 1 × 1.08 × 1.10 × 1.60 (5億円) = 78,360.213888;
    # × 1.15 = 90,114.2459712 → 90,110; × 1.30 = 101,868.2780544 → 101,870 (10円単位に四捨五入).
    assert [yen(claims) for claims in (0, 1, 2, 7)] == [78_360, 90_110, 101_870, 101_870]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("    by: underwriting\n", "    by: book\n"), "claims_in_term"),
        (("    product: sompo-cyber\n", "    product: sompo-simple\n"), "この商品自身"),
        (("    sales_from: 0.8\n", "    sales_from: 1.8\n"), "sales_from"),
        (("    questions_anew: 5\n", "    questions_anew: 5\n    luck: 1\n"), "luck"),
    ],
)
def test_a_book_with_wrong_renewal_rules_is_refused_with_its_place(change, words):
    with pytest.raises(Refused) as refusal:
        read_book(TEXT.replace(*change), "試験.yaml")
    assert words in " ".join((refusal.value.message, *refusal.value.reasons))


def test_the_claims_of_a_term_are_kept_with_the_quote_and_nobody_elses_facts_change():
    assert "claims_in_term" not in RiskFacts("retail", 1).as_json()
    told = RiskFacts("retail", 1, claims_in_term=2)
    assert facts_from(told.as_json()) == told
    assert "claims_in_term" not in facts_for_rating(
        RiskFacts("retail", 1), inception_on=read_book(TEXT, "x").starts_on, is_renewal=True
    )
