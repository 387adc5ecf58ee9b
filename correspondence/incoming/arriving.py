"""A mail as it arrives: its fingerprint, its size, and as much of it as anybody reads."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Self

# What is said about a failure, and the headers that came back, stand before any enclosure.
# The readers of mail are in places quadratic: a megabyte written for that kept a worker busy for a minute.
HEAD = 256 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Arrived:
    """The identity of a mail is the SHA-256 of all its bytes; only the beginning is kept in memory."""

    sha256: str
    size: int
    head: bytes

    @classmethod
    def of(cls, stream: IO[bytes]) -> Self:
        """Read to the end: a pipe that is closed early makes the mail server send again."""
        digest, head, size = hashlib.sha256(), bytearray(), 0
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            head += piece[: HEAD - len(head)]
        return cls(digest.hexdigest(), size, bytes(head))

    @classmethod
    def whole(cls, content: bytes) -> Self:
        return cls.of(BytesIO(content))
