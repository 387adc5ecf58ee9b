"""``manage.py drain``: send what waits in the outbox now, without a worker."""

from typing import Any

from django.core.management.base import BaseCommand

from correspondence.tasks import drain


class Command(BaseCommand):
    help = "送信待ちのメールをいま送信します。"
    requires_system_checks: list[str] = []  # the outbox must not wait for the rest of the house

    def handle(self, *args: Any, **options: Any) -> None:
        counts = drain()
        words = "、".join(f"{name} {count}件" for name, count in counts.items())
        self.stdout.write(words or "送信待ちのメールはありません。")
