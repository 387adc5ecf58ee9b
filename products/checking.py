"""What a well-formed book must still fulfil: names that exist, bands without gaps, texts that are complete.

Yields the path into the book and a Japanese sentence; `products.reading` turns the path into a line.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from products import conditions
from products.book import Book
from products.facts import FACTS, Fact, FactValue
from products.tariff import (
    AnyFactor,
    BandFactor,
    CountFactor,
    CurveFactor,
    FormulaFactor,
    GridFactor,
    LookupFactor,
)

Path = tuple[str | int, ...]
Finding = tuple[Path, str]

OVERVIEW_BLOCKS = {
    "structure": "商品の仕組み",
    "coverage": "補償内容",
    "riders": "主な特約",
    "period": "保険期間",
    "terms": "引受条件",
    "premium": "保険料",
    "payment": "保険料の払込方法",
    "dividend": "配当金の有無",
    "surrender": "解約返戻金の有無",
}
ATTENTION_BLOCKS = {
    "cooling_off": "クーリングオフ",
    "disclosure_duty": "告知義務",
    "notice_duty": "通知義務",
    "inception": "責任開始",
    "exclusions": "保険金を支払わない主な場合",
    "grace": "払込猶予・失効",
    "cancellation": "解約と返戻金",
    "safety_net": "セーフティネット",
    "adr": "指定紛争解決機関",
    "duplicate_cover": "補償の重複",
    "no_settlement_service": "示談交渉サービス",
    "pledge": "質権の設定",
    "antisocial": "反社会的勢力",
    "privacy": "個人情報の取扱い",
    "claim_contact": "事故時の連絡先",
    "claim_payment": "保険金の支払時期",
    "lien": "先取特権",
}


def problems_of(book: Book) -> Iterator[Finding]:
    """Everything a schema cannot see."""
    yield from _repeated(book)
    yield from _references(book)
    yield from _texts(book)
    yield from _menus(book)
    yield from _factors(book)
    yield from _conditions(book)


def facts_of(book: Book) -> dict[str, Fact]:
    """Every word the book's conditions may use."""
    words = dict(FACTS)
    for question in book.questions:
        number = question.kind in ("amount", "count")
        words[question.id] = Fact("number", question.wording, 0) if number else Fact("text", question.wording, "")
    words |= {declaration.id: Fact("text", declaration.wording, "") for declaration in book.declarations}
    words |= {figure.code: Fact("number", figure.label, figure.value, fixed=True) for figure in book.figures}
    return words


def _repeated(book: Book) -> Iterator[Finding]:
    lists: tuple[tuple[Path, Iterable[str]], ...] = (
        (("industries",), [x.code for x in book.industries]),
        (("figures",), [x.code for x in book.figures]),
        (("eligibility",), [x.code for x in book.eligibility]),
        (("coverages",), [x.code for x in book.coverages]),
        (("limit_rules",), [x.code for x in book.limit_rules]),
        (("plans",), [x.code for x in book.plans]),
        (("riders",), [x.code for x in book.riders]),
        (("sections",), [x.code for x in book.sections]),
        (("questions",), [x.id for x in book.questions]),
        (("declarations",), [x.id for x in book.declarations]),
        (("payments",), [x.code for x in book.payments]),
        (("desks",), [x.code for x in book.desks]),
        (("tariff", "components"), [x.code for x in book.tariff.components]),
        (("texts", "overview"), [x.code for x in book.texts.overview]),
        (("texts", "attention"), [x.code for x in book.texts.attention]),
    )
    for path, codes in lists:
        seen: set[str] = set()
        for index, code in enumerate(codes):
            if code in seen:
                yield (*path, index), f"コード「{code}」が重複しています。"
            seen.add(code)
    words = Counter(
        [*(q.id for q in book.questions), *(d.id for d in book.declarations), *(f.code for f in book.figures)]
    )
    for index, question in enumerate(book.questions):
        if words[question.id] > 1:
            yield ("questions", index, "id"), f"「{question.id}」はほかの申告事項か数値と同じ名前です。"
        fact = FACTS.get(question.id)
        if fact and (fact.kind == "number") != (question.kind in ("amount", "count")):
            yield ("questions", index, "kind"), f"「{question.id}」は{fact.label}を表す名前です。種類が合いません。"


