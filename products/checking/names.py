"""Codes: each once, each pointing to something that is there; menus in order; plans on the menus."""

from collections import Counter
from collections.abc import Iterable, Iterator

from products.book import Book
from products.checking.finding import Finding, Path
from products.facts import COMMON_COVERAGES, FACTS

AMOUNTS = {"waiting_hours", "deductible_yen"}


def repeated_codes(book: Book) -> Iterator[Finding]:
    """Codes that stand twice in one list, and words with two meanings."""
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
        (("documents",), [x.code for x in book.documents]),
        (("aggregates",), [x.code for x in book.aggregates]),
        (("payments",), [x.code for x in book.payments]),
        (("desks",), [x.code for x in book.desks]),
        (("tariff", "components"), [x.code for x in book.tariff.components] if book.tariff else []),
        (("tariff", "discounts"), [x.code for x in book.tariff.discounts] if book.tariff else []),
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


def broken_references(book: Book) -> Iterator[Finding]:
    """Codes that point to nothing."""
    yield from _riders(book)
    yield from _coverages(book)
    yield from _plans(book)
    yield from _examples(book)
    sections = {section.code for section in book.sections}
    for index, question in enumerate(book.questions):
        if question.section not in sections:
            yield ("questions", index, "section"), f"章「{question.section}」がありません。"
        if (question.kind == "choice") != bool(question.options):
            yield ("questions", index, "options"), "選択肢は、種類がchoiceの質問にだけ書いてください。"


def _riders(book: Book) -> Iterator[Finding]:
    riders = {rider.code for rider in book.riders}
    plans = {plan.code for plan in book.plans}
    lines = book.tariff.codes() if book.tariff else set()
    for index, rider in enumerate(book.riders):
        for name in ("needs", "excludes"):
            for at, code in enumerate(getattr(rider, name)):
                if code == rider.code:
                    yield ("riders", index, name, at), f"「{rider.label}」が自分自身を指しています。"
                elif code not in riders:
                    yield ("riders", index, name, at), f"追加条項「{code}」はこの商品にありません。"
        if set(rider.needs) & set(rider.excludes):
            yield ("riders", index), f"「{rider.label}」は同じ追加条項を必要とし、かつ排除しています。"
        for plan in rider.by_plan:
            if plan not in plans:
                yield ("riders", index, "by_plan"), f"プラン「{plan}」はこの商品にありません。"
        if (rider.price.effect == "none") != (rider.price.line is None):
            yield ("riders", index, "price"), "保険料に影響する追加条項には、料率の行(line)を書いてください。"
        elif rider.price.line is not None and rider.price.line not in lines:
            yield ("riders", index, "price", "line"), f"料率に「{rider.price.line}」の行がありません。"


def _coverages(book: Book) -> Iterator[Finding]:
    riders = {rider.code for rider in book.riders}
    plans = {plan.code for plan in book.plans}
    coverages = {coverage.code for coverage in book.coverages}
    amounts = {f"{code}_yen" for code in coverages} | AMOUNTS
    for index, coverage in enumerate(book.coverages):
        for name in ("needs_rider", "removed_by_rider"):
            code = getattr(coverage, name)
            if code and code not in riders:
                yield ("coverages", index, name), f"追加条項「{code}」はこの商品にありません。"
        for at, code in enumerate(coverage.plans):
            if code not in plans:
                yield ("coverages", index, "plans", at), f"プラン「{code}」はこの商品にありません。"
        if sorted(coverage.payout) != sorted(set(coverage.payout)):
            yield ("coverages", index, "payout"), "支払額の計算順に同じ手順が2回あります。"
    for index, aggregate in enumerate(book.aggregates):
        for code in (*aggregate.coverages, *filter(None, (aggregate.within,))):
            if code not in coverages:
                yield ("aggregates", index), f"補償「{code}」はこの商品にありません。"
    for index, rule in enumerate(book.limit_rules):
        if rule.field not in amounts:
            yield ("limit_rules", index, "field"), f"「{rule.field}」という入力欄はありません。"


def _plans(book: Book) -> Iterator[Finding]:
    riders = {rider.code: rider for rider in book.riders}
    for index, plan in enumerate(book.plans):
        for code in plan.riders:
            if code not in riders:
                yield ("plans", index, "riders"), f"追加条項「{code}」はこの商品にありません。"
            elif riders[code].available_in(plan.code) != "optional":
                name = riders[code].label
                yield ("plans", index, "riders"), f"「{name}」は「{plan.label}」で選ぶ追加条項ではありません。"
        for code in plan.other_limits:
            if code in COMMON_COVERAGES or book.coverage(code) is None:
                yield ("plans", index, "other_limits"), f"補償「{code}」はこの商品にありません。"
    if (book.plan_is_chosen or book.limits_are_packages) and not book.plans_for_sale:
        yield ("plans",), "選べるプランがありません。"


def _examples(book: Book) -> Iterator[Finding]:
    plans = {plan.code for plan in book.plans}
    industries = {industry.code for industry in book.industries}
    asked = {question.id for question in book.questions} | {said.id for said in book.declarations}
    coverages = {f"{coverage.code}_yen" for coverage in book.coverages} | AMOUNTS
    for index, example in enumerate(book.examples):
        if example.plan is not None and example.plan not in plans:
            yield ("examples", index, "plan"), f"プラン「{example.plan}」はこの商品にありません。"
        if example.industry not in industries:
            yield ("examples", index, "industry"), f"業種「{example.industry}」はこの商品にありません。"
        if example.payment is not None and book.payment(example.payment) is None:
            yield ("examples", index, "payment"), f"払込方法「{example.payment}」はこの商品にありません。"
        for name in example.limits:
            if name not in coverages:
                yield ("examples", index, "limits"), f"「{name}」という限度額はありません。"
        for name in example.answers:
            if name not in asked:
                yield ("examples", index, "answers"), f"「{name}」という質問はありません。"


def wrong_menus(book: Book) -> Iterator[Finding]:
    """Menus out of order, presets and plans that are not on them."""
    for index, coverage in enumerate(book.coverages):
        if list(coverage.limits) != sorted(set(coverage.limits)):
            yield ("coverages", index, "limits"), "限度額は小さい順に、重複なく並べてください。"
    for name in ("deductibles", "waiting_hours"):
        menu = getattr(book, name)
        if menu is not None and list(menu.values) != sorted(set(menu.values)):
            yield (name, "values"), "値は小さい順に、重複なく並べてください。"
        if menu is not None and menu.preset not in menu.values:
            yield (name, "preset"), "初期値は一覧の中から選んでください。"
    for index, plan in enumerate(book.plans):
        for coverage in book.coverages:
            common = coverage.code in COMMON_COVERAGES
            limit = getattr(plan, f"{coverage.code}_yen") if common else plan.other_limits.get(coverage.code, 0)
            if limit and plan.for_sale and limit not in coverage.limits:
                where = f"{coverage.code}_yen" if common else "other_limits"
                yield ("plans", index, where), f"プラン「{plan.label}」の{coverage.label}の限度額が一覧にありません。"
