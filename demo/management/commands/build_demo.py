"""Fill an empty database with a believable agency: `manage.py build_demo [--customers N]`."""

import time
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import Count

from accounts.models import Agency, User
from accounts.queries import robot
from core import clock
from core.doors import perform
from demo import earning, underwriting
from demo.office import Office
from demo.people import logins, make_people
from demo.press import Press
from demo.story import CALLERS, DAYS_BACK, Story
from policies.models import Policy
from products.actions import publish_book
from products.editing import starting_on
from products.reading import read_book
from products.shelf import shipped_books
from renewals.models import Renewal


class Command(BaseCommand):
    help = "Fill an empty database with a believable agency, walked day by day through the real actions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=CALLERS, help=f"how many companies call ({CALLERS})")
        parser.add_argument("--days", type=int, default=DAYS_BACK, help=f"how long ago the story begins ({DAYS_BACK})")
        parser.add_argument("--logins", action="store_true", help="only print the logins")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self.stdout.write(logins())
            return
        if Agency.objects.exists():
            raise CommandError("The database already holds an agency; build_demo only fills an empty one.")
        if options["customers"] < 1 or not 1 <= options["days"] <= 3650:
            raise CommandError("--customers must be at least 1, --days between 1 and 3650.")
        began = time.monotonic()
        with connection.cursor() as cursor:
            # An interrupted filling starts over anyway, so no commit has to wait for the disk.
            cursor.execute("SET synchronous_commit TO off")
        until = clock.now()
        begin = clock.jst(until).date() - timedelta(days=options["days"] + 10)
        staff = make_people(clock.jst(until).date())
        publish_shelf(begin, by=robot(), at=until - timedelta(days=options["days"] + 10))
        earning.set_rates(staff["kanri"], begin, at=until - timedelta(days=options["days"] + 10))
        underwriting.grant_authorities(staff, at=until - timedelta(days=options["days"] + 10))
        with Press() as press:
            office = Office(staff, until, self.stdout.write, press)
            Story(office, callers=options["customers"], days=options["days"]).live()
            self._tell_renewals(office)
        took = round(time.monotonic() - began)
        self.stdout.write(f"{Policy.objects.count()} policies in {took} s")

    def _tell_renewals(self, office: Office) -> None:
        """How little a renewal asks, and how many had their offer in the notice."""
        tracks = dict(Renewal.objects.exclude(track="").values_list("track").annotate(Count("pk")))
        self.stdout.write(f"renewals: {tracks.get('SIMPLE', 0)} 簡易, {tracks.get('NORMAL', 0)} 通常")
        if office.asked:
            middle, most = median(office.asked), max(office.asked)
            words = f"median {middle:g}, most {most}, of {len(office.asked)} renewals"
            self.stdout.write(f"questions to customers for whom nothing changed: {words}")


def publish_shelf(begin: date, *, by: User, at: datetime) -> None:
    """The shipped books, and before each product's first the same book as an earlier edition: last year had its own."""
    told: set[str] = set()
    for path, text in shipped_books():
        book = read_book(text, path.name)
        starts_on = book.starts_on
        if begin < starts_on and book.code not in told:
            perform(publish_book, text=starting_on(text, begin), starts_on=begin, by=by, at=at)
        told.add(book.code)
        perform(publish_book, text=text, starts_on=starts_on, by=by, at=at)
