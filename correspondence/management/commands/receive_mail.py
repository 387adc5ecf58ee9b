"""`manage.py receive_mail < message`: the pipe command of a mail server, for the address our letters are sent from."""

import logging
import sys
from os import EX_TEMPFAIL
from typing import Any

from django.core.management.base import BaseCommand

from accounts.queries import robot
from core import clock
from correspondence.incoming.receiving import receive

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "標準入力の受信メール(不達の知らせなど)を1通取り込みます。"
    requires_system_checks = ()  # started for every mail

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with 0 when the mail is kept, else with 75: the server keeps it and tries again."""
        try:
            receive(sys.stdin.buffer, by=robot(), at=clock.now())
        except Exception:
            # Whatever it is (the database away, a table not there yet), the mail must not be lost.
            log.exception("incoming mail could not be kept; the mail server is asked to try again")
            sys.exit(EX_TEMPFAIL)
