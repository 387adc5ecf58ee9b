"""E-mails about quotes: one function each, text in, text out."""

from collections.abc import Sequence
from dataclasses import dataclass

from quotes.models import Condition, Quote, ReferralNote


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a letter."""

    subject: str
    body: str


def quotation_letter(quote: Quote, recipient: str, enclosed: Sequence[str]) -> Text:
    """見積のご案内, with the 見積書 (and the 比較表) enclosed."""
    product = quote.product_version.product.name
    until = quote.valid_until
    assert until is not None, "only an offer is sent"
    body = f"""{quote.customer.name}
{recipient} 様

いつもお世話になっております。{quote.agency.name}の{quote.in_charge.name}です。

ご検討いただいている{product}の{"と".join(enclosed)}をお送りします。
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


def question_letter(quote: Quote, recipient: str, question: ReferralNote) -> Text:
    """引受にあたってのご確認: underwriting's question to the customer, with the day by which we ask for the answer."""
    product, until = quote.product_version.product.name, question.due_on
    assert until is not None, "a question has its day"
    body = f"""{quote.customer.name}
{recipient} 様

いつもお世話になっております。{quote.agency.name}の{quote.in_charge.name}です。

お見積り中の{product}について、お引受けの判断にあたり、次の点を確認させてください。

{question.text}

お手数ですが、{until.year}年{until.month}月{until.day}日までに、このメールへのご返信でお知らせください。
資料がございましたら、あわせてお送りください。

見積番号: {quote.number}

{quote.agency.name}
担当 {quote.in_charge.name}
電話 {quote.agency.phone}
"""
    return Text(f"【{quote.agency.name}】{product}のお見積りに関するご確認({quote.number})", body)


def condition_letter(condition: Condition) -> Text:
    """To whoever is in charge: a condition is open on its day."""
    quote, due = condition.quote, condition.due_on
    assert due is not None, "only what has a day rings"
    body = f"""引受条件が期日を迎えましたが、確認の記録がありません。

お客さま: {quote.customer.name}
見積番号: {quote.number}
条件: {condition.sentence}({condition.get_kind_display()})
期日: {due.year}年{due.month}月{due.day}日

お客さまに確認し、見積の画面で結果を記録してください。
満たされない見込みのときは、引受担当に相談してください。
"""
    return Text(f"引受条件の期日です: {quote.customer.name}({quote.number})", body)


def changed_while_referred_letter(quote: Quote, cause: str) -> Text:
    """To underwriting and whoever is in charge: the contract changed while its renewal lies before the underwriter."""
    assert quote.renewal_of is not None, "only a renewal follows a contract"
    body = f"""引受照会中の更改の見積に、照会の後に起きた次のことが反映されていません。

お客さま: {quote.customer.name}
見積番号: {quote.number}
前の契約: {quote.renewal_of.number}
内容: {cause}

判断の前に、このまま判断してよいかを担当者と確認してください。
担当者は、更改の画面の「変更を反映して照会し直す」で、見積に反映して照会し直せます。
"""
    return Text(f"【要確認】引受照会中の見積の前提が変わりました: {quote.customer.name}({quote.number})", body)
