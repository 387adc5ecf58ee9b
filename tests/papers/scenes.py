"""Two customers walked through the house by its own actions, and the papers that left it on the way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.clock import JST, jst
from core.doors import perform
from core.periods import at_four
from correspondence.models import Paper
from correspondence.states import PaperKind
from customers.models import Customer
from policies.changing import Change
from policies.models import Policy
from products.risks import Selection
from proposals.comparing import compare, wished_of
from proposals.papers import file_comparison
from quotes import actions as quote_actions
from quotes.facts import selection_from
from quotes.models import Quote
from renewals.actions.notifying import file_notices_due
from renewals.actions.opening import open_renewals_due
from tests.claims.making import make_claim
from tests.making import A_MONDAY, make_customer, make_robot, make_user
from tests.policies.making import cancel, endorse
from tests.proposals.making import make_wish
from tests.quotes.making import STANDARD, apply_for, decide_quote, make_quote

HOSTILE = "<script>alert('盾')</script>"
LONGEST = ("株式会社" + "グローバルデジタルトランスフォーメーションソリューションズ" * 4)[:95] + "髙﨑𠮷㈱①"
ADDRESS = "東京都千代田区丸の内1丁目1番1号髙﨑𠮷田第一ビルディング新館" * 4
A_TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=JST)


@dataclass(frozen=True)
class Filed:
    """A filed paper, after the database forgot it."""

    kind: str
    template: str
    page: dict[str, Any]
    key: str
    amount_yen: int | None


@dataclass(frozen=True)
class Scene:
    """The papers of one customer by kind, and the record they were made from."""

    papers: dict[str, Filed]
    customer: Customer
    quote: Quote
    policy: Policy
    options: tuple[Any, ...]
    answers: tuple[Any, ...]


def ordinary() -> Scene:
    """A maker of machines takes the first plan and pays at once; later its files are locked."""
    quote = make_quote("ISSUED", code=STANDARD)
    policy = quote.policy
    assert policy is not None
    make_claim(quote.in_charge, quote.customer, policy, at=A_TUESDAY)
    return _scene(quote, policy)


def extreme() -> Scene:
    """The longest names, the strangest letters, every kind of cover, four plans, twelve payments, a leak."""
    by = make_user(name="勅使河原 小百合子 カタリーナ")
    customer = make_customer(
        by, name=LONGEST, kana="カブシキガイシャグローバルデジタル" * 8, address=ADDRESS[:150],
        building="髙﨑𠮷田ビルディング" * 8, corporate_number="7123456789012",
    )  # fmt: skip
    said = {"subsidiaries": 2, "subsidiary_names": f"{HOSTILE}\n{LONGEST}", "mfa": "no", "edr": "unknown"}
    group = ("employee_acts", "additional_insureds")
    wide = (*group, "business_interruption", "voluntary_shutdown", "cyber_bodily_property")
    first, *others = (
        Selection(100_000_000, 30_000_000, 100_000, riders=group),
        Selection(500_000_000, 100_000_000, 100_000, riders=group),
        Selection(300_000_000, 100_000_000, 500_000, 100_000_000, 50_000_000, 12, wide),
        Selection(100_000_000, 10_000_000, riders=("additional_insureds",)),
    )
    quote = make_quote("DRAFT", code=STANDARD, by=by, customer=customer, answers=said, selection=first)
    for selection in others:
        perform(quote_actions.add_option, quote=quote, selection=selection, by=by, at=A_MONDAY)
        quote.refresh_from_db()
    quote = perform(quote_actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=A_MONDAY)
    chosen = quote.options.get(selection__bi_yen=100_000_000)
    quote = apply_for(quote, by=by, at=A_MONDAY + timedelta(hours=2), payment_way="monthly", option=chosen)
    quote = perform(quote_actions.issue_quote, quote=quote, by=by, at=A_MONDAY + timedelta(hours=5))
    policy = quote.policy
    assert policy is not None
    make_claim(
        by, customer, policy, at=A_TUESDAY, kind="LEAK", description=f"{HOSTILE}\n" * 30, measures_note="止めた。" * 80,
        occurred_at=A_TUESDAY - timedelta(days=3, minutes=17), claimed_at=A_TUESDAY - timedelta(hours=1),
        claimant="株式会社請求者" * 8, reporter_email="a.very.long.name.of.a.person@customer-of-ours.example",
        involves_personal_data=True, leak_persons=1001, leak_wrongful=True, funds_lost=True,
    )  # fmt: skip
    return _scene(quote, policy)


def _scene(quote: Quote, policy: Policy) -> Scene:
    wish = make_wish(
        quote.customer, by=quote.in_charge, facts=quote.facts, liability_yen=300_000_000, cost_yen=50_000_000
    )
    compared = compare(quote.customer, wished_of(wish))
    perform(file_comparison, comparison=compared, wish=wish, by=quote.in_charge, at=A_MONDAY)
    made_on = policy.ends_on - timedelta(days=60)
    facts = {"on": made_on, "by": make_robot(policy.agency), "at": at_four(made_on)}
    perform(open_renewals_due, **facts)
    perform(file_notices_due, **facts)
    papers = {paper.kind: _filed(paper) for paper in Paper.objects.order_by("pk")}
    papers["RENEWAL_OFFER"] = _filed(_offered_again(quote, policy, at_four(made_on + timedelta(days=3))))
    papers |= {paper.kind: _filed(paper) for paper in _changed_and_ended(policy, at_four(made_on + timedelta(days=5)))}
    return Scene(
        papers=papers,
        customer=quote.customer,
        quote=quote,
        policy=policy,
        options=tuple(quote.options.all()),
        answers=tuple(quote.answers.all()),
    )


def _offered_again(quote: Quote, policy: Policy, at: datetime) -> Paper:
    """The paper of the next year: more sales, better measures, and every plan of this year on offer again."""
    said = {answer.question_id: answer.value for answer in quote.answers.all()} | {"edr": "yes"}
    said |= dict.fromkeys(("prior_incident", "past_attack", "known_circumstances"), "yes")  # the claim of the year
    covers = [selection_from(option.selection) for option in quote.options.order_by("-chosen", "position")]
    following = make_quote(
        "DRAFT", code=STANDARD, by=quote.in_charge, customer=quote.customer, inception_on=policy.ends_on, at=at,
        sales_yen=730_000_000, answers=said, renewal_of=policy, selection=covers[0],
    )  # fmt: skip
    for selection in covers[1:]:
        perform(quote_actions.add_option, quote=following, selection=selection, by=quote.in_charge, at=at)
    following.refresh_from_db()
    facts = {"seen_version": following.version, "by": quote.in_charge, "at": at}
    following = perform(quote_actions.submit_quote, quote=following, **facts)
    decide_quote(following, "OFFERED", at=at + timedelta(hours=1))
    return Paper.objects.get(kind=PaperKind.RENEWAL_OFFER)


def _changed_and_ended(policy: Policy, at: datetime) -> list[Paper]:
    """The company grows, and gives up its contract the day after."""
    change = Change(limits={"liability": 1_000_000_000}, sales_yen=999_990_000, named=policy.customer.name)
    endorse(Policy.objects.get(pk=policy.pk), change, on=jst(at).date(), at=at, premium_yen=policy.premium_yen * 2)
    at += timedelta(days=1)
    cancel(Policy.objects.get(pk=policy.pk), jst(at).date(), at=at, reason="事業の譲渡のため。" * 20)
    return list(Paper.objects.filter(kind__in=[PaperKind.ENDORSEMENT, PaperKind.CANCELLATION]))


def _filed(paper: Paper) -> Filed:
    return Filed(paper.kind, paper.template, paper.page, paper.key, paper.amount_yen)


KINDS = [str(kind) for kind in PaperKind]
