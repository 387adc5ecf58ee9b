"""Books that read well and cannot be right: each is refused with its file and line, before anybody is quoted."""

import pytest

from products.examples import work_through
from products.reading import read_book
from products.shelf import SHELF
from tests.products.mistakes import told

CYBER, ISMS, MSI, YAYOI = "sompo-cyber", "sompo-isms", "msi-protector", "tokio-yayoi"
ON_THE_SUM = "    - {code: leak_only, label: 情報漏えい限定補償, type: fixed, when: "
A_MATRIX = (
    "    - {code: m, label: 表, type: matrix, source: 表, kind: published, "
    "row: {fact: plan, values: [plan-1, plan-2]}, column: {fact: sales_yen, steps: [0, 5000]}, "
)

# (book, what is written over, what stands there instead, where the complaint points, words of it)
MISTAKES = {
    "a band that never ends before the next": (
        CYBER,
        "{above: 0, below: 100000000, factor",
        "{above: 0, factor",
        "above: 100000000, factor: 1.00",
        "空いて",
    ),
    "a band turned round": (
        CYBER,
        "{above: 0, below: 100000000, factor",
        "{above: 100000001, below: 100000000, factor",
        "above: 100000001",
        "上限は下限より",
    ),
    "a deductible of the menu without a figure": (
        CYBER,
        "deductibles: {values: [0, 100000,",
        "deductibles: {values: [0, 50000, 100000,",
        "          table:\n            0:",
        "自己負担額「50000」の率がありません",
    ),
    "a double logarithm of nothing": (
        CYBER,
        "- {at: 10000000, factor: 0.36}",
        "- {at: 0, factor: 0.36}",
        "- {at: 0, factor: 0.36}",
        "0より大きく",
    ),
    "a band over a text": (
        CYBER,
        "fact: overseas_sales_yen",
        "fact: industry",
        "fact: industry\n      interpolation",
        "数ではありません",
    ),
    "a factor over an unknown fact": (
        CYBER,
        "fact: deductible_yen",
        "fact: deductable_yen",
        "fact: deductable_yen",
        "事実はありません",
    ),
    "a matrix with a row too few": (
        CYBER,
        ON_THE_SUM,
        f"{A_MATRIX}cells: [[1, 1]]}}\n{ON_THE_SUM}",
        "- {code: m,",
        "行は2個",
    ),
    "a matrix with a column too few": (
        CYBER,
        ON_THE_SUM,
        f"{A_MATRIX}cells: [[1, 1], [1]]}}\n{ON_THE_SUM}",
        "- {code: m,",
        "列は2個",
    ),
    "a rider that needs what it excludes": (
        CYBER,
        "needs: [it_services]\n    excludes: [leak_only]",
        "needs: [leak_only]\n    excludes: [leak_only]",
        "  - code: it_after_delivery",
        "必要とし、かつ排除",
    ),
    "a plan that chooses what it cannot have": (
        MSI,
        "note: 賠償損害だけ",
        "riders: [business_interruption], note: 賠償損害だけ",
        "- {code: economy",
        "選ぶ追加条項ではありません",
    ),
    "a plan off the menu of limits": (
        CYBER,
        "label: プラン①, liability_yen: 100000000",
        "label: プラン①, liability_yen: 110000000",
        "- {code: plan-1",
        "限度額が一覧にありません",
    ),
    "a preset off its menu": (CYBER, "preset: 100000,", "preset: 100001,", "preset: 100001", "初期値"),
    "a menu out of order": (
        CYBER,
        "limits: [50000000, 100000000, 200000000,",
        "limits: [50000000, 200000000, 100000000,",
        "limits: [50000000, 200000000",
        "小さい順",
    ),
    "a step of the payout twice": (
        MSI,
        "payout: [inner, deductible, share, cap]",
        "payout: [inner, deductible, deductible, cap]",
        "payout: [inner, deductible, deductible",
        "同じ手順",
    ),
    "a rule about an entry nobody can type": (
        CYBER,
        "cost_yen <= liability_yen, field: cost_yen",
        "cost_yen <= liability_yen, field: costs_yen",
        "field: costs_yen",
        "入力欄",
    ),
    "shares that do not add up": (ISMS, "share: 0.60", "share: 0.61", "handled_by:", "合計が1になりません"),
    "a membership nobody asks for": (
        YAYOI,
        "  membership: membership\n",
        "  membership: member\n",
        "  membership: member\n",
        "会員かどうか",
    ),
    "a proof whose last day nobody asks for": (
        ISMS,
        "expires: isms_expires_on",
        "expires: isms_number",
        "expires: isms_number",
        "有効期限を尋ねる",
    ),
    "an example of an unknown plan": (
        CYBER,
        "sales_yen: 500000000, plan: plan-1",
        "sales_yen: 500000000, plan: plan-9",
        "plan: plan-9",
        "プラン「plan-9」",
    ),
    "an example of an unknown industry": (
        CYBER,
        "- {industry: manufacturing, sales_yen: 5",
        "- {industry: farming, sales_yen: 5",
        "industry: farming",
        "業種「farming」",
    ),
    "discounts of more than everything": (ISMS, "cap: 0.60", "cap: 1.60", "cap: 1.60", "1以下"),
    "a discount of more than everything": (ISMS, "rate: 0.30, when", "rate: 1.30, when", "rate: 1.30, when", "1以下"),
    "a short term that costs more than the year": (
        CYBER,
        "- {months: 1, rate: 0.25}",
        "- {months: 1, rate: 1.25}",
        "rate: 1.25",
        "1以下",
    ),
    "a short-period table out of order": (
        CYBER,
        "- {months: 2, rate: 0.35}",
        "- {months: 2, rate: 0.20}",
        "rate: 0.20",
        "短期率",
    ),
    "a line of the short-period table without a length": (
        CYBER,
        "- {months: 1, rate: 0.25}",
        "- {rate: 0.25}",
        "- {rate: 0.25}",
        "どちらか",
    ),
    "a division by zero behind what holds": (
        CYBER,
        "when: sales_yen == 0",
        "when: sales_yen < 5 || 10 / subsidiaries > 3",
        "when: sales_yen < 5",
        "0で割って",
    ),
    "a condition that counts beyond all bounds": (
        CYBER,
        "when: sales_yen == 0",
        f"when: '{'[1,1,1,1,1,1,1,1].exists(a,' * 14}sales_yen<0{')' * 14}'",
        "when: '[1,1",
        "計算できません",
    ),
    "a condition longer than anybody reads": (
        CYBER,
        "when: sales_yen == 0",
        f"when: {' || '.join(['sales_yen == 0'] * 40)}",
        "when: sales_yen == 0 ||",
        "文字以内",
    ),
    "a control character in a name": (
        CYBER,
        "name: サイバー保険",
        r'name: "サイバー\0保険"',
        'name: "',
        "制御文字",
    ),
    "half a character": (CYBER, "name: サイバー保険", r'name: "\ud800"', 'name: "', "YAMLとして読み取れません"),
    "a character that cannot be": (
        CYBER,
        "name: サイバー保険",
        r'name: "\UFFFFFFFF"',
        'name: "',
        "YAMLとして読み取れません",
    ),
}

