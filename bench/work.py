"""The work in hand on top of bare policies: certificates and their mail, renewals in every stage, quotes, claims.

What a round does in bulk is done by the round; the rest is written as rows, past the same guards.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice

from accounts.models import User
from accounts.queries import robot
from bench.data import House
from claims.models import Claim
from claims.queries import cover_snapshot
from claims.rules.dates import ClaimDates
from claims.states import ClaimKind, ClaimStatus
from core.bulk import insert
from core.clock import jst, now
from core.doors import perform
from core.history import event
from core.models import Counter, thread_key
from correspondence.actions.letters import message_id
from correspondence.actions.papers import NewPaper, file_papers
from correspondence.models import Letter, LetterAttachment, Paper
from correspondence.states import LetterKind, LetterStatus, PaperKind
from customers.models import Customer
from policies.letters import certificate_letter
from policies.models import Policy
from policies.papers.certificate import TEMPLATE, certificate_page
from policies.states import Delivery, PolicyStatus
from products.choosing import label_of
from products.models import ProductVersion
from products.rating import rate
from products.risks import risk_from, selection_of
from quotes.facts import RiskFacts, selection_json
from quotes.models import Answer, Quote, QuoteOption, Reason, Referral
from quotes.states import AnswerSource, QuoteStatus
from renewals.models import Renewal
from renewals.round import run_round
from renewals.states import Channel, RenewalStatus, Response

BATCH = 1000
TROUBLED = 100  # one letter in so many failed, one is in doubt
_INDUSTRY = "manufacturing"


def fill(house: House) -> None:
    """Everything the screens show besides the policies themselves."""
    policies = (
        Policy.objects.select_related("customer", "in_charge", "agency", "product_version__product")
        .prefetch_related("customer__contacts")
        .order_by("pk")
    )
    rows = policies.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        send_certificates(house, batch)
    record_posting()
    run_round(on=house.scale.on, at=now(), by=robot())
    send_all()
    answer_renewals()
    open_quotes(house)
    open_claims(house)


def send_certificates(house: House, policies: list[Policy]) -> None:
    """The 証券 of each policy and, to those with an e-mail address, the mail that brings it."""
    at = now()
    papers: list[Paper] = perform(
        file_papers,
        papers=[
            NewPaper(
                key=f"policy:{policy.number}:certificate", kind=PaperKind.CERTIFICATE, template=TEMPLATE,
                page=certificate_page(policy, made_on=policy.contracted_on), subject=policy.number,
                dated_on=policy.contracted_on, counterparty=policy.customer.name, amount_yen=policy.premium_yen,
                about=[policy, policy.customer],
            )
            for policy in policies
        ],
        agency=house.agency, by=house.user, at=at,
    )  # fmt: skip
    letters, enclosed = [], []
    for policy, paper in zip(policies, papers, strict=True):
        if policy.delivery != Delivery.EMAIL:
            continue
        contact = policy.customer.contacts.all()[0]
        text = certificate_letter(policy, house.agency, contact.name)
        key = f"policy:{policy.number}:issue"
        letters.append(
            Letter(
                agency=house.agency, key=key, kind=LetterKind.POLICY_ISSUED, to=[contact.email],
                to_name=f"{policy.customer.name} {contact.name}", reply_to=policy.in_charge.email,
                subject=text.subject, body=text.body, message_id=message_id(key),
                about=[thread_key(policy), thread_key(policy.customer)], queued_at=policy.issued_at,
                queued_by=policy.issued_by, not_before=policy.issued_at,
            )
        )  # fmt: skip
        enclosed.append(paper)
    insert(letters)
    insert(
        LetterAttachment(letter=letter, paper=paper, position=0)
        for letter, paper in zip(letters, enclosed, strict=True)
    )


def record_posting() -> None:
    """Nearly every 証券 that goes by post has gone."""
    waiting = Policy.objects.filter(delivery=Delivery.POST)
    gone = [pk for number, pk in enumerate(waiting.order_by("pk").values_list("pk", flat=True)) if number % 20]
    waiting.filter(pk__in=gone).update(posted_at=now(), posted_by=robot())


def send_all() -> None:
    """The outbox is empty but for the few letters that failed or are in doubt."""
    at = now()
    queued = Letter.objects.filter(status=LetterStatus.QUEUED)
    queued.update(status=LetterStatus.SENDING, claimed_at=at, claimed_by="bench")
    sending = list(Letter.objects.filter(status=LetterStatus.SENDING).order_by("pk").values_list("pk", flat=True))
    failed, doubtful = sending[::TROUBLED], sending[1::TROUBLED]
    by_key = Letter.objects.filter
    by_key(pk__in=failed).update(status=LetterStatus.FAILED, last_error="550 宛先のメールボックスがありません")
    by_key(pk__in=doubtful).update(status=LetterStatus.UNKNOWN, last_error="送信の途中で接続が切れました")
    by_key(status=LetterStatus.SENDING).update(status=LetterStatus.SENT, sent_at=at, sent_by=robot())


def answer_renewals() -> None:
    """Every fifth customer has answered."""
    at = now()
    told = Renewal.objects.filter(status=RenewalStatus.NOTIFIED).order_by("pk").values_list("pk", flat=True)
    Renewal.objects.filter(pk__in=list(told)[::5]).update(
        status=RenewalStatus.RESPONDED, response=Response.RENEW, response_channel=Channel.PHONE,
        response_person="田中 一郎", response_note="今年も同じ内容で", responded_at=at, responded_by=robot(),
        next_on=jst(at).date(), next_step="今年の売上高を確認し、更改の見積を開く",
    )  # fmt: skip


def open_quotes(house: House) -> None:
    """A quote of シンプルサイバー to ten policies: seven drafts with two plans, a referral, two offers of every ten."""
    at, on = now() - timedelta(days=3), house.scale.on
    version = house.version("sompo-simple")
    customers = Customer.objects.filter(industry=_INDUSTRY).select_related("in_charge").order_by("pk")
    wanted = max(10, house.scale.policies // 10)
    people = list(customers[:wanted])
    quotes = [
        _quote(version, people[number % len(people)], number + 1, on, at) for number in range(wanted if people else 0)
    ]
    insert(quotes)
    Counter.objects.update_or_create(series="quote", year=on.year, defaults={"last": _last_quote_number(on.year)})
    insert(answer for quote in quotes for answer in _declarations(quote, version, at))
    insert(option for quote in quotes for option in _options(quote, version))
    referred, offered = quotes[7::10], [*quotes[8::10], *quotes[9::10]]
    submitted = {"submitted_at": at, "submitted_by": house.user}
    _set(referred, status=QuoteStatus.REFERRED, verdict=[_REASON], **submitted)
    waiting = insert(
        Referral(quote=quote, asked_at=at, asked_by=quote.in_charge, due_on=on + timedelta(days=n % 9 - 1))
        for n, quote in enumerate(referred)
    )
    insert(
        Reason(
            quote=row.quote, edition=1, referral=row, **_REASON, blocks="OFFER", kind="HISTORY",
            raised_at=at, raised_by=row.quote.in_charge,
        )
        for row in waiting
    )  # fmt: skip
    for days in (2, 20):
        half = offered[::2] if days == 2 else offered[1::2]
        until = on + timedelta(days=days)
        _set(half, status=QuoteStatus.OFFERED, offered_at=at, offered_by=house.user, valid_until=until, **submitted)
    insert(
        event(
            "quotes.open_quote", f"見積{quote.number}(シンプルサイバー)を作成しました。", about=[quote, quote.customer],
            by=quote.in_charge, at=at,
        )
        for quote in quotes
    )  # fmt: skip


_REASON = {
    "code": "bench", "sentence": "過去の事故について引受担当の確認が必要です。", "scope": "すべてのプラン",
}  # fmt: skip


def _set(quotes: Iterable[Quote], **facts: object) -> None:
    Quote.objects.filter(pk__in=[quote.pk for quote in quotes]).update(**facts)


def _last_quote_number(year: int) -> int:
    """The policies' own quote numbers of that year stand in the same series."""
    numbers = Policy.objects.filter(quote_number__startswith=f"Q-{year}-").values_list("quote_number", flat=True)
    return max((int(number.rpartition("-")[2]) for number in numbers), default=0)


