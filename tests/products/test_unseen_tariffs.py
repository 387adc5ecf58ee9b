"""Tariffs nobody showed us: small printed ones, written as books without a line of Python, each worked by hand."""

import re

import pytest

from products.examples import work_through
from products.factors import NotRateable
from products.rating import rate
from products.reading import BookError, read_book
from products.risks import risk_from, selection_of
from products.shelf import SHELF
from tests.products.replay import replayed

BASE = (SHELF / "sompo-simple" / "2026-04-01.yaml").read_text()
INDUSTRIES = """industries:
  - {code: office, label: 事務所, rate_class: a, @known}
  - {code: shop, label: 店舗, rate_class: b, @known}
  - {code: clinic, label: 診療所, rate_class: c, @known}
"""
ENDING = """  rounding: {step: 10, mode: half_up, @known}
  minimum: {premium_yen: 0, @known}
"""
QUESTIONS = """sections:
  - {code: size, label: 規模}

questions:
  - {id: devices, version: 1, section: size, kind: count, wording: 情報機器は何台ありますか。}
  - {id: trained, version: 1, section: size, kind: yes_no, wording: 教育を行っていますか。}
  - {id: certified, version: 1, section: size, kind: yes_no, wording: 認証を取得していますか。}
  - {id: member, version: 1, section: size, kind: yes_no, wording: 協会の会員ですか。}

"""


def between(text, start, end, new):
    begin = text.index(f"\n{start}:") + 1
    return text[:begin] + new + text[text.index(f"\n{end}:", begin) + 1 :]


def book_of(tariff, period=None):
    """The base book with another tariff."""
    text = between(BASE, "industries", "eligibility", INDUSTRIES + "\n")
    text = between(text, "tariff", "payments", "tariff:\n  note: 印刷された料率表。\n" + tariff + "\n")
    text = re.sub(r"price: \{effect: factor, line: \w+\}", "price: {effect: none}", text)
    text = text[: text.index("\nexamples:")] + "\n"
    text = text.replace("\ndeclarations:\n", "\n" + QUESTIONS + "declarations:\n", 1)
    if period:
        text = re.sub(r"period: \{.*\}\n", period, text)
    return read_book(known(text), "printed.yaml")


def known(text):
    """Fill in where the figures come from: on lines of their own, or inside braces."""
    text = re.sub(r"^( +)@known$", r"\1source: 印刷された料率表\n\1kind: published", text, flags=re.M)
    return text.replace("@known", "source: 印刷された料率表, kind: published")


def premium(book, facts=None, answers=None, plan="l10000-c3000"):
    company = {"industry": "office", "sales_yen": 50_000_000} | (facts or {})
    receipt = rate(risk_from(company, book, answers), selection_of(book.plan(plan)), book)
    assert replayed(receipt, book) == receipt.total_yen
    return receipt.total_yen


# ------------------------------------------------------------------ a price per head, and something for the office

HEADS = """  components:
    - code: office
      label: 基本
      base: 5000
      @known
    - code: people
      label: 従業員
      base: 320
      factors:
        - {code: heads, label: 従業員数, type: count, fact: employees, minimum: 10, @known}
      @known
    - code: tens
      label: 10人ごとの加算
      base: 1800
      when: employees > 40
      factors:
        - {code: tens_of_heads, label: 10人単位, type: count, fact: employees, per: 10, part: counts_whole, @known}
      @known
"""


@pytest.mark.parametrize(
    ("employees", "yen"),
    [
        (0, 8_200),
        (7, 8_200),  # 5,000 + 10 x 320
        (10, 8_200),
        (25, 13_000),
        (40, 17_800),
        (41, 27_120),  # 5,000 + 41 x 320 + 5 x 1,800
        (50, 30_000),
    ],
)
def test_a_headcount_with_a_minimum_and_a_price_per_head(employees, yen):
    assert premium(book_of(HEADS + ENDING), {"employees": employees}) == yen


@pytest.mark.parametrize(("part", "yen"), [("counts_whole", 10_800), ("does_not_count", 9_000), ("exact", 9_900)])
def test_a_part_of_ten_people_counts_as_the_book_says(part, yen):
    book = book_of(HEADS.replace("part: counts_whole", f"part: {part}").replace("base: 5000", "base: 0") + ENDING)
    assert premium(book, {"employees": 55}) == 55 * 320 + yen


# ------------------------------------------------------------------ premiums by class and sales band, each part rounded

