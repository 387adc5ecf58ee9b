"""The mails of the renewal pipeline: what a customer's letter says of his renewal, and what staff are told.

The words to customers are texts with fields (`renewals.wordings`); each names the contract, its last minute, what we
need, until when, whom to ask, and that without renewal there is no insurance (practice 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.clock import jst
from core.money import format_yen
from correspondence.blanks import BLANK
from policies.letters import Text
from portal.blanks import WITHOUT_LINK
from renewals.calendar import RenewalCalendar
from renewals.models import Renewal
from renewals.wordings import Wording

WEEKDAYS = "月火水木金土日"
RULE = "──────────────────────"
NO_AUTOMATIC_RENEWAL = (
    "この保険は自動では更新されません。満期日の午後4時までに更改のお手続きが完了しない場合は補償が終了し、\n"
    "それ以後に起きた事故は保険金のお支払いの対象になりません(無保険の状態になります)。"
)
LINK = f"""下のページから、今年の売上高のご連絡とお手続きを進めていただけます。

{BLANK}

・ページを開くと、確認コードをこのメールアドレスにお送りします。
・このメールを転送しても、ほかの方はページを開けません。"""


@dataclass(frozen=True, slots=True)
class Worded:
    """A letter's subject and body, and which words they are."""

    subject: str
    body: str
    wording: str


def customer_letter(wording: Wording, values: Mapping[str, str]) -> Worded:
    """A letter to a customer in the words of his agency, or in ours."""
    subject, body = wording.written(values)
    return Worded(subject, body, wording.code)


def values_of(
    renewal: Renewal,
    contact: str,
    on: date,
    calendar: RenewalCalendar,
    *,
    has_link: bool = False,
    change: str = "",
    new_premium_yen: int | None = None,
) -> dict[str, str]:
    """What the fields of a text say about one renewal on the day the letter goes."""
    policy, agency, owner = renewal.policy, renewal.agency, renewal.owner
    left = (renewal.ends_on - on).days
    return {
        "customer": renewal.customer.name,
        "contact": contact,
        "policy_number": policy.number,
        "product": policy.agreed.product_label,
        "expiry": _moment(renewal),
        "expiry_day": _day(renewal.ends_on),
        "remaining": f"満期まであと{left}日となりました" if left else "本日の午後4時に満期を迎えます",
        "premium": format_yen(policy.premium_now_yen),
        "new_premium": format_yen(new_premium_yen) if new_premium_yen is not None else "あらためてご案内いたします",
        "answer_by": _day(renewal.answer_by(on, calendar)),
        "change": change,
        "customer_link": LINK if has_link else WITHOUT_LINK,
        "no_automatic_renewal": NO_AUTOMATIC_RENEWAL,
        "agency": agency.name,
        "owner": owner.name,
        "phone": agency.phone,
        "email": reply_address(renewal),
        "signature": "\n".join(
            [RULE, agency.name, f"担当 {owner.name}", f"電話 {agency.phone}", f"メール {reply_address(renewal)}", RULE]
        ),
    }


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
    lines = "\n".join(f"  ・{_line(renewal, on)} → {_next(renewal, on)}" for renewal in renewals)
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


def _next(renewal: Renewal, on: date) -> str:
    """What comes next; for a renewal that opened this morning, on which day."""
    if renewal.next_on is not None and renewal.next_on > on:
        return f"更改を始めました。連絡先と変更の予定を確認({_day(renewal.next_on)}に{renewal.next_step})"
    return renewal.next_step


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
