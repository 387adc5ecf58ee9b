"""One honest view for each measured page: SQL, values, a plain template. No forms, no layers, no reuse.

They read what ours read and show the same words; business arithmetic (rating, the words of amounts) is the house's.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.templatetags.static import static

from accounts.models import User
from core.clock import jst, now
from core.money import format_limit, format_yen
from core.periods import at_four
from products.eligibility import judge
from products.rating import rate
from products.reading import book_of
from products.risks import risk_from, selection_of

HERE = Path(__file__).parent
ENGINE = Engine(dirs=[str(HERE / "templates")], debug=False)
SQL = {path.stem: path.read_text() for path in HERE.glob("*.sql")}
STATUS = {"IN_FORCE": ("有効", "good"), "EXPIRED": ("満期", "ended"), "CANCELLED": ("解約", "ended")}
LETTER = {
    "QUEUED": ("送信待ち", "wait"), "SENDING": ("送信中", "wait"), "SENT": ("送信済", "good"),
    "FAILED": ("送信失敗", "bad"), "UNKNOWN": ("要確認", "bad"), "CANCELLED": ("取消", "ended"),
}  # fmt: skip
WEEKDAYS = "月火水木金土日"
JSONB = 3802  # Django leaves these columns as text


def rows(sql: str, **facts: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        columns = cursor.description  # made anew whenever it is asked for
        names = [column.name for column in columns]
        documents = [column.name for column in columns if column.type_code == JSONB]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        for name in documents:
            row[name] = json.loads(row[name]) if row[name] else None
    return found


def reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def page(request: HttpRequest, name: str, **facts: Any) -> HttpResponse:
    facts |= {
        "user": request.user, "csrf_token": get_token(request), "bootstrap": static("bootstrap/css/bootstrap.min.css"),
        "css": static("app/app.css"), "script": static("app/app.js"), "htmx": static("django_htmx/htmx-2.min.js"),
        "icon": static("app/shield.svg"), "shield": static("app/shield-white.svg"),
        "role": {"SOLICITOR": "募集人"}[reader(request).role],
    }  # fmt: skip
    return HttpResponse(ENGINE.get_template(f"{name}.html").render(Context(facts)))


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日({WEEKDAYS[on.weekday()]})"


def today(request: HttpRequest) -> HttpResponse:
    on = jst(now()).date()
    horizons = {f"d{days}": at_four(on + timedelta(days=days)) for days in (0, 7, 14, 30, 45, 60, 90)}
    duties = rows(
        SQL["today"], agency=reader(request).agency_id, on=on, at=now(), **horizons,
        unsent=at_four(on + timedelta(days=29)),
        licences=on + timedelta(days=90), lapses=on + timedelta(days=7), patience=now() - timedelta(days=1),
    )  # fmt: skip
    tallies: dict[str, dict[str, Any]] = {}
    for duty in sorted(duties, key=lambda duty: duty["place"]):
        tallies[duty["code"]] = duty
    shown = sorted(duties, key=lambda duty: (not duty["late"], duty["on"], duty["code"]))[:40]
    for duty in shown:
        duty["day"] = f"{duty['on']:%Y/%m/%d}"
    total = sum(tally["total"] for tally in tallies.values())
    last = rows("SELECT * FROM renewals_round WHERE kind = %(kind)s ORDER BY id DESC LIMIT 1", kind="NIGHTLY")
    news = last[0] if last else None
    if news:
        news["counts"] = [(ROUND.get(name, name), count) for name, count in news["counts"].items() if count]
        news["started"] = f"{jst(news['started_at']):%Y/%m/%d %H:%M}"
        news["finished"] = f"{jst(news['finished_at']):%Y/%m/%d %H:%M}" if news["finished_at"] else ""
    return page(
        request, "today", on=day(on), tallies=tallies.values(), duties=shown, more=total - len(shown), news=news,
        counts=news["counts"] if news else [], alarm=alarm(),
    )  # fmt: skip


def alarm() -> str:
    """Today's rounds that should have finished and have not, unless the house began only today."""
    at = jst(now())
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    seen = rows(SQL["rounds"], on=at.date(), midnight=midnight)[0]
    late = [words for kind, hour, words in ALARMS if at.hour >= hour and kind not in seen["finished"]]
    return "".join([*late, "管理者に知らせてください。"]) if late and seen["began_before"] else ""


ALARMS = (
    ("NIGHTLY", 7, "今日の朝の処理が終わっていません。更改の案内が止まっているおそれがあります。"),
    (
        "EXPIRY", 17,
        "今日の満期時刻の処理が終わっていません。無保険になった契約が知らされていないおそれがあります。",
    ),
)  # fmt: skip
ROUND = {
    "opened": "更改を開始", "reassigned": "担当を引継ぎ", "ownerless": "担当者が見つからない", "terms": "条件案を作成",
    "notices": "案内をメール", "by_post": "案内を郵送待ち", "reminders": "再案内", "calls": "電話での再案内",
    "ended": "補償終了のお知らせ", "escalated": "未送付を報告", "lapsed_quotes": "見積の期限切れ",
    "uninsured": "無保険", "expired": "満期", "left_drafts": "残った見積を取下げ",
    "conditions": "引受条件の期日", "told": "担当者へ連絡",
}  # fmt: skip


