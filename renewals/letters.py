"""The mails of the renewal pipeline: the notice, four reminders that grow in urgency, and what staff are told.

Each names the contract, its last minute, what we need, until when we need the answer, whom to ask, and that without
renewal there is no insurance (practice 5).
"""

from collections.abc import Sequence
from datetime import date

from core.clock import jst
from core.money import format_yen
from customers.models import Contact
from policies.letters import Text
from renewals.calendar import RenewalCalendar
from renewals.models import Renewal

WEEKDAYS = "月火水木金土日"
RULE = "──────────────────────"


def notice_letter(renewal: Renewal, contact: Contact, on: date, calendar: RenewalCalendar) -> Text:
    """更改のご案内, with the renewal paper attached."""
    policy = renewal.policy
    return Text(
        subject=f"【{renewal.agency.name}】保険契約の更改のご案内({_which(renewal)})",
        body=_letter(
            renewal,
            contact,
            f"""平素より格別のお引き立てをいただき、誠にありがとうございます。
ご契約中の{policy.agreed.product_label}が、まもなく満期を迎えます。
添付の「更改のご案内」に現在のご契約の内容とお手続きの流れをまとめましたので、ご確認をお願いいたします。

更改後の保険料は、直近の会計年度の売上高と、あらためていただく告知の内容をもとに計算いたします。""",
            on,
            calendar,
        ),
    )


def reminder_letter(renewal: Renewal, contact: Contact, stage: int, on: date, calendar: RenewalCalendar) -> Text:
    """The second to fifth word to a customer from whom nothing came back."""
    left = (renewal.ends_on - on).days
    head, lead = _urgency(stage, left)
    return Text(
        subject=f"{head}保険契約の更改のお手続きについて({_which(renewal)})",
        body=_letter(renewal, contact, lead, on, calendar),
    )


def _urgency(stage: int, left: int) -> tuple[str, str]:
    """What the subject begins with and what the letter begins with, by stage."""
    rest = f"満期まであと{left}日となりました" if left else "本日の午後4時に満期を迎えます"
    if stage >= 45:
        return "【ご確認のお願い】", (
            f"先日、保険契約の更改のご案内をお送りいたしました。{rest}。\n"
            "ご検討の状況をお聞かせいただけますと幸いです。行き違いでご連絡をいただいておりましたら、お詫び申し上げます。"
        )
    if stage >= 30:
        return "【ご返答のお願い】", (
            f"保険契約の更改について、まだご返答を頂戴しておりません。{rest}。\n"
            "お見積もりと告知書のご記入には日数を要しますので、更改をご希望の場合は早めにお知らせください。"
        )
    if stage >= 14:
        return "【お急ぎください】", (
            f"保険契約の更改について、ご返答を確認できておりません。{rest}。\n"
            "このままではお手続きが満期に間に合わないおそれがあります。更改なさらない場合も、その旨をお知らせください。"
        )
    return "【至急】", (
        f"{rest}が、更改のお手続きが始まっておりません。\n"
        "本メールへのご返信、またはお電話で、至急ご連絡くださいますようお願いいたします。"
    )


def _letter(renewal: Renewal, contact: Contact, lead: str, on: date, calendar: RenewalCalendar) -> str:
    policy, agency = renewal.policy, renewal.agency
    return f"""{renewal.customer.name}
{contact.name} 様

{lead}

  証券番号   {policy.number}
  商品名     {policy.agreed.product_label}
  満期日時   {_moment(renewal)}
  現在の保険料 {format_yen(policy.premium_yen)}
  ご返答期限 {_day(renewal.answer_by(on, calendar))}

ご用意いただくもの
  ・直近の会計年度の売上高が分かる資料(決算書の写しなど)
  ・告知書(質問書)へのご回答 ※担当者からご案内いたします

この保険は自動では更新されません。満期日の午後4時までに更改のお手続きが完了しない場合は補償が終了し、
それ以後に起きた事故は保険金のお支払いの対象になりません(無保険の状態になります)。

{RULE}
{agency.name}
担当 {renewal.owner.name}
電話 {agency.phone}
メール {reply_address(renewal)}
{RULE}
"""


def _which(renewal: Renewal) -> str:
    return f"証券番号 {renewal.policy.number}・{_day(renewal.ends_on)}満期"


def reply_address(renewal: Renewal) -> str:
    """Where the customer's answer goes: the person in charge, or the agency's own address."""
    return renewal.owner.email or renewal.agency.email


def escalation_letter(renewals: Sequence[Renewal], on: date) -> Text:
    """To the managers: notices that should have gone out and did not."""
    lines = "\n".join(f"  ・{_line(renewal, on)} {renewal.next_step}" for renewal in renewals)
    return Text(
        subject=f"【要対応】更改のご案内が届いていない契約 {len(renewals)}件({_day(on)})",
        body=f"""満期が近いのに、更改のご案内をお客さまにお送りできたことを確認できない契約です。

{lines}

送信に失敗したメールは「メール」で確認し、郵送のものは発送を記録してください。
""",
    )


def uninsured_letter(renewals: Sequence[Renewal], on: date) -> Text:
    """To the managers: cover ended and nothing took its place (checks 28)."""
    lines = "\n".join(
        f"  ・{renewal.policy.number} {renewal.customer.name} 満期 {_moment(renewal)}"
        f" 担当 {renewal.owner.name} 満期前の状態「{renewal.get_status_display()}」"
        f" 保険料 {format_yen(renewal.policy.premium_yen)}"
        for renewal in renewals
    )
    return Text(
        subject=f"【無保険】更改が完了しないまま満期を過ぎた契約 {len(renewals)}件({_day(on)})",
        body=f"""次の契約は、満期日の午後4時までに更改が完了しませんでした。お客さまは無保険の状態です。

{lines}

至急お客さまに連絡し、補償が終了していることをお伝えください。
改めて契約なさる場合は、更改ではなく新しい契約としての見積が必要です(補償は新しい始期から始まります)。
""",
    )


def digest_letter(name: str, renewals: Sequence[Renewal], on: date, *, absent: str = "") -> Text:
    """To a member of staff: today's renewals, one line each. `absent` names the one the work was meant for."""
    lines = "\n".join(f"  ・{_line(renewal, on)} → {renewal.next_step}" for renewal in renewals)
    why = f"\n担当の{absent}さんが退職またはメールアドレスなしのため、管理者にお送りしています。\n" if absent else ""
    return Text(
        subject=f"更改の予定 {len(renewals)}件({_day(on)})",
        body=f"""{name}さん
{why}
今日対応する更改です。満期の近い順に並べています。

{lines}

各契約の状況は、画面の「更改」で確認できます。
""",
    )


def _line(renewal: Renewal, on: date) -> str:
    left = (renewal.ends_on - on).days
    return (
        f"{renewal.policy.number} {renewal.customer.name} 満期 {_day(renewal.ends_on)}(あと{left}日)"
        f"「{renewal.get_status_display()}」"
    )


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日({WEEKDAYS[on.weekday()]})"


def _moment(renewal: Renewal) -> str:
    end = jst(renewal.term_end_at)
    return f"{end.year}年{end.month}月{end.day}日午後4時"
