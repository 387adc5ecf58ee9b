"""What a refused book is told, and where."""

import pytest

from products.reading import BookError, read_book


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def refused(text: str, name: str = "draft.yaml") -> list[str]:
    with pytest.raises(BookError) as caught:
        read_book(text, name)
    return [str(problem) for problem in caught.value.problems]


def told(text: str, old: str, new: str, place: str, words: str) -> None:
    """The book with `new` for `old` is refused on the line of `place`, with these words in the sentence."""
    assert old in text
    text = text.replace(old, new, 1)
    problems, line = refused(text), line_of(text, place)
    assert any(problem.startswith(f"draft.yaml:{line}: ") and words in problem for problem in problems), problems
