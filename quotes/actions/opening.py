"""Opening a quote, for a new customer's wish or a renewal, and saying what the company is."""

from dataclasses import replace
from datetime import date, datetime

from accounts.models import User
from accounts.permissions import check_can_write
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.money import format_limit
from core.numbering import next_number
from customers.actions import record_sales
from customers.models import Customer, SalesFigure
from policies.models import Policy
from policies.permissions import check_can_renew, check_can_resume
from products.bank import bank
from products.models import ProductVersion
from products.terms import check_begins
from quotes.actions.following import take_over_endorsed
from quotes.actions.moving import about, locked, touch
from quotes.actions.options import add_plan_of, reprice
from quotes.carrying import fills
from quotes.experience import with_claims
from quotes.facts import RiskFacts, facts_from
from quotes.models import Answer, Quote
from quotes.permissions import check_can_edit_quote
from quotes.queries import answers_given, as_earlier, facts_of_customer
from quotes.rules import check_inception, check_renewal_inception, check_sold, check_starts_later

SERIES = "quote"


@action
def open_quote(
    *,
    customer: Customer,
    product_version: ProductVersion,
    inception_on: date,
    renewal_of: Policy | None = None,
    resumes: Policy | None = None,
    like: Quote | None = None,
    by: User,
    at: datetime,
) -> Quote:
    """Open a quote. What the customer answered before, in whichever carrier's form, is filled in and counts only
    after he confirmed it. A renewal brings last year's facts and chosen cover along, except the sales (checks 27).

    `resumes`: a contract that has ended. What follows is a new contract from a day to come, never back over the hours
    in which nobody was insured; facts, answers and cover are carried as for a renewal.

    `like`: another quote of the same customer, whose facts are taken over (another product for the same wish).
    """
    on = jst(at).date()
    check_can_write(by)
    if not by.is_robot and customer.agency_id != by.agency_id:
        raise Refused("ほかの代理店のお客さまの見積は作成できません。")
    check_sold(product_version.starts_on, product_version.ends_on, inception_on)
    if product_version.is_superseded:
        raise Refused(
            "この商品の版は差し替えられました。画面を開き直して、商品を選び直してください。", field="product_version"
        )
    if renewal_of is None:
        check_inception(inception_on, on)
        check_begins(product_version.book, inception_on, on)
        if resumes is not None:
            check_can_resume(by, resumes, at)
            check_starts_later(inception_on, at)
            if resumes.customer_id != customer.pk:
                raise Refused(f"{resumes.number}は別のお客さまの契約です。契約を確認してください。")
    else:
        check_can_renew(by, renewal_of, on)
        check_renewal_inception(inception_on, renewal_of.ends_on)
        if renewal_of.customer_id != customer.pk:
            raise Refused(f"{renewal_of.number}は別のお客さまの契約です。更改する契約を確認してください。")
    if like is not None and like.customer_id != customer.pk:
        raise Refused("別のお客さまの見積は引き継げません。お客さまを確認してください。")
    before = renewal_of or resumes
    last: Quote | None = getattr(before, "quote", None)  # a policy taken over from elsewhere has none
    first = facts_from(like.facts) if like else _first_facts(customer, product_version, last)
    quote = Quote.objects.create(
        agency=customer.agency,
        customer=customer,
        number=f"Q-{on.year}-{next_number(SERIES, on.year):06d}",
        product_version=product_version,
        inception_on=inception_on,
        in_charge=customer.in_charge if by.is_robot else (renewal_of.in_charge if renewal_of else by),
        renewal_of=renewal_of,
        resumes=resumes,
        facts=with_claims(first, before).as_json(),
        opened_at=at,
        opened_by=by,
    )
    carried = _carry_answers(quote, by, at)
    if last is not None:
        add_plan_of(last, quote)
    if before is not None:
        take_over_endorsed(quote, before)
    words = "見積"
    if before is not None:
        words = f"{before.number}の更改の見積" if renewal_of else f"終わった契約{before.number}に続く新しい契約の見積"
    record(
        "quotes.open_quote", f"{words}{quote.number}({product_version.product.name})を作成しました。",
        about=[*about(quote), *([before] if before else [])], by=by, at=at, carried=carried,
    )  # fmt: skip
    return quote


