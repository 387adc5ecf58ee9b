"""Links and codes: random seeds in the database, the words themselves nowhere.

A link's token and a six-digit code are HMACs of a 256-bit random seed under SECRET_KEY. The database alone opens
nothing: it holds the seed, and of the token its SHA-256 by which the link is found. Letters keep a blank that is
filled while they are sent, so nobody at the office reads a code in the outbox (`correspondence.blanks`).
"""

import base64
import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = 6


def new_seed() -> str:
    return secrets.token_hex(32)


def new_key() -> str:
    """The secret of a visit's cookie; the database keeps its fingerprint."""
    return secrets.token_urlsafe(32)


def token_from(seed: str) -> str:
    """The 256 bits of a link, in 43 letters of a URL."""
    digest = salted_hmac("portal.link", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fingerprint(word: str) -> str:
    """The SHA-256 by which a token or a cookie is found. Looking up a hash leaves nothing to measure."""
    return hashlib.sha256(word.encode()).hexdigest()


def code_from(seed: str) -> str:
    """Six digits."""
    digest = salted_hmac("portal.code", seed, algorithm="sha256").digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def is_code(seed: str, typed: str) -> bool:
    return constant_time_compare(code_from(seed), typed)
