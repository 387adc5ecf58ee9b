"""Keep a document a customer gave us."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models

from accounts.models import Agency, User
from core.doors import action
from core.history import record
from core.models import thread_key
from correspondence.models import Document
from correspondence.rules import check_one_line, clean_filename, kind_of_document


@action
def file_document(
    *,
    agency: Agency,
    filename: str,
    content: bytes,
    about: Sequence[models.Model],
    by: User,
    at: datetime,
    note: str = "",
    code: str = "",
) -> Document:
    """Keep an uploaded file (受領書類) as it came. The same file for the same records and purpose is kept once.

    `code` is the receiving room's own word for what the document is.

    Refuses kinds we do not take, content that is not what its name says, and more than
    ``UPLOAD_LIMIT_BYTES``.
    """
    name = clean_filename(filename)
    document = Document(
        agency=agency,
        about=[thread_key(thing) for thing in about],
        filename=name,
        kind=kind_of_document(name, content, settings.UPLOAD_LIMIT_BYTES),
        code=code,
        note=check_one_line(note, "説明", 100),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        uploaded_at=at,
        uploaded_by=by,
    )
    same = Document.objects.filter(
        agency=agency, sha256=document.sha256, filename=name, about=document.about, code=code
    ).first()
    if same:
        return same
    document.save()
    record("document.filed", f"書類「{name}」を受領", about=[document, *about], by=by, at=at)
    return document
