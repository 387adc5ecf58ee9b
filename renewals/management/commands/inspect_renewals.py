"""`manage.py inspect_renewals [--from DAY --to DAY --on DAY]`: was anybody missed? Ends with 1 when somebody was."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import today
from core.forms import read_japanese_date
from renewals.inspection import LOOKS_BACK, NOTICE_DAYS, find, inspect_renewals, ownerless
from renewals.verdicts import Day, Verdict


class Command(BaseCommand):
    help = "更改の点検: 満期60日前を過ぎた契約に案内があるかを、定時処理とは別に数えます。漏れがあれば1で終わります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = f"省略すると{LOOKS_BACK.days}日前から{NOTICE_DAYS}日後まで"
        parser.add_argument("--from", dest="first", metavar="日付", help=f"満期日の最初の日({usual})")
        parser.add_argument("--to", dest="last", metavar="日付", help="満期日の最後の日")
        parser.add_argument("--on", metavar="日付", help="点検する日。省略すると今日")

    def handle(self, *args: Any, **options: Any) -> None:
        on = _read(options["on"]) or today()
        first = _read(options["first"]) or on - LOOKS_BACK
        last = _read(options["last"]) or max(on + timedelta(days=NOTICE_DAYS), first)
        asked: dict[str, Any] = {"on": on, "first": first, "last": last}
        if last < first:
            raise CommandError("満期日の範囲が逆です。--fromより後の日付を--toに指定してください。")
        found = inspect_renewals(**asked)
        for day in found.days:
            self._write(f"{day.ends_on:%Y-%m-%d}", day)
        self._write("計", found.sums)
        for row in find(**asked, troubled=True):
            trouble = f"案内が{row.notices}通" if row.doubled else row.where.label
            late = "期日超過 " if row.late else ""
            self.stdout.write(f"  {row.ends_on:%Y-%m-%d} {row.number} {row.customer}: {late}{trouble}")
        alone = ownerless(on=on)
        troubles = [
            *([f"満期60日前を過ぎても案内のない契約が{found['late']:,}件あります。"] if found["late"] else []),
            *([f"担当できる人のいない更改が{alone:,}件あります。担当替えをしてください。"] if alone else []),
        ]
        if troubles:
            raise CommandError("".join(troubles), returncode=1)

    def _write(self, name: str, day: Day) -> None:
        counts = zip(Verdict, (day.sent, day.bounced, day.stopped, day.none), strict=True)
        words = " ".join(f"{verdict.label} {count:,}" for verdict, count in counts)
        self.stdout.write(f"{name} {words} 二重 {day.doubled:,}")


def _read(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return read_japanese_date(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
