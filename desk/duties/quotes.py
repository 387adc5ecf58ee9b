"""Duties about quotes: underwriting's clock, answers owed, applications to take and to issue, offers about to lapse."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User
from core.clock import jst
from desk.duties.kinds import EVERYBODY, STAFF, Duty, Kind, Moment
from quotes.models import Quote, Referral, Step
from quotes.states import QuoteStatus, ReferralStatus

_LAPSES_WITHIN = timedelta(days=7)
_LINE = ("number", "inception_on", "valid_until", "opened_at", "customer__name", "in_charge__name")
_CASE = ("quote__customer", "quote__in_charge")


def _referrals(status: ReferralStatus, user: User) -> QuerySet[Referral]:
    rows = Referral.objects.visible_to(user).filter(status=status).select_related(*_CASE)
    return rows.only("due_on", *(f"quote__{name}" for name in _LINE)).order_by("due_on", "pk")


def _waiting(user: User, moment: Moment) -> QuerySet[Referral]:
    return _referrals(ReferralStatus.OPEN, user)


def _asked(user: User, moment: Moment) -> QuerySet[Referral]:
    return _referrals(ReferralStatus.ASKED, user)


def _case(kind: str, words: str, referral: Referral, moment: Moment, url: str, button: str) -> Duty:
    quote = referral.quote
    return Duty(
        kind, referral.due_on, words, quote.customer.name, quote.number, url, button, quote.in_charge.name,
        referral.due_on < moment.today,
    )  # fmt: skip


def _waiting_line(referral: Referral, moment: Moment) -> Duty:
    days = referral.days_left(moment.today)
    words = f"引受担当の判断待ち(あと{days}日)" if days >= 0 else f"引受担当の判断が{-days}日遅れています。催促する"
    return _case("referrals", words, referral, moment, referral.quote.get_absolute_url(), "見積を開く")


def _to_decide_line(referral: Referral, moment: Moment) -> Duty:
    try:
        url = reverse("admin:quotes_referral_change", args=[referral.pk])
    except NoReverseMatch:
        url = referral.quote.get_absolute_url()
    return _case("decisions", "引受を判断する", referral, moment, url, "照会を開く")


def _asked_line(referral: Referral, moment: Moment) -> Duty:
    url = referral.quote.get_absolute_url()
    return _case("asked", "引受担当の質問に回答する", referral, moment, url, "回答する")


def _quotes(user: User) -> QuerySet[Quote]:
    return Quote.objects.visible_to(user).select_related("customer", "in_charge").only(*_LINE)


def _to_issue(user: User, moment: Moment) -> QuerySet[Quote]:
    return _quotes(user).filter(status=QuoteStatus.APPLIED).order_by("inception_on", "pk")


def _lapsing(user: User, moment: Moment) -> QuerySet[Quote]:
    soon = Q(valid_until__lte=moment.today + _LAPSES_WITHIN)
    return _quotes(user).filter(soon, status=QuoteStatus.OFFERED).order_by("valid_until", "pk")


def _to_apply(user: User, moment: Moment) -> QuerySet[Quote]:
    """Offers on which somebody works: steps were begun, or last year's contract runs out. Lapsing ones stand apart."""
    begun = Exists(Step.objects.filter(quote=OuterRef("pk")))
    later = Q(valid_until__gt=moment.today + _LAPSES_WITHIN)
    offers = _quotes(user).filter(later, status=QuoteStatus.OFFERED).filter(begun | Q(renewal_of__isnull=False))
    return offers.order_by("inception_on", "pk")


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


def _quote_line(kind: str, words: str, date_field: str, button: str) -> Callable[[Quote, Moment], Duty]:
    def line(quote: Quote, moment: Moment) -> Duty:
        on = getattr(quote, date_field) or jst(quote.opened_at).date()
        return Duty(
            kind, on, words, quote.customer.name, quote.number, quote.get_absolute_url(), button,
            quote.in_charge.name, on < moment.today,
        )  # fmt: skip

    return line


_OWNED = ("quote__in_charge", "quote__in_charge__office")
_MINE = ("in_charge", "in_charge__office")

KINDS = (
    Kind("decisions", "引受の判断", "warn", _waiting, _to_decide_line, *_OWNED, frozenset({Role.UNDERWRITER})),
    Kind("asked", "引受担当への回答", "warn", _asked, _asked_line, *_OWNED, EVERYBODY),
    Kind("referrals", "引受の判断待ち", "wait", _waiting, _waiting_line, *_OWNED, STAFF),
    Kind("issues", "証券の発行", "warn", _to_issue,
         _quote_line("issues", "承諾を確かめて証券を発行する", "inception_on", "発行へ進む"), *_MINE),
    Kind("lapsing", "期限が近い見積", "warn", _lapsing,
         _quote_line("lapsing", "見積の有効期限までに意向を確認する", "valid_until", "見積を開く"), *_MINE),
    Kind("applications", "申込の手続き", "calm", _to_apply,
         _quote_line("applications", "足りない手続きを済ませて申込を受ける", "inception_on", "手続きを続ける"), *_MINE),
)  # fmt: skip