# Every place where a condition may stand: a fact misspelt there must not wait for the first quote.
CONDITIONS = {
    "eligibility": (CYBER, "when: sales_yen == 0", "when: x_yen == 0"),
    "a limit": (CYBER, "must: cost_yen <= liability_yen", "must: x_yen <= liability_yen"),
    "a rider": (CYBER, "must: subsidiaries > 0", "must: x_yen > 0"),
    "a question's place": (ISMS, "shown_when: 'isms_scope == ", "shown_when: 'x_yen == "),
    "a question's referral": (ISMS, "refer: {when: personal_records >", "refer: {when: x_yen >"),
    "a paper": (ISMS, "when: 'is_renewal && isms_certified", "when: 'x_yen && isms_certified"),
    "an aggregate": (MSI, "when: '\"policy_aggregate\" in riders'", "when: '\"policy_aggregate\" in x_yen'"),
    "a component": (CYBER, "      when: bi_yen > 0", "      when: x_yen > 0"),
    "a factor": (CYBER, "when: overseas_sales_yen > 0", "when: x_yen > 0"),
    "a discount": (ISMS, "rate: 0.30, when: 'isms_certified", "rate: 0.30, when: 'x_yen"),
}


def text_of(product):
    return (SHELF / product / "2026-04-01.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_book_that_cannot_be_right_is_refused_with_file_and_line(mistake):
    product, *edit = MISTAKES[mistake]
    told(text_of(product), *edit)


@pytest.mark.parametrize("place", CONDITIONS)
def test_a_misspelt_fact_is_found_wherever_a_condition_may_stand(place):
    product, old, new = CONDITIONS[place]
    told(text_of(product), old, new, new, "「x_yen」という事実はありません")


def test_a_choice_without_a_figure_in_a_table_over_its_question_is_refused():
    table = "{code: by_kind, label: 会員の種別, type: lookup, fact: kind, table: {a: 1}, source: 表, kind: published}"
    question = (
        "questions:\n  - {id: kind, version: 1, section: access, kind: choice, wording: どちらですか。, "
        "options: [{value: a, label: 甲}, {value: b, label: 乙}]}\n"
    )
    text = text_of(CYBER).replace("\nquestions:\n", "\n" + question, 1)
    told(text, ON_THE_SUM, f"    - {table}\n{ON_THE_SUM}", "- {code: by_kind", "選択肢「b」の率がありません")


def test_a_premium_beyond_all_measure_is_refused_with_its_example():
    text = text_of(CYBER).replace("base: 68708.1", f"base: {'9' * 18}", 1)
    assert {worked.refusal[:11] for worked in work_through(read_book(text, "draft.yaml"))} == {"保険料が1,000兆円"}