def _first_facts(customer: Customer, version: ProductVersion, last: Quote | None) -> RiskFacts:
    """Last year's facts without the sales, or what the customer's file knows."""
    if last is not None:
        return facts_from(last.facts).without_sales()
    known = facts_of_customer(customer)
    return known if version.book.industry(known.industry) else replace(known, industry="")


def _carry_answers(quote: Quote, by: User, at: datetime) -> int:
    """Fill the form with what the customer said before, in whichever form; marked as not confirmed.

    A declaration is made anew every time and is not carried.
    """
    earlier = answers_given(quote.customer)
    rows = {answer.pk: answer for answer in earlier}
    # Of a renewal the answers have to be fresh when the new contract begins.
    on = quote.inception_on if quote.is_renewal else jst(at).date()
    chosen = fills(quote.product_version.book, map(as_earlier, earlier), bank(), on)
    Answer.objects.bulk_create(
        Answer(
            quote=quote, question_id=fill.question.id, wording=fill.question.wording,
            wording_version=fill.question.version, value=fill.earlier.value, is_carried=True,
            carried_from=(old := rows[fill.earlier.key]), source=old.source, given_by=old.given_by,
            evidence_id=old.evidence_id, answered_at=at, answered_by=by,
        )
        for fill in chosen
    )  # fmt: skip
    return len(chosen)


@action
def save_facts(
    *, quote: Quote, facts: RiskFacts, inception_on: date, seen_version: int, by: User, at: datetime
) -> Quote:
    """Say what the company is and sells. The year's sales also go to the customer's file; every option is repriced."""
    row = locked(quote, seen_version)
    check_can_edit_quote(by, row)
    if row.renewal_of is not None:
        check_renewal_inception(inception_on, row.renewal_of.ends_on)
    elif inception_on != row.inception_on:
        check_inception(inception_on, jst(at).date())
        check_begins(row.product_version.book, inception_on, jst(at).date())
    check_sold(row.product_version.starts_on, row.product_version.ends_on, inception_on)
    if facts.industry and row.product_version.book.industry(facts.industry) is None:
        raise Refused("この商品の業種一覧にない業種です。業種を選び直してください。", field="industry")
    facts = replace(facts, claims_in_term=facts_from(row.facts).claims_in_term)  # told by the claims, typed by nobody
    if facts.as_json() == row.facts and inception_on == row.inception_on:
        return row
    row.facts, row.inception_on = facts.as_json(), inception_on
    touch(row)
    row.save(update_fields=["facts", "inception_on"])
    _tell_sales(row, facts, by, at)
    reprice(row)
    sales = format_limit(facts.sales_yen) if facts.sales_yen is not None else "未入力"
    record(
        "quotes.save_facts", f"見積{row.number}のリスク情報を保存しました(売上高 {sales})。",
        about=[row], by=by, at=at, facts=row.facts,
    )  # fmt: skip
    return row


def _tell_sales(quote: Quote, facts: RiskFacts, by: User, at: datetime) -> None:
    """The customer's file learns the figure, unless it knows it already."""
    if facts.sales_yen is None or facts.fiscal_year_end is None or not facts.sales_kind:
        return
    known = quote.customer.sales_figures.filter(
        fiscal_year_end=facts.fiscal_year_end, kind=facts.sales_kind, sales_yen=facts.sales_yen
    )
    if not known.exists():
        record_sales(
            customer=quote.customer, fiscal_year_end=facts.fiscal_year_end, kind=facts.sales_kind,
            tax=SalesFigure.Tax.INCLUDED, sales_yen=facts.sales_yen, by=by, at=at,
        )  # fmt: skip
