"""`manage.py check_book FILE`: every problem of a book with its line, and its worked examples."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.money import format_limit, format_yen
from products.examples import work_through
from products.reading import BookError, decoded, read_book


class Command(BaseCommand):
    help = "商品ブックを検査し、計算例を確かめます。公開はしません。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} を開けません。ファイルの場所を確認してください。") from error
        try:
            book = read_book(decoded(content, path.name), path.name)
        except BookError as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from error
        labels = {industry.code: industry.label for industry in book.industries}
        wrong = 0
        for worked in work_through(book):
            example = worked.example
            wrong += not worked.agrees
            self.stdout.write(
                f"{'一致' if worked.agrees else '不一致'} {labels[example.industry]} "
                f"売上高{format_limit(example.sales_yen)} {example.plan}: "
                f"例 {format_yen(example.premium_yen)} / 計算 {worked.refusal or format_yen(worked.actual_yen)}"
            )
        if wrong:
            raise CommandError(f"計算例のうち{wrong}件が一致しません。料率か計算例を訂正してください。")
        self.stdout.write(f"{book.name}({book.starts_on:%Y-%m-%d}): 問題はありません。")
