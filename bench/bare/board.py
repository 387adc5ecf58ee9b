"""The board of renewals by hand: five statements of SQL, dictionaries, one plain template."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from bench.bare.views import ROUND, SQL, page, reader, rows
from core.clock import jst, now
from core.money import format_yen
from core.periods import at_four

STAGES = {
    "OPEN": ("未着手", "warn"), "NOTIFIED": ("案内済", "wait"), "RESPONDED": ("回答あり", "calm"),
    "QUOTED": ("見積提示", "calm"), "APPLIED": ("申込受領", "good"), "RENEWED": ("更改済", "good"),
    "LOST": ("他社", "ended"), "DECLINED": ("辞退", "ended"), "UNINSURED": ("無保険", "bad"),
    "CANCELLED": ("解約済", "ended"), "STOPPED": ("対象外", "ended"),
}  # fmt: skip
OPEN = ["OPEN", "NOTIFIED", "RESPONDED", "QUOTED", "APPLIED"]
DAYS = (7, 14, 30, 45, 60, 90)
NEAR = [("overdue", "満期経過"), *((str(days), f"{days}日以内") for days in DAYS), ("later", "90日より先")]
VERBS = [
    ("ASSIGN", "担当替え"),
    ("REMIND", "再案内のメール"),
    ("QUOTE", "更改の見積を開く"),
    ("OFFER", "見積を判定して提示"),
]


def board(request: HttpRequest) -> HttpResponse:
    on, month = jst(now()).date(), date.fromisoformat(request.GET["month"] + "-01")
    since = (on.replace(day=1) - timedelta(days=32)).replace(day=1)
    last = (month + timedelta(days=32)).replace(day=1)
    facts = {
        "agency": reader(request).agency_id, "open": OPEN, "since": at_four(since), "first": at_four(month),
        "last": at_four(last),
    }  # fmt: skip
    groups = rows(SQL["board"], **facts)
    for group in groups:
        group["near"] = near(group["day"], on)
        group["month"] = f"{group['day']:%Y-%m}"
    work = [group for group in groups if group["status"] in OPEN]
    cards = rows(SQL["board_cards"], **facts)
    for card in cards:
        day = jst(card["term_end_at"]).date()
        left = (day - on).days
        card["left"] = "満期経過" if left < 0 else f"あと{left}日" if left else "本日満期"
        card["late"], card["ends"], card["due"] = left <= 0, f"{day:%Y/%m/%d}", card["next_on"] <= on
    found = rows(SQL["board_list"], **facts)
    for row in found:
        row["label"], row["style"] = STAGES[row["status"]]
        row["ends"], row["premium"] = f"{jst(row['term_end_at']):%Y/%m/%d}", format_yen(row["premium_yen"])
        row["next"], row["due"] = f"{row['next_on']:%Y/%m/%d}", row["next_on"] <= on
        row["posts"] = row["way"] == "POST" and row["notified_at"] is None
    count = rows(SQL["board_count"], **facts)[0]["count"]
    lanes = [
        {
            "place": place, "code": code, "label": STAGES[code][0], "style": STAGES[code][1],
            "count": f"{(n := summed(groups, 'status', code, 'n')):,}", "yen": yen_of(groups, "status", code),
            "cards": (own := [card for card in cards if card["status"] == code]), "more": f"{n - len(own):,}",
        }
        for place, code in enumerate(OPEN, start=1)
    ]  # fmt: skip
    for lane in lanes:
        lane["more"] = "" if lane["more"] == "0" else lane["more"]
    ends = [
        {
            "code": code, "label": STAGES[code][0], "n": summed(groups, "status", code, "n"),
            "yen": yen_of(groups, "status", code),
        }
        for code in STAGES if code not in OPEN
    ]  # fmt: skip
    return page(
        request, "board", in_work=f"{sum(group['n'] for group in work):,}",
        at_stake=format_yen(sum(group["yen"] for group in work)), lanes=lanes, ends=ends, since=f"{since:%Y/%m/%d}",
        since_iso=since.isoformat(), grids=grids(groups, work), fields=fields(facts, request.GET["month"]), found=found,
        query=request.GET.urlencode(), verbs=VERBS, count=f"{count:,}件", pages=max(1, -(-count // 50)), news=news(),
    )  # fmt: skip


def near(day: date, on: date) -> str:
    left = (day - on).days
    return "overdue" if left < 0 else next((str(days) for days in DAYS if left <= days), "later")


def summed(groups: list[dict[str, Any]], key: str, value: Any, what: str) -> int:
    return sum(group[what] for group in groups if group[key] == value)


def yen_of(groups: list[dict[str, Any]], key: str, value: Any) -> str:
    return format_yen(summed(groups, key, value, "yen"))


def grids(groups: list[dict[str, Any]], work: list[dict[str, Any]]) -> list[dict[str, Any]]:
    stages = [(code, STAGES[code][0]) for code in OPEN]
    every = [(code, words[0]) for code, words in STAGES.items()]
    months = sorted({group["month"] for group in groups})
    named = [(month, f"{int(month[:4])}年{int(month[5:])}月") for month in months]
    people = most(work, lambda group: (group["owner_id"], group["owner"]))
    offices = most(work, lambda group: (group["office_id"] or "none", group["office"] or "営業所なし"))
    return [
        grid("near", "満期までの日数と状態", "満期まで", NEAR, stages, work, "near", "status", "stage", small=True),
        grid("months", "満期月と状態", "満期月", named, every, groups, "month", "status", "stage", end="&stage=all"),
        grid("staff", "担当者", "担当者", people, NEAR, work, "owner_id", "near", "near", "owner", small=True),
        grid("offices", "営業所", "営業所", offices, NEAR, work, "office_id", "near", "near", "office", small=True),
    ]


def most(work: list[dict[str, Any]], key: Callable[[dict[str, Any]], tuple[Any, str]]) -> list[tuple[Any, str]]:
    total: Counter[tuple[Any, str]] = Counter()
    for group in work:
        total[key(group)] += group["n"]
    return [pair for pair, _ in sorted(total.items(), key=lambda one: (-one[1], (str(one[0][0]), one[0][1])))]


def grid(
    anchor: str, title: str, head: str, lines: list[tuple[Any, str]], columns: list[tuple[str, str]],
    groups: list[dict[str, Any]], line: str, column: str, column_name: str, line_name: str = "", *, small: bool = False,
    end: str = "",
) -> dict[str, Any]:  # fmt: skip
    count: Counter[tuple[Any, str]] = Counter()
    total: Counter[Any] = Counter()
    yen: Counter[Any] = Counter()
    for group in groups:
        of = group[line] or "none"
        count[of, group[column]] += group["n"]
        total[of] += group["n"]
        yen[of] += group["yen"]
    return {
        "anchor": anchor, "title": title, "head": head, "columns": [label for _, label in columns], "small": small,
        "every": end,
        "lines": [
            {
                "label": label, "query": f"{line_name or line}={code}", "total": total[code],
                "yen": format_yen(yen[code]),
                "cells": [(f"{column_name}={under}", count[code, under]) for under, _ in columns],
            }
            for code, label in lines
        ],
    }  # fmt: skip


def fields(facts: dict[str, Any], month: str) -> list[dict[str, Any]]:
    staff = rows(
        "SELECT id, name FROM accounts_user WHERE agency_id = %(agency)s AND NOT is_robot ORDER BY kana, id", **facts
    )
    offices = rows("SELECT id, name FROM accounts_office WHERE agency_id = %(agency)s ORDER BY id", **facts)
    products = rows("SELECT code, name FROM products_product ORDER BY code")
    stages = [(code, words[0]) for code, words in STAGES.items()]
    return [
        {"name": "stage", "label": "状態", "choices": [("", "進行中すべて"), *stages, ("all", "終わったものも含む")]},
        {"name": "near", "label": "満期まで", "choices": [("", "すべて"), *NEAR]},
        {"name": "since", "label": "満期日(から)", "type": "date", "value": ""},
        {"name": "month", "label": "満期月", "type": "month", "value": month},
        {"name": "owner", "label": "担当者", "choices": [("", "全員"), *((one["id"], one["name"]) for one in staff)]},
        {
            "name": "office", "label": "営業所",
            "choices": [("", "すべて"), *((one["id"], one["name"]) for one in offices), ("none", "営業所なし")],
        },
        {
            "name": "product", "label": "商品",
            "choices": [("", "すべて"), *((one["code"], one["name"]) for one in products)],
        },
        {"name": "track", "label": "進め方", "choices": [("", "すべて"), ("SIMPLE", "簡易"), ("NORMAL", "通常")]},
    ]  # fmt: skip


def news() -> dict[str, Any] | None:
    last = rows("SELECT * FROM renewals_round WHERE kind = 'NIGHTLY' ORDER BY id DESC LIMIT 1")
    if not last:
        return None
    counts = [(ROUND.get(name, name), count) for name, count in last[0]["counts"].items() if count]
    return {"finished": f"{jst(last[0]['finished_at']):%Y/%m/%d %H:%M}", "counts": counts}
