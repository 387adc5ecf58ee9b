"""What happened in the agency: two and a half years of customers, quotes, contracts, renewals and claims.

Every deed is an action of the office, at its own moment, by one of its people. Up to the day on which customers'
e-mail addresses were collected the papers went by post; since then they go by mail.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from accounts.models import User
from accounts.queries import robot
from claims import actions as claims
from claims.models import Claim
from core.clock import JST, jst
from core.doors import perform
from core.errors import Refused
from correspondence.actions import file_document
from correspondence.models import Paper
from correspondence.tasks import drain
from customers import actions as customers
from customers.models import Customer
from demo.answers import answers_for
from demo.companies import Company, companies
from demo.diary import Diary, office_hours
from demo.words import BUSINESS_PLAN, COMPARISONS, MISHAPS, UNDERWRITING_CASES, WISHES
from policies.actions import record_posting
from policies.models import Policy
from products.queries import products_sold_on, version_on
from products.risks import Selection, selection_of
from quotes import actions as quotes
from quotes.checklist import SPOKEN_POINTS
from quotes.facts import facts_from
from quotes.models import Quote
from quotes.queries import insurers_sold
from quotes.states import QuoteStatus
from renewals import actions as renewals
from renewals.models import Renewal
from renewals.round import run_round
from renewals.states import SILENT_STATUSES, RoundKind, Way

SEED = 20261122
DAYS_BACK = 860  # of story before today
MAIL_SINCE = 40  # days before today when the papers began to go by mail
DIGEST_SINCE = 14  # days before today when the staff began to be told by mail
QUEUE_SINCE = 9  # days before today since when referrals wait for a decision
SIMPLE, FULL = "sompo-simple", "sompo-cyber"


@dataclass(frozen=True, slots=True)
class Case:
    """One company's way: what it buys, how careful it is, and what is special about it."""

    company: Company
    product: str
    care: float
    special: dict[str, Any]
    plan: int


