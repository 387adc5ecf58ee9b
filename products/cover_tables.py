"""What can be had, as tables: coverages with every kind of limit, plans, riders by plan, papers of a claim."""

from collections.abc import Iterator

from core.money import format_limit, format_share
from products.book import Book, Coverage, InnerLimit, Plan
from products.facts import COMMON_COVERAGES
from products.payout import STEPS
from products.tables import KINDS, Table

BASES = {
    "event_and_term": "1事故・保険期間中",
    "claim_and_term": "1請求・保険期間中",
    "event": "1事故",
}
PER = {"event": "1事故", "term": "保険期間中", "person": "1名", "company": "1社"}
AVAILABLE = {"automatic": "◎", "optional": "〇", "none": "×"}
REPORTS = {"police": "警察", "bank": "金融機関", "privacy_commission": "個人情報保護委員会", "ministry": "所管の官庁"}


def coverage_tables(book: Book) -> Iterator[Table]:
    """Limits, what holds inside and over them, menus, rules and plans."""
    yield Table(
        "limits",
        "支払限度額",
        (),
        ("補償", "内容", "選べる限度額", "限度額の単位", "プランと特約", "支払額の計算", "区分", "出典"),
        tuple(
            (
                c.label,
                c.description,
                "、".join(format_limit(n) for n in c.limits),
                BASES[c.basis],
                _belongs_to(book, c),
                _calculation(c),
                KINDS[c.kind],
                c.source,
            )
            for c in book.coverages
        ),
    )
    yield Table(
        "inner_limits",
        "内枠(支払限度額の中の限度)",
        (),
        ("内枠", "補償", "限度", "単位", "区分", "出典"),
        tuple(
            (inner.label, c.label, _inner(inner), PER[inner.per], KINDS[inner.kind], inner.source)
            for c in book.coverages
            for inner in c.inner_limits
        ),
    )
    yield Table(
        "aggregates",
        "総支払限度額",
        (),
        ("限度", "合わせる補償(この順に支払う)", "額", "条件", "区分", "出典"),
        tuple(
            (
                a.label,
                "、".join(_label(book, code) for code in a.coverages),
                f"{_label(book, a.within)}の限度額の内枠" if a.within else format_limit(a.limit_yen),
                a.when or "常に",
                KINDS[a.kind],
                a.source,
            )
            for a in book.aggregates
        ),
    )
    yield from _menus(book)
    yield _plans(book)
    yield Table(
        "claim_documents",
        "保険金の請求に必要な書類",
        (),
        ("書類", "補償", "届出先", "必要"),
        tuple(
            (d.label, c.label, REPORTS[d.report] if d.report else "―", "必ず" if d.required else "場合による")
            for c in book.coverages
            for d in c.documents
        ),
    )


def rider_tables(book: Book) -> Iterator[Table]:
    """Which plan has which rider, then what each is and goes with."""
    labels = {rider.code: rider.label for rider in book.riders}
    if any(rider.by_plan for rider in book.riders):
        yield Table(
            "by_plan",
            "プランと特約",
            ("◎ プランに必ず付く、〇 選んで付けられる、× 付けられない",),
            ("特約", *(plan.label for plan in book.plans_for_sale), "区分", "出典"),
            tuple(
                (
                    rider.label,
                    *(AVAILABLE[rider.available_in(plan.code)] for plan in book.plans_for_sale),
                    KINDS[rider.kind],
                    rider.source,
                )
                for rider in book.riders
            ),
        )
    yield Table(
        "riders",
        "追加条項・特約",
        (),
        ("追加条項", "内容", "必要なもの", "同時に付けられないもの", "料率の行", "補足", "区分", "出典"),
        tuple(
            (
                r.label,
                r.description,
                "、".join(labels[code] for code in r.needs) or "―",
                "、".join(labels[code] for code in r.excludes) or "―",
                r.price.line or "―",
                r.note or "―",
                KINDS[r.kind],
                r.source,
            )
            for r in book.riders
        ),
    )
    yield Table(
        "rider_conditions",
        "追加条項・特約の条件",
        (),
        ("追加条項", "条件", "満たさないときの案内文", "区分", "出典"),
        tuple(
            (r.label, c.must, c.sentence, KINDS[c.kind or r.kind], c.source or r.source)
            for r in book.riders
            for c in r.conditions
        ),
    )


def _menus(book: Book) -> Iterator[Table]:
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


def _plans(book: Book) -> Table:
    return Table(
        "plans",
        "プラン",
        ("限度額はプランごとに決まっています。",) if book.limits_are_packages else ("限度額は初めに示す額です。",),
        ("プラン", *(c.label for c in book.coverages), "自己負担額", "見積り", "補足", "区分", "出典"),
        tuple(
            (
                p.label,
                *(_planned(p, c) for c in book.coverages),
                format_limit(p.deductible_yen),
                "できる" if p.for_sale else "自動的に付く",
                p.note or "―",
                KINDS[p.kind],
                p.source,
            )
            for p in book.plans
        ),
    )


def _planned(plan: Plan, coverage: Coverage) -> str:
    code = coverage.code
    limit = getattr(plan, f"{code}_yen") if code in COMMON_COVERAGES else plan.other_limits.get(code, 0)
    return format_limit(limit) if limit else "―"


def _belongs_to(book: Book, coverage: Coverage) -> str:
    plans = [plan.label for plan in book.plans if plan.code in coverage.plans]
    words = ["、".join(plans) if plans else "すべて"]
    if coverage.needs_rider:
        words.append(f"{book.rider_label(coverage.needs_rider)}が必要")
    if coverage.removed_by_rider:
        words.append(f"{book.rider_label(coverage.removed_by_rider)}で対象外")
    return "。".join(words)


def _calculation(coverage: Coverage) -> str:
    """The order of the steps that change anything, with the share."""
    words = {**STEPS, "share": f"{STEPS['share']} {format_share(coverage.pays_share)}"}
    idle = {
        "inner": not coverage.inner_limits,
        "deductible": not coverage.takes_deductible,
        "share": coverage.pays_share == 1,
    }
    return " → ".join(words[step] for step in coverage.payout if not idle.get(step))


def _inner(inner: InnerLimit) -> str:
    return format_limit(inner.limit_yen) if inner.share is None else f"限度額の{format_share(inner.share)}"


def _label(book: Book, code: str | None) -> str:
    coverage = book.coverage(code or "")
    return coverage.label if coverage else str(code)
