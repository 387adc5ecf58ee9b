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


def late_change_letter(renewal: Renewal, cause: str) -> Text:
    """To the owner and the managers: something happened after an early renewal."""
    successor = renewal.successor.number if renewal.successor else ""
    return Text(
        subject=f"【要確認】更改後の契約{successor}の前提が変わりました({renewal.policy.number})",
        body=f"""{renewal.owner.name}さん

{renewal.policy.number}({renewal.customer.name})は{successor}に更改済みですが、満期の前に次の変更がありました。

  {cause}

更改後の契約の告知・引受の判断はこの変更の前のものです。保険会社に連絡し、条件の変更(異動)や追加の告知が要るかを確認してください。
""",
    )
