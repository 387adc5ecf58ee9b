"""The bytes of a paper: made at first need, stored by fingerprint, the same for ever after."""

from collections.abc import Iterable
from datetime import datetime

from correspondence import rendering
from correspondence.models import Paper, PaperContent


def bytes_of(paper: Paper, *, at: datetime) -> bytes:
    """The PDF of a paper: the stored bytes, or, the first time, freshly made and stored.

    Not an action on purpose: typesetting takes tenths of a second and belongs in no transaction. Two who
    come at once both typeset; one stores, and both hand out what is stored. Raises
    ``shelf.RenderingFailed`` with a sentence.
    """
    if paper.content_id is None:
        # The page as the database gives it back, so that every process typesets the very same thing.
        paper.refresh_from_db()
    if paper.content_id is None:
        made = rendering.render(paper.template, paper.page, identifier=paper.key)
        PaperContent.objects.bulk_create(
            [PaperContent(sha256=made.sha256, pdf=made.pdf, size=len(made.pdf), pages=made.pages)],
            ignore_conflicts=True,
        )
        Paper.objects.filter(pk=paper.pk, content__isnull=True).update(
            content_id=made.sha256, form_version=made.form_version, rendered_at=at
        )
        paper.refresh_from_db(fields=["content", "form_version", "rendered_at"])
    return bytes(PaperContent.objects.values_list("pdf", flat=True).get(pk=paper.content_id))


def render_missing(papers: Iterable[Paper], *, at: datetime) -> None:
    """Make the PDFs that do not exist yet.

    Raises ``shelf.RenderingFailed`` at the first that cannot be made.
    """
    for paper in papers:
        if paper.content_id is None:
            bytes_of(paper, at=at)
