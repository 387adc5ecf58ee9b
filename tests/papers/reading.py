"""Reads a finished PDF back: what it says, how small its letters are, what it carries inside."""

import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream


class Printed:
    """A PDF as a reader (a person, or the software of a blind one) finds it."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.reader = PdfReader(io.BytesIO(pdf))

    @cached_property
    def text(self) -> str:
        """Everything it says, without the breaks of lines and the blanks a column makes."""
        return squeezed("".join(page.extract_text() for page in self.reader.pages))

    def says(self, words: str) -> bool:
        return squeezed(words) in self.text

    @cached_property
    def sizes(self) -> set[float]:
        """Every size of letters, in points."""
        found: set[float] = set()

        def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
            if text.strip():
                found.add(round(abs(size * tm[3] * cm[3]), 2))

        for page in self.reader.pages:
            page.extract_text(visitor_text=note)
        return found

    def fonts(self) -> Iterator[Any]:
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():
                yield font.get_object()["/DescendantFonts"][0].get_object()

    def fonts_are_inside(self) -> bool:
        return all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in self.fonts())

    def missing_glyphs(self) -> int:
        """How often glyph 0 (.notdef, the empty box) is drawn."""
        return sum(codes.count(0) for page in self.reader.pages for codes in self._drawn(page))

    def _drawn(self, page: Any) -> Iterator[list[int]]:
        for operands, operator in ContentStream(page.get_contents(), self.reader).operations:
            if operator in (b"Tj", b"TJ"):
                parts = operands[0] if operator == b"TJ" else operands
                for part in parts:
                    raw = getattr(part, "original_bytes", part if isinstance(part, bytes) else b"")
                    yield [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]

    @property
    def is_tagged(self) -> bool:
        catalog = self.reader.trailer["/Root"]
        return bool(catalog["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in catalog

    @property
    def language(self) -> str:
        return str(self.reader.trailer["/Root"]["/Lang"])

    @property
    def title(self) -> str:
        return str(self.reader.metadata.title) if self.reader.metadata else ""


def squeezed(text: str) -> str:
    """Without blanks, and with letters in the writing a PDF's text layer may swap (⾼ for 高)."""
    return re.sub(r"\s", "", "".join(_plain(letter) for letter in text))


def _plain(letter: str) -> str:
    # Radicals (⽇) share a glyph with the letter (日); everything else stays as it is written.
    return unicodedata.normalize("NFKC", letter) if "\u2e80" <= letter <= "\u2fdf" else letter
