"""The box on a quote's page: the packs that were made, and the button to make one."""

from datetime import datetime

from accounts.models import User
from core.screens import why_not
from evidence.models import Pack
from evidence.permissions import check_can_make_pack
from quotes.beside import Panel
from quotes.models import Quote


def panel(quote: Quote, user: User, at: datetime) -> Panel:
    context = {
        "packs": Pack.objects.filter(quote=quote).shown()[:3],
        "number": quote.number,
        "why_not": why_not(check_can_make_pack, user, quote),
    }
    return Panel("evidence/_panel.html", context)
