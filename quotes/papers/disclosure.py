"""重要事項説明書: 契約概要 and 注意喚起情報, apart, in the book's words, with this offer's figures (checks 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from core.errors import Refused
from correspondence.models import Paper
from correspondence.pages import Addressee, Block, Comparison, Row, Signer, addressee_of
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from products.book import Book, TextBlock
from products.checking.texts import ATTENTION_BLOCKS, OVERVIEW_BLOCKS
from quotes.models import Quote
from quotes.papers.offer import authority, cover_comparisons, file_offer_paper, offer_of

TEMPLATE = "papers/disclosure.html"


@dataclass(frozen=True, slots=True)
class DisclosurePage:
    """What a 重要事項説明書 says."""

    agency: dict[str, str]
    addressee: Addressee
    edition: int
    product: str
    policy_form: str
    book_edition: str
    book_starts_on: date
    approval: str
    lead: str
    term: str
    is_reference: bool
    comparisons: tuple[Comparison, ...]
    overview: tuple[Block, ...]
    attention: tuple[Block, ...]
    authority: tuple[Row, ...]
    receiver: Signer


def disclosure_page(quote: Quote) -> DisclosurePage:
    """The page of a quote's 重要事項説明書. Refused when a block the guideline asks for is missing."""
    offer = offer_of(quote)
    book = offer.book
    check_blocks(book)
    if not offer.options:
        raise Refused("重要事項説明書には具体的な金額が必要です。プランを1つ以上選んでください。")
    return DisclosurePage(
        agency=agency_head(quote.agency, quote.in_charge),
        addressee=addressee_of(quote.customer),
        edition=quote.edition,
        product=book.name,
        policy_form=book.policy_form,
        book_edition=book.edition,
        book_starts_on=book.starts_on,
        approval=book.approval.number or book.approval.text,
        lead=book.texts.lead,
        term=offer.term,
        is_reference=offer.is_reference,
        comparisons=cover_comparisons(offer),
        overview=tuple(_block(text) for text in book.texts.overview),
        attention=tuple(_block(text) for text in book.texts.attention),
        authority=authority(offer, quote.in_charge),
        receiver=Signer(quote.customer.name),
    )


def file_disclosure(quote: Quote, *, by: User, at: datetime) -> Paper:
    """File the 重要事項説明書 of this edition of the offer."""
    return file_offer_paper(offer_of(quote), PaperKind.DISCLOSURE, TEMPLATE, disclosure_page(quote), by=by, at=at)


def check_blocks(book: Book) -> None:
    """Refuse a book whose texts lack a block. What does not apply is said (「ありません」), never left out."""
    lacking = _lacking("契約概要", OVERVIEW_BLOCKS, book.texts.overview)
    lacking += _lacking("注意喚起情報", ATTENTION_BLOCKS, book.texts.attention)
    if lacking:
        raise Refused(
            "重要事項説明書に必要な項目が商品ブックにないため作成できません。管理者に連絡してください。",
            reasons=lacking,
        )


def _lacking(part: str, wanted: Mapping[str, str], texts: Sequence[TextBlock]) -> list[str]:
    said = {text.code for text in texts if text.paragraphs or text.items}
    return [f"【{part}】{heading}" for code, heading in wanted.items() if code not in said]


def _block(text: TextBlock) -> Block:
    return Block(text.heading, text.paragraphs, text.items, important=text.important)