TABLE = """  components:
    - code: liability
      label: 賠償
      base: 1
      factors:
        - code: table
          label: 保険料表
          type: matrix
          row: {fact: industry_class, values: [a, b, c]}
          column: {fact: sales_yen, steps: [0, 30000000, 100000000], below: 1000000000}
          cells:
            - [12400, 18700, 26300]
            - [21150, 30480, 44920]
            - [38600, null, null]
          @known
      @known
    - code: cost
      label: 費用(賠償の18.5%)
      base: 0.185
      minimum_yen: 3000
      rounding: {step: 100, mode: ceiling, @known}
      factors:
        - code: table_again
          label: 保険料表
          type: matrix
          row: {fact: industry_class, values: [a, b, c]}
          column: {fact: sales_yen, steps: [0, 30000000, 100000000], below: 1000000000}
          cells:
            - [12400, 18700, 26300]
            - [21150, 30480, 44920]
            - [38600, null, null]
          @known
      @known
"""


@pytest.mark.parametrize(
    ("industry", "sales", "yen"),
    [
        ("office", 0, 15_400),  # 12,400 + 2,294 -> 2,300, at least 3,000
        ("office", 29_999_999, 15_400),
        ("office", 30_000_000, 22_200),  # 18,700 + 3,459.5 -> 3,500
        ("shop", 99_999_999, 36_180),  # 30,480 + 5,638.8 -> 5,700
        ("shop", 100_000_000, 53_320),  # 44,920 + 8,310.2 -> 8,400
        ("clinic", 1, 45_800),  # 38,600 + 7,141 -> 7,200
    ],
)
def test_a_table_of_class_and_sales_band_with_each_part_rounded_by_itself(industry, sales, yen):
    assert premium(book_of(TABLE + ENDING), {"industry": industry, "sales_yen": sales}) == yen


@pytest.mark.parametrize(("industry", "sales"), [("clinic", 30_000_000), ("office", 1_000_000_000)])
def test_an_empty_cell_and_the_end_of_the_table_have_no_price(industry, sales):
    with pytest.raises(NotRateable):
        premium(book_of(TABLE + ENDING), {"industry": industry, "sales_yen": sales})


def test_a_class_that_is_sold_but_not_in_the_table_is_a_mistake_of_the_book():
    with pytest.raises(BookError, match="料率区分「c」の率がありません"):
        book_of(
            TABLE.replace("values: [a, b, c]", "values: [a, b]").replace("            - [38600, null, null]\n", "")
            + ENDING
        )


# ------------------------------------------------------------------ per mille of the limits, rounded up

PER_MILLE = """  components:
    - code: liability
      label: 賠償(0.85‰)
      base: 0.85
      factors: [{code: liability_limit, label: 賠償限度額, type: formula, formula: liability_yen, per: 1000, @known}]
      @known
    - code: cost
      label: 費用(1.3‰)
      base: 1.3
      factors: [{code: cost_limit, label: 費用限度額, type: formula, formula: cost_yen, per: 1000, @known}]
      @known
  factors:
    - {code: class, label: 業種, type: lookup, fact: industry_class, table: {a: 1, b: 1.0337, c: 1.5}, @known}
  rounding: {step: 10, mode: ceiling, @known}
  minimum: {premium_yen: 90000, @known}
"""


@pytest.mark.parametrize(
    ("industry", "plan", "yen"),
    [
        ("office", "l30000-c3000", 294_000),  # 255,000 + 39,000
        ("shop", "l30000-c3000", 303_910),  # 303,907.8
        ("shop", "l10000-c1000", 101_310),  # 98,000 x 1.0337 = 101,302.6
        ("office", "l5000-c1000", 90_000),  # 55,500, the least is 90,000
    ],
)
def test_a_per_mille_of_each_limit_rounded_up(industry, plan, yen):
    assert premium(book_of(PER_MILLE), {"industry": industry}, plan=plan) == yen


# ------------------------------------------------------------------ a curve with exact points

CURVE = """  components:
    - code: main
      label: 基本
      base: 50000
      factors:
        - code: sales
          label: 売上高
          type: curve
          fact: sales_yen
          interpolation: @rule@
          places: 6
          below: flat
          above: refuse
          points:
            - {at: 100000000, factor: 1}
            - {at: 1600000000, factor: 2}
          @known
      @known
"""


@pytest.mark.parametrize(
    ("rule", "sales", "yen"),
    [
        ("linear", 100_000_000, 50_000),
        ("linear", 400_000_000, 60_000),  # a fifth of the way
        ("log_log", 400_000_000, 70_710),  # half of the way in logarithms: 1.414214
        ("log_log", 1_600_000_000, 100_000),
        ("log_log", 1, 50_000),
    ],
)
def test_a_curve_meets_its_points_and_is_worked_out_between_them(rule, sales, yen):
    assert premium(book_of(CURVE.replace("@rule@", rule) + ENDING), {"sales_yen": sales}) == yen


@pytest.mark.parametrize(("places", "yen"), [(0, 50_000), (1, 70_000), (2, 70_500), (4, 70_710)])
def test_a_curve_is_rounded_to_its_places_before_it_multiplies(places, yen):
    tariff = CURVE.replace("@rule@", "log_log").replace("places: 6", f"places: {places}")  # 1.414213…
    assert premium(book_of(tariff + ENDING), {"sales_yen": 400_000_000}) == yen