def _facts(customer: Customer) -> RiskFacts:
    sales = 100_000_000 + customer.pk % 20 * 100_000_000
    return RiskFacts(_INDUSTRY, sales, date(2026, 3, 31), "ACTUAL", customer.employees)


def _quote(version: ProductVersion, customer: Customer, number: int, on: date, at: datetime) -> Quote:
    return Quote(
        agency_id=customer.agency_id, customer=customer, number=f"Q-{on.year}-{900_000 + number:06d}",
        product_version=version, inception_on=on + timedelta(days=20 + number % 40), in_charge=customer.in_charge,
        facts=_facts(customer).as_json(), opened_at=at, opened_by=customer.in_charge,
    )  # fmt: skip


def _declarations(quote: Quote, version: ProductVersion, at: datetime) -> list[Answer]:
    return [
        Answer(
            quote=quote, question_id=said.id, wording=said.wording, wording_version=said.version, value="yes",
            answered_at=at, answered_by=quote.in_charge, source=AnswerSource.PHONE, given_by="田中 一郎",
        )
        for said in version.book.declarations
        if said.stage == "quote"
    ]  # fmt: skip


def _options(quote: Quote, version: ProductVersion) -> list[QuoteOption]:
    book = version.book
    answers = {said.id: "yes" for said in book.declarations if said.stage == "quote"}
    risk = risk_from(_facts(quote.customer).for_rating(), book, answers)
    made = []
    for position, plan in enumerate((book.plans[0], book.plans[4]), start=1):
        selection = selection_of(plan)
        receipt = rate(risk, selection, book)
        made.append(
            QuoteOption(
                quote=quote, position=position, label=label_of(selection, book), selection=selection_json(selection),
                receipt=receipt.as_json(), premium_yen=receipt.total_yen, is_reference=receipt.is_reference,
            )
        )  # fmt: skip
    return made