def _references(book: Book) -> Iterator[Finding]:
    riders = {rider.code for rider in book.riders}
    lines = book.tariff.codes()
    for index, rider in enumerate(book.riders):
        for name in ("needs", "excludes"):
            for at, code in enumerate(getattr(rider, name)):
                if code == rider.code:
                    yield ("riders", index, name, at), f"「{rider.label}」が自分自身を指しています。"
                elif code not in riders:
                    yield ("riders", index, name, at), f"追加条項「{code}」はこの商品にありません。"
        if set(rider.needs) & set(rider.excludes):
            yield ("riders", index), f"「{rider.label}」は同じ追加条項を必要とし、かつ排除しています。"
        if (rider.price.effect == "none") != (rider.price.line is None):
            yield ("riders", index, "price"), "保険料に影響する追加条項には、料率の行(line)を書いてください。"
        elif rider.price.line is not None and rider.price.line not in lines:
            yield ("riders", index, "price", "line"), f"料率に「{rider.price.line}」の行がありません。"
    for index, coverage in enumerate(book.coverages):
        if coverage.needs_rider and coverage.needs_rider not in riders:
            yield ("coverages", index, "needs_rider"), f"追加条項「{coverage.needs_rider}」はこの商品にありません。"
    for index, plan in enumerate(book.plans):
        for code in plan.riders:
            if code not in riders:
                yield ("plans", index, "riders"), f"追加条項「{code}」はこの商品にありません。"
    plans = {plan.code for plan in book.plans}
    industries = {industry.code for industry in book.industries}
    for index, example in enumerate(book.examples):
        if example.plan not in plans:
            yield ("examples", index, "plan"), f"プラン「{example.plan}」はこの商品にありません。"
        if example.industry not in industries:
            yield ("examples", index, "industry"), f"業種「{example.industry}」はこの商品にありません。"
    sections = {section.code for section in book.sections}
    for index, question in enumerate(book.questions):
        if question.section not in sections:
            yield ("questions", index, "section"), f"章「{question.section}」がありません。"
        if (question.kind == "choice") != bool(question.options):
            yield ("questions", index, "options"), "選択肢は、種類がchoiceの質問にだけ書いてください。"


def _texts(book: Book) -> Iterator[Finding]:
    parts = (("overview", "契約概要", OVERVIEW_BLOCKS), ("attention", "注意喚起情報", ATTENTION_BLOCKS))
    for part, name, wanted in parts:
        blocks = getattr(book.texts, part)
        have = {block.code for block in blocks}
        for code, heading in wanted.items():
            if code not in have:
                message = f"{name}に「{heading}」({code})がありません。該当しないときも「ありません」と書いてください。"
                yield ("texts", part), message
        for index, block in enumerate(blocks):
            if not block.paragraphs and not block.items:
                yield ("texts", part, index), f"「{block.heading}」の本文がありません。"


def _menus(book: Book) -> Iterator[Finding]:
    for index, coverage in enumerate(book.coverages):
        if list(coverage.limits) != sorted(set(coverage.limits)):
            yield ("coverages", index, "limits"), "限度額は小さい順に、重複なく並べてください。"
    for name in ("deductibles", "waiting_hours"):
        menu = getattr(book, name)
        if menu is not None and list(menu.values) != sorted(set(menu.values)):
            yield (name, "values"), "値は小さい順に、重複なく並べてください。"
        if menu is not None and menu.preset not in menu.values:
            yield (name, "preset"), "初期値は一覧の中から選んでください。"
    limits = {coverage.code: coverage.limits for coverage in book.coverages}
    for index, plan in enumerate(book.plans):
        for code in ("liability", "cost"):
            if getattr(plan, f"{code}_yen") not in limits.get(code, ()):
                yield ("plans", index, f"{code}_yen"), f"プラン「{plan.label}」の限度額が一覧にありません。"


