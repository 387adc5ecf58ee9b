"""The mail that brings the 証券."""

from dataclasses import dataclass

from accounts.models import Agency, User
from core.clock import jst
from core.money import format_yen
from policies.models import Policy

RULE = "──────────────────────"


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of one mail."""

    subject: str
    body: str


def signature(agency: Agency, person: User) -> str:
    """Whom to ask: the end of every letter about a contract."""
    return f"""{RULE}
{agency.name}
担当 {person.name}
電話 {agency.phone}
メール {person.email or agency.email}
{agency.address}
{RULE}"""


def certificate_letter(policy: Policy, agency: Agency, recipient_name: str) -> Text:
    """証券のお届け: what was issued, from when to when, what to check, whom to ask."""
    start, end = jst(policy.starts_at), jst(policy.ends_at)
    return Text(
        subject=f"【{agency.name}】保険証券のお届け({policy.number})",
        body=f"""{policy.customer.name}
{recipient_name} 様

平素より格別のお引き立てをいただき、誠にありがとうございます。
お申し込みいただきました保険契約の証券を発行しましたので、添付の書類にてお届けします。

  証券番号   {policy.number}
  商品名     {policy.agreed.product_label}
  保険期間   {start.year}年{start.month}月{start.day}日午後4時から{end.year}年{end.month}月{end.day}日午後4時まで
  保険料     {format_yen(policy.premium_yen)}({policy.agreed.payment_label})
  保険会社   {policy.insurer}

お手数ですが、証券の記載がお申し込みの内容と相違ないかをご確認ください。
相違がある場合や、ご住所・業種・売上高などに変更があったときは、下記の担当者までお知らせください。
事故やそのおそれに気付かれたときは、当事者間での約束をなさる前に、すぐにご連絡ください。

{signature(agency, policy.in_charge)}
""",
    )
