"""Whether 重要事項説明書 says everything it has to say."""

from collections.abc import Iterator

from products.book import Book
from products.checking.finding import Finding

OVERVIEW_BLOCKS = {
    "structure": "商品の仕組み",
    "coverage": "補償内容",
    "riders": "主な特約",
    "period": "保険期間",
    "terms": "引受条件",
    "premium": "保険料",
    "payment": "保険料の払込方法",
    "dividend": "配当金の有無",
    "surrender": "解約返戻金の有無",
}
ATTENTION_BLOCKS = {
    "cooling_off": "クーリングオフ",
    "disclosure_duty": "告知義務",
    "notice_duty": "通知義務",
    "inception": "責任開始",
    "exclusions": "保険金を支払わない主な場合",
    "grace": "払込猶予・失効",
    "cancellation": "解約と返戻金",
    "safety_net": "セーフティネット",
    "adr": "指定紛争解決機関",
    "duplicate_cover": "補償の重複",
    "no_settlement_service": "示談交渉サービス",
    "pledge": "質権の設定",
    "antisocial": "反社会的勢力",
    "privacy": "個人情報の取扱い",
    "claim_contact": "事故時の連絡先",
    "claim_payment": "保険金の支払時期",
    "lien": "先取特権",
}


def missing_texts(book: Book) -> Iterator[Finding]:
    """Blocks that lack, and blocks without a text."""
    parts = (("overview", "契約概要", OVERVIEW_BLOCKS), ("attention", "注意喚起情報", ATTENTION_BLOCKS))
    for part, name, wanted in parts:
        blocks = getattr(book.texts, part)
        have = {block.code for block in blocks}
        for code, heading in wanted.items():
            if code not in have:
                message = f"{name}に「{heading}」({code})がありません。該当しないときも「ありません」と書いてください。"
                yield ("texts", part), message
        for index, block in enumerate(blocks):
            if not block.paragraphs and not block.items:
                yield ("texts", part, index), f"「{block.heading}」の本文がありません。"
