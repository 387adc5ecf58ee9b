"""更改のご案内: the contract as it stands, what we need for the next, by when, and a form to answer on (practice 5).

Pages are built from what the nightly round has already read: no statement for a renewal.
"""

from dataclasses import dataclass
from datetime import date

from core.money import format_limit
from correspondence.pages import Addressee, Row, addressee_of, written_moment, written_term
from correspondence.papers import agency_head
from customers.queries import primary_contact
from policies.papers import cover_rows, insured_parties, rated_on
from policies.terms import Terms
from renewals.calendar import RenewalCalendar
from renewals.models import Renewal

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
    needed: tuple[Row, ...]
    contact: tuple[Row, ...]


def notice_page(renewal: Renewal, *, made_on: date, calendar: RenewalCalendar) -> RenewalNoticePage:
    """The page of a renewal's notice, made on that day."""
    policy, agency = renewal.policy, renewal.agency
    terms = policy.agreed
    return RenewalNoticePage(
        agency=agency_head(agency, renewal.owner),
        addressee=addressee_of(renewal.customer, primary_contact(renewal.customer)),
        ends=written_moment(renewal.term_end_at),
        answer_by=renewal.answer_by(made_on, calendar),
        insurer=policy.insurer,
        contract=(
            Row("証券番号", policy.number),
            Row("保険契約者", renewal.customer.name),
            *(Row(party.role, party.name) for party in insured_parties(terms, renewal.customer.name)),
            Row("保険の種類", f"{terms.product_label} {terms.plan_label}".strip(), f"引受保険会社 {policy.insurer}"),
            Row("保険期間", written_term(policy.starts_at, policy.ends_at)),
        ),
        cover=cover_rows(terms),
        riders=tuple(rider.label for rider in terms.riders),
        premium_label=policy.premium_label,
        premium_yen=policy.premium_now_yen,
        payment=terms.payment_label,
        rated_on=rated_on(terms),
        proposal=_proposal(renewal, terms),
        needed=NEEDED,
        contact=_contact(renewal),
    )


PREMIUM_TO_COME = "新しい売上高と告知の内容をうかがってから、見積書でご案内します。"
NEEDED = (
    Row("売上高の資料", "直近の会計年度の売上高(税込)が分かるもの(決算書の写しなど)"),
    Row("告知書", "担当者からご案内します。前回のご回答を確認し、今年の状況をお答えください。"),
    Row("変更のご連絡", "業種、子会社、海外売上高、ご希望の補償に変更があればお知らせください。"),
)


def _proposal(renewal: Renewal, terms: Terms) -> tuple[Row, ...]:
    """更改条件案: the same cover for the year after; its premium cannot be said before the sales are known."""
    limits = "、".join(f"{line.label} {format_limit(line.limit_yen)}" for line in terms.cover)
    next_term = f"{written_moment(renewal.term_end_at)}から1年間"
    return (
        Row("保険期間", next_term, "満期と同じ時刻に始まり、補償は途切れません。"),
        Row("補償", f"現在のご契約と同じ({limits})", "ご希望により変更できます。"),
        Row("保険料", PREMIUM_TO_COME, "現在の保険料から変わることがあります。"),
    )


def _contact(renewal: Renewal) -> tuple[Row, ...]:
    agency, owner = renewal.agency, renewal.owner
    reply = owner.email or agency.email
    return (Row("担当者", f"{agency.name} {owner.name}"), Row("電話", agency.phone), Row("メール", reply))
