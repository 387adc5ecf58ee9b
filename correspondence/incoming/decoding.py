"""Words out of bytes of unknown honesty: headers and texts whose charset is wrong, missing or Japanese."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

# A header is read so far. Longer ones are no header but an attempt.
LONGEST = 2000
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)
# What is written on the envelope, and what is in it: the wider code of the same family reads both.
_WIDER = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "shift-jis": "cp932", "us-ascii": "ascii"}
_ESCAPE = b"\x1b$"


def words_of(raw: bytes, charset: str = "") -> str:
    """The text, in the charset it names if that can be true, else in the first of the usual ones that fits."""
    named = charset.strip().strip('"').lower()
    usual = ["iso2022_jp_ext"] if _ESCAPE in raw else ["utf-8", "cp932", "euc_jp"]
    for code in [_WIDER.get(named, named), *usual]:
        if not code or (code == "ascii" and _ESCAPE in raw):
            continue
        try:
            return raw.decode(code)
        except (LookupError, ValueError):  # no such charset, or not this one
            continue
    return raw.decode(usual[0], "replace")


def clean(text: str) -> str:
    """Without anything that is not to be seen; lines stay lines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, longest: int) -> str:
    return " ".join(clean(text).split())[:longest]


def header(message: Message, name: str) -> str:
    """The first header of that name, as a person reads it. Empty when there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """All headers of that name. Asked of the raw text: the parser's own objects trip over what strangers write."""
    return [_words(str(raw)[:LONGEST]) for key, raw in message.raw_items() if key.lower() == name]


def _words(raw: str) -> str:
    written = raw.encode("ascii", "surrogateescape") if raw.isascii() or _has_bytes(raw) else raw.encode()
    if _ESCAPE in written or not written.isascii():
        return one_line(words_of(written), LONGEST)  # 8 bits or ISO-2022-JP without the wrapping
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return one_line(raw, LONGEST)
    said = [words_of(piece, charset or "") if isinstance(piece, bytes) else piece for piece, charset in pieces]
    return one_line("".join(said), LONGEST)


def _has_bytes(raw: str) -> bool:
    """Whether the parser put bytes it could not read into the text."""
    return any("\udc80" <= letter <= "\udcff" for letter in raw)


def text_of(part: Message, longest: int) -> str:
    """The text of one part of a mail."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return clean(words_of(payload[: longest * 4], part.get_content_charset("") or ""))[:longest]