@pytest.mark.parametrize(
    ("below", "above", "sales"), [("refuse", "flat", 99_999_999), ("flat", "refuse", 1_600_000_001)]
)
def test_a_curve_has_no_price_beyond_an_end_that_refuses(below, above, sales):
    tariff = CURVE.replace("@rule@", "linear").replace("below: flat", f"below: {below}")
    book = book_of(tariff.replace("above: refuse", f"above: {above}") + ENDING)
    with pytest.raises(NotRateable, match="料率表の範囲外"):
        premium(book, {"sales_yen": sales})
    assert premium(book, {"sales_yen": 99_999_999 if above == "refuse" else 1_600_000_001}) in (50_000, 100_000)


# ------------------------------------------------------------------ a formula over the questions

FORMULA = """  components:
    - code: devices
      label: 情報機器
      base: 1
      factors:
        - code: by_device
          label: 台数
          type: formula
          formula: "1000 + 150 * (devices < 50 ? devices : 50) + 90 * (devices > 50 ? devices - 50 : 0)"
          @known
      @known
"""


@pytest.mark.parametrize(("devices", "yen"), [(0, 1_000), (50, 8_500), (51, 8_590), (73, 10_570)])
def test_a_formula_over_an_answer(devices, yen):
    assert premium(book_of(FORMULA + ENDING), answers={"devices": devices}) == yen


# ------------------------------------------------------------------ discounts: added in a group, groups multiplied

DISCOUNTS = """  components:
    - {code: main, label: 基本, base: 100000, @known}
  discounts:
    - code: measures
      label: 対策の割引
      cap: 0.30
      discounts:
        - {code: trained, label: 教育, rate: 0.15, when: 'trained == "yes"', @known}
        - {code: certified, label: 認証, rate: 0.20, when: 'certified == "yes"', @known}
    - code: membership
      label: 団体割引
      discounts:
        - {code: member, label: 会員, rate: 0.10, when: 'member == "yes"', @known}
"""


@pytest.mark.parametrize(
    ("said", "yen"),
    [
        ({}, 100_000),
        ({"trained": "yes"}, 85_000),
        ({"trained": "yes", "certified": "yes"}, 70_000),  # 35 %, at most 30 %
        ({"member": "yes"}, 90_000),
        ({"certified": "yes", "member": "yes"}, 72_000),  # 0.80 x 0.90
        ({"trained": "yes", "certified": "yes", "member": "yes"}, 63_000),  # 0.70 x 0.90
    ],
)
def test_two_groups_of_discounts_are_added_inside_and_multiplied_between(said, yen):
    assert premium(book_of(DISCOUNTS + ENDING), answers=said) == yen


# ------------------------------------------------------------------ a short first term

YEARLY = """  components:
    - {code: main, label: 基本, base: @base@, @known}
"""
PERIOD = """period:
  rule: common_expiry
  starts: "16:00"
  common: {month: 4, day: 1, starts_on_day: 1, closes_on_day: 20, lead_months: 1, first_term: @rule@}
  @known
"""


@pytest.mark.parametrize(
    ("base", "rule", "starts_on", "yen"),
    [
        (47_350, "short_rate", "2026-10-01", 33_150),  # six months, 70 %: 33,145
        (47_350, "short_rate", "2027-03-01", 11_840),  # one month, 25 %: 11,837.5
        (64_980, "monthly", "2027-03-01", 5_420),  # one twelfth is 5,415, exactly half a step
        (47_350, "monthly", "2026-11-01", 19_730),  # five twelfths: 19,729.17
        (47_350, "monthly", "2026-10-31", 23_680),  # a month begun counts: six twelfths, 23,675
        (36_500, "daily", "2026-12-01", 12_100),  # 121 of 365 days
        (36_600, "daily", "2027-12-01", 12_200),  # 122 of 366 days
        (47_350, "full", "2026-10-01", 47_350),
        (47_350, "monthly", "2026-04-01", 47_350),  # a whole year
    ],
)
def test_a_short_first_term_by_each_rule(base, rule, starts_on, yen):
    book = book_of(YEARLY.replace("@base@", str(base)) + ENDING, PERIOD.replace("@rule@", rule))
    assert premium(book, {"inception_on": starts_on}) == yen


def test_the_worked_examples_of_such_a_book_are_checked_too():
    book = book_of(DISCOUNTS + ENDING)
    example = (
        read_book(BASE, "base.yaml")
        .examples[0]
        .model_copy(update={"industry": "office", "riders": None, "answers": {"member": "yes"}, "premium_yen": 90_000})
    )
    assert work_through(book.model_copy(update={"examples": (example,)}))[0].agrees
    wrong = example.model_copy(update={"premium_yen": 90_010})
    assert not work_through(book.model_copy(update={"examples": (wrong,)}))[0].agrees
