"""The mail that brings the 証券."""

from dataclasses import dataclass

from accounts.models import Agency, User
from core.clock import jst
from core.money import format_yen
from correspondence.pages import written_day, written_moment
from policies.models import Cancellation, Endorsement, Policy

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


def cancellation_letter(policy: Policy, ended: Cancellation) -> Text:
    """契約終了のお知らせ: until when there is cover, and what becomes of the premium."""
    return Text(
        subject=f"【{policy.agency.name}】ご契約の終了のお知らせ(証券番号 {policy.number})",
        body=f"""平素より格別のお引き立てをいただき、誠にありがとうございます。
次のご契約の終了の手続きをいたしましたので、添付の書類にてお知らせします。

  証券番号   {policy.number}
  商品名     {policy.agreed.product_label}
  終了の種類 {ended.get_end_display()}
  終了日時   {written_moment(ended.ends_at)}
  {balance_words(ended)}

終了日時より後に起きた事故は、この契約の補償の対象になりません。ほかの保険への切替えをお考えのときは、補償が途切れないよう、
終了日時までにご相談ください。
お申し出と相違がある場合は、お手数ですが下記の担当者までお知らせください。

{signature(policy.agency, policy.in_charge)}
""",
    )


def balance_words(ended: Cancellation) -> str:
    """返還保険料 or what is still owed, with its amount."""
    if ended.owed_yen:
        return f"未払込の保険料 {format_yen(ended.owed_yen)}(補償した期間の分)"
    return f"返還保険料 {format_yen(ended.refund_yen)}"


def endorsement_letter(policy: Policy, change: Endorsement) -> Text:
    """異動承認のお知らせ: what changed from which day, and what it costs."""
    lines = "\n".join(f"  ・{one['label']}: {one['before']} → {one['after']}" for one in change.changes)
    return Text(
        subject=f"【{policy.agency.name}】ご契約内容の変更のお知らせ(証券番号 {policy.number})",
        body=f"""平素より格別のお引き立てをいただき、誠にありがとうございます。
ご契約内容の変更(異動)が保険会社に承認されましたので、添付の異動承認書にてお知らせします。

  証券番号   {policy.number}
  変更日     {written_day(change.changes_on)}午後4時から
  承認番号   {change.approval_reference}
  {difference_words(change.difference_yen)}

変更の内容
{lines}

異動承認書は、証券と一緒に保管してください。
お申し出と相違がある場合は、お手数ですが下記の担当者までお知らせください。

{signature(policy.agency, policy.in_charge)}
""",
    )


def difference_words(difference_yen: int) -> str:
    """追加保険料 or 返還保険料, with its amount."""
    if difference_yen < 0:
        return f"返還保険料 {format_yen(-difference_yen)}"
    return f"追加保険料 {format_yen(difference_yen)}" if difference_yen else "保険料の変更はありません"
