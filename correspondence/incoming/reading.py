"""What a mail that came in is, as far as its own words tell. Nothing here raises, whatever a stranger sends.

Standard reports (RFC 3464, RFC 8098) are read by their fields; the other ways in which servers tell of a failure are
known to `flufl.bounce`; what neither knows and a mail server wrote in Japanese is read by its words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import strip_tags
from flufl.bounce import all_failures

from correspondence.incoming.decoding import clean, header, headers, one_line, text_of, words_of
from correspondence.incoming.diagnosing import diagnose
from correspondence.states import IncomingKind

TEXT_KEPT = 4000  # letters of the text a person needs to understand what it is about
_SEARCHED = 20_000  # letters of each part that are searched for our Message-ID
_PARTS = 200
_MENTIONED = 50

_OURS = re.compile(r"<[0-9a-f]{40}@[^<>@\s]{1,150}>")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+/=?^{|}~!#$&'*-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_DAEMONS = re.compile(r"^(mailer-?daemon|mail-?daemon|postmaster|mail-?delivery.*)$", re.IGNORECASE)
_CAME_BACK = re.compile(
    r"宛先不明|あて先不明|配信不能|配信できま|配達できま|配信に失敗|配送できま|送信できま|送信エラー|エラーメール|不達|未達|返送"
    r"|failure notice|undeliver|returned mail|delivery status notification|delivery fail|delivery has failed"
    r"|mail delivery|could not be delivered|wasn't delivered",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"遅延|遅れて|再送を続け|まだ配信|delayed|warning:|still (being )?(retr|queued|trying)", re.IGNORECASE
)
# Only at the beginning: a person who writes 「Re: … 10日は不在です」 is no machine.
_AWAY = re.compile(
    r"^[\s【\[(「<*]*(自動応答|自動返信|自動送信|不在|休暇|auto(matic)?[- ]?(reply|response)|out of (the )?office"
    r"|auto:)",
    re.IGNORECASE,
)
_FAILED, _DELAYED = "failed", "delayed"


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient a letter did not reach: the names the report gives it, the likeliest first."""

    addresses: tuple[str, ...]
    is_permanent: bool
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says about itself. `letters` are Message-IDs of our form it mentions, the likeliest first."""

    kind: IncomingKind
    sender: str = ""
    subject: str = ""
    text: str = ""
    letters: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


def read(raw: bytes) -> Reading:
    """Read a mail, or the beginning of a large one."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - whatever a stranger sends is kept for a person, and stops nobody's mail
        return Reading(IncomingKind.UNREADABLE, text=clean(words_of(raw[: TEXT_KEPT * 2]))[:TEXT_KEPT])


class _NoMail(Exception):
    """These bytes are no mail."""


def _read(raw: bytes) -> Reading:
    message = message_from_bytes(raw)
    if not message.keys():
        raise _NoMail
    parts = list(islice(message.walk(), _PARTS))
    sender, subject, text = _sender(message), header(message, "subject"), _text(parts)
    kind, failures = _judge(message, parts, sender, subject, text)
    letters = tuple(dict.fromkeys(islice(_letters(message, parts), _MENTIONED)))
    if kind == IncomingKind.REPLY and not letters:
        kind = IncomingKind.OTHER
    return Reading(kind, sender, one_line(subject, 200), text[:TEXT_KEPT], letters, tuple(failures))


def _judge(
    message: Message, parts: list[Message], sender: str, subject: str, text: str
) -> tuple[IncomingKind, list[Failure]]:
    """The kind, from the surest sign to the weakest."""
    reported = [group for part in parts for group in _groups(part)]
    if reported:
        return _of_a_report(reported)
    if message.get_content_type() == "multipart/report" and "disposition" in str(message.get_param("report-type")):
        return IncomingKind.RECEIPT, []
    if found := _of_a_daemon(message, sender, subject, text):
        return found
    return (IncomingKind.AUTO_REPLY if _is_automatic(message, subject) else IncomingKind.REPLY), []