def open_claims(house: House) -> None:
    """A claim to every hundred policies in force, its next step around today."""
    at = now()
    policies = (
        Policy.objects.filter(status=PolicyStatus.IN_FORCE).select_related("customer", "in_charge").order_by("pk")
    )
    found = policies[: max(1, house.scale.policies // 100)]
    insert(claim_of(policy, number, at) for number, policy in enumerate(found, start=1))
    Counter.objects.create(series="claim", year=jst(at).year, last=len(found))


def claim_of(policy: Policy, number: int, at: datetime) -> Claim:
    occurred, discovered = at - timedelta(days=5), at - timedelta(days=4)
    owner: User = policy.in_charge
    return Claim(
        agency_id=policy.agency_id, number=f"J-{jst(at).year}-{number:06d}", customer=policy.customer, policy=policy,
        kind=ClaimKind.CYBER, occurred_at=occurred, discovered_at=discovered, reported_at=at - timedelta(days=3),
        description="ファイルサーバーが暗号化され、受注業務が止まっている。", reporter_name="田中 一郎",
        reporter_phone=policy.customer.phone, status=ClaimStatus.OPEN, next_action="保険会社へ連絡する",
        next_on=jst(at).date() + timedelta(days=number % 5 - 2), owner=owner,
        cover=cover_snapshot(policy.customer, policy, ClaimDates(occurred, discovered, None, at, False), at),
        created_at=at, created_by=owner,
    )  # fmt: skip
