"""`manage.py publish_book FILE --from DATE --by USER --approved-by USER`: two people publish a book; JSON out."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from products.actions import publish_book
from products.models import ProductVersion
from products.reading import decoded
from products.states import Origin


class Command(BaseCommand):
    help = "商品ブックを公開します。公開する人と承認する人の2名が必要です。出力はJSONです。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", required=True, dest="starts_on", help="販売開始日(例: 2027-04-01)")
        parser.add_argument("--by", required=True, help="公開する人の利用者名")
        parser.add_argument("--approved-by", required=True, help="承認する人の利用者名")
        parser.add_argument("--supersede", action="store_true", help="同じ日以後に始まる未開始の版を差し替える")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            starts_on = date.fromisoformat(options["starts_on"])
        except ValueError as error:
            raise CommandError("販売開始日は2027-04-01の形で指定してください。") from error
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} を開けません。ファイルの場所を確認してください。") from error
        before = ProductVersion.objects.count()
        try:
            version: ProductVersion = perform(
                publish_book, text=decoded(content, path.name), starts_on=starts_on, by=_user(options["by"]),
                approved_by=_user(options["approved_by"]), origin=Origin.COMMAND, supersede=options["supersede"],
                at=now(),
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError("\n".join(dict.fromkeys([refusal.message, *refusal.reasons]))) from refusal
        self.stdout.write(json.dumps(_answer(version, ProductVersion.objects.count() > before), ensure_ascii=False))


def _user(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or user.has_left(today()):
        raise CommandError(f"利用者「{name}」がいません。利用者名を確認してください。")
    return user


def _answer(version: ProductVersion, is_new: bool) -> dict[str, Any]:
    return {
        "product": version.product.code,
        "starts_on": version.starts_on.isoformat(),
        "fingerprint": version.fingerprint,
        "published": is_new,
        "published_by": version.published_by.username,
        "approved_by": version.approved_by.username if version.approved_by else None,
    }
