"""What the loader refuses, and that it names the file and the line."""

import pytest

from products.checking import problems_of
from products.checking.texts import ATTENTION_BLOCKS, OVERVIEW_BLOCKS
from products.reading import LARGEST_BYTES, BookError, read_book_bytes
from products.strict import MOST_VALUES
from tests.products.mistakes import refused, told

BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n"


# (what is written over, what stands there instead, where the complaint points, words of it)
MISTAKES = {
    "a block of the disclosure that lacks": (
        "    - code: adr\n",
        "    - code: another\n",
        "  attention:",
        "(adr)がありません",
    ),
    "a rule that asks nobody and holds up a step": (
        "    outcome: decline\n",
        "    outcome: decline\n    blocks: issue\n",
        "  - code: outside_japan",
        "outcomeがreferの決まりにだけ",
    ),
    "a repeated key": ("name: サイバー保険", "name: サイバー保険\nname: 二つ目", "name: 二つ目", "重複"),
    "an unknown key": ("insurer: 損", "insurrer: 損", "insurrer", "「insurrer」は使えません"),
    "a float with an exponent": ("base: 68708.1", "base: 6.87081e4", "6.87081e4", "指数"),
    "not a number": ("base: 68708.1", "base: .nan", "base: .nan", "指数"),
    "a rate as text": ("base: 68708.1", 'base: "68708.1"', 'base: "68708.1"', "引用符"),
    "a negative rate": ("factor: 1.20, source", "factor: -1.20, source", "factor: -1.20", "0以上"),
    "a misspelt fact": ("when: sales_yen == 0", "when: salse_yen == 0", "when: salse_yen", "salse_yen"),
    "a condition that does not parse": ("when: sales_yen == 0", "when: sales_yen ==", "when: sales_yen ==", "条件式"),
    "a condition that is no truth value": ("when: sales_yen == 0", "when: sales_yen + 1", "sales_yen + 1", "真偽"),
    "a condition that mixes kinds": (
        "when: sales_yen == 0",
        "when: industry > 0",
        "when: industry > 0",
        "種類の違うもの",
    ),
    "a condition nobody can fulfil": (
        "when: sales_yen == 0",
        "when: sales_yen < 0",
        "when: sales_yen < 0",
        "成り立つことはありません",
    ),
    "a misspelt value": (
        'when: industry_class == "finance"',
        'when: industry_class == "finanse"',
        'when: industry_class == "finanse"',
        "成り立つことはありません",
    ),
    "a formula that divides by zero": (
        '"1000 + 10 * (subsidiaries < 20 ? subsidiaries : 20)"',
        '"1000 / subsidiaries"',
        '"1000 / subsidiaries"',
        "計算できません",
    ),
    "a missing block": ("    - code: dividend", "    - code: dividends", "  overview:", "配当金の有無"),
    "a missing table row": ("            retail: 0.9\n", "", "          table:", "retail"),
    "a gap between bands": (
        "above: 100000000, factor: 1.00",
        "above: 200000000, factor: 1.00",
        "above: 200000000",
        "空いて",
    ),
    "overlapping bands": (
        "above: 100000000, factor: 1.00",
        "above: 90000000, factor: 1.00",
        "above: 90000000",
        "重なって",
    ),
    "a grid row too short": (
        "[0.7392, 0.84, 0.8946, null, null, null, null, null]",
        "[0.7392]",
        "50000000: [0.7392]",
        "列は8個",
    ),
    "points out of order": ("{at: 50000000, factor: 0.65}", "{at: 5000000, factor: 0.65}", "{at: 5000000,", "小さい順"),
    "a rider that needs itself": (
        "needs: [it_services]",
        "needs: [it_after_delivery]",
        "needs: [it_after_delivery]",
        "自分自身",
    ),
    "a rider that needs an unknown one": (
        "needs: [it_services]",
        "needs: [it_service]",
        "needs: [it_service]",
        "ありません",
    ),
    "a price on a line that is not there": ("line: leak_only}", "line: leak}", "line: leak}", "行がありません"),
    "an unknown kind of figure": (
        "  kind: assumption\nlimits_are",
        "  kind: guess\nlimits_are",
        "  kind: guess",
        "いずれか",
    ),
    "an unknown type of factor": ("type: grid", "type: spline", "- code: limits", "type"),
    "a date that is none": ("starts_on: 2026-04-01", "starts_on: 2026-02-30", "starts_on: 2026-02-30", "日付"),
    "a tag": ("insurer: 損", "insurer: !!python/name:os.system 損", "insurer:", "型の指定"),
    "an anchor": ("insurer: 損", "insurer: &i 損", "insurer:", "アンカー"),
    "two questions of one name": (
        "  - {id: policy, ",
        "  - {id: mfa, ",
        "  - {id: mfa, version: 1, section: access",
        "重複",
    ),
    "a question of an unknown section": (
        "section: people, kind: yes_no, wording: す",
        "section: crew, kind: yes_no, wording: す",
        "section: crew",
        "章",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_file_and_line(mistake, cyber_text):
    told(cyber_text, *MISTAKES[mistake])


@pytest.mark.parametrize("code", [*OVERVIEW_BLOCKS, *ATTENTION_BLOCKS])
@pytest.mark.parametrize("product", ["cyber", "simple"])
def test_no_required_block_of_the_disclosure_may_be_left_out(code, product, request):
    book = request.getfixturevalue(product)
    left = {
        part: tuple(block for block in getattr(book.texts, part) if block.code != code)
        for part in ("overview", "attention")
    }
    without = book.model_copy(update={"texts": book.texts.model_copy(update=left)})
    (message,) = [message for _, message in problems_of(without)]
    assert f"({code})がありません" in message


def test_an_alias_bomb_is_refused_before_anything_is_built():
    assert refused(BOMB)[0].startswith("draft.yaml:1: アンカー")
    assert refused("a: 1\n<<: {b: 2}\n")[0].startswith("draft.yaml:2: ")


def test_deep_nesting_is_refused():
    assert "段まで" in refused("a: " + "[" * 5_000 + "]" * 5_000)[0]


def test_more_values_than_anybody_writes_are_refused_before_they_are_read():
    assert "値が多すぎます" in refused("a: [" + "1," * MOST_VALUES + "1]")[0]


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "just words", "a: [1, 2", "a: b: c", "\x00", "%YAML 9.9\n---\na: 1"]
)
def test_what_is_no_book_at_all_is_refused(text):
    assert refused(text)[0].startswith("draft.yaml:")


