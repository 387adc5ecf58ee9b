"""事故連絡票: what the caller told us, for the insurer. It states facts and judges no cover (checks 29, 33)."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from claims.models import Claim
from claims.queries import clock_of
from claims.rules.breach import BreachClock
from claims.states import Measure
from core.clock import jst
from correspondence.actions import file_paper, revise_paper
from correspondence.models import Paper
from correspondence.pages import Addressee, Row, written_day, written_moment, written_term
from correspondence.papers import agency_head
from correspondence.states import PaperKind
from policies.models import Policy
from policies.papers import cover_rows, insured_parties

TEMPLATE = "papers/claim_notice.html"
MUST_REPORT = {True: "該当する", False: "該当しない(現在分かっている範囲)", None: "本人の数が分かりしだい確認"}
FOLLOW_UP = "前回の連絡後の変更を反映"


@dataclass(frozen=True, slots=True)
class Tick:
    """A box on the form, ticked or not."""

    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class TermCheck:
    """One contract against the moments that count: facts of the term only."""

    number: str
    sentences: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ClaimNoticePage:
    """What a 事故連絡票 says."""

    agency: dict[str, str]
    addressee: Addressee
    who: str
    received: tuple[Row, ...]
    dates: tuple[Row, ...]
    kind: str
    description: str
    measures: tuple[Tick, ...]
    measures_note: str
    contact: tuple[Row, ...]
    leak: tuple[Row, ...]
    funds_lost: bool
    reports: tuple[Row, ...]
    policy: tuple[Row, ...]
    checks: tuple[TermCheck, ...]
    agency_contact: tuple[Row, ...]


def claim_notice_page(claim: Claim) -> ClaimNoticePage:
    """The page of a claim's notice as the claim stands now."""
    agency = claim.agency
    return ClaimNoticePage(
        agency=agency_head(agency, claim.owner),
        addressee=Addressee(f"{claim.policy.insurer if claim.policy else '引受保険会社'} 事故受付窓口"),
        who=claim.who,
        received=(
            Row("事故番号", claim.number),
            Row("受付日時", written_moment(claim.reported_at)),
            Row("受付者", f"{agency.name} {claim.created_by.name}"),
        ),
        dates=_dates(claim),
        kind=claim.get_kind_display(),
        description=claim.description,
        measures=tuple(Tick(str(measure.label), measure.value in claim.measures) for measure in Measure),
        measures_note=claim.measures_note,
        contact=_contact(claim),
        leak=_leak(claim, clock_of(claim)),
        funds_lost=claim.funds_lost,
        reports=tuple(
            Row(
                f"{report.get_authority_display()} {report.name}",
                written_day(report.reported_on),
                f"受理番号 {report.reference}" if report.reference else "受理番号は未確認",
            )
            for report in claim.reports.all()
        ),
        policy=_policy(claim.policy, claim.occurred_at or claim.discovered_at) if claim.policy else (),
        checks=_checks(claim),
        agency_contact=(
            Row("担当者", claim.owner.name),
            Row("電話", agency.phone, f"営業時間 {agency.opens_at:%H:%M}から{agency.closes_at:%H:%M}まで(平日)"),
            Row("メール", claim.owner.email or agency.email),
        ),
    )


def file_claim_notice(claim: Claim, by: User, at: datetime) -> Paper:
    """File the notice for the insurer; when the claim has changed since, as the next revision. Both stay."""
    page = claim_notice_page(claim)
    on = jst(at).date()
    latest = Paper.objects.filter(kind=PaperKind.CLAIM_NOTICE, subject=claim.number).order_by("-revision").first()
    if latest is not None:
        return revise_paper(
            paper=latest, page=page, correction=FOLLOW_UP, counterparty=_counterparty(claim), dated_on=on, by=by, at=at
        )
    return file_paper(
        agency=claim.agency,
        key=f"claim:{claim.number}:notice",
        kind=PaperKind.CLAIM_NOTICE,
        template=TEMPLATE,
        page=page,
        subject=claim.number,
        dated_on=on,
        counterparty=_counterparty(claim),
        about=[thing for thing in (claim, claim.policy, claim.customer) if thing is not None],
        by=by,
        at=at,
    )


def _counterparty(claim: Claim) -> str:
    return claim.policy.insurer if claim.policy else claim.who


def _dates(claim: Claim) -> tuple[Row, ...]:
    """Each date on its own line; what is not known is said (practice 6-1, 6-2)."""
    warned = "はい(まだ請求はないが、請求を受けるおそれがあるとの通知)" if claim.is_circumstance else "いいえ"
    return (
        Row("事故の発生日時", written_moment(claim.occurred_at) or "不明"),
        Row("事故の発見日時", written_moment(claim.discovered_at)),
        Row("損害賠償の請求を受けた日時", written_moment(claim.claimed_at) or "請求は受けていない", claim.claimant),
        Row("代理店への通知日時", written_moment(claim.reported_at)),
        Row("おそれの通知", warned),
    )


def _contact(claim: Claim) -> tuple[Row, ...]:
    return (
        Row("会社名", claim.who),
        Row("連絡者", claim.reporter_name),
        Row("緊急連絡先", claim.reporter_phone or "未確認"),
        Row("メール", claim.reporter_email or "未確認"),
    )


def _leak(claim: Claim, clock: BreachClock | None) -> tuple[Row, ...]:
    """個人データの漏えい等: what is known, and the days of the reports the customer owes the authorities."""
    if clock is None:
        return ()
    persons = f"{claim.leak_persons:,}人" if claim.leak_persons is not None else "確認中"
    rows = [Row("本人の数", persons), Row("報告の対象", MUST_REPORT[clock.must_report], "、".join(clock.reasons))]
    if clock.must_report is not False:
        first, last = written_day(clock.preliminary_from), written_day(clock.preliminary_until)
        moved = f"(期限の日{written_day(clock.moved_from)}が閉庁日のため翌開庁日)" if clock.moved_from else ""
        rows += [
            Row("知った日", written_day(clock.known_on), "この日を1日目として数えます。"),
            Row("速報の目安", f"{first}から{last}まで"),
            Row("確報の期限", f"{written_day(clock.final_on)}({clock.final_days}日以内)", moved),
        ]
    return tuple(rows)


def _policy(policy: Policy, at: datetime) -> tuple[Row, ...]:
    """The contract as it was at the event, whatever was endorsed since."""
    terms = policy.agreed_at(at)
    return (
        Row("証券番号", policy.number),
        Row("保険の種類", f"{terms.product_label} {terms.plan_label}".strip()),
        Row("保険契約者", policy.customer.name),
        *(Row(party.role, party.name) for party in insured_parties(terms, policy.customer.name)),
        Row("保険期間", written_term(policy.starts_at, policy.ends_at)),
        *cover_rows(terms),
        Row("追加条項", "、".join(rider.label for rider in terms.riders) or "なし"),
        Row("払込方法", terms.payment_label),
    )


def _checks(claim: Claim) -> tuple[TermCheck, ...]:
    """What was said about the term when the claim was last assessed, word for word."""
    return tuple(
        TermCheck(
            found["number"],
            tuple(Row(coverage["label"], coverage["sentence"]) for coverage in found["coverages"]),
        )
        for found in claim.cover.get("policies", ())
    )
