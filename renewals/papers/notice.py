"""更改のご案内: the contract as it stands, what we need for the next, by when, and a form to answer on (practice 5).

Pages are built from what the nightly round has already read: no statement for a renewal.
"""

from dataclasses import dataclass
from datetime import date

from core.money import format_limit, format_yen
from correspondence.pages import Addressee, Row, addressee_of, written_moment, written_term
from correspondence.papers import agency_head
from customers.queries import primary_contact
from policies.papers import cover_rows, insured_parties, rated_on
from policies.terms import Terms
from renewals.calendar import RenewalCalendar
from renewals.models import Renewal, RenewalTerms
from renewals.reasons import signed

TEMPLATE = "papers/renewal_notice.html"


@dataclass(frozen=True, slots=True)
class RenewalNoticePage:
    """What a 更改のご案内 says."""

    agency: dict[str, str]
    addressee: Addressee
    ends: str
    answer_by: date
    insurer: str
    contract: tuple[Row, ...]
    cover: tuple[Row, ...]
    riders: tuple[str, ...]
    premium_label: str
    premium_yen: int
    payment: str
    rated_on: tuple[Row, ...]
    proposal: tuple[Row, ...]
    steps: tuple[Row, ...]
    by_link: bool
    needed: tuple[Row, ...]
    contact: tuple[Row, ...]


def notice_page(
    renewal: Renewal,
    *,
    made_on: date,
    calendar: RenewalCalendar,
    terms: RenewalTerms | None = None,
    by_link: bool = False,
) -> RenewalNoticePage:
    """The page of a renewal's notice, made on that day: with the premium where its terms have one, and with the way
    through the customer's own page where the mail brings him its link."""
    policy, agency = renewal.policy, renewal.agency
    agreed = policy.agreed
    return RenewalNoticePage(
        agency=agency_head(agency, renewal.owner),
        addressee=addressee_of(renewal.customer, primary_contact(renewal.customer)),
        ends=written_moment(renewal.term_end_at),
        answer_by=renewal.answer_by(made_on, calendar),
        insurer=policy.insurer,
        contract=(
            Row("証券番号", policy.number),
            Row("保険契約者", renewal.customer.name),
            *(Row(party.role, party.name) for party in insured_parties(agreed, renewal.customer.name)),
            Row("保険の種類", f"{agreed.product_label} {agreed.plan_label}".strip(), f"引受保険会社 {policy.insurer}"),
            Row("保険期間", written_term(policy.starts_at, policy.ends_at)),
        ),
        cover=cover_rows(agreed),
        riders=tuple(rider.label for rider in agreed.riders),
        premium_label=policy.premium_label,
        premium_yen=policy.premium_now_yen,
        payment=agreed.payment_label,
        rated_on=rated_on(agreed),
        proposal=_proposal(renewal, agreed, terms),
        steps=_steps(terms, by_link),
        by_link=by_link,
        needed=_needed(agreed, by_link),
        contact=_contact(renewal),
    )


PREMIUM_TO_COME = "新しい売上高と告知の内容をうかがってから、見積書でご案内します。"
OFFER_ENCLOSED = "内訳と前年との比較は、同封の「更改条件のご提案」をご覧ください。"


def _proposal(renewal: Renewal, agreed: Terms, terms: RenewalTerms | None) -> tuple[Row, ...]:
    """更改条件案: the same cover for the year after, and its premium where it is known."""
    limits = "、".join(f"{line.label} {format_limit(line.limit_yen)}" for line in agreed.cover)
    next_term = f"{written_moment(renewal.term_end_at)}から1年間"
    return (
        Row("保険期間", next_term, "満期と同じ時刻に始まり、補償は途切れません。"),
        Row("補償", f"現在のご契約と同じ({limits})", "ご希望により変更できます。"),
        _premium(renewal.policy.premium_now_yen, terms),
    )


def _premium(before_yen: int, terms: RenewalTerms | None) -> Row:
    """Of 簡易 the offer itself; of 通常 nothing before this year's facts are known."""
    if terms is None or terms.premium_yen is None or not terms.is_simple:
        return Row("保険料", PREMIUM_TO_COME, "現在の保険料から変わることがあります。")
    change = signed(terms.premium_yen - before_yen)
    words = f"{format_yen(terms.premium_yen)}(現在のご契約との差 {change})"
    estimate = "前年の売上高による試算です。今年の売上高が大きく変わらなければ、この保険料で更改できます。"
    return Row("保険料", words, f"{estimate if terms.sales_are_last_years else ''}{OFFER_ENCLOSED}")


def _steps(terms: RenewalTerms | None, by_link: bool) -> tuple[Row, ...]:
    """What the customer does, one after another."""
    if not by_link:
        return (
            Row("1. ご返答", "末尾の回答票、お電話またはメールで、更改のご意向をお知らせください。"),
            Row("2. 告知", "前回のご回答をもとに、変わったところだけを担当者が確認します。"),
            Row("3. お申込み", "見積書と重要事項説明書をご確認のうえ、お申し込みください。"),
        )
    simple = terms is not None and terms.is_simple
    last = "そのまま、重要事項の確認とお申込みに進めます。" if simple else "担当者が見積書をお送りし、ご説明します。"
    return (
        Row("1. ページを開く", "ご案内のメールにあるお客さま用ページのリンクを開いてください。"),
        Row(
            "2. 確認する",
            "今年の売上高と、変わったところだけを答えます。変わらない項目は一度に確認でき、3分ほどで終わります。",
        ),
        Row("3. お申込み", last),
    )


def _needed(agreed: Terms, by_link: bool) -> tuple[Row, ...]:
    before = f"前回は{format_limit(agreed.sales_yen)}{f'({agreed.sales_label})' if agreed.sales_label else ''}でした。"
    asked = "お客さま用ページで" if by_link else "担当者からご案内します。"
    return (
        Row("売上高の資料", "直近の会計年度の売上高(税込)が分かるもの(決算書の写しなど)", before),
        Row("告知書", f"{asked}前回のご回答を確認し、今年の状況をお答えください。"),
        Row("変更のご連絡", "業種、子会社、海外売上高、ご希望の補償に変更があればお知らせください。"),
    )


def _contact(renewal: Renewal) -> tuple[Row, ...]:
    agency, owner = renewal.agency, renewal.owner
    reply = owner.email or agency.email
    return (Row("担当者", f"{agency.name} {owner.name}"), Row("電話", agency.phone), Row("メール", reply))
