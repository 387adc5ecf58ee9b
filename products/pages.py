"""A whole book as a page: its parts in reading order, each a few tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.money import format_limit, format_yen
from products.book import Book, Example
from products.examples import work_through
from products.tables import KINDS, Table, tariff_tables

OUTCOMES = {"decline": "引受不可", "refer": "引受照会", "ask": "確認"}
ANSWERS = {
    "yes_no": "はい・いいえ・わからない",
    "choice": "選択",
    "amount": "金額",
    "count": "数",
    "text": "文章",
    "date": "日付",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page with its anchor."""

    code: str
    heading: str
    tables: tuple[Table, ...]


def parts_of(book: Book) -> tuple[Part, ...]:
    """Everything of a book but its texts."""
    parts: tuple[tuple[str, str, Callable[[Book], Iterator[Table]]], ...] = (
        ("examples", "計算例", _examples),
        ("eligibility", "引受条件", _eligibility),
        ("coverages", "補償と限度額", _coverages),
        ("riders", "追加条項", _riders),
        ("questions", "告知書", _questions),
        ("tariff", "料率", lambda book: iter(tariff_tables(book))),
        ("terms", "払込方法・期間・返還", _terms),
        ("desks", "窓口", _desks),
    )
    return tuple(Part(code, heading, tuple(build(book))) for code, heading, build in parts)


def _examples(book: Book) -> Iterator[Table]:
    industries = {industry.code: industry.label for industry in book.industries}
    plans = {plan.code: plan.label for plan in book.plans}
    rows = tuple(
        (
            industries[worked.example.industry],
            format_limit(worked.example.sales_yen),
            _chosen(worked.example, plans),
            format_yen(worked.example.premium_yen),
            worked.refusal or format_yen(worked.actual_yen),
            "一致" if worked.agrees else "不一致",
            KINDS[worked.example.kind],
            worked.example.source,
        )
        for worked in work_through(book)
    )
    agreeing = sum(row[5] == "一致" for row in rows)
    headers = ("業種", "売上高", "プラン", "例の保険料", "計算した保険料", "照合", "区分", "出典")
    yield Table("worked", "計算例と照合", (f"{len(rows)}件のうち{agreeing}件が一致しています。",), headers, rows)


def _chosen(example: Example, plans: dict[str, str]) -> str:
    """The plan of a worked example, and what it chooses beside it."""
    words = [plans[example.plan]] if example.plan else []
    words += [f"{name.removesuffix('_yen')} {format_limit(amount)}" for name, amount in example.limits.items()]
    words += [f"始期{example.inception_on:%Y-%m-%d}"] if example.inception_on else []
    return "、".join(words)


def _eligibility(book: Book) -> Iterator[Table]:
    yield Table(
        "rules",
        "引受の判定",
        (),
        ("判定", "条件", "案内文", "区分", "出典"),
        tuple((OUTCOMES[r.outcome], r.when, r.sentence, KINDS[r.kind], r.source) for r in book.eligibility),
    )
    yield Table(
        "figures",
        "条件で使う数値",
        (),
        ("名前", "内容", "値", "区分", "出典"),
        tuple((f.code, f.label, f"{f.value:,}", KINDS[f.kind], f.source) for f in book.figures),
    )
    yield Table(
        "industries",
        "業種",
        (),
        ("業種", "コード", "料率区分", "引受", "区分", "出典"),
        tuple(
            (i.label, i.code, i.rate_class, "対象" if i.eligible else "対象外", KINDS[i.kind], i.source)
            for i in book.industries
        ),
    )
    yield Table(
        "declarations",
        "申告事項",
        (),
        ("申告", "版", "時期", "事実と違うとき", "出典"),
        tuple(
            (d.wording, str(d.version), "見積時" if d.stage == "quote" else "申込時", d.sentence, d.source)
            for d in book.declarations
        ),
    )


