"""How often one place may guess. Counted in Redis; a Redis that is down opens no link (256 bits do not yield), it only
counts nothing."""

import ipaddress
import logging

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
HOUR = 3600


def is_guessing(request: HttpRequest) -> bool:
    """Whether this place has asked for links that do not open too often in this hour."""
    try:
        return int(caches["gates"].get(_key(request)) or 0) >= settings.PORTAL_GUESSES_AN_HOUR
    except RedisError:
        log.warning("guesses at links are not counted: Redis does not answer")
        return False


def note_guess(request: HttpRequest) -> None:
    """A link that does not open."""
    gates = caches["gates"]
    try:
        gates.add(_key(request), 0, timeout=HOUR)
        gates.incr(_key(request))
    except (RedisError, ValueError):  # ValueError: the hour ended between the two
        log.warning("a guess at a link was not counted")


def place_of(request: HttpRequest) -> str:
    """The address the request came from. Behind our own proxies each adds one to X-Forwarded-For: count from the end,
    what stands before was written by whoever asked. Of IPv6 the network, which is what one customer has."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    depth = settings.PROXIES_BEFORE_US
    text = hops[-depth] if depth and len(hops) >= depth else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _key(request: HttpRequest) -> str:
    return f"guesses:{place_of(request)}"
