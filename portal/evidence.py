"""What happened on the customer's own page, as plain lines for the pack that proves a solicitation.

Seeds and hashes of links, codes and cookies are secrets of the lock, not of the record: they stand nowhere.
"""

from collections.abc import Iterator

from core.telling import Line, Section, told
from portal.models import AccessCode, Confirmation, Invitation, PageOpened, SignOff, Visit, Visitor
from quotes.models import Quote


def evidence_of(quote: Quote) -> list[Section]:
    """Links sent, who came by them and when, pages opened, points confirmed, signatures."""
    visitors = list(
        Visitor.objects.filter(invitation__quote=quote).select_related("contact", "introduced_by", "admitted_by")
    )
    return [
        Section("invitations", "お客さま用リンク", tuple(_invitations(quote, visitors)), (Invitation, Visitor)),
        Section("visits", "本人確認と来訪", tuple(_visits(visitors)), (AccessCode, Visit)),
        Section("reading", "閲覧した頁と確認した事項", tuple(_reading(visitors)), (PageOpened, Confirmation)),
        Section("signatures", "お客さまによる確定", tuple(_signatures(quote)), (SignOff,)),
    ]


def _invitations(quote: Quote, visitors: list[Visitor]) -> Iterator[Line]:
    people = ("sent_by", "opened_by", "signed_by", "closed_by")
    for row in Invitation.objects.filter(quote=quote).select_related(*people).order_by("pk"):
        yield told(
            row, f"リンクの送信({row.get_purpose_display()})", at=row.sent_at, omits=("agency", "quote", "purpose")
        )
    for visitor in visitors:
        yield told(visitor, f"招いた方 {visitor.name}", hides=("seed", "token_hash"), omits=("invitation",))


def _visits(visitors: list[Visitor]) -> Iterator[Line]:
    for code in AccessCode.objects.filter(asked_by__in=visitors).select_related("asked_by").order_by("pk"):
        yield told(
            code, f"確認コード({code.get_purpose_display()})", at=code.asked_at, hides=("seed",), omits=("purpose",)
        )
    for visit in Visit.objects.filter(opened_by__in=visitors).select_related("opened_by").order_by("pk"):
        yield told(visit, "来訪", at=visit.opened_at, hides=("key_hash",))


def _reading(visitors: list[Visitor]) -> Iterator[Line]:
    for page in PageOpened.objects.filter(opened_by__in=visitors).select_related("opened_by", "paper").order_by("pk"):
        what = f"{page.page}頁目" if page.page else "PDFファイル"
        yield told(page, f"{page.paper.title} {what}", at=page.opened_at, omits=("paper", "page"))
    for point in Confirmation.objects.filter(confirmed_by__in=visitors).select_related("confirmed_by").order_by("pk"):
        yield told(point, point.wording, at=point.confirmed_at, omits=("wording",))


def _signatures(quote: Quote) -> Iterator[Line]:
    for row in SignOff.objects.filter(invitation__quote=quote).select_related("signed_by").order_by("pk"):
        yield told(row, "確定", at=row.signed_at, omits=("invitation", "signed_by"))
