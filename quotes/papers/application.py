"""申込書: all terms of the contract applied for, what was declared, what was consented to, and who applied."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from core.clock import jst
from core.errors import Refused
from correspondence.models import Paper
from correspondence.pages import (
    Addressee,
    Comparison,
    Party,
    Payment,
    Row,
    Signer,
    customer_party,
    written_day,
    written_moment,
)
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from products.scoring import YES_NO
from quotes.models import Application, Quote
from quotes.papers.offer import Offer, authority, cover_lines, file_offer_paper, labels, offer_of, risk_rows
from quotes.papers.questionnaire import addressee_of_insurer
from quotes.papers.quotation import underwriting_conditions
from quotes.queries import declarations_made, subsidiaries
from quotes.states import Method

TEMPLATE = "papers/application.html"
CONSENTS = (
    "重要事項説明書(契約概要・注意喚起情報)の交付を受け、その説明を聞き、内容を確認しました。",
    "告知書がこの申込みの一部となることに同意します。",
    "補償の内容、支払限度額、保険期間、保険料と払込方法が、当社の意向に沿っていることを確認しました。",
    "重要事項説明書に記載された個人情報の取扱いに同意します。",
)


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """What a 申込書 says."""

    agency: dict[str, str]
    addressee: Addressee
    edition: int
    product: str
    policy_form: str
    plan: str
    term: str
    parties: tuple[Party, ...]
    cover: Comparison
    premium_label: str
    premium_yen: int
    is_reference: bool
    payment: str
    payments: tuple[Payment, ...]
    total_yen: int
    minimum_yen: int
    conditions: tuple[str, ...]
    risk: tuple[Row, ...]
    declared: tuple[Row, ...]
    consents: tuple[str, ...]
    signer: Signer
    method: str
    received_on: date
    steps: tuple[Row, ...]
    authority: tuple[Row, ...]
    renews: str


def application_page(quote: Quote) -> ApplicationPage:
    """The page of a quote's 申込書. Refused before the customer applied."""
    people = ("received_by", "early_start_approved_by")
    application = Application.objects.filter(quote=quote).select_related(*people).first()
    offer = offer_of(quote)
    if application is None or len(offer.options) != 1 or offer.options[0].option.premium_yen is None:
        raise Refused("申込書は、申込を受け付けてから作成します。")
    chosen, book, customer = offer.options[0], offer.book, quote.customer
    payment = book.payment(application.payment_way)
    payments = tuple(
        Payment(f"第{part['number']}回", written_day(date.fromisoformat(part["due_on"])), part["amount_yen"])
        for part in application.instalments
    )
    return ApplicationPage(
        agency=agency_head(quote.agency, quote.in_charge),
        addressee=addressee_of_insurer(book),
        edition=quote.edition,
        product=book.name,
        policy_form=book.policy_form,
        plan=chosen.option.label,
        term=offer.term,
        parties=_parties(quote),
        cover=Comparison(labels(offer.options), cover_lines(book, offer.options)),
        premium_label=offer.premium_label,
        premium_yen=chosen.option.premium_yen or 0,
        is_reference=chosen.option.is_reference,
        payment=payment.label if payment else application.payment_way,
        payments=payments,
        total_yen=sum(part.amount_yen for part in payments),
        minimum_yen=book.minimum_yen,
        conditions=underwriting_conditions(quote),
        risk=risk_rows(offer),
        declared=_declared(quote, offer),
        consents=(*CONSENTS, *declarations_made(quote)),
        signer=Signer(customer.name, application.applicant_name, application.applicant_title),
        method=Method(application.method).label,
        received_on=application.received_on,
        steps=_steps(application),
        authority=authority(offer, application.received_by),
        renews=quote.renewal_of.number if quote.renewal_of else "",
    )


def file_application(quote: Quote, *, by: User, at: datetime) -> Paper:
    """File the 申込書 of the offer the customer took."""
    return file_offer_paper(offer_of(quote), PaperKind.APPLICATION, TEMPLATE, application_page(quote), by=by, at=at)


def _parties(quote: Quote) -> tuple[Party, ...]:
    customer = quote.customer
    added = subsidiaries(quote)
    group = quote.product_version.book.group
    if group is not None:
        parties = (
            Party("保険契約者(団体)", group.policyholder),
            customer_party(customer, f"被保険者({group.member_label})"),
        )
    else:
        insured = Party("記名被保険者", customer.name, address="住所は保険契約者に同じ")
        parties = (customer_party(customer, "保険契約者"), insured)
    return (*parties, Party("被保険者(追加)", "、".join(added))) if added else parties


def _declared(quote: Quote, offer: Offer) -> tuple[Row, ...]:
    """告知の要約: how many answers of each kind, when and by whom, and what was said about past events."""
    answers = [answer for answer in quote.answers.all() if answer.counts]
    said = {word: sum(answer.value == code for answer in answers) for code, word in YES_NO.items()}
    counts = "、".join(f"{word} {count}問" for word, count in said.items() if count)
    last = max((jst(answer.answered_at).date() for answer in answers), default=None)
    people = "、".join(dict.fromkeys(f"{answer.given_by} 様" for answer in answers))
    how_many = f"{len(answers)}問({counts})" if counts else f"{len(answers)}問"
    rows = [
        Row("告知書", f"見積番号 {quote.number} 第{quote.edition}版の告知書のとおり"),
        Row("回答", how_many, f"{people} {written_day(last)}"),
    ]
    history = {question.id for question in offer.book.questions if question.section == "history"}
    history |= {part.id for part in offer.book.declarations if part.stage == "quote"}
    rows += [
        Row(answer.wording, YES_NO[str(answer.value)])
        for answer in answers
        if answer.question_id in history and str(answer.value) in YES_NO
    ]
    return tuple(rows)


def _steps(application: Application) -> tuple[Row, ...]:
    received = f"{written_moment(application.received_at)}({Method(application.method).label})"
    rows = [
        Row("重要事項説明書の交付", written_moment(application.disclosure_delivered_at)),
        Row("申込みの受付", received, f"受付 {application.received_by.name}"),
    ]
    if approver := application.early_start_approved_by:
        rows.append(Row("始期が申込日より前となる理由", application.early_start_reason, f"承認 {approver.name}"))
    return tuple(rows)
