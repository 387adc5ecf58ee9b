"""Who may do what with a quote now: checks that return nothing or refuse with a sentence."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Role, User
from accounts.permissions import check_can_write
from core.errors import Refused
from core.money import format_limit
from quotes.models import Quote, Referral
from quotes.states import QUOTE_MOVES, QuoteStatus, ReferralStatus

_WHY: dict[str, str] = {
    QuoteStatus.DRAFT: "この見積は作成中です。",
    QuoteStatus.REFERRED: "引受照会の結果を待っています。",
    QuoteStatus.ASKED: "引受担当の質問に先に回答してください。",
    QuoteStatus.OFFERED: "この見積は提示できる状態です。変更するときは改訂してください。",
    QuoteStatus.APPLIED: "申込を受け付けた見積です。",
    QuoteStatus.ISSUED: "証券を発行済みです。",
    QuoteStatus.DECLINED: "引受不可の見積です。新しい見積を作成してください。",
    QuoteStatus.LAPSED: "有効期限の切れた見積です。新しい見積を作成してください。",
    QuoteStatus.WITHDRAWN: "取り下げた見積です。新しい見積を作成してください。",
}


def _check_status(quote: Quote, *allowed: QuoteStatus) -> None:
    if quote.status not in allowed:
        raise Refused(_WHY[quote.status])


def check_can_edit_quote(user: User, quote: Quote) -> None:
    """Facts, answers and options change only while the quote is a draft."""
    check_can_write(user)
    _check_status(quote, QuoteStatus.DRAFT)


def check_can_submit_quote(user: User, quote: Quote) -> None:
    check_can_edit_quote(user, quote)


def check_can_revise_quote(user: User, quote: Quote) -> None:
    """Only an offer goes back to the desk."""
    check_can_write(user)
    _check_status(quote, QuoteStatus.OFFERED)


def check_can_withdraw_quote(user: User, quote: Quote) -> None:
    check_can_write(user)
    if QuoteStatus.WITHDRAWN not in QUOTE_MOVES[quote.status]:
        raise Refused(_WHY[quote.status])


def check_can_record_step(user: User, quote: Quote) -> None:
    """The record of solicitation is written as long as the quote is open; afterwards it stands."""
    check_can_write(user)
    if not quote.is_open:
        raise Refused(_WHY[quote.status])


def check_can_send_quotation(user: User, quote: Quote) -> None:
    check_can_write(user)
    _check_status(quote, QuoteStatus.OFFERED, QuoteStatus.APPLIED)


def check_can_apply(user: User, quote: Quote, on: date) -> None:
    """Somebody who writes, on an offer that still stands. The list of what lacks is `checklist.lacking`."""
    check_can_write(user)
    _check_status(quote, QuoteStatus.OFFERED)
    if quote.has_run_out(on):
        raise Refused("見積の有効期限が切れています。改訂して、もう一度判定してください。")


def check_can_issue_quote(user: User, quote: Quote) -> None:
    check_can_write(user)
    _check_status(quote, QuoteStatus.APPLIED)


def check_can_answer_question(user: User, referral: Referral) -> None:
    """Staff answers what underwriting asked."""
    check_can_write(user)
    if referral.status != ReferralStatus.ASKED:
        raise Refused("引受担当からの質問はありません。画面を開き直して確認してください。")


def check_can_record_carrier_answer(user: User, referral: Referral) -> None:
    """Staff takes down the carrier's price while nothing else about the case is undecided."""
    check_can_write(user)
    if referral.status != ReferralStatus.OPEN:
        raise Refused(f"この照会は「{referral.get_status_display()}」です。画面を開き直して確認してください。")
    if not referral.awaits_carrier_only:
        raise Refused("保険料のほかにも照会の理由があります。引受担当の判断を待ってください。")


def check_can_decide_referral(user: User, referral: Referral, entered_by: Iterable[int], liability_yen: int) -> None:
    """An underwriter of the agency, who neither asked nor entered the case, within the own authority.

    `entered_by` are the keys of all who entered something of the case; `liability_yen` is the highest limit in it.
    """
    check_can_ask_back(user, referral)
    if user.pk == referral.asked_by_id or user.pk in set(entered_by):
        raise Refused("この見積を入力した本人は判断できません。別の引受担当が判断してください。")
    if user.authority_limit_yen is None or liability_yen > user.authority_limit_yen:
        own = format_limit(user.authority_limit_yen or 0)
        raise Refused(
            f"賠償限度額{format_limit(liability_yen)}は、あなたの引受権限({own})を超えています。"
            "権限のある引受担当に引き継いでください。"
        )


def check_can_ask_back(user: User, referral: Referral) -> None:
    """An underwriter, on a referral nobody has decided yet."""
    if user.role != Role.UNDERWRITER or user.agency_id != referral.quote.agency_id:
        raise Refused("引受の判断は引受担当が行ってください。")
    if referral.status == ReferralStatus.DECIDED and referral.decided_by is not None:
        raise Refused(
            f"この照会は{referral.decided_by.name}さんがすでに判断しました"
            f"({referral.get_decision_display()})。画面を開き直して結果を確認してください。"
        )
    if referral.status != ReferralStatus.OPEN:
        raise Refused(f"この照会は「{referral.get_status_display()}」です。画面を開き直して確認してください。")


def check_can_read_referrals(user: User) -> None:
    """The console's people; staff meets a referral through its quote."""
    if user.role not in {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR}:
        raise Refused("引受照会の一覧は、引受担当・管理者・監査が閲覧できます。")
