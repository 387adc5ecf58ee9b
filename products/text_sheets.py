"""The texts of a book as pages to type into: each block of 重要事項説明書, and each other part with sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from products.labels import identities, name_of, word_of
from products.sheets import Entry, Keys, Sheet, addressed
from products.strict import Path

_TEXT_KEYS = {
    "name", "policy_form", "insurer", "edition", "text", "label", "sentence", "wording", "description", "note", "help",
    "heading", "title", "lead", "hours_text", "first_due", "phone",
}  # fmt: skip
_LIST_KEYS = {"paragraphs", "items", "pays"}


def text_sheets(tree: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Every part with sentences people read: the blocks of 重要事項説明書 one by one, the other parts whole."""
    sheets: list[Sheet] = []
    heads = [_text(key, value, (key,), word_of(key)) for key, value in tree.items() if isinstance(value, str)]
    sheets.append(Sheet("head", "head", "商品の名称", entries=tuple(entry for entry in heads if entry)))
    for key, value in tree.items():
        if key == "texts" and isinstance(value, Mapping):
            sheets += _disclosure(value)
        elif isinstance(value, Mapping | tuple):
            sheets.append(Sheet(str(key), str(key), word_of(key), entries=tuple(_texts(value, (key,), ""))))
    return addressed(sheet for sheet in sheets if sheet.entries)


def _disclosure(texts: Mapping[str, Any]) -> Iterator[Sheet]:
    loose = [_text(key, value, ("texts", key), word_of(key)) for key, value in texts.items() if isinstance(value, str)]
    yield Sheet("texts", "texts", "重要事項説明書: 表題と前文", entries=tuple(entry for entry in loose if entry))
    for part, blocks in texts.items():
        if isinstance(blocks, tuple):
            for place, block in enumerate(blocks):
                name = f"{word_of(part)}: {name_of(block, str(place))}"
                code = block.get("code", place) if isinstance(block, Mapping) else place
                entries = tuple(_texts(block, ("texts", part, place), "", more={"source"}))
                yield Sheet(f"texts.{part}.{code}", "texts", name, entries=entries)


def _texts(value: Any, path: Path, place: str, more: Keys = frozenset()) -> Iterator[Entry]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            word = word_of(key) if isinstance(key, str) else str(key)
            if isinstance(item, str):
                entry = _text(key, item, (*path, key), f"{place} {word}".strip(), more)
                if entry:
                    yield entry
            elif isinstance(item, Mapping | tuple):
                yield from _texts(item, (*path, key), f"{place} {word}".strip(), more)
    elif isinstance(value, tuple):
        names = identities(value)
        for at, item in enumerate(value):
            if isinstance(item, str):
                if path[-1] in _LIST_KEYS:
                    yield Entry((*path, at), "text", item, f"{place} {at + 1}".strip(), long=True)
            else:
                # The name itself is one of the texts, so the place says the code.
                yield from _texts(item, (*path, at), f"{place} {names[at]}".strip(), more)


def _text(key: str | int, value: str, path: Path, label: str, more: Keys = frozenset()) -> Entry | None:
    if key not in _TEXT_KEYS and key not in more:
        return None
    return Entry(path, "source" if key == "source" else "text", value, label, long=len(value) > 40)
