"""The underwriters' side of the story: who may decide what, decisions, conditions and what becomes of them."""

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from core.clock import jst
from core.doors import perform
from correspondence.actions import file_document
from demo.office import Case, Office
from demo.words import A_SCAN
from quotes import actions as quotes
from quotes.conditions import NewCondition
from quotes.models import Condition, Quote, Referral
from quotes.states import Addressee, Before, ConditionKind

# Who, up to which limit, how far the premium may be moved. The second decides what is too large for the first.
_GRANTS = (("hikiuke", 500_000_000, 10), ("hikiuke2", 2_000_000_000, 20))
_MEASURE_DAYS = 90


def grant_authorities(staff: dict[str, User], *, at: datetime) -> None:
    """The manager lets both underwriters decide, on the day the agency begins."""
    for username, limit, percent in _GRANTS:
        perform(
            quotes.grant_authority, user=staff[username], limit_yen=limit, premium_percent=percent,
            starts_on=jst(at).date(), by=staff["kanri"], at=at,
        )  # fmt: skip


def decide(office: Office, quote: Quote, at: datetime) -> bool:
    """An underwriter decides: most are accepted, a quarter of them with a condition, some at another premium. Returns
    whether the customer gets an offer."""
    referral = quote.referrals.get()
    decider = office.staff["hikiuke"]
    way = office.random.random()
    if way < 0.12:
        reason = "原因の対策が済んでいないため。"
        perform(quotes.decline_referral, referral=referral, reason=reason, by=decider, at=at)
        return False
    unpriced = {option.pk: 480_000 for option in quote.options.filter(premium_yen=None)}
    if way < 0.4:
        perform(
            quotes.accept_with_conditions, referral=referral, reason="対策の状況を確認した。",
            conditions=_conditions(quote, way), premiums=unpriced, by=decider, at=at,
        )  # fmt: skip
    else:
        if way > 0.9 and not unpriced:
            _charge_more(referral, decider, at)
        perform(
            quotes.accept_referral, referral=referral, reason="事故の原因と再発防止策を確認した。",
            premiums=unpriced, by=decider, at=at,
        )  # fmt: skip
    return True


def _conditions(quote: Quote, way: float) -> list[NewCondition]:
    """After issue a measure within three months; for some a report before the 証券 as well."""
    until = quote.inception_on + timedelta(days=_MEASURE_DAYS)
    measure = NewCondition(
        "管理者の操作への多要素認証を必須とすること。", ConditionKind.MEASURE, Before.AFTER_ISSUE, until
    )  # fmt: skip
    consent = NewCondition("過去の事故と同じ原因による損害は、補償の対象になりません。")
    report = NewCondition("再発防止策の報告書を提出すること。", ConditionKind.DOCUMENT, Before.ISSUE)
    return [consent, measure] if way < 0.24 else [measure, report]


def _charge_more(referral: Referral, decider: User, at: datetime) -> None:
    for option in referral.quote.options.all():
        perform(
            quotes.change_premium, referral=referral, option=option, percent=10,
            reason="事故歴があり、対策の効果をまだ確認できないため。", by=decider, at=at,
        )  # fmt: skip


def fulfil(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """What stands before the 証券 is handed in; the measures after it come in their time, most of them."""
    for condition in quote.conditions.filter(status="OPEN").order_by("pk"):
        if condition.before == Before.AFTER_ISSUE:
            due = office.random.randrange(60, 85)
            if office.random.random() < 0.75:
                office.diary.write_after(at, due, due, partial(_measure_taken, office, condition, case))
            continue
        document = None
        if condition.kind == ConditionKind.DOCUMENT:
            document = perform(
                file_document, agency=quote.agency, filename="再発防止策の報告書.pdf", content=A_SCAN,
                about=[quote, quote.customer], note="再発防止策の報告書", by=case.person, at=at,
            )  # fmt: skip
        perform(
            quotes.meet_condition, condition=condition, document=document, note="内容を確認しました。",
            by=case.person, at=at,
        )  # fmt: skip


def _measure_taken(office: Office, condition: Condition, case: Case, at: datetime) -> None:
    condition.refresh_from_db()
    if condition.status == Condition.Status.OPEN:
        perform(
            quotes.meet_condition, condition=condition, note="設定画面の写しで確認しました。", by=case.person, at=at
        )  # fmt: skip


def work_on_the_queue(office: Office, at: datetime) -> None:
    """The case that waits longest lacks something: the solicitor is asked. The next waits for the customer's word, one
    goes up, one is taken; and the oldest condition is let go of."""
    waiting = list(Referral.objects.filter(status=Referral.Status.OPEN).order_by("asked_at", "pk"))
    waiting = [referral for referral in waiting if not referral.awaits_carrier_only]
    first, second = office.staff["hikiuke"], office.staff["hikiuke2"]
    if waiting:
        question = "再発防止策の実施状況と、実施した時期を教えてください。"
        perform(quotes.ask_back, referral=waiting.pop(0), question=question, by=first, at=at)
    reachable = [one for one in waiting if one.quote.customer.contacts.exclude(email="").exists()]
    if reachable:
        perform(
            quotes.ask_back, referral=reachable[0], addressee=Addressee.CUSTOMER, due_on=jst(at).date() + timedelta(days=5),
            question="事故のあとに見直された、バックアップの取得と復元の手順を教えてください。", by=first, at=at,
        )  # fmt: skip
        waiting.remove(reachable[0])
    if waiting:
        reason = "限度額と告知の内容を、権限の大きい担当に見てもらいたいため。"
        perform(quotes.escalate_referral, referral=waiting.pop(0), to=second, reason=reason, by=first, at=at)
    if waiting:
        perform(quotes.take_referral, referral=waiting.pop(0), by=first, at=at)
    old = Condition.objects.filter(status=Condition.Status.OPEN, kind=ConditionKind.MEASURE).order_by("due_on").first()
    if old is not None:
        perform(quotes.waive_condition, condition=old, note="対象のシステムを廃止したため。", by=second, at=at)
