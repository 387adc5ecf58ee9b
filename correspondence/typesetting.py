"""The typesetting engine (WeasyPrint) behind ``rendering``: finished HTML in, PDF/A-3u with PDF/UA-1 mark out.

Loading the engine takes a second, and most processes never print: ``rendering`` imports this at first need.
"""

import gc
import hashlib
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from correspondence.shelf import SHELF, STYLESHEET, RenderingFailed, read_once

# Pango and fontconfig keep one shared font map: threads of one process take turns. Processes do not wait for
# each other.
_engine = threading.Lock()


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


@cache
def _shelf_settings() -> tuple[FontConfiguration, weasyprint.CSS, ShelfFetcher]:
    fonts, fetcher = FontConfiguration(), ShelfFetcher()
    css = weasyprint.CSS(
        string=read_once(STYLESHEET).decode(),
        base_url=STYLESHEET.as_uri(),
        font_config=fonts,
        url_fetcher=fetcher,
    )
    return fonts, css, fetcher


@contextmanager
def _collector_resting() -> Iterator[None]:
    """A paper is a million small objects that all live to its end: looking for garbage among them again and again
    took a fifth of the time and found none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def typeset(html: str, *, identifier: str) -> tuple[bytes, int]:
    """Run the engine over finished HTML. Returns the PDF and its number of pages."""
    with _engine, _collector_resting():
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
