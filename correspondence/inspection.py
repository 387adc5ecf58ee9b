"""Look into a finished PDF: what a reader would see and an auditor would ask (checks 2 and 41).

Reads the drawing instructions themselves, so it judges the paper as printed and not the form it came from.
"""

import io
import re
from dataclasses import dataclass
from math import hypot, inf
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

_UNIT = pikepdf.Matrix()


@dataclass(frozen=True)
class Inspection:
    """What a PDF turned out to be."""

    title: str
    language: str
    tagged: bool
    archival: bool
    accessible: bool
    smallest_pt: float
    fonts: frozenset[str]
    unembedded_fonts: frozenset[str]
    missing_glyphs: int
    leftmost_pt: float
    rightmost_pt: float
    lowest_pt: float
    pages: int


def inspect(pdf: bytes) -> Inspection:
    """Open a PDF and measure it. Sizes and places are in points as printed, from the page's lower left corner."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        readings = [_read_page(page) for page in document.pages]
        fonts = {name: font for reading in readings for name, font in reading.fonts.items()}
        metadata = bytes(document.Root.Metadata.read_bytes()) if "/Metadata" in document.Root else b""
        return Inspection(
            title=str(document.docinfo.get("/Title", "")),
            language=str(document.Root.get("/Lang", "")),
            tagged="/StructTreeRoot" in document.Root and bool(document.Root.MarkInfo.Marked),
            archival=b'pdfaid:part="3"' in metadata and b'pdfaid:conformance="U"' in metadata,
            accessible=b'pdfuaid:part="1"' in metadata,
            smallest_pt=round(min(size for reading in readings for size in reading.sizes), 2),
            fonts=frozenset(fonts),
            unembedded_fonts=frozenset(name for name, font in fonts.items() if _program(font) is None),
            missing_glyphs=sum(reading.missing for reading in readings),
            leftmost_pt=round(min(reading.left for reading in readings), 1),
            rightmost_pt=round(max(reading.right for reading in readings), 1),
            lowest_pt=round(min(reading.low for reading in readings), 1),
            pages=len(document.pages),
        )


class _Reading:
    def __init__(self) -> None:
        self.sizes: set[float] = set()
        self.fonts: dict[str, Any] = {}
        self.missing = 0
        self.left, self.right, self.low = inf, -inf, inf


def _read_page(page: pikepdf.Page) -> _Reading:
    """Follow the state that sizes text (CTM, text matrix, font size) through the page's instructions."""
    reading = _Reading()
    resources: Any = page.Resources.Font if "/Font" in page.Resources else {}
    ctm = _UNIT
    stack: list[pikepdf.Matrix] = []
    text, size = _UNIT, 0.0
    widths: dict[int, float] = {}
    notdef = {0}
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "q":
                stack.append(ctm)
            case "Q":
                ctm = stack.pop()
            case "cm":
                ctm = pikepdf.Matrix(*map(float, operands)) @ ctm
            case "BT":
                text = _UNIT
            case "Tm":
                text = pikepdf.Matrix(*map(float, operands))
            case "Td":
                text = pikepdf.Matrix(1, 0, 0, 1, float(operands[0]), float(operands[1])) @ text
            case "Tf":
                font, size = resources[str(operands[0])], float(operands[1])
                reading.fonts[str(font.BaseFont).lstrip("/")] = font
                widths, notdef = _widths(font), _notdef(font)
            case "Tj" | "TJ":
                placed = text @ ctm
                reading.sizes.add(size * hypot(placed.c, placed.d))
                codes, kerns = _shown(operands[0])
                reading.missing += sum(code in notdef for code in codes)
                advance = (sum(widths.get(code, 1000) for code in codes) - kerns) / 1000 * size
                reading.left = min(reading.left, placed.e)
                reading.right = max(reading.right, placed.e + advance * hypot(placed.a, placed.b))
                reading.low = min(reading.low, placed.f)
    return reading


def _shown(operand: Any) -> tuple[list[int], float]:
    """Glyph numbers (Identity-H: two bytes each; 0 is .notdef) and the sum of kerns of what one operator shows."""
    parts = list(operand) if isinstance(operand, pikepdf.Array) else [operand]
    raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    kerns = sum(float(part) for part in parts if not isinstance(part, pikepdf.String))
    return [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)], kerns


def _notdef(font: Any) -> set[int]:
    """The codes that show as .notdef: 0 and, where the font brings its own encoding, all that this maps to 0."""
    if isinstance(font.Encoding, pikepdf.Name):
        return {0}
    cmap = font.Encoding.read_bytes()
    return {0} | {int(code, 16) for code in re.findall(rb"<([0-9a-fA-F]{4})> 0\b", cmap)}


def _widths(font: Any) -> dict[int, float]:
    """Advance widths by glyph, in thousandths: ``first [w w …]`` and ``first last w`` runs of the font's W array."""
    runs = list(font.DescendantFonts[0].get("/W", []))
    widths: dict[int, float] = {}
    while runs:
        first, then = int(runs.pop(0)), runs.pop(0)
        if isinstance(then, pikepdf.Array):
            widths.update({first + i: float(width) for i, width in enumerate(then)})
        else:
            widths.update(dict.fromkeys(range(first, int(then) + 1), float(runs.pop(0))))
    return widths


def _program(font: Any) -> bytes | None:
    """The embedded font program, if there is one that can be read."""
    described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = described.FontDescriptor
    for name in ("/FontFile", "/FontFile2", "/FontFile3"):
        if name in descriptor:
            program = bytes(descriptor[name].read_bytes())
            TTFont(io.BytesIO(program), lazy=True)
            return program
    return None
