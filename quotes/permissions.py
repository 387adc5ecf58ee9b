"""Who may do what with a quote now: checks that return nothing or refuse with a sentence."""

from datetime import date

from accounts.models import Role, User
from accounts.permissions import check_can_write
from core.errors import Refused
from quotes.authority import Standing
from quotes.models import Authority, Condition, Quote, Referral
from quotes.states import QUOTE_MOVES, ConditionStatus, QuoteStatus, ReferralStatus
from quotes.underwriting import check_no_open_reason, check_nothing_holds_up

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


def check_can_take_back_quote(user: User, quote: Quote) -> None:
    """Only a renewal's, and only while underwriting has not decided."""
    check_can_write(user)
    if quote.renewal_of_id is None:
        raise Refused("引受照会から引き戻せるのは、更改の見積だけです。取り下げて、新しい見積を作成してください。")
    if quote.status not in {QuoteStatus.REFERRED, QuoteStatus.ASKED}:
        raise Refused(f"引受照会中の見積ではありません。{_WHY[quote.status]}")


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
    """Somebody who writes, on an offer that still stands and that no reason holds up. The list of what lacks, open
    conditions among it, is `checklist.lacking`."""
    check_can_write(user)
    _check_status(quote, QuoteStatus.OFFERED)
    check_no_open_reason(quote, QuoteStatus.APPLIED)
    if quote.has_run_out(on):
        raise Refused("見積の有効期限が切れています。改訂して、もう一度判定してください。")


def check_can_issue_quote(user: User, quote: Quote) -> None:
    """Somebody who writes, on an application that nothing holds up any more."""
    check_can_write(user)
    _check_status(quote, QuoteStatus.APPLIED)
    check_nothing_holds_up(quote, QuoteStatus.ISSUED)


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


def check_can_decide_referral(user: User, referral: Referral, standing: Standing) -> None:
    """An underwriter of the agency, who neither asked nor entered the case, with authority for all of it."""
    check_can_ask_back(user, referral)
    if user.pk == referral.asked_by_id or user.pk in standing.entered_by:
        raise Refused("この見積を入力した本人は判断できません。別の引受担当が判断してください。")
    if beyond := standing.exceeds(user.pk):
        able = "、".join(standing.able().values())
        way = f"「上申」で{able}に引き継いでください。" if able else "管理者に引受権限の付与を依頼してください。"
        raise Refused("".join(beyond) + (f"権限のある引受担当は{able}です。" if able else "") + way)


def check_can_change_premium(user: User, referral: Referral, standing: Standing) -> None:
    """Whoever decides the case, while it is not offered, as far as the authority goes."""
    check_can_decide_referral(user, referral, standing)
    if referral.quote.status != QuoteStatus.REFERRED:
        raise Refused("提示済みの見積の保険料は変更できません。募集人に改訂を依頼してください。")
    if not standing.percent(user.pk):
        raise Refused("保険料を変更する引受権限がありません。管理者に付与を依頼してください。")


def check_can_set_conditions(user: User, referral: Referral, standing: Standing) -> None:
    """Conditions belong to an offer that is about to be made: its papers print them."""
    check_can_decide_referral(user, referral, standing)
    if referral.quote.status != QuoteStatus.REFERRED:
        raise Refused("提示済みの見積に条件は付けられません。募集人に改訂を依頼してください。")


def check_can_escalate(user: User, referral: Referral) -> None:
    """An underwriter hands a case up; no authority is needed for that."""
    check_can_ask_back(user, referral)


def check_can_settle_condition(user: User, condition: Condition) -> None:
    """Staff notes that a condition is met; the underwriters may as well."""
    if user.role != Role.UNDERWRITER:
        check_can_write(user)
    _check_condition_open(user, condition)


def check_can_waive_condition(user: User, condition: Condition, standing: Standing) -> None:
    """An underwriter with authority for the case, who did not enter it."""
    if user.role != Role.UNDERWRITER:
        raise Refused("条件の免除は、権限のある引受担当が行ってください。")
    _check_condition_open(user, condition)
    if user.pk in standing.entered_by:
        raise Refused("この見積を入力した本人は免除できません。別の引受担当が判断してください。")
    if beyond := standing.exceeds(user.pk):
        raise Refused("".join(beyond) + "権限のある引受担当に依頼してください。")


def _check_condition_open(user: User, condition: Condition) -> None:
    if user.agency_id != condition.quote.agency_id:
        raise Refused("ほかの代理店の見積です。")
    if condition.status != ConditionStatus.OPEN:
        raise Refused(f"この条件は「{condition.get_status_display()}」です。画面を開き直して確認してください。")
    if condition.edition != condition.quote.edition:
        raise Refused("改訂前の見積の条件です。いまの版の条件を確認してください。")


def check_can_grant_authority(user: User) -> None:
    """Managers say who may decide what."""
    if user.role != Role.MANAGER:
        raise Refused("引受権限の付与と終了は、管理者が行ってください。")


def check_can_end_authority(user: User, authority: Authority) -> None:
    check_can_grant_authority(user)
    if authority.ended_on is not None:
        raise Refused("この引受権限はすでに終了しています。")


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
