"""The letters that take back or correct what a renewal has already told the customer."""

from customers.models import Contact
from policies.letters import Text, signature
from renewals.models import Renewal


def taken_back_letter(renewal: Renewal, contact: Contact) -> Text:
    """更改のご案内の取消し: the contract ended before its expiry, so there is nothing to renew."""
    policy, ends_on = renewal.policy, renewal.ends_on
    return Text(
        subject=f"【{renewal.agency.name}】更改のご案内の取消しについて(証券番号 {policy.number})",
        body=f"""{renewal.customer.name}
{contact.name} 様

平素より格別のお引き立てをいただき、誠にありがとうございます。
先日お送りした更改のご案内は、ご契約が満期の前に終了したため、取り消します。
お手続きやご返答は必要ありません。

  証券番号   {policy.number}
  満期日     {ends_on.year}年{ends_on.month}月{ends_on.day}日
  理由       {renewal.outcome_reason}

終了の日時と保険料の取扱いは、別にお送りするお知らせをご確認ください。
お心当たりがない場合は、お手数ですが下記の担当者までご連絡ください。

{signature(renewal.agency, renewal.owner)}
""",
    )