def test_a_huge_file_is_refused_before_it_is_decoded():
    with pytest.raises(BookError, match="大きすぎます"):
        read_book_bytes(b"\xff" * (LARGEST_BYTES + 1), "huge.yaml")


def test_a_huge_text_is_refused_too():
    assert "大きすぎます" in refused("#" * (LARGEST_BYTES + 1))[0]


def test_a_file_that_is_not_utf8_is_refused_with_its_line():
    with pytest.raises(BookError, match=r"^old.yaml:2: UTF-8"):
        read_book_bytes("code: a\nname: 保険\n".encode("cp932"), "old.yaml")


def test_every_problem_is_reported_at_once(cyber_text):
    text = cyber_text.replace("when: sales_yen == 0", "when: salse_yen == 0").replace("line: leak_only}", "line: leak}")
    assert len(refused(text)) == 2


def test_figures_are_read_as_they_are_written(cyber):
    assert str(cyber.tariff.components[0].base) == "68708.1"
    assert str(cyber.payment("monthly").surcharge) == "0.05"


def test_a_time_of_day_stays_a_time_of_day(cyber):
    assert cyber.period.starts == "16:00"


def test_the_questionnaire_asks_for_thirty_measures_and_more(cyber):
    assert sum(question.score is not None for question in cyber.questions) >= 30
