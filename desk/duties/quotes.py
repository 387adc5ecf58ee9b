"""Duties about quotes: underwriting's clock, answers owed, applications to take and to issue, offers about to lapse."""

from datetime import date, timedelta

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from desk.duties.kinds import EVERYBODY, Duty, Kind, Moment, Row, Rows, record, says
from quotes.models import Condition, Quote, Referral, ReferralNote, Step
from quotes.states import Addressee, QuoteStatus, ReferralStatus

_LAPSES_WITHIN = timedelta(days=7)
_PROMISE_NEAR = timedelta(days=2)
_CONDITION_NEAR = timedelta(days=14)
_CONDITIONED = (QuoteStatus.OFFERED, QuoteStatus.APPLIED, QuoteStatus.ISSUED)


def found(user: User, moment: Moment) -> list[Rows]:
    return [_referrals(user, moment), _questions(user, moment), _conditions(user, moment), _quotes(user, moment)]


def _referrals(user: User, moment: Moment) -> Rows:
    """What waits for a decision is a duty of underwriters, on the desk of whoever has it; staff watch it. Where the
    promised week is nearly over it stands apart."""
    decider = user.role == Role.UNDERWRITER
    near = Q(due_on__lte=moment.today + _PROMISE_NEAR)
    return Rows(
        Referral.objects.visible_to(user).filter(status=ReferralStatus.OPEN),
        {"decisions-near": near, "decisions": Q()} if decider else {"referrals-near": near, "referrals": Q()},
        on="due_on", owner="assigned_to" if decider else "quote__in_charge", office="quote__in_charge__office",
        number="quote__number", customer="quote__customer",
    )  # fmt: skip


def _questions(user: User, moment: Moment) -> Rows:
    """Staff answer what underwriting asked, or get the customer's answer, by the question's own day."""
    questions = ReferralNote.objects.filter(referral=OuterRef("pk"), kind=ReferralNote.Kind.QUESTION).order_by("-pk")
    until = Coalesce(Subquery(questions.values("due_on")[:1]), "due_on")
    asked = Referral.objects.visible_to(user).filter(status=ReferralStatus.ASKED)
    return Rows(
        asked, {"asked": Q()}, on=until,
        owner="quote__in_charge", office="quote__in_charge__office",
        number="quote__number", customer="quote__customer", state=Subquery(questions.values("addressee")[:1]),
    )  # fmt: skip


def _conditions(user: User, moment: Moment) -> Rows:
    """Conditions whose day is near or over; after issue they live on."""
    near = Q(due_on__lte=moment.today + _CONDITION_NEAR)
    waiting = Condition.objects.visible_to(user).open().filter(near, quote__status__in=_CONDITIONED)
    return Rows(
        waiting, {"conditions": Q()}, on="due_on",
        owner="quote__in_charge", office="quote__in_charge__office",
        number="quote__number", customer="quote__customer", note="sentence",
    )  # fmt: skip


def _quotes(user: User, moment: Moment) -> Rows:
    """Applications to issue, offers that lapse, and offers on which somebody works: steps were begun, or last year's
    contract runs out. An offer that lapses soon is asked about before its start."""
    lapsing = Q(status=QuoteStatus.OFFERED, valid_until__lte=moment.today + _LAPSES_WITHIN)
    worked_on = Q(renewal_of__isnull=False) | Exists(Step.objects.filter(quote=OuterRef("pk")))
    applied = Q(status=QuoteStatus.APPLIED)
    quotes = Quote.objects.visible_to(user).filter(status__in=[QuoteStatus.OFFERED, QuoteStatus.APPLIED])
    day = Case(When(lapsing, then="valid_until"), default="inception_on")
    return Rows(
        quotes.filter(applied | lapsing | worked_on), {"issues": applied, "lapsing": lapsing, "applications": Q()},
        on=day, owner="in_charge", office="in_charge__office", number="number", customer="customer",
    )  # fmt: skip


def _question(row: Row, moment: Moment) -> str:
    if row.state == Addressee.CUSTOMER:
        return "お客さまの回答を受けて登録する"
    return "引受担当の質問に回答する"


def _condition(row: Row, moment: Moment) -> str:
    return f"引受条件を確認する: {row.note}"


def _on_its_day(today: date) -> date:
    return today + timedelta(days=1)


def _promised(row: Row, moment: Moment) -> str:
    days = (row.on - moment.today).days
    return f"引受を判断する(約束の1週間まであと{days}日)" if days >= 0 else f"引受の判断が{-days}日遅れています"


def _waiting(row: Row, moment: Moment) -> str:
    days = (row.on - moment.today).days
    return f"引受担当の判断待ち(あと{days}日)" if days >= 0 else f"引受担当の判断が{-days}日遅れています。催促する"


_WORDS = {
    QuoteStatus.DRAFT: "見積を仕上げて判定する",
    QuoteStatus.REFERRED: "引受担当の判断を待つ",
    QuoteStatus.ASKED: "引受担当の質問に回答する",
    QuoteStatus.OFFERED: "意向を確認して申込を受ける",
    QuoteStatus.APPLIED: "承諾を確かめて証券を発行する",
}


def step(quote: Quote, moment: Moment) -> Duty:
    """What comes next for an open quote, for the customer's file."""
    on = quote.valid_until or quote.inception_on
    return Duty(
        "quotes", on, _WORDS[QuoteStatus(quote.status)], quote.customer.name, quote.number, quote.get_absolute_url(),
        "見積を開く", quote.in_charge.name, on < moment.today,
    )  # fmt: skip


_QUOTE = record("quotes:detail")
_DECIDERS = frozenset({Role.UNDERWRITER})
_CASE = record("admin:quotes_referral_change", "pk")

KINDS = (
    Kind("decisions-near", "引受の判断・期限間近", "bad", _promised, "照会を開く", _CASE, _DECIDERS, nobody="担当なし"),
    Kind("decisions", "引受の判断", "warn", says("引受を判断する"), "照会を開く", _CASE, _DECIDERS, nobody="担当なし"),
    Kind("asked", "引受の質問への回答", "warn", _question, "回答する", _QUOTE, EVERYBODY),
    Kind("referrals-near", "判断待ち・期限間近", "bad", _waiting, "見積を開く", _QUOTE),
    Kind("conditions", "引受条件", "warn", _condition, "確認を記録する", _QUOTE, late=_on_its_day),
    Kind("referrals", "引受の判断待ち", "wait", _waiting, "見積を開く", _QUOTE),
    Kind("issues", "証券の発行", "warn", says("承諾を確かめて証券を発行する"), "発行へ進む", _QUOTE),
    Kind("lapsing", "期限が近い見積", "warn", says("見積の有効期限までに意向を確認する"), "見積を開く", _QUOTE),
    Kind("applications", "申込の手続き", "calm", says("足りない手続きを済ませて申込を受ける"), "手続きを続ける",
         _QUOTE),
)  # fmt: skip