def _factors(book: Book) -> Iterator[Finding]:
    words = facts_of(book)
    classes = {industry.rate_class for industry in book.industries if industry.eligible}
    for path, factor in _every_factor(book):
        for name in ("fact", "row_fact", "column_fact"):
            word = getattr(factor, name, None)
            if word is None:
                continue
            if word not in words:
                yield (*path, name), f"「{word}」という事実はありません。綴りを確認してください。"
            elif not isinstance(factor, LookupFactor) and words[word].kind != "number":
                yield (*path, name), f"「{word}」は数ではありません。"
        match factor:
            case LookupFactor(fact="industry_class") if factor.default is None:
                for code in sorted(classes - set(factor.table)):
                    yield (*path, "table"), f"料率区分「{code}」の率がありません。"
            case BandFactor():
                yield from _bands(path, factor)
            case CurveFactor():
                yield from _points(path, factor)
            case GridFactor():
                yield from _grid(path, factor)
            case LookupFactor() | FormulaFactor() | CountFactor():
                pass


def _bands(path: Path, factor: BandFactor) -> Iterator[Finding]:
    for index, (low, high) in enumerate(pairwise(factor.bands)):
        if low.below is None or low.below < high.above:
            yield (*path, "bands", index + 1), f"帯の間が空いています({low.below}と{high.above}の間)。"
        elif low.below > high.above:
            yield (*path, "bands", index + 1), f"帯が重なっています({high.above}と{low.below}の間)。"
    for index, band in enumerate(factor.bands):
        if band.below is not None and band.below <= band.above:
            yield (*path, "bands", index), "帯の上限は下限より大きくしてください。"


def _points(path: Path, factor: CurveFactor) -> Iterator[Finding]:
    for index, (low, high) in enumerate(pairwise(factor.points)):
        if high.at <= low.at:
            yield (*path, "points", index + 1), "点は小さい順に、重複なく並べてください。"
    for index, point in enumerate(factor.points):
        if factor.interpolation == "log_log" and (point.at <= 0 or point.factor <= 0):
            yield (*path, "points", index), "両対数で補間する点は0より大きくしてください。"


def _grid(path: Path, factor: GridFactor) -> Iterator[Finding]:
    for row, cells in factor.rows.items():
        if len(cells) != len(factor.columns):
            yield (*path, "rows", row), f"列は{len(factor.columns)}個必要です({len(cells)}個あります)。"
    for index, cell in enumerate(factor.known):
        if cell.row not in factor.rows or cell.column not in factor.columns:
            yield (*path, "known", index), "この行と列の組み合わせは表にありません。"


def _every_factor(book: Book) -> Iterator[tuple[Path, AnyFactor]]:
    for at, component in enumerate(book.tariff.components):
        for index, factor in enumerate(component.factors):
            yield ("tariff", "components", at, "factors", index), factor
    for index, factor in enumerate(book.tariff.factors):
        yield ("tariff", "factors", index), factor


def _conditions(book: Book) -> Iterator[Finding]:
    words = facts_of(book)
    for path, source in _every_condition(book):
        unknown = conditions.unknown_names(source, words)
        for name in unknown:
            yield path, f"「{name}」という事実はありません。綴りを確認してください: {source}"
        if not unknown:
            yield from _survives(path, source, words)


def _survives(path: Path, source: str, words: dict[str, Fact]) -> Iterator[Finding]:
    evaluate = conditions.whole_number if path[-1] == "formula" else conditions.holds
    for sample in conditions.samples(words):
        facts: dict[str, FactValue] = sample
        try:
            evaluate(source, conditions.context(facts))
        except conditions.ConditionError as error:
            yield path, str(error)
            return


def _every_condition(book: Book) -> Iterator[tuple[Path, str]]:
    for index, rule in enumerate(book.eligibility):
        yield ("eligibility", index, "when"), rule.when
    for index, limit_rule in enumerate(book.limit_rules):
        yield ("limit_rules", index, "must"), limit_rule.must
    for index, rider in enumerate(book.riders):
        for at, condition in enumerate(rider.conditions):
            yield ("riders", index, "conditions", at, "must"), condition.must
    for index, question in enumerate(book.questions):
        if question.shown_when is not None:
            yield ("questions", index, "shown_when"), question.shown_when
        if question.refer is not None:
            yield ("questions", index, "refer", "when"), question.refer.when
    for index, component in enumerate(book.tariff.components):
        if component.when is not None:
            yield ("tariff", "components", index, "when"), component.when
    for path, factor in _every_factor(book):
        if factor.when is not None:
            yield (*path, "when"), factor.when
        if isinstance(factor, FormulaFactor):
            yield (*path, "formula"), factor.formula
