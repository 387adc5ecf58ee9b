"""契約終了のお知らせ and 異動承認書: the papers of what happens to a contract on its way."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.clock import jst
from core.money import format_yen
from correspondence.actions import file_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Row, addressee_of, written_day, written_moment, written_term
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from policies.letters import balance_words, difference_words
from policies.models import Cancellation, Endorsement, Policy
from policies.papers.certificate import cover_rows, insured_parties, rated_on
from policies.states import FROM_THE_START

CANCELLATION = "papers/cancellation.html"
ENDORSEMENT = "papers/endorsement.html"


@dataclass(frozen=True, slots=True)
class CancellationPage:
    """What a 契約終了のお知らせ says."""

    agency: dict[str, str]
    addressee: Addressee
    contract: tuple[Row, ...]
    ends: str
    result: str
    calculation: tuple[Row, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndorsementPage:
    """What a 異動承認書 says."""

    agency: dict[str, str]
    addressee: Addressee
    contract: tuple[Row, ...]
    days: tuple[Row, ...]
    changes: tuple[dict[str, str], ...]
    result: str
    calculation: tuple[Row, ...]
    terms: tuple[Row, ...]
    remarks: tuple[str, ...]


def file_cancellation(policy: Policy, ended: Cancellation, *, by: User, at: datetime) -> Paper:
    """File the paper that says until when there is cover and what becomes of the premium."""
    page = CancellationPage(
        agency=agency_head(policy.agency, policy.in_charge),
        addressee=addressee_of(policy.customer),
        contract=(
            *_contract(policy),
            Row("終了の種類", ended.get_end_display()),
            Row("申出日・通知日", written_day(ended.requested_on), ended.requested_by),
            Row("理由", ended.reason),
        ),
        ends=written_moment(ended.ends_at),
        result=balance_words(ended),
        calculation=_calculation(ended.lines),
        remarks=_remarks(ended),
    )
    return file_paper(
        agency=policy.agency, key=f"policy:{policy.number}:cancellation", kind=PaperKind.CANCELLATION,
        template=CANCELLATION, page=page, subject=policy.number, dated_on=jst(at).date(),
        counterparty=policy.customer.name, amount_yen=ended.refund_yen, about=[policy, policy.customer], by=by, at=at,
    )  # fmt: skip


def _remarks(ended: Cancellation) -> tuple[str, ...]:
    held = (
        "この契約は、はじめから補償がなかったものとして扱われます。"
        if ended.end in FROM_THE_START
        else "終了日時より後に起きた事故は、この契約の補償の対象になりません。"
    )
    paid = "計算は、払込期日の来た保険料がすべて払い込まれていることを前提としています。"
    return (held, paid, *_assumed(ended.lines))


def file_endorsement(policy: Policy, change: Endorsement, *, by: User, at: datetime) -> Paper:
    """File the insurer's consent to a change, beside the 証券 that stays as it was issued."""
    late = ("変更のご連絡が変更日より後でした。変更は、起きる前かその後すぐにご連絡ください。",)
    page = EndorsementPage(
        agency=agency_head(policy.agency, policy.in_charge),
        addressee=addressee_of(policy.customer),
        contract=_contract(policy),
        days=(
            Row("異動番号", f"第{change.number}回"),
            Row("変更日", f"{written_day(change.changes_on)}午後4時から"),
            Row("通知日", written_day(change.noticed_on)),
            Row("承認日", written_day(change.approved_on), f"承認番号 {change.approval_reference}"),
            Row("変更の事由", change.reason),
        ),
        changes=tuple(change.changes),
        result=difference_words(change.difference_yen),
        calculation=_calculation(change.lines),
        terms=_terms(policy, change),
        remarks=(*(late if change.is_told_late else ()), *_assumed(change.lines)),
    )
    return file_paper(
        agency=policy.agency, key=f"policy:{policy.number}:endorsement:{change.number}", kind=PaperKind.ENDORSEMENT,
        template=ENDORSEMENT, page=page, subject=policy.number, dated_on=jst(at).date(),
        counterparty=policy.customer.name, amount_yen=abs(change.difference_yen), about=[policy, policy.customer],
        by=by, at=at,
    )  # fmt: skip


def _contract(policy: Policy) -> tuple[Row, ...]:
    return (
        Row("証券番号", policy.number),
        Row("保険契約者", policy.agreed.policyholder or policy.customer.name),
        Row("保険の種類", f"{policy.agreed.product_label} {policy.agreed.plan_label}".strip()),
        Row("引受保険会社", policy.insurer),
        Row("保険期間", written_term(policy.starts_at, policy.ends_at)),
    )


def _terms(policy: Policy, change: Endorsement) -> tuple[Row, ...]:
    """The contract as it stands with this change."""
    terms = policy.agreed
    return (
        *(Row(party.role, party.name) for party in insured_parties(terms, policy.customer.name)),
        *cover_rows(terms),
        Row("特約・追加条項", "、".join(rider.label for rider in terms.riders) or "なし"),
        *rated_on(terms),
        Row("保険料(保険期間の全体)", format_yen(change.premium_yen)),
    )


def _calculation(lines: list[dict[str, str]]) -> tuple[Row, ...]:
    return tuple(Row(line["label"], _yen(line["amount"]), line["figure"]) for line in lines)


def _yen(amount: str) -> str:
    """The exact amount as far as two places; the rounding has a line of its own."""
    whole, _, rest = amount.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    places = rest[:2].rstrip("0")
    return f"{sign}{int(digits):,}{'.' + places if places else ''}円"


def _assumed(lines: list[dict[str, str]]) -> tuple[str, ...]:
    if any(line["kind"] == "assumption" for line in lines):
        return ("計算の方法に当社の想定を含みます。金額は保険会社の計算により変わることがあります。",)
    return ()