def policies(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    since = date.fromisoformat(asked["expires_from"])
    facts = {
        "agency": reader(request).agency_id, "status": asked["status"], "product": asked["product"],
        "in_charge": int(asked["in_charge"]), "since": at_four(since),
    }  # fmt: skip
    found = rows(SQL["policies"], **facts)
    count = rows(SQL["policies_count"], **facts)[0]["count"]
    for policy in found:
        policy["state"], policy["style"] = STATUS[policy["status"]]
        policy["ends"] = f"{jst(policy['ends_at']):%Y/%m/%d}"
        policy["premium"] = format_yen(policy["premium_yen"])
    staff = rows(
        "SELECT id, name FROM accounts_user WHERE agency_id = %(agency)s AND NOT is_robot ORDER BY kana, id", **facts
    )
    for person in staff:
        person["chosen"] = person["id"] == facts["in_charge"]
    return page(
        request, "policies", policies=found, staff=staff, asked=asked, query=request.GET.urlencode(),
        products=rows("SELECT code, name FROM products_product ORDER BY code"), states=list(STATUS.items()),
        count="1,000件以上" if count > 1000 else f"{count:,}件", pages=max(1, -(-count // 50)),
    )  # fmt: skip


def policy(request: HttpRequest, number: str) -> HttpResponse:
    found = rows(SQL["policy"], agency=reader(request).agency_id, number=number)
    if not found:
        raise Http404
    it, at = found[0], now()
    starts, ends = jst(it["starts_at"]), jst(it["ends_at"])
    about = [f"policies.policy:{it['id']}"]
    of_quote = {"agency": reader(request).agency_id, "quote": it["quote_number"]}
    papers, letters, events = (rows(SQL[name], about=about, **of_quote) for name in ("papers", "letters", "events"))
    for paper in papers:
        paper["day"] = f"{paper['dated_on']:%Y/%m/%d}"
        paper["amount"] = format_yen(paper["amount_yen"])
        paper["edition"] = f"第{paper['revision']}版" if paper["revision"] > 1 or paper["is_superseded"] else ""
        paper["filed"] = f"{jst(paper['filed_at']):%Y/%m/%d %H:%M}"
        name = quote(f"{paper['title']}_{paper['subject']}_r{paper['revision']}")
        paper["url"] = f"/papers/{paper['id']}/{name}.pdf"
    for letter in letters:
        letter["state"], letter["style"] = LETTER[letter["status"]]
        letter["to"] = ", ".join(letter["recipients"])
        letter["queued"] = f"{jst(letter['queued_at']):%Y/%m/%d %H:%M}"
        letter["sent"] = f"{jst(letter['sent_at']):%Y/%m/%d %H:%M}" if letter["sent_at"] else "—"
    for event in events:
        event["moment"] = f"{jst(event['at']):%Y/%m/%d %H:%M}"
        event["iso"] = event["at"].isoformat()
    terms = it["terms"]
    parts = [line for line in terms["receipt"]["lines"] if line["operation"] == "component"]
    longest = max((Decimal(line["amount"]) for line in parts), default=Decimal(1)) or Decimal(1)
    for part in parts:
        part["share"] = int(Decimal(part["amount"]) * 100 / longest)
        part["words"] = f"{Decimal(part['amount']).quantize(Decimal(1)):,}円"
    say_amounts(terms["receipt"])
    left = (ends.date() - jst(at).date()).days
    inside = "内" if it["starts_at"] <= at < it["ends_at"] else "外"
    return page(
        request, "policy", policy=it, terms=terms, parts=parts, papers=papers, letters=letters, events=events,
        state=STATUS[it["status"]][0], style=STATUS[it["status"]][1], premium=format_yen(it["premium_yen"]),
        next=(f"満期まであと{left}日です。更改を進めてください。" if left <= 60 else f"満期まであと{left}日です。")
        if left >= 0 else "満期を過ぎました。続けるには新しい契約が必要です。",
        term=f"{contract(starts)}から{contract(ends)}まで", deductible=format_limit(terms["deductible_yen"]),
        verdict=f"{clock(jst(at))}は{number}の保険期間{inside}です({clock(starts)}から{clock(ends)}まで)。",
        cover=[(line["label"], format_limit(line["limit_yen"]), line["note"]) for line in terms["cover"]],
        sales=format_limit(terms["sales_yen"]), contracted=day(it["contracted_on"]),
        issued=f"{jst(it['issued_at']):%Y/%m/%d %H:%M}", insureds="、".join(one["name"] for one in terms["insureds"]),
        way="メール" if it["delivery"] == "EMAIL" else "郵送",
        posted=f"{jst(it['posted_at']):%Y/%m/%d %H:%M}" if it["posted_at"] else "",
        schedule=[
            (one["number"], one["due_on"].replace("-", "/"), format_yen(one["amount_yen"])) for one in it["instalments"]
        ],
    )  # fmt: skip


def say_amounts(receipt: dict[str, Any]) -> None:
    """Running amounts with separators and, where there are any, two places."""
    for line in receipt["lines"]:
        amount = Decimal(line["amount"])
        line["said"] = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


def contract(at: Any) -> str:
    return f"{at.year}年{at.month}月{at.day}日午後{at.hour - 12}時"


def clock(at: Any) -> str:
    return f"{at.year}年{at.month}月{at.day}日{at.hour}時{at.minute:02d}分"


def plans(request: HttpRequest, number: str) -> HttpResponse:
    found = rows(SQL["quote"], agency=reader(request).agency_id, number=number)
    if not found:
        raise Http404
    it = found[0]
    book = book_of(it["fingerprint"], lambda: content(it["fingerprint"]), it["fingerprint"])
    answers = rows(
        "SELECT question_id, value, given_by, source FROM quotes_answer WHERE quote_id = %(id)s ORDER BY id",
        id=it["id"],
    )
    said = {answer["question_id"]: answer["value"] for answer in answers}
    facts = it["facts"]
    asked = {name: facts[name] for name in ("industry", "sales_yen", "employees") if facts[name] is not None}
    asked |= {"inception_on": it["inception_on"].isoformat(), "is_renewal": it["renewal_of_id"] is not None}
    risk = risk_from(asked, book, said)
    judge(risk, book)
    options = rows("SELECT * FROM quotes_quoteoption WHERE quote_id = %(id)s ORDER BY position", id=it["id"])
    standing = {(one["selection"]["liability_yen"], one["selection"]["cost_yen"]): one["id"] for one in options}
    labels = {part.code: part.label for part in book.coverages}
    for option in options:
        chosen = option["selection"]
        option["cover"] = [(labels[c], format_limit(chosen[f"{c}_yen"])) for c in labels if chosen[f"{c}_yen"]]
        option["cover"].append(("自己負担額", format_limit(chosen["deductible_yen"])))
        option["premium"] = format_yen(option["premium_yen"])
        option["total"] = format_yen(option["receipt"]["total_yen"])
        say_amounts(option["receipt"])
    grid: dict[int, list[Any]] = {}
    for plan in sorted(book.plans, key=lambda plan: (plan.liability_yen, plan.cost_yen)):
        receipt = rate(risk, selection_of(plan, riders=()), book)
        grid.setdefault(plan.liability_yen, []).append(
            (plan.code, plan.label, format_yen(receipt.total_yen), receipt.is_reference,
             standing.get((plan.liability_yen, plan.cost_yen)))
        )  # fmt: skip
    last = answers[-1] if answers else {"given_by": contact(it["customer_id"]), "source": "SPOKEN"}
    return page(
        request, "plans", quote=it, start=day(it["inception_on"]), facts=facts, options=options,
        payments=[
            (way.label, f"{(way.surcharge * 100).normalize():f}" if way.instalments > 1 else "", way.note)
            for way in book.payments
        ],
        sales=f"{facts['sales_yen']:,}",
        industries=[(one.code, one.label, one.code == facts["industry"]) for one in book.industries],
        grid=[(format_limit(liability), cells) for liability, cells in grid.items()],
        costs=[format_limit(cost) for cost in sorted({plan.cost_yen for plan in book.plans})],
        declarations=[(one.id, one.wording, said.get(one.id)) for one in book.declarations if one.stage == "quote"],
        lacks=[one.wording for one in book.declarations if one.stage == "quote" and one.id not in said],
        last=last, riders=[one for one in book.riders if one.availability == "optional"],
        sources=[(code, label, code == last["source"]) for code, label in SOURCES.items()],
        kinds=[("ACTUAL", "実績"), ("EXPECTED", "見込"), ("PLANNED", "計画")],
    )  # fmt: skip


SOURCES = {
    "SPOKEN": "面談での回答", "PHONE": "電話での回答", "MAIL": "メールでの回答", "PAPER": "書面での回答",
    "DOCUMENT": "書類から",
}  # fmt: skip


def contact(customer: int) -> str:
    """Who will answer, as long as nobody has."""
    found = rows(
        'SELECT name FROM customers_contact WHERE customer_id = %(customer)s AND NOT "left" '
        "ORDER BY is_primary DESC, email <> '' DESC, id LIMIT 1",
        customer=customer,
    )
    return str(found[0]["name"]) if found else ""


def content(fingerprint: str) -> str:
    found = rows("SELECT content FROM products_productversion WHERE fingerprint = %(it)s", it=fingerprint)
    return str(found[0]["content"])
