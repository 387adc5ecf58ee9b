"""`manage.py riders PRODUCT --plan P --sales YEN`: which riders go together, as JSON, for people who script.

Without --set every admitted set of the plan; with it, whether that set can be had and the nearest that can.
"""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import today
from core.errors import Refused
from products.book import Book
from products.queries import version_on
from products.riders import RiderRules
from products.risks import Selection, risk_from, selection_of

MOST_OPTIONAL = 16  # 65,536 sets; beyond it one asks for a set instead of all of them


class Command(BaseCommand):
    help = "プランと売上高から、組み合わせられる特約を調べます。出力はJSONです。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", help="商品コード(例: msi-protector)")
        parser.add_argument("--plan", default="", help="プランのコード(例: wide)")
        parser.add_argument("--sales", type=int, required=True, help="売上高(円)")
        parser.add_argument("--industry", default="other_services", help="業種のコード(省略すると other_services)")
        parser.add_argument("--set", dest="chosen", help="調べる特約のコード(コンマ区切り。空は特約なし)")
        parser.add_argument("--on", help="始期日(省略すると今日)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else today()
        except ValueError as error:
            raise CommandError("始期日は2026-04-01の形で指定してください。") from error
        try:
            version = version_on(options["product"], on)
            answer = self.answer(version.book, options)
        except Refused as refusal:
            raise CommandError("\n".join([refusal.message, *refusal.reasons])) from refusal
        head = {"product": options["product"], "version": version.starts_on.isoformat(), "plan": options["plan"]}
        self.stdout.write(json.dumps(head | answer, ensure_ascii=False, indent=2))

    def answer(self, book: Book, options: dict[str, Any]) -> dict[str, Any]:
        rules = self.rules(book, options)
        optional, automatic = list(rules.optional), sorted(rules.automatic)
        if options["chosen"] is not None:
            chosen = frozenset(code.strip() for code in options["chosen"].split(",") if code.strip())
            return {"automatic": automatic, "optional": optional} | self.judged(rules, chosen)
        if len(optional) > MOST_OPTIONAL:
            raise Refused(f"選べる特約が{len(optional)}あり、組み合わせが多すぎます。--set で調べてください。")
        admitted = [sorted(riders) for riders in rules.admitted()]
        return {
            "automatic": automatic,
            "optional": optional,
            "combinations": 2 ** len(optional),
            "admitted": len(admitted),
            "sets": admitted,
        }

    def rules(self, book: Book, options: dict[str, Any]) -> RiderRules:
        plan = book.plan(options["plan"])
        if plan is None and (options["plan"] or book.plan_is_chosen or book.limits_are_packages):
            codes = "、".join(one.code for one in book.plans_for_sale)
            raise Refused(f"プランは次のコードから選んでください: {codes}。")
        if book.industry(options["industry"]) is None:
            codes = "、".join(one.code for one in book.industries)
            raise Refused(f"業種は次のコードから選んでください: {codes}。")
        selection = selection_of(plan, riders=()) if plan else Selection(0, 0)
        risk = risk_from({"industry": options["industry"], "sales_yen": options["sales"]}, book)
        return RiderRules(book, selection, risk)

    def judged(self, rules: RiderRules, chosen: frozenset[str]) -> dict[str, Any]:
        if unknown := sorted(chosen - rules.known.keys()):
            codes = "、".join(rules.known)
            raise Refused(f"この商品にない特約です: {'、'.join(unknown)}。次のコードから選んでください: {codes}。")
        advice = rules.advice(chosen)
        return {
            "set": sorted(chosen),
            "admitted": advice is None,
            "conflict": None if advice is None else sorted(advice.smallest.riders),
            "nearest": [] if advice is None else [sorted(riders) for riders in advice.nearest],
            "sentence": "" if advice is None else advice.sentence,
        }
