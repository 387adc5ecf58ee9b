"""What the doors for incoming mail share: read outside any transaction, then keep in one."""

from datetime import datetime
from typing import IO

from accounts.models import User
from core.doors import perform
from correspondence.actions.incoming import keep_mail
from correspondence.incoming.arriving import Arrived
from correspondence.incoming.reading import read
from correspondence.models import IncomingMail


def receive(stream: IO[bytes], *, by: User, at: datetime) -> IncomingMail:
    """Take in one mail. When this returns it is committed, and the one who brought it may forget it."""
    arrived = Arrived.of(stream)
    mail: IncomingMail = perform(keep_mail, arrived=arrived, reading=read(arrived.head), by=by, at=at)
    return mail
