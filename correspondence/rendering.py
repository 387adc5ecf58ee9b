"""Paper from a frozen page: the form, the face, the fingerprint; ``typesetting`` holds the engine.

``render`` is a function of its arguments alone: the same page, identifier and form give the same bytes. No
clock, no network, no database. What the engine may read is one folder of ours, ``static/papers``.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from django.template import Context, Template, TemplateDoesNotExist
from django.template.loader import get_template
from fontTools.ttLib import TTCollection, TTFont

from correspondence.shelf import SHELF, RenderingFailed, read_once

FAMILY = "Noto Sans CJK JP"


@dataclass(frozen=True)
class Rendered:
    """A finished PDF, its fingerprint, its number of pages and the version of the form it was printed on."""

    pdf: bytes
    sha256: str
    pages: int
    form_version: str


@dataclass(frozen=True)
class _Type:
    """The Japanese face as it stands on this machine: its version and the characters it can print."""

    version: str
    characters: frozenset[int]


@cache
def _type() -> _Type:
    """Read the face once.

    Without it every paper would print boxes and no error, so nothing may be rendered.
    """
    for path in _font_files():
        with TTCollection(path, lazy=True) if path.suffix == ".ttc" else TTFont(path, lazy=True) as file:
            for face in file if isinstance(file, TTCollection) else [file]:
                if face["name"].getBestFamilyName() == FAMILY:
                    version = str(face["name"].getDebugName(5) or "").split(";")[0]
                    return _Type(version, frozenset(face.getBestCmap()))
    raise RenderingFailed(
        f"日本語の書体「{FAMILY}」がこのサーバーにありません。書類は作れません。"
        "fonts-noto-cjk を入れてから、もう一度お試しください。"
    )


def _font_files() -> list[Path]:
    """Candidate files, most likely first: the places fontconfig reads on Linux, macOS and in a home."""
    roots = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", str(Path.home() / ".fonts")]
    roots.append(str(Path.home() / ".local/share/fonts"))
    patterns = ("NotoSansCJK-Regular.*", "NotoSansCJKjp-Regular.*")
    return [path for root in roots for pattern in patterns for path in sorted(Path(root).rglob(pattern))]


def check_fonts() -> None:
    """Refuse (``RenderingFailed``) where the Japanese face is missing.

    For the doctor and the start of a worker.
    """
    _type()


def unprintable(texts: Iterable[str]) -> list[str]:
    """The characters the face cannot print, in order. Empty for every text we may put on paper."""
    seen = {ord(character) for text in texts for character in text}
    return [chr(code) for code in sorted(seen - _type().characters) if code > 0x20]


def texts_of(page: Any) -> Iterable[str]:
    """Every string of a frozen page, at any depth."""
    if isinstance(page, str):
        yield page
    elif isinstance(page, Mapping):
        for value in page.values():
            yield from texts_of(value)
    elif isinstance(page, list | tuple):
        for value in page:
            yield from texts_of(value)


def form_version(template: str) -> str:
    """Fingerprint of everything that shapes a paper except its page (様式の版).

    Covers the template, the parts it shares with others, the stylesheet, the engine and the face, as this
    process has loaded them. Nobody has to remember to raise a number; papers with one version were printed
    by the very same form.
    """
    digest = hashlib.sha256(f"{version_of('weasyprint')}\n{_type().version}\n".encode())
    base = _form("papers/base.html")
    parts = sorted(path.name for path in (Path(base.origin.name).parent / "parts").glob("*.html"))
    for form in [_form(template), base, *(_form(f"papers/parts/{name}") for name in parts)]:
        digest.update(f"{form.name}\0{form.source}\0".encode())
    for path in sorted(SHELF.iterdir()):
        digest.update(path.name.encode() + b"\0" + read_once(path))
    return digest.hexdigest()[:8]


def _form(template: str) -> Template:
    if not template.startswith("papers/"):
        raise RenderingFailed(f"「{template}」は帳票の様式ではありません。システム管理者にご連絡ください。")
    try:
        return get_template(template).template  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        raise RenderingFailed(f"様式「{template}」がありません。システム管理者にご連絡ください。") from None


def html_of(template: str, page: Mapping[str, Any], *, version: str | None = None) -> str:
    """The page set into its form, before typesetting.

    Templates see ``page`` and ``form_version``, nothing else.
    """
    facts = {"page": page, "form_version": version or form_version(template)}
    return _form(template).render(Context(facts))


def render(template: str, page: Mapping[str, Any], *, identifier: str) -> Rendered:
    """Typeset a frozen page on its form.

    ``template`` is a name below ``papers/``; ``identifier`` is the paper's key and becomes the identifier
    inside the PDF, so that nothing random is left in the bytes. The result is PDF/A-3u and declares PDF/UA-1.
    Raises ``RenderingFailed`` with a sentence for people.
    """
    version = form_version(template)
    html = html_of(template, page, version=version)
    if missing := unprintable([html]):
        raise RenderingFailed(
            f"印刷できない文字があります: {' '.join(missing[:10])}。別の文字に直して、書類を作り直してください。"
        )
    from correspondence.typesetting import typeset  # a second to load, and most processes never print

    pdf, pages = typeset(html, identifier=identifier)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), pages, version)
