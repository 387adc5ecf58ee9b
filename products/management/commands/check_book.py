"""`manage.py check_book FILE [--json]`: every problem of a book with its line, and its worked examples."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.money import format_limit, format_yen
from products.book import Book
from products.checking import notices_of
from products.examples import Worked, work_through
from products.reading import BookError, Problem, decoded, read_book


class Command(BaseCommand):
    help = "商品ブックを検査し、計算例を確かめます。公開はしません。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="結果をJSONで出力する")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} を開けません。ファイルの場所を確認してください。") from error
        try:
            book = read_book(decoded(content, path.name), path.name)
        except BookError as error:
            if options["json"]:
                self.stdout.write(_as_json(None, error.problems, ()))
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from error
        worked = work_through(book)
        wrong = sum(not one.agrees for one in worked)
        if options["json"]:
            self.stdout.write(_as_json(book, (), worked))
        else:
            self._tell(book, worked)
        if wrong:
            raise CommandError(f"計算例のうち{wrong}件が一致しません。料率か計算例を訂正してください。")
        if not options["json"]:
            self.stdout.write(f"{book.name}({book.starts_on:%Y-%m-%d}): 問題はありません。")

    def _tell(self, book: Book, worked: tuple[Worked, ...]) -> None:
        labels = {industry.code: industry.label for industry in book.industries}
        for one in worked:
            example = one.example
            self.stdout.write(
                f"{'一致' if one.agrees else '不一致'} {labels[example.industry]} "
                f"売上高{format_limit(example.sales_yen)} {example.plan}: "
                f"例 {format_yen(example.premium_yen)} / 計算 {one.refusal or format_yen(one.actual_yen)}"
            )
        for notice in notices_of(book):
            self.stdout.write(f"参考: {notice}")


def _as_json(book: Book | None, problems: tuple[Problem, ...], worked: tuple[Worked, ...]) -> str:
    """The same for scripts: problems with their place, examples with expected and actual yen."""
    return json.dumps(
        {
            "product": book.code if book else None,
            "starts_on": book.starts_on.isoformat() if book else None,
            "notices": list(notices_of(book)) if book else [],
            "problems": [{"file": p.file, "line": p.line, "message": p.message} for p in problems],
            "examples": [
                {
                    **one.example.model_dump(mode="json"),
                    "actual_yen": one.actual_yen,
                    "agrees": one.agrees,
                    "refusal": one.refusal,
                }
                for one in worked
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
