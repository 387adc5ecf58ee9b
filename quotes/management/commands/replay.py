"""`manage.py replay [--product CODE] [--since DATE]`: every stored premium worked out again; JSON out, and an exit
code that is not zero when a single yen differs."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from products.models import Product
from quotes.replay import Replayed, replay


class Command(BaseCommand):
    help = "保存したすべての見積プランと契約の保険料を、それぞれの版で計算し直して照合します。出力はJSONです。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--product", default="", help="商品コード(省略するとすべて)")
        parser.add_argument("--since", default="", help="この日以後に作成した見積と発行した契約だけ(例: 2026-04-01)")

    def handle(self, *args: Any, **options: Any) -> None:
        since = None
        if options["since"]:
            try:
                since = date.fromisoformat(options["since"])
            except ValueError as error:
                raise CommandError("--since は2026-04-01の形で指定してください。") from error
        product = options["product"]
        if product and not Product.objects.filter(code=product).exists():
            raise CommandError(f"商品「{product}」がありません。商品コードを確認してください。")
        replayed = Replayed()
        # One difference is written when it is found: a million of them need no memory.
        self.stdout.write('{"differences": [', ending="")
        for number, found in enumerate(replay(replayed, product=product, since=since)):
            line = json.dumps(found.as_json(), ensure_ascii=False)
            self.stdout.write(f"{',' if number else ''}\n  {line}", ending="")
        self.stdout.write("],")
        totals = json.dumps(replayed.as_json(), ensure_ascii=False)[1:-1]
        self.stdout.write(f" {totals}}}")
        if replayed.different:
            raise CommandError(f"{replayed.different}件の保険料が一致しません。differences を確認してください。")