def _groups(part: Message) -> Iterator[Message]:
    """The recipients' blocks of a delivery report; the block about the message itself names none."""
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    for block in blocks:
        if isinstance(block, Message):
            if block.get("Action"):
                yield block
            # The newer form is parsed as one message: the blocks after the first are its text.
            rest = block.get_payload()
            for piece in re.split(r"\n\s*\n", rest)[:_PARTS] if isinstance(rest, str) else ():
                inner = message_from_bytes(piece.strip().encode("utf-8", "surrogateescape"))
                if inner.get("Action"):
                    yield inner


def _of_a_report(groups: list[Message]) -> tuple[IncomingKind, list[Failure]]:
    actions = [header(group, "action").split(" ")[0].split("(")[0].lower() for group in groups]
    failures = [
        _failure(group) for group, action in zip(groups[:_MENTIONED], actions, strict=False) if action == _FAILED
    ]
    if failures:
        return IncomingKind.BOUNCE, failures
    return (IncomingKind.DELAY if _DELAYED in actions else IncomingKind.RECEIPT), []


def _failure(group: Message) -> Failure:
    # The recipient as we wrote it, then as it stood at the end of all forwarding.
    named = [header(group, name).partition(";")[2] for name in ("original-recipient", "final-recipient")]
    said = header(group, "diagnostic-code").partition(";")[2]
    permanent, words = diagnose(said, header(group, "status"))
    return Failure(tuple(_addresses(named)), permanent, words)


def _of_a_daemon(message: Message, sender: str, subject: str, text: str) -> tuple[IncomingKind, list[Failure]] | None:
    """A failure told in a server's own way, or None. Only a server's word counts: people quote failures too."""
    is_daemon = bool(_DAEMONS.match(sender.partition("@")[0]))
    came_back = bool(_CAME_BACK.search(subject))
    if not is_daemon and (not came_back or header(message, "in-reply-to")):
        return None
    temporary, permanent = all_failures(message)
    named = [_addresses([address.decode("ascii", "replace")]) for address in sorted(permanent)]
    if not permanent and (temporary or (is_daemon and _LATE.search(subject))):
        return IncomingKind.DELAY, []
    if not permanent and not (is_daemon and (came_back or _CAME_BACK.search(text))):
        return None
    groups = named or [_addresses(_ADDRESS.findall(text))]
    return IncomingKind.BOUNCE, [Failure(tuple(group), *diagnose(_said_of(group, text))) for group in groups]


def _said_of(addresses: list[str], text: str) -> str:
    """What a report in plain words says of an address: from its mention on, without the letter that follows."""
    report = text.partition("\n--- ")[0]
    places = [place for address in addresses[:1] if (place := report.find(address)) >= 0]
    return report[min(places, default=0) :][:300]


def _is_automatic(message: Message, subject: str) -> bool:
    submitted = header(message, "auto-submitted").partition(";")[0].strip().lower()
    marks = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "list-unsubscribe")
    return (
        submitted not in {"", "no"}
        or any(header(message, name) for name in marks)
        or header(message, "precedence").lower() in {"auto_reply", "auto-reply", "bulk", "junk", "list"}
        or bool(_AWAY.match(subject))
    )


def _letters(message: Message, parts: list[Message]) -> Iterator[str]:
    """Message-IDs of our form: of what came back, of what is answered, then wherever one is quoted."""
    for part in parts[1:]:
        for said in headers(part, "message-id"):
            yield from _OURS.findall(said)
    for name in ("in-reply-to", "references", "x-original-message-id", "original-message-id"):
        for said in headers(message, name):
            yield from _OURS.findall(said)
    for part in parts:
        if part.get_content_maintype() in {"text", "message"} and not part.is_multipart():
            yield from _OURS.findall(text_of(part, _SEARCHED))


def _sender(message: Message) -> str:
    _, address = parseaddr(header(message, "from")[:1000])
    return next(iter(_addresses([address])), one_line(address, 254))


def _text(parts: list[Message]) -> str:
    """The first text a person was meant to read."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not part.is_multipart():
                text = text_of(part, _SEARCHED)
                text = strip_tags(text) if kind == "text/html" else text
                if text.strip():
                    return text.strip()
    return ""


def _addresses(said: Iterable[str]) -> list[str]:
    """What of it is an address, each once."""
    found = []
    for words in said:
        address = words.strip().strip("<>").strip()[:254]
        try:
            validate_email(address)
        except ValidationError:
            continue
        found.append(address)
    return list(dict.fromkeys(found))[:_MENTIONED]
