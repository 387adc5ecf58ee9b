"""What the office does for a renewal, through the actions of its own screens: always the next thing that the record
lacks, so that whoever was interrupted goes on where it stands and whoever comes second finds it done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from accounts.models import Role, User
from accounts.queries import licensed_solicitors, managers
from bench.books import said
from core.clock import now, today
from core.errors import Refused
from core.periods import at_four
from correspondence.models import Paper
from correspondence.queries import dead_addresses
from customers.queries import back_on_paper, reachable_contact
from local.chaos.minds import LEAVING, Mind
from local.chaos.pressing import Hand
from policies.models import Policy
from portal.actions import invite, take_application
from portal.states import Purpose
from products.queries import version_on
from quotes import actions as quotes
from quotes.checklist import SPOKEN_POINTS, checklist
from quotes.contradicting import contradictions_of
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import application_declarations, case_facts, case_of
from quotes.states import QuoteStatus, StepKind
from renewals import actions as renewals
from renewals.models import Renewal
from renewals.states import Channel, RenewalStatus, Response

PERSON = "田中 一郎"
_COMPARISON = {"shown": "取扱いの全商品", "criteria": "補償の範囲と保険料", "reason": "前年と同じ補償を続けたいため"}


class Desk:
    """One member of staff who may solicit, at the desk; the `number`-th, so that two at once are two people."""

    def __init__(self, hand: Hand, policy: Policy, number: int = 0) -> None:
        self.hand, self.policy = hand, policy
        people = list(licensed_solicitors(policy.agency, today()))
        self.by = people[(policy.pk + number) % len(people)]

    def close(self, renewal: Renewal, mind: Mind) -> None:
        """The customer phones that he goes elsewhere, or that he does not renew; in one sitting or in two."""
        assert mind in LEAVING
        elsewhere = mind is Mind.ELSEWHERE
        if not renewal.response:
            self._note(renewal, Response.OTHER_CARRIER if elsewhere else Response.NOT_RENEWING)
        elif renewal.is_open:
            outcome = RenewalStatus.LOST if elsewhere else RenewalStatus.DECLINED
            self.hand.press(
                renewals.close_renewal, renewal=renewal, seen_version=renewal.version, outcome=outcome,
                reason="他社のほうが保険料が安かったため" if elsewhere else "事業を縮小するため", by=self.by,
            )  # fmt: skip

    def renew(self, renewal: Renewal, *, steps: int) -> None:
        """So many steps on the way from the answer to the new contract."""
        for _ in range(steps):
            renewal.refresh_from_db()
            if not renewal.is_open or not self._next(renewal):
                return

    def resume(self, *, steps: int) -> None:
        """Too late: a new contract from a day to come, with what was known of the old one. A solicitor takes it: where
        it begins before the application, the manager approves."""
        self.by = licensed_solicitors(self.policy.agency, today()).exclude(role=Role.MANAGER)[0]
        for _ in range(steps):
            quote = self.policy.resuming_quotes.order_by("-pk").first()
            if quote is None or quote.status in {QuoteStatus.LAPSED, QuoteStatus.WITHDRAWN}:
                first = today() + timedelta(days=0 if now() < at_four(today()) else 1)
                starts_on = first + timedelta(days=self.policy.pk % 3 * 4)
                self.hand.press(
                    quotes.open_quote, customer=self.policy.customer, inception_on=starts_on, resumes=self.policy,
                    product_version=version_on(self.policy.product_version.product.code, starts_on), by=self.by,
                )  # fmt: skip
            elif quote.status != QuoteStatus.ISSUED:
                self._carry(quote)
            else:
                return

    def help_by_link(self, renewal: Renewal, *, steps: int) -> None:
        """A customer who comes by his link: the office's own part, the offer where it is 通常, and the contract."""
        for _ in range(steps):
            renewal = Renewal.objects.select_related("policy", "quote").get(pk=renewal.pk)
            if not renewal.is_open or not self._next_by_link(renewal):
                return

    def _next_by_link(self, renewal: Renewal) -> bool:
        """The next step that is the office's; False where it is the customer's turn."""
        quote = renewal.quote
        if quote is None or quote.status != QuoteStatus.OFFERED:
            return self._next(renewal)
        links = quote.invitations.filter(purpose=Purpose.APPLICATION, edition=quote.edition)
        signed = links.filter(status="SIGNED").last()
        if signed is None and not quote.invitations.open().exists():
            if (contact := self._contact()) is None:
                return self._next(renewal)  # he comes to the desk
            self.hand.press(invite, quote=quote, purpose=Purpose.APPLICATION, contact=contact, by=self.by)
        self._record(quote, {StepKind.ANTISOCIAL, StepKind.COMPARISON, StepKind.AUTHORITY_SHOWN})
        if signed is not None:
            self.hand.press(take_application, invitation=signed, by=self.by)
        return signed is not None

    def _contact(self) -> Any:
        on_paper = back_on_paper([self.policy.customer_id], now())
        return None if on_paper else reachable_contact(self.policy.customer, dead_addresses(self.policy.agency))

    def _next(self, renewal: Renewal) -> bool:
        """The next step; whether there was one."""
        quote = self.policy.renewal_quotes.open().first()
        if not renewal.responded_at or renewal.correction and quote and quote.status == QuoteStatus.APPLIED:
            self._note(renewal, Response.RENEW)
        elif quote is None:
            self.hand.press(renewals.open_renewal_quote, renewal=renewal, by=self.by)
        else:
            self._carry(quote)
        return True

    def _note(self, renewal: Renewal, response: Response) -> None:
        self.hand.press(
            renewals.record_response, renewal=renewal, seen_version=renewal.version, response=response,
            channel=Channel.PHONE, person=PERSON, note="", responded_at=now(), by=self.by,
        )  # fmt: skip

    def _carry(self, quote: Quote) -> None:
        """A quote from its draft to the contract, one step."""
        match quote.status:
            case QuoteStatus.DRAFT:
                self._fill_in(quote)
                self.hand.press(quotes.submit_quote, quote=quote, seen_version=quote.version, by=self.by)
            case QuoteStatus.REFERRED:
                self._decide(quote)
            case QuoteStatus.OFFERED if quote.has_run_out(today()):
                self.hand.press(quotes.revise_quote, quote=quote, seen_version=quote.version, by=self.by)
            case QuoteStatus.OFFERED:
                self._record(quote, set(StepKind))
                self.hand.press(
                    quotes.apply, quote=quote, option=quote.options.order_by("position")[0], payment_way="lump_sum",
                    received_at=now(), received_by=self.by, method="IN_PERSON", applicant_name=PERSON, by=self.by,
                )  # fmt: skip
            case QuoteStatus.APPLIED:
                self.hand.press(quotes.issue_quote, quote=quote, by=self.by)

    def _fill_in(self, quote: Quote) -> None:
        """This year's sales, every answer, and a word on what does not go together."""
        facts = facts_from(quote.facts)
        if facts.sales_yen is None:
            told = replace(
                facts, industry=facts.industry or self.policy.agreed.industry_code, sales_kind="ACTUAL",
                sales_yen=self.policy.agreed.sales_yen, fiscal_year_end=date(today().year - 1, 3, 31),
            )  # fmt: skip
            self.hand.press(
                quotes.save_facts, quote=quote, facts=told, inception_on=quote.inception_on,
                seen_version=quote.version, by=self.by,
            )  # fmt: skip
        heard: dict[str, Any] = {"source": "SPOKEN", "given_by": PERSON, "by": self.by}
        if self._asks(quote):
            self.hand.press(quotes.save_answers, quote=quote, values=said(quote.product_version.book), **heard)
        quote.refresh_from_db()
        for one in contradictions_of(quote, case_of(quote)):
            if not one.is_settled:
                self.hand.press(
                    quotes.explain_contradiction, quote=quote, fingerprint=one.finding.fingerprint,
                    text="調査の結果、補償の対象となる事故に当たりませんでした。", **heard,
                )  # fmt: skip
        quote.refresh_from_db()

    @staticmethod
    def _asks(quote: Quote) -> bool:
        wanted = said(quote.product_version.book).keys()
        return not wanted <= set(quote.answers.filter(is_carried=False).values_list("question_id", flat=True))

    def _decide(self, quote: Quote) -> None:
        """The underwriter, who did not enter the case."""
        referral = quote.referrals.latest("pk")
        decider = User.objects.get(username="hikiuke2")
        unpriced = {option.pk: 480_000 for option in quote.options.filter(premium_yen=None)}
        self.hand.press(
            quotes.accept_referral, referral=referral, reason="事故の原因と再発防止策を確認した。", premiums=unpriced,
            by=decider,
        )  # fmt: skip

    def _record(self, quote: Quote, kinds: set[StepKind]) -> None:
        """What the record of solicitation lacks of these."""
        for kind, detail, paper in self._lacking(quote, kinds):
            by = managers(quote.agency, today())[0] if kind == StepKind.EARLY_START else self.by
            self.hand.press(
                quotes.record_step, again=False, quote=quote, kind=kind, happened_at=now(), method="IN_PERSON",
                counterpart=PERSON, detail=detail, paper=paper, by=by,
            )  # fmt: skip

    def _lacking(self, quote: Quote, kinds: set[StepKind]) -> Iterator[tuple[StepKind, dict[str, Any], Paper | None]]:
        papers = {paper.kind: paper for paper in Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at)}
        declared = [
            {"id": one.id, "version": one.version, "wording": one.wording, "value": "yes"}
            for one in application_declarations(quote)
        ]
        details: dict[StepKind, dict[str, Any]] = {
            StepKind.COMPARISON: _COMPARISON, StepKind.INTENT_FIRST: {"text": "前年と同じ補償を続けたい。"},
            StepKind.DISCLOSURE_EXPLAINED: dict.fromkeys(SPOKEN_POINTS, True),
            StepKind.QUESTIONNAIRE_SIGNED: {"declarations": declared},
            StepKind.ANTISOCIAL: {"result": "clear", "source": "新聞記事検索"},
            StepKind.INTENT_FINAL: {"text": "見積のプランで申し込む", "changes": "当初の意向から変更なし"},
            StepKind.EARLY_START: {
                "reason": "お客さまの決裁が満期に間に合わなかったため。", "knows_of_none": True,
                "inception_on": quote.inception_on.isoformat(),
            },
        }  # fmt: skip
        lacks = {item.kind for item in checklist(case_facts(quote, today()), now(), today()) if item.lack}
        for kind in StepKind:
            if kind in lacks and kind in kinds:
                yield kind, details.get(kind, {}), papers.get(kind.removesuffix("_DELIVERED").removesuffix("_SIGNED"))


def begin_early(hand: Hand, policy: Policy) -> Renewal | None:
    """The customer calls before the house does: the renewal is opened by hand, where the round has not."""
    try:
        return hand.press(renewals.open_renewal, policy=policy, by=Desk(hand, policy).by)
    except Refused:
        return None
