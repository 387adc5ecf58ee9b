"""Paper from a frozen page: the only place that knows the typesetting engine (WeasyPrint).

``render`` is a function of its arguments alone: the same page, identifier and form give the same bytes. No
clock, no network, no database. What the engine may read is one folder of ours, ``static/papers``.
"""

import hashlib
import io
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import weasyprint
from django.conf import settings
from django.template import Context, Template, TemplateDoesNotExist
from django.template.loader import get_template
from fontTools.ttLib import TTCollection, TTFont
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

FAMILY = "Noto Sans CJK JP"
SHELF = Path(settings.BASE_DIR) / "static" / "papers"
STYLESHEET = SHELF / "paper.css"

# Pango and fontconfig keep one shared font map: threads of one process take turns. Processes do not wait for
# each other.
_engine = threading.Lock()


class RenderingFailed(Exception):  # noqa: N818 - it is the outcome of a rendering, told to people
    """The paper cannot be made; the message is a Japanese sentence that says what to do."""


@dataclass(frozen=True)
class Rendered:
    """A finished PDF, its fingerprint, its number of pages and the version of the form it was printed on."""

    pdf: bytes
    sha256: str
    pages: int
    form_version: str


class ShelfFetcher(URLFetcher):
    """Reads files under ``static/papers`` and nothing else: no network, no other file, no data URL.

    A refused address stops the whole paper. A contract paper that silently lacks a part is worse than none.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        path = Path(URLFetcherResponse(url).path or "/").resolve()
        if not url.startswith("file:") or not path.is_relative_to(SHELF.resolve()) or not path.is_file():
            raise FatalURLFetchingError(url)
        return super().fetch(url, headers)


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
    digest = hashlib.sha256(f"{weasyprint.VERSION}\n{_type().version}\n".encode())
    base = _form("papers/base.html")
    parts = sorted(path.name for path in (Path(base.origin.name).parent / "parts").glob("*.html"))
    for form in [_form(template), base, *(_form(f"papers/parts/{name}") for name in parts)]:
        digest.update(f"{form.name}\0{form.source}\0".encode())
    for path in sorted(SHELF.iterdir()):
        digest.update(path.name.encode() + b"\0" + _read(path))
    return digest.hexdigest()[:8]


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _form(template: str) -> Template:
    if not template.startswith("papers/"):
        raise RenderingFailed(f"「{template}」は帳票の様式ではありません。システム管理者にご連絡ください。")
    try:
        return get_template(template).template  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        raise RenderingFailed(f"様式「{template}」がありません。システム管理者にご連絡ください。") from None


@cache
def _shelf_settings() -> tuple[FontConfiguration, weasyprint.CSS, ShelfFetcher]:
    fonts, fetcher = FontConfiguration(), ShelfFetcher()
    css = weasyprint.CSS(
        string=_read(STYLESHEET).decode(),
        base_url=STYLESHEET.as_uri(),
        font_config=fonts,
        url_fetcher=fetcher,
    )
    return fonts, css, fetcher


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
    pdf, pages = typeset(html, identifier=identifier)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), pages, version)


def typeset(html: str, *, identifier: str) -> tuple[bytes, int]:
    """Run the engine over finished HTML. Returns the PDF and its number of pages."""
    with _engine:
        fonts, css, fetcher = _shelf_settings()
        try:
            document = weasyprint.HTML(string=html, base_url=f"{SHELF.as_uri()}/", url_fetcher=fetcher).render(
                font_config=fonts, stylesheets=[css], pdf_variant="pdf/a-3u", pdf_tags=True
            )
            out = io.BytesIO()
            document.write_pdf(
                out,
                finisher=_declare_accessible,
                pdf_identifier=hashlib.sha256(identifier.encode()).digest()[:16],
                pdf_variant="pdf/a-3u",
                pdf_tags=True,
            )
        except FatalURLFetchingError as refused:
            raise RenderingFailed(
                f"書類の様式が許可されていないファイルを参照しています({refused})。システム管理者にご連絡ください。"
            ) from None
        return out.getvalue(), len(document.pages)


_PDFUA = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<rdf:Description rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def _declare_accessible(document: weasyprint.Document, pdf: Any) -> None:
    """Add the PDF/UA-1 mark to the archive metadata and store them uncompressed.

    The engine declares one standard per file; PDF/A allows a foreign mark only with its schema beside it,
    and its readers look for the metadata without unpacking.
    """
    number = int(str(pdf.catalog["Metadata"], "ascii").split()[0])
    stream = pdf.objects[number]
    head, body, tail = _split_packet(b"".join(stream.stream))
    rdf = ElementTree.fromstring(body)  # noqa: S314 - the engine's own output of a moment ago
    rdf.extend(list(ElementTree.fromstring(_PDFUA)))  # noqa: S314 - the constant above
    stream.stream = [head + ElementTree.tostring(rdf, encoding="utf-8") + tail]
    stream.compress = False


def _split_packet(packet: bytes) -> tuple[bytes, bytes, bytes]:
    start, end = packet.index(b"<rdf:RDF"), packet.index(b"</rdf:RDF>") + len(b"</rdf:RDF>")
    return packet[:start], packet[start:end], packet[end:]
