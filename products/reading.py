"""Reading a book strictly: YAML 1.2 in, a checked `Book` out, or every problem with its file and line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import ValidationError

from products.book import Book
from products.checking import problems_of
from products.strict import LARGEST_BYTES, BookError, Path, Problem, line_of, misfits, plain_values

__all__ = [
    "LARGEST_BYTES",
    "BookError",
    "Path",
    "Problem",
    "book_of",
    "decoded",
    "plain_values",
    "read_book",
    "read_book_bytes",
]


@dataclass(frozen=True, slots=True)
class _Source:
    """A book's text; its file's name is for messages only and makes no other book of it."""

    text: str
    name: str = field(compare=False)


def read_book(text: str, name: str) -> Book:
    """The book in `text`; `name` is the file's name for messages. Raises BookError.

    Reading takes a tenth of a second, so a text that was read lately is not read again.
    """
    return _read(_Source(text, name))


@lru_cache(maxsize=64)
def _read(source: _Source) -> Book:
    text, name = source.text, source.name
    tree, lines = plain_values(text, name)
    try:
        book = Book.model_validate(tree)
    except ValidationError as error:
        raise BookError(misfits(error, tree, lines, name)) from error
    found = tuple(Problem(name, line_of(lines, path), message) for path, message in problems_of(book))
    if found:
        raise BookError(found)
    return book


def read_book_bytes(content: bytes, name: str) -> Book:
    """The same from a file's bytes, which must be UTF-8."""
    return read_book(decoded(content, name), name)


def decoded(content: bytes, name: str) -> str:
    """The text of a book's file. Raises BookError when it is too large or not UTF-8."""
    if len(content) > LARGEST_BYTES:
        raise BookError((Problem(name, 1, f"ファイルが大きすぎます({LARGEST_BYTES:,}バイトまで)。"),))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BookError((Problem(name, line, "UTF-8で保存してください。読み取れない文字があります。"),)) from error


_BOOKS: dict[str, Book] = {}


def book_of(fingerprint: str, text: Callable[[], str], name: str) -> Book:
    """A published book, read once per process; only then is its text asked for."""
    if fingerprint not in _BOOKS:
        _BOOKS[fingerprint] = read_book(text(), name)
    return _BOOKS[fingerprint]
