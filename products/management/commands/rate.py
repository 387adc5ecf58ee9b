"""`manage.py rate PRODUCT --on DATE --input FILE`: JSON in, JSON out, for people who script (docs/books.md)."""

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import Refused
from products.eligibility import judge
from products.factors import NotRateable
from products.limits import check_limits
from products.queries import version_on
from products.rating import rate
from products.riders import check_riders
from products.risks import Selection, risk_from, selection_of

Amount = Annotated[int, Field(ge=0, lt=10**15)]


class Chosen(BaseModel):
    """The selection as JSON: a plan, or limits."""

    model_config = ConfigDict(extra="forbid", strict=True)

    plan: str = ""
    liability_yen: Amount = 0
    cost_yen: Amount = 0
    deductible_yen: Amount = 0
    bi_yen: Amount = 0
    continuity_yen: Amount = 0
    waiting_hours: Amount = 0
    riders: list[str] | None = None


class Asked(BaseModel):
    """What the input file holds."""

    model_config = ConfigDict(extra="forbid", strict=True)

    facts: dict[str, str | int | bool]
    answers: dict[str, str | int | None] = Field(default_factory=dict)
    selection: Chosen


class Command(BaseCommand):
    help = "公開された商品ブックで保険料を計算します。入力も出力もJSONです。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", help="商品コード(例: sompo-cyber)")
        parser.add_argument("--on", required=True, help="始期日(例: 2026-04-01)")
        parser.add_argument("--input", required=True, help="入力ファイル(- は標準入力)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["on"])
        except ValueError as error:
            raise CommandError("始期日は2026-04-01の形で指定してください。") from error
        asked = self.read(options["input"])
        try:
            answer = self.answer(options["product"], on, asked)
        except Refused as refusal:
            raise CommandError("\n".join([refusal.message, *refusal.reasons])) from refusal
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))

    def read(self, name: str) -> Asked:
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
            return Asked.model_validate_json(text)
        except OSError as error:
            raise CommandError(f"{name} を開けません。ファイルの場所を確認してください。") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{name} をUTF-8で保存してください。") from error
        except ValidationError as error:
            places = [".".join(str(part) for part in detail["loc"]) + f": {detail['msg']}" for detail in error.errors()]
            raise CommandError("入力のJSONを訂正してください。\n" + "\n".join(places)) from error

    def answer(self, product: str, on: date, asked: Asked) -> dict[str, Any]:
        version = version_on(product, on)
        book = version.book
        known = {question.id for question in book.questions} | {item.id for item in book.declarations}
        unknown = sorted(set(asked.answers) - known)
        if unknown:
            raise Refused(f"この商品にない質問への回答があります: {'、'.join(unknown)}。綴りを確認してください。")
        risk = risk_from(asked.facts, book, asked.answers)
        chosen = asked.selection
        if chosen.plan:
            plan = book.plan(chosen.plan)
            if plan is None:
                raise Refused(f"プラン「{chosen.plan}」はこの商品にありません。")
            selection = selection_of(plan, riders=chosen.riders)
        else:
            selection = Selection(**{**chosen.model_dump(), "riders": tuple(chosen.riders or ())})
        verdict = judge(risk, book, selection)
        limits = check_limits(book, selection, risk)
        conflicts = check_riders(book, selection, risk)
        result: dict[str, Any] = {
            "product": product,
            "version": {"starts_on": version.starts_on.isoformat(), "fingerprint": version.fingerprint},
            "outcome": verdict.outcome,
            "reasons": [asdict(reason) for reason in verdict.reasons],
            "limits": [asdict(problem) for problem in limits],
            "riders": [asdict(conflict) for conflict in conflicts],
            "receipt": None,
            "refusal": None,
        }
        if not limits and not conflicts:
            try:
                result["receipt"] = rate(risk, selection, book).as_json()
            except NotRateable as refusal:  # an underwriter's case; the reasons above say why
                result["refusal"] = refusal.message
        return result
