"""E-mails about quotes: one function each, text in, text out."""

from dataclasses import dataclass

from quotes.models import Quote


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a letter."""

    subject: str
    body: str


def quotation_letter(quote: Quote, recipient: str) -> Text:
    """見積のご案内, with the 見積書 enclosed."""
    product = quote.product_version.product.name
    until = quote.valid_until
    assert until is not None, "only an offer is sent"
    body = f"""{quote.customer.name}
{recipient} 様

いつもお世話になっております。{quote.agency.name}の{quote.in_charge.name}です。

ご検討いただいている{product}の見積書をお送りします。
添付のPDFをご覧ください。

見積番号: {quote.number}
保険始期: {quote.inception_on.year}年{quote.inception_on.month}月{quote.inception_on.day}日 午後4時
見積の有効期限: {until.year}年{until.month}月{until.day}日

お申し込みの前に、重要事項説明書をお渡しして内容をご説明します。
ご不明な点がございましたら、このメールにご返信ください。

{quote.agency.name}
担当 {quote.in_charge.name}
電話 {quote.agency.phone}
"""
    return Text(f"【{quote.agency.name}】{product}の見積書をお送りします({quote.number})", body)
