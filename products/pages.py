"""A whole book as a page: its parts in reading order, each a few tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.money import format_limit, format_share, format_yen
from products.book import Book, CarrierQuote, Example, Industry, Period
from products.cover_tables import coverage_tables, rider_tables
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

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to show: a book without a questionnaire has no such part."""
        return any(table.rows for table in self.tables)


def parts_of(book: Book) -> tuple[Part, ...]:
    """Everything of a book but its texts."""
    parts: tuple[tuple[str, str, Callable[[Book], Iterator[Table]]], ...] = (
        ("examples", "計算例", _examples),
        ("eligibility", "引受条件", _eligibility),
        ("coverages", "補償と限度額", coverage_tables),
        ("riders", "追加条項・特約", rider_tables),
        ("questions", "告知書", _questions),
        ("tariff", "料率", _tariff),
        ("terms", "払込方法・期間・返還", _terms),
        ("parties", "団体契約と共同取扱", _parties),
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
        tuple((i.label, i.code, i.rate_class, _taken(i), KINDS[i.kind], i.source) for i in book.industries),
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


def _taken(industry: Industry) -> str:
    return "対象" if industry.eligible else f"対象外 {industry.sentence or ''}".strip()


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
    yield Table(
        "documents",
        "提出書類",
        (),
        ("書類", "必要な条件", "案内文", "区分", "出典"),
        tuple((d.label, d.when, d.sentence, KINDS[d.kind], d.source) for d in book.documents),
    )


def _tariff(book: Book) -> Iterator[Table]:
    if book.carrier_quote is not None:
        yield _carrier_quote(book.carrier_quote, alone=book.tariff is None)
    yield from tariff_tables(book)


def _carrier_quote(quote: CarrierQuote, *, alone: bool) -> Table:
    where = "保険料はすべて保険会社が見積もります。" if alone else "料率表にない条件は保険会社が見積もります。"
    row = (quote.sentence, f"{quote.valid_days}日", KINDS[quote.kind], quote.source)
    return Table("carrier_quote", "保険会社見積", (where,), ("案内文", "見積りの有効期間", "区分", "出典"), (row,))


def _terms(book: Book) -> Iterator[Table]:
    yield Table(
        "payments",
        "払込方法",
        (),
        ("方法", "回数", "割増", "最初の払込み", "区分", "出典"),
        tuple(
            (p.label, f"{p.instalments}回", format_share(p.surcharge), p.first_due, KINDS[p.kind], p.source)
            for p in book.payments
        ),
    )
    yield _period(book.period)
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


def _period(period: Period) -> Table:
    common = period.common
    rows = [("保険期間", "1年間" if common is None else "統一満期日まで")]
    rows.append(("始まる時刻と終わる時刻", period.starts))
    if common is not None:
        first = {"monthly": "月割", "daily": "日割", "short_rate": "短期率", "full": "1年分"}[common.first_term]
        lead = {0: "その月", 1: "翌月", 2: "翌々月"}.get(common.lead_months, f"{common.lead_months}か月後")
        start = f"{common.closes_on_day}日までの申込みは{lead}の{common.starts_on_day}日から。その後の申込みは1か月あと"
        rows += [("満期日", f"毎年{common.month}月{common.day}日"), ("中途加入", start), ("短い初年度の保険料", first)]
    kind = (KINDS[period.kind], period.source)
    return Table("period", "保険期間", (), ("項目", "内容", "区分", "出典"), tuple((*row, *kind) for row in rows))


def _parties(book: Book) -> Iterator[Table]:
    group = book.group
    if group is not None:
        kind = (KINDS[group.kind], group.source)
        rows = (
            ("契約者", group.policyholder),
            ("加入できる方", group.member_label),
            ("会員でなくなったとき", group.leaving),
        )
        yield Table("group", "団体契約", (), ("項目", "内容", "区分", "出典"), tuple((*row, *kind) for row in rows))
    yield Table(
        "handled_by",
        "共同取扱",
        (),
        ("取扱代理店", "担当業務", "分担割合", "区分", "出典"),
        tuple((a.name, a.task, format_share(a.share), KINDS[a.kind], a.source) for a in book.handled_by),
    )


def _desks(book: Book) -> Iterator[Table]:
    yield Table(
        "desks",
        "窓口",
        (),
        ("窓口", "電話", "受付時間", "補足", "出典"),
        tuple((d.label, d.phone or "―", d.hours_text, d.note or "―", d.source) for d in book.desks),
    )
