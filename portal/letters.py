"""E-mails by which customers come to their page: one function each, text in, text out.

Where the link or the code belongs the text has a blank, filled while it is sent (`correspondence.blanks`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from core.clock import jst
from correspondence.blanks import BLANK
from portal.models import Invitation, Visitor
from portal.states import CodePurpose, Purpose

_ASKED = {
    Purpose.QUESTIONNAIRE: "告知書へのご回答",
    Purpose.APPLICATION: "書類のご確認とお申し込み",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a letter."""

    subject: str
    body: str


def invitation_letter(visitor: Visitor, lead: str = "") -> Text:
    """The link itself, with its last day."""
    invitation = visitor.invitation
    asked = _ASKED[Purpose(invitation.purpose)]
    introduced = f"{visitor.introduced_by.name}様からのご依頼で、" if visitor.introduced_by else ""
    body = f"""{_head(visitor)}

{lead or introduced + asked + "をお願いいたします。"}
下のページを、スマートフォンかパソコンで開いてください。

{BLANK}

・ページを開くと、確認コードをこのメールアドレスにお送りします。
・このメールを転送しても、ほかの方はページを開けません。
・途中で閉じても、入力した内容は保存されています。
・有効期限: {_moment(invitation.valid_until)}まで

{_foot(invitation)}"""
    agency = invitation.agency.name
    return Text(f"【{agency}】{asked}のお願い({invitation.quote.number})", body)


def reminder_letter(visitor: Visitor) -> Text:
    """The same link again; what was answered is still there."""
    asked = _ASKED[Purpose(visitor.invitation.purpose)]
    text = invitation_letter(
        visitor, f"先日お願いした{asked}が、まだ終わっていないようです。お時間のあるときにお願いいたします。"
    )
    return Text(text.subject.replace("のお願い", "のお願い(再送)"), text.body)


def code_letter(visitor: Visitor, purpose: str, valid_until: datetime) -> Text:
    """The six digits."""
    invitation = visitor.invitation
    use = "ページを開くための" if purpose == CodePurpose.ENTER else "お申し込みを確定するための"
    body = f"""{_head(visitor)}

{use}確認コードです。

{BLANK}

{_moment(valid_until)}までに、ページに入力してください。
代理店の者がこのコードをお尋ねすることはありません。どなたにもお伝えにならないでください。
お心当たりがないときは、このメールを破棄してください。

{_foot(invitation)}"""
    return Text(f"【{invitation.agency.name}】確認コードのお知らせ", body)


def office_letter(invitation: Invitation, news: str) -> Text:
    """To the person in charge: the customer did something that waits for the office."""
    quote = invitation.quote
    body = f"""{quote.in_charge.name} さん

{news}

お客さま: {quote.customer.name}
見積: {settings.SITE_URL}{quote.get_absolute_url()}
"""
    return Text(f"【お客さま用ページ】{quote.customer.name}({quote.number})", body)


def _head(visitor: Visitor) -> str:
    invitation = visitor.invitation
    sender = f"いつもお世話になっております。{invitation.agency.name}です。"
    return f"{invitation.quote.customer.name}\n{visitor.name} 様\n\n{sender}"


def _foot(invitation: Invitation) -> str:
    agency = invitation.agency
    return f"{agency.name}\n担当 {invitation.quote.in_charge.name}\n電話 {agency.phone}\n"


def _moment(at: datetime) -> str:
    local = jst(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
