"""Pages of a filed PDF as pictures: what is shown is drawn from the archived bytes and from nothing else.

PDFium may be used by one thread at a time. A page's picture follows from the fingerprint of its paper alone, so it is
drawn once and kept in the cache under that fingerprint.
"""

import io
import threading

import pypdfium2
from django.core.cache import caches

from correspondence.models import PaperContent

SCALE = 2  # 144 dots per inch: an A4 page is 1190 dots wide
_one_at_a_time = threading.Lock()


def picture_of(sha256: str, page: int) -> bytes | None:
    """The PNG of a page, counted from 1; None where there is no such page."""
    key = f"{sha256}:{page}:{SCALE}"
    kept = caches["pictures"].get(key)
    if isinstance(kept, bytes):
        return kept
    pdf = PaperContent.objects.values_list("pdf", flat=True).get(pk=sha256)
    drawn = _draw(bytes(pdf), page)
    if drawn is not None:
        caches["pictures"].set(key, drawn)
    return drawn


def _draw(pdf: bytes, page: int) -> bytes | None:
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= page <= len(document):
                return None
            image = document[page - 1].render(scale=SCALE).to_pil()
        finally:
            document.close()
    file = io.BytesIO()
    # 64 colours are enough for print and halve what a phone has to load.
    image.convert("P", palette=1, colors=64).save(file, "PNG", optimize=True)
    return file.getvalue()
