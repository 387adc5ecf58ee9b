"""The way of a case from the offer to the policy: the visit, the application, the 証券 and its post."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from core.clock import jst
from core.doors import perform
from core.errors import Refused
from correspondence.models import Paper
from customers.actions import record_consent
from customers.models import Contact
from customers.queries import consent_at
from demo import underwriting
from demo.office import Case, Office
from demo.words import COMPARISONS, WISHES
from policies.actions import record_posting
from policies.models import Policy
from products.queries import products_sold_on
from quotes import actions as quotes
from quotes.checklist import SPOKEN_POINTS
from quotes.models import Quote
from quotes.queries import insurers_sold
from quotes.states import QuoteStatus

Line = tuple[str, dict[str, Any], Paper | None]  # kind of step, its detail, the paper it is about


def visit(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """Show, explain, confirm; nearly all go on to apply, and some days later the contract is issued."""
    is_new = quote.renewal_of_id is None
    if not explain(office, quote, case, at, breaks_off=0.03 if is_new else 0.01):
        return  # waits for the next visit
    if is_new and office.random.random() < 0.02:
        reason, left_at = "他社で加入されたため", at + timedelta(hours=1)
        perform(quotes.withdraw_quote, quote=quote, reason=reason, by=case.person, at=left_at)
        return
    received_at = at + timedelta(minutes=50)
    if apply(office, quote, case, received_at):
        days = 2 if is_new else min(2, (quote.inception_on - jst(at).date()).days - 1)
        office.diary.write_after(received_at, 0, max(days, 0), partial(issue, office, quote, case))


def explain(office: Office, quote: Quote, case: Case, at: datetime, breaks_off: float = 0) -> bool:
    """Everything an application needs, in the order of a visit. Returns whether it came to its end."""
    quote.refresh_from_db()
    if quote.status != QuoteStatus.OFFERED:
        return False
    contact = quote.customer.contacts.filter(is_primary=True).first()
    lines = _lines(office, quote)
    if contact is not None and contact.email:
        if office.random.random() < 0.5:
            _mail_quotation(quote, case, contact, at)
        else:
            _agree_to_mail(quote, case, at, "IN_PERSON")
    whole = len(lines)
    if office.random.random() < breaks_off:
        lines = lines[: office.random.randrange(1, whole)]
    for number, (kind, detail, paper) in enumerate(lines):
        moment = at + timedelta(minutes=4 * number)
        perform(
            quotes.record_step, quote=quote, kind=kind, happened_at=moment, method="IN_PERSON",
            counterpart=case.company.contact, detail=detail, paper=paper, by=case.person, at=moment,
        )  # fmt: skip
    return len(lines) == whole


def _lines(office: Office, quote: Quote) -> list[Line]:
    papers = {paper.kind: paper for paper in Paper.objects.about(quote).filter(filed_at__gte=quote.offered_at)}
    declarations = [
        {"id": d.id, "version": d.version, "wording": d.wording, "value": "yes"}
        for d in quote.product_version.book.declarations
        if d.stage == "application"
    ]
    compared = len(insurers_sold(quote.inception_on)) > 1  # where it is one, saying so is the comparison
    told = hasattr(quote, "proposal")  # then wish and comparison are on record since the first conversation
    return [
        ("AUTHORITY_SHOWN", {}, None),
        *([("COMPARISON", _comparison(office, quote), None)] if compared and not told else []),
        *([] if told else [("INTENT_FIRST", {"text": office.random.choice(WISHES)}, None)]),
        ("DISCLOSURE_DELIVERED", {}, papers.get("DISCLOSURE")),
        ("DISCLOSURE_EXPLAINED", dict.fromkeys(SPOKEN_POINTS, True), None),
        ("QUESTIONNAIRE_SIGNED", {"declarations": declarations}, papers.get("QUESTIONNAIRE")),
        ("ANTISOCIAL", {"result": "clear", "source": "新聞記事データベース"}, None),
        ("CONDITION_CONFIRMED", {}, None),
        ("INTENT_FINAL", {"text": "見積のプランで申し込む", "changes": "当初の意向から変更なし"}, None),
    ]


def _comparison(office: Office, quote: Quote) -> dict[str, Any]:
    """What was shown beside the recommended product, and why this one (practice 2-2)."""
    sold = "、".join(f"{one.product.insurer} {one.product.name}" for one in products_sold_on(quote.inception_on))
    return {"shown": sold, **office.random.choice(COMPARISONS)}


def _mail_quotation(quote: Quote, case: Case, contact: Contact, at: datetime) -> None:
    """Some want to see the 見積書 before the visit, and agree on the phone to get it by mail."""
    _agree_to_mail(quote, case, at, "PHONE")
    perform(quotes.send_quotation, quote=quote, contact=contact, by=case.person, at=at)


def _agree_to_mail(quote: Quote, case: Case, at: datetime, method: str) -> None:
    """Once said, the consent stands for the years that follow."""
    if consent_at(quote.customer, at) is None:
        perform(
            record_consent, customer=quote.customer, said_by=case.company.contact, method=method, happened_at=at,
            by=case.person, at=at,
        )  # fmt: skip


def apply(office: Office, quote: Quote, case: Case, at: datetime) -> bool:
    """The customer applies for the last option. Returns whether the application could be taken."""
    ways = [way.code for way in quote.product_version.book.payments]  # the first is all at once: three of four pay so
    try:
        perform(
            quotes.apply, quote=quote, option=quote.options.order_by("position").last(), method="IN_PERSON",
            received_at=at, received_by=case.person,
            payment_way=office.random.choices(ways, [3, 1][: len(ways)])[0],
            applicant_name=case.company.contact, applicant_title=case.company.contact_title, by=case.person, at=at,
        )  # fmt: skip
    except Refused:
        return False  # too late for its inception: the desk shows it
    return True


def issue(office: Office, quote: Quote, case: Case, at: datetime) -> None:
    """The contract stands, once what it was accepted on is there. Without e-mail its papers go into the post."""
    underwriting.fulfil(office, quote, case, at)
    try:
        issued = perform(quotes.issue_quote, quote=quote, by=case.person, at=at)
    except Refused as refusal:  # the old contract has ended meanwhile
        perform(quotes.withdraw_quote, quote=quote, reason=refusal.message[:200], by=case.person, at=at)
        return
    policy = issued.policy
    assert policy is not None  # it was just issued
    if policy.delivery == Policy.Delivery.POST:
        office.diary.write_after(at, 1, 3, partial(_post, office, policy))


def _post(office: Office, policy: Policy, at: datetime) -> None:
    policy.refresh_from_db()
    perform(record_posting, policy=policy, seen_version=policy.version, by=office.clerk, at=at)
