"""`manage.py round --on DATE [--at HH:MM]`: the nightly round by hand, for a missed day or a rehearsal."""

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.queries import robot
from core.clock import JST, now, today
from core.errors import Refused
from core.forms import read_japanese_date
from renewals.round import LABELS, run_round
from renewals.states import RoundKind

FARTHEST = timedelta(days=366)
MORNING = time(6, 0)


class Command(BaseCommand):
    help = "更改の定時処理を、指定した日の分として実行します。何度実行しても、案内や督促が重なることはありません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", required=True, metavar="日付", help="処理日(例: 2026-11-22、令和8年11月22日)")
        parser.add_argument("--at", metavar="時刻", help="処理時刻(例: 16:01)。省略すると午前6時")

    def handle(self, *args: Any, **options: Any) -> None:
        on = _read_day(options["on"])
        at = datetime.combine(on, _read_time(options["at"]) if options["at"] else MORNING, tzinfo=JST)
        try:
            run = run_round(on=on, at=at, by=_robot(), kind=RoundKind.NIGHTLY)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{on:%Y年%-m月%-d日} {at:%H:%M} の定時処理が終わりました。")
        for name, count in run.counts.items():
            self.stdout.write(f"  {LABELS[name]}: {count:,}件")
        if at > now():
            self.stdout.write(f"未来の日時で実行しました。メールは{at:%Y年%-m月%-d日 %H:%M}以後に送信されます。")


def _read_day(text: str) -> date:
    try:
        on = read_japanese_date(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if abs(on - today()) > FARTHEST:
        raise CommandError(f"処理日は今日({today():%Y-%m-%d})から前後1年以内の日付にしてください。")
    return on


def _read_time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - only the time of day
    except ValueError as error:
        raise CommandError("時刻は16:01のように、0:00から23:59の間で指定してください。") from error


def _robot() -> User:
    try:
        return robot()
    except User.DoesNotExist as error:
        raise CommandError("システム利用者が登録されていません。初期設定を済ませてから実行してください。") from error