def _coverages(book: Book) -> Iterator[Table]:
    yield Table(
        "limits",
        "支払限度額",
        (),
        ("補償", "内容", "選べる限度額", "区分", "出典"),
        tuple(
            (c.label, c.description, "、".join(format_limit(n) for n in c.limits), KINDS[c.kind], c.source)
            for c in book.coverages
        ),
    )
    menus = [("自己負担額", "、".join(format_limit(n) for n in book.deductibles.values), book.deductibles)]
    if book.waiting_hours is not None:
        menus.append(("免責時間", "、".join(f"{n}時間" for n in book.waiting_hours.values), book.waiting_hours))
    yield Table(
        "menus",
        "自己負担額と免責時間",
        (),
        ("項目", "選択肢", "区分", "出典"),
        tuple((name, values, KINDS[menu.kind], menu.source) for name, values, menu in menus),
    )
    yield Table(
        "limit_rules",
        "限度額の決まり",
        (),
        ("守ること", "条件", "区分", "出典"),
        tuple((r.sentence, r.must, KINDS[r.kind], r.source) for r in book.limit_rules),
    )
    yield Table(
        "plans",
        "プラン",
        (),
        ("プラン", "賠償責任", "事故対応費用", "自己負担額", "出典"),
        tuple(
            (p.label, format_limit(p.liability_yen), format_limit(p.cost_yen), format_limit(p.deductible_yen), p.source)
            for p in book.plans
        ),
    )


def _riders(book: Book) -> Iterator[Table]:
    labels = {rider.code: rider.label for rider in book.riders}
    yield Table(
        "riders",
        "追加条項",
        (),
        ("追加条項", "内容", "必要なもの", "同時に付けられないもの", "料率の行", "区分", "出典"),
        tuple(
            (
                r.label,
                r.description,
                "、".join(labels[code] for code in r.needs) or "―",
                "、".join(labels[code] for code in r.excludes) or "―",
                r.price.line or "―",
                KINDS[r.kind],
                r.source,
            )
            for r in book.riders
        ),
    )


def _questions(book: Book) -> Iterator[Table]:
    for section in book.sections:
        yield Table(
            section.code,
            section.label,
            (section.help,) if section.help else (),
            ("質問", "番号", "版", "回答", "配点", "表示する条件", "照会とする回答"),
            tuple(
                (
                    q.wording,
                    q.id,
                    str(q.version),
                    ANSWERS[q.kind],
                    str(q.score.weight) if q.score else "―",
                    q.shown_when or "常に",
                    q.refer.when if q.refer else "―",
                )
                for q in book.questions
                if q.section == section.code
            ),
        )


def _terms(book: Book) -> Iterator[Table]:
    yield Table(
        "payments",
        "払込方法",
        (),
        ("方法", "回数", "割増", "最初の払込み", "区分", "出典"),
        tuple(
            (p.label, f"{p.instalments}回", f"{p.surcharge * 100:.1f}%", p.first_due, KINDS[p.kind], p.source)
            for p in book.payments
        ),
    )
    rates = book.short_rates
    yield Table(
        "short_rates",
        "短期率",
        (f"{KINDS[rates.kind]}: {rates.source}",),
        ("経過期間(この長さまで)", "率"),
        tuple(
            (f"{r.days}日" if r.days is not None else f"{r.months}か月", f"{r.rate * 100:.0f}%") for r in rates.rates
        ),
    )
    ends = {
        "cancelled_by_customer": "契約者による解約",
        "cancelled_by_insurer": "保険会社による解除",
        "mid_term_renewal": "中途更改",
        "reduced": "減額",
        "void": "無効・取消",
    }
    methods = {"short_rate": "短期率", "monthly": "月割", "daily": "日割", "full": "全額", "none": "なし"}
    ways = {"lump_sum": "一括払", "monthly": "月払", "any": "すべて"}
    yield Table(
        "refunds",
        "保険料の返還",
        (),
        ("終わり方", "払込方法", "計算", "区分", "出典"),
        tuple((ends[r.end], ways[r.payment], methods[r.method], KINDS[r.kind], r.source) for r in book.refunds),
    )


def _desks(book: Book) -> Iterator[Table]:
    yield Table(
        "desks",
        "窓口",
        (),
        ("窓口", "電話", "受付時間", "補足", "出典"),
        tuple((d.label, d.phone or "―", d.hours_text, d.note or "―", d.source) for d in book.desks),
    )
