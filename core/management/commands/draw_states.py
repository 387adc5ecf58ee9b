"""`manage.py draw_states`: renew the state diagrams of docs/states.md from the tables of moves."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.diagrams import drawn, undrawn


class Command(BaseCommand):
    help = "docs/states.md の状態遷移図を、コードの遷移表から描き直します。"

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "states.md"
        document = path.read_text()
        for label in undrawn(document):
            document += f"\n## {label}\n\n<!-- states: {label} -->\n<!-- end -->\n"
        path.write_text(drawn(document))
        self.stdout.write(f"{path} を更新しました。")
