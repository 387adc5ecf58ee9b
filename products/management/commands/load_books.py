"""`manage.py load_books`: publish the shipped books that are not yet published. Running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.queries import robot
from core.clock import now
from core.doors import perform
from core.errors import Refused
from products.actions import publish_book
from products.models import ProductVersion
from products.reading import read_book
from products.shelf import shipped_books


class Command(BaseCommand):
    help = "同梱の商品ブックのうち、まだ公開していないものを公開します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", help="公開者の利用者名(省略するとシステム)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = User.objects.get(username=options["by"]) if options["by"] else robot()
        except User.DoesNotExist as error:
            raise CommandError("公開者の利用者がいません。--by に利用者名を指定してください。") from error
        try:
            for path, text in shipped_books():
                before = ProductVersion.objects.count()
                starts_on = read_book(text, path.name).starts_on
                version: ProductVersion = perform(publish_book, text=text, starts_on=starts_on, by=by, at=now())
                done = "公開しました" if ProductVersion.objects.count() > before else "公開済みです"
                self.stdout.write(f"{version}: {done}")
        except Refused as refusal:
            raise CommandError("\n".join([refusal.message, *refusal.reasons])) from refusal