class Story:
    """Lives the agency's past up to `until`. The same seed tells the same story for the same day."""

    def __init__(
        self, staff: dict[str, User], until: datetime, *, callers: int, days: int, tell: Callable[[str], None]
    ) -> None:
        self.staff = staff
        self.random = Random(SEED)
        self.until = until
        self.today = jst(until).date()
        self.wanted = callers
        self.days = days
        self.tell = tell
        self.diary = Diary(until)
        self.robot = robot()
        self.mail_since = self.today - timedelta(days=MAIL_SINCE)
        self.by_mail: dict[int, Company] = {}

    def live(self) -> None:
        begin = self.today - timedelta(days=self.days)
        solicitors = [self.staff[name] for name in ("tantou", "suzuki", "takahashi")]
        callers = companies(self.random)
        for number, company in enumerate(islice(callers, self.wanted)):
            first = begin + timedelta(days=int(number / self.wanted * self.days))
            case = self._case(company, number)
            person = solicitors[number % len(solicitors)]
            self._later(first, partial(self._first_call, case, person))
        for number, special in enumerate(UNDERWRITING_CASES):  # so that the underwriters have a queue today
            case = replace(self._case(next(callers), number), product=FULL, special=special)
            self._later(self.today - timedelta(days=2 + number), partial(self._first_call, case, solicitors[0]))
        self._write_rounds()
        self._later(self.mail_since, self._collect_addresses)
        self._later(self.today - timedelta(days=DIGEST_SINCE), self._tell_staff_by_mail)
        for number in range(14):
            day = self.today - timedelta(days=3 + number * number)
            self._later(day, partial(self._claim, number))
        self.diary.live()

    # ------------------------------------------------------------------ first contact to contract

    def _case(self, company: Company, number: int) -> Case:
        simple_can_be = company.sales_yen < 3_000_000_000 and company.industry not in {"it_services"}
        product = SIMPLE if simple_can_be and self.random.random() < 0.62 else FULL
        special = UNDERWRITING_CASES[number % len(UNDERWRITING_CASES)] if number % 12 == 7 else {}
        care = self.random.triangular(0.3, 0.95, 0.6)
        return Case(company, FULL if special else product, care, special, self.random.randrange(12))

    def _first_call(self, case: Case, person: User, at: datetime) -> None:
        company = case.company
        facts = {
            "name": company.name, "kana": company.kana, "corporate_number": company.corporate_number,
            "industry": company.industry, "employees": company.employees, "postcode": company.postcode,
            "address": company.address, "building": "", "phone": company.phone, "relation": Customer.Relation.NONE,
            "in_charge": person, "note": "",
        }  # fmt: skip
        customer = perform(customers.register_customer, facts=facts, by=person, at=at)
        mail = jst(at).date() >= self.mail_since and self.random.random() < 0.9
        contact = {
            "name": company.contact, "title": company.contact_title, "email": company.email if mail else "",
            "phone": company.phone, "is_primary": True,
        }  # fmt: skip
        perform(customers.save_contact, customer=customer, contact=None, facts=contact, by=person, at=at)
        if not mail:
            self.by_mail[customer.pk] = company
        if self.random.random() < 0.06:
            return  # only asked
        start = jst(at).date() + timedelta(days=self.random.randrange(12, 40))
        self._quote(customer, case, person, start, None, at)

    def _quote(
        self, customer: Customer, case: Case, person: User, start: date, old: Policy | None, at: datetime
    ) -> None:
        """Open, fill in and submit a quote; what follows depends on the book and on the customer."""
        if old is None:
            quote = perform(
                quotes.open_quote, customer=customer, product_version=version_on(case.product, start),
                inception_on=start, by=person, at=at,
            )  # fmt: skip
        else:
            quote = perform(renewals.open_renewal_quote, renewal=old.renewal, by=person, at=at)
        if old is None and self.random.random() < 0.03:
            return  # still a draft
        self._fill(quote, case, person, at)
        for selection in self._selections(quote, case):
            perform(quotes.add_option, quote=quote, selection=selection, by=person, at=at)
        quote.refresh_from_db()
        try:
            quote = perform(quotes.submit_quote, quote=quote, seen_version=quote.version, by=person, at=at)
        except Refused as refusal:
            reasons = " ".join((refusal.message, *refusal.reasons))
            perform(quotes.withdraw_quote, quote=quote, reason=reasons[:200], by=person, at=at)
            return
        if quote.status == QuoteStatus.REFERRED:
            if jst(at).date() <= self.today - timedelta(days=QUEUE_SINCE):
                self._soon(at, 1, 4, partial(self._underwrite, quote, case, person))
        elif quote.status == QuoteStatus.OFFERED:
            self._soon(at, 0, 6, partial(self._solicit, quote, case, person))

    def _fill(self, quote: Quote, case: Case, person: User, at: datetime) -> None:
        year_end = date(jst(at).year - (jst(at).month < 5), 3, 31)
        growth = self.random.uniform(0.94, 1.12) ** (1 if quote.renewal_of_id else 0)
        planned = case.special.get("fiscal_year_closed") == "no"
        facts = replace(
            facts_from(quote.facts), industry=case.company.industry,
            sales_yen=int(case.company.sales_yen * growth) // 10_000 * 10_000,
            fiscal_year_end=year_end, sales_kind="PLANNED" if planned else "ACTUAL",
        )  # fmt: skip
        perform(
            quotes.save_facts, quote=quote, facts=facts, inception_on=quote.inception_on,
            seen_version=quote.version, by=person, at=at,
        )  # fmt: skip
        if planned:
            perform(
                file_document, agency=quote.agency, filename="事業計画書.pdf", content=BUSINESS_PLAN,
                about=[quote, quote.customer], note="事業計画書", by=person, at=at,
            )  # fmt: skip
        book = quote.product_version.book
        said: dict[str, Any] = {d.id: "yes" for d in book.declarations if d.stage == "quote"}
        special = case.special if quote.renewal_of_id is None else {}
        said |= answers_for(book, Random(case.company.corporate_number), care=case.care, special=special)
        perform(
            quotes.save_answers, quote=quote, values=said, source="SPOKEN", given_by=case.company.contact,
            by=person, at=at,
        )  # fmt: skip
        quote.refresh_from_db()

    def _selections(self, quote: Quote, case: Case) -> list[Selection]:
        book = quote.product_version.book
        if case.product == SIMPLE:
            first = book.plans[case.plan % len(book.plans)]
            return [selection_of(first, riders=["employee_acts"])]
        riders = ["employee_acts"]
        if case.company.industry == "it_services":
            riders.append("it_services")
        plain = selection_of(book.plans[case.plan % len(book.plans)], riders=riders)
        if case.plan % 4 == 0 and "it_services" not in riders:
            more = replace(plain, bi_yen=30_000_000, waiting_hours=12, riders=(*plain.riders, "business_interruption"))
            return [plain, more]
        return [plain]

    def _underwrite(self, quote: Quote, case: Case, person: User, at: datetime) -> None:
        referral = quote.referrals.get()
        decider = self.staff["hikiuke"]
        way = self.random.random()
        if way < 0.12 and at > self.until - timedelta(days=30):
            perform(
                quotes.ask_back, referral=referral, question="再発防止策の実施状況を教えてください。", by=decider, at=at
            )
            return
        if way < 0.2:
            perform(
                quotes.decline_referral, referral=referral, reason="原因の対策が済んでいないため。", by=decider, at=at
            )
            return
        unpriced = {option.pk: 480_000 for option in quote.options.filter(premium_yen=None)}
        if way < 0.45:
            perform(
                quotes.accept_with_conditions, referral=referral, reason="対策の状況を確認した。",
                conditions="管理者の操作への多要素認証を、始期から3か月以内に必須とすること。",
                premiums=unpriced, by=decider, at=at,
            )  # fmt: skip
        else:
            perform(
                quotes.accept_referral, referral=referral, reason="事故の原因と再発防止策を確認した。",
                premiums=unpriced, by=decider, at=at,
            )  # fmt: skip
        self._soon(at, 1, 4, partial(self._solicit, quote, case, person))

    def _solicit(self, quote: Quote, case: Case, person: User, at: datetime) -> None:
        """Show, explain, confirm; most customers go on to apply, some stop on the way."""
        quote.refresh_from_db()
        if quote.status != QuoteStatus.OFFERED:
            return
        customer = quote.customer
        contact = customer.contacts.filter(is_primary=True).first()
        papers = {paper.kind: paper for paper in Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at)}
        declarations = [
            {"id": d.id, "version": d.version, "wording": d.wording, "value": "yes"}
            for d in quote.product_version.book.declarations
            if d.stage == "application"
        ]
        lines: list[tuple[str, dict[str, Any], Paper | None]] = [
            ("AUTHORITY_SHOWN", {}, None),
            ("INTENT_FIRST", {"text": self.random.choice(WISHES)}, None),
            ("E_CONSENT", {}, None),
            ("DISCLOSURE_DELIVERED", {}, papers.get("DISCLOSURE")),
            ("DISCLOSURE_EXPLAINED", dict.fromkeys(SPOKEN_POINTS, True), None),
            ("QUESTIONNAIRE_SIGNED", {"declarations": declarations}, papers.get("QUESTIONNAIRE")),
            ("ANTISOCIAL", {"result": "clear", "source": "新聞記事データベース"}, None),
            ("CONDITION_CONFIRMED", {}, None),
            ("INTENT_FINAL", {"text": "見積のプランで申し込む", "changes": "当初の意向から変更なし"}, None),
        ]
        if len(insurers_sold(quote.inception_on)) > 1:
            lines.insert(1, ("COMPARISON", self._comparison(quote), None))
        if not (contact and contact.email):
            lines = [line for line in lines if line[0] != "E_CONSENT"]
        elif self.random.random() < 0.5:
            perform(quotes.record_step, quote=quote, kind="E_CONSENT", happened_at=at, method="PHONE",
                    counterpart=case.company.contact, by=person, at=at)  # fmt: skip
            perform(quotes.send_quotation, quote=quote, contact=contact, by=person, at=at)
            lines = [line for line in lines if line[0] != "E_CONSENT"]
        stop = self.random.randrange(1, len(lines)) if self.random.random() < 0.07 else len(lines)
        for number, (kind, detail, paper) in enumerate(lines[:stop]):
            moment = at + timedelta(minutes=4 * number)
            perform(
                quotes.record_step, quote=quote, kind=kind, happened_at=moment, method="IN_PERSON",
                counterpart=case.company.contact, detail=detail, paper=paper, by=person, at=moment,
            )  # fmt: skip
        if stop < len(lines):
            return  # waits for the next visit
        if quote.renewal_of_id is None and self.random.random() < 0.05:
            perform(
                quotes.withdraw_quote, quote=quote, reason="他社で加入されたため", by=person, at=at + timedelta(hours=1)
            )
            return
        option = quote.options.order_by("position").last()
        received = at + timedelta(minutes=50)
        try:
            perform(
                quotes.apply, quote=quote, option=option, method="IN_PERSON", received_at=received, received_by=person,
                payment_way=self.random.choices(["lump_sum", "monthly"], [3, 1])[0],
                applicant_name=case.company.contact, applicant_title=case.company.contact_title, by=person, at=received,
            )  # fmt: skip
        except Refused:
            return  # too late for its inception: the desk shows it
        self._soon(received, 0, 0 if quote.renewal_of_id else 2, partial(self._issue, quote, case, person))

    def _comparison(self, quote: Quote) -> dict[str, Any]:
        """What was shown beside the recommended product, and why this one (practice 2-2)."""
        sold = "、".join(
            f"{version.product.insurer} {version.product.name}" for version in products_sold_on(quote.inception_on)
        )
        return {"shown": sold, **self.random.choice(COMPARISONS)}

    def _issue(self, quote: Quote, case: Case, person: User, at: datetime) -> None:
        try:
            issued = perform(quotes.issue_quote, quote=quote, by=person, at=at)
        except Refused as refusal:  # the old contract has ended meanwhile
            perform(quotes.withdraw_quote, quote=quote, reason=refusal.message[:200], by=person, at=at)
            return
        policy = issued.policy
        assert policy is not None  # it was just issued
        if policy.delivery == "POST":
            self._soon(at, 1, 3, partial(self._post, policy))
        # Sixty days before the end the round will have written; some days later the customer answers.
        answer = self.random.choices([50, 38, 26, 12, 5, None], [4, 5, 4, 2, 1, 1])[0]
        if answer is not None:
            day = policy.ends_on - timedelta(days=answer)
            self._later(day, partial(self._answer, policy, case, person))

    def _post(self, policy: Policy, at: datetime) -> None:
        policy.refresh_from_db()
        perform(record_posting, policy=policy, seen_version=policy.version, by=self.staff["jimu"], at=at)

    # ------------------------------------------------------------------ renewals

    def _answer(self, policy: Policy, case: Case, person: User, at: datetime) -> None:
        renewal = Renewal.objects.filter(policy=policy).first()
        if renewal is None or jst(at).date() >= policy.ends_on:
            return
        way = self.random.random()
        response = (
            "RENEW"
            if way < 0.85
            else "CONSIDERING"
            if way < 0.91
            else "OTHER_CARRIER"
            if way < 0.96
            else "NOT_RENEWING"
        )
        facts = {
            "renewal": renewal, "seen_version": renewal.version, "response": response, "channel": "PHONE",
            "person": case.company.contact, "note": "", "responded_at": at,
        }  # fmt: skip
        renewal = perform(renewals.record_response, by=person, at=at, **facts)
        if response == "RENEW":
            self._soon(at, 1, 6, partial(self._renew, policy, case, person))
        elif response in {"OTHER_CARRIER", "NOT_RENEWING"}:
            perform(
                renewals.close_renewal, renewal=renewal, seen_version=renewal.version,
                outcome="LOST" if response == "OTHER_CARRIER" else "DECLINED",
                reason="他社のほうが保険料が安かったため" if response == "OTHER_CARRIER" else "事業を縮小するため",
                by=person, at=at,
            )  # fmt: skip

    def _renew(self, policy: Policy, case: Case, person: User, at: datetime) -> None:
        if jst(at).date() < policy.ends_on:
            self._quote(policy.customer, case, person, policy.ends_on, policy, at)

    def _write_rounds(self) -> None:
        """Every morning at six and every afternoon at four, since the first contract could expire."""
        day = self.today - timedelta(days=max(self.days - 280, DIGEST_SINCE))
        while day <= self.today:
            for clock, kind in ((time(6, 0), RoundKind.NIGHTLY), (time(16, 1), RoundKind.EXPIRY)):
                at = datetime.combine(day, clock, tzinfo=JST)
                self.diary.write(at, partial(self._round, kind))
            day += timedelta(days=1)

    def _round(self, kind: RoundKind, at: datetime) -> None:
        on = jst(at).date()
        if kind == RoundKind.EXPIRY and not Policy.objects.filter(ends_at__lte=at, status="IN_FORCE").exists():
            return
        run_round(on=on, at=at, by=self.robot, kind=kind)
        if kind == RoundKind.NIGHTLY:
            self._later(on, self._post_notices)
            drain()
            if on.day == 1 or on == self.today:
                self.tell(f"{on:%Y-%m}: {Customer.objects.count()} customers, {Policy.objects.count()} policies")

    def _post_notices(self, at: datetime) -> None:
        """The printed notices go into the post when there is time: nearly every day."""
        if self.random.random() < 0.3:
            return
        for renewal in Renewal.objects.filter(way=Way.POST, notified_at=None, status__in=SILENT_STATUSES):
            perform(
                renewals.record_notice_posted, renewal=renewal, seen_version=renewal.version,
                by=self.staff["jimu"], at=at,
            )  # fmt: skip

    def _tell_staff_by_mail(self, at: datetime) -> None:
        for person in self.staff.values():
            person.email = f"{person.username}@tate-hoken.example"
            person.save(update_fields=["email"])

    def _collect_addresses(self, at: datetime) -> None:
        """The office asked everybody for an e-mail address; most gave one."""
        for pk, company in self.by_mail.items():
            if self.random.random() < 0.86:
                customer = Customer.objects.get(pk=pk)
                contact = customer.contacts.get(is_primary=True)
                facts = {"email": company.email}
                perform(customers.save_contact, customer=customer, contact=contact, facts=facts,
                        by=self.staff["jimu"], at=at)  # fmt: skip

    # ------------------------------------------------------------------ claims

    def _claim(self, number: int, at: datetime) -> None:
        policies = Policy.objects.filter(starts_at__lt=at - timedelta(days=20), ends_at__gt=at).order_by("pk")
        if not policies:
            return
        policy = policies[number * 7 % len(policies)]
        mishap = MISHAPS[number % len(MISHAPS)]
        contact = policy.customer.contacts.first()
        assert contact is not None  # every company of the story has one
        facts = {
            "kind": mishap.kind, "description": mishap.words, "measures": list(mishap.measures),
            "occurred_at": at - timedelta(days=2, hours=3), "discovered_at": at - timedelta(hours=4),
            "claimed_at": None, "reported_at": at, "is_circumstance": mishap.kind == "MEDIA",
            "involves_personal_data": mishap.persons is not None, "leak_persons": mishap.persons,
            "leak_wrongful": mishap.persons is not None and mishap.persons > 1000,
            "reporter_name": contact.name, "reporter_phone": policy.customer.phone, "reporter_email": contact.email,
        }  # fmt: skip
        person = policy.in_charge
        claim = perform(
            claims.open_claim, customer=policy.customer, policy=policy, facts=facts, owner=person, by=person, at=at
        )
        if number:
            self._soon(at, 1, 2, partial(self._reference, claim, number, person))

    def _reference(self, claim: Claim, number: int, person: User, at: datetime) -> None:
        perform(claims.note_reference, claim=claim, reference=f"SJ-{at:%y%m}-{7000 + number * 13}", by=person, at=at)
        if number % 7 == 3:
            self._soon(at, 3, 5, partial(self._plan, claim, person))
        else:
            self._soon(at, 15, 50, partial(self._close, claim, person))

    def _plan(self, claim: Claim, person: User, at: datetime) -> None:
        claim.refresh_from_db()
        perform(
            claims.plan_next_step, claim=claim, next_action="調査報告書の到着を保険会社に確認する",
            next_on=max(self.today + timedelta(days=2), jst(at).date()), owner=person,
            seen_version=claim.version, by=person, at=at,
        )  # fmt: skip

    def _close(self, claim: Claim, person: User, at: datetime) -> None:
        claim.refresh_from_db()
        perform(
            claims.close_claim, claim=claim, reason="PAID", note="保険会社から支払の通知を受けた。",
            seen_version=claim.version, by=person, at=at,
        )  # fmt: skip

    # ------------------------------------------------------------------ when

    def _later(self, on: date, deed: Callable[[datetime], None]) -> None:
        self.diary.write(office_hours(on, self.random), deed)

    def _soon(self, at: datetime, low: int, high: int, deed: Callable[[datetime], None]) -> None:
        """On a later moment of the same day or some days on, in office hours."""
        when = office_hours(jst(at).date() + timedelta(days=self.random.randint(low, high)), self.random)
        self.diary.write(max(when, at + timedelta(minutes=75)), deed)
