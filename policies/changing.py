"""The changed terms of a contract (異動), worked out from what the insurer approved. Reads, writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from core.clock import jst
from core.errors import Refused
from policies.comparing import Difference, changes
from policies.covering import cover_lines, rider_lines, selection_of_terms
from policies.judging import Judgement, Side, judged
from policies.models import Policy
from policies.pricing import Known, TariffPremium, known_of
from policies.states import PremiumBasis
from policies.terms import Insured, Terms
from products import refunds
from products.book import Book
from products.choosing import Toggle, label_of, ready_made, toggles_of
from products.facts import COMMON_COVERAGES
from products.risks import Selection, selection_of


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different. `limits` by the coverage's code, 0 takes it away and one the contract has not adds it;
    `riders` is the whole set that was chosen. What is None, empty or missing stays."""

    limits: Mapping[str, int] = field(default_factory=dict)
    plan: str = ""
    deductible_yen: int | None = None
    waiting_hours: int | None = None
    riders: Sequence[str] | None = None
    industry: str = ""
    sales_yen: int | None = None
    named: str = ""
    added: Sequence[str] | None = None


@dataclass(frozen=True)
class Draft:
    """A contract with its changed terms beside it, before anybody has said what the change costs."""

    policy: Policy
    before: Selection
    after: Selection
    terms: Terms

    @property
    def book(self) -> Book:
        return self.policy.product_version.book

    @cached_property
    def known(self) -> Known:
        """What the house knows of the company, and what the tariff says."""
        return known_of(self.policy, self.terms)

    @cached_property
    def judgement(self) -> Judgement:
        """What the contract's own book says to the change."""
        return judged(self.book, Side(self.before, self.known.before), Side(self.after, self.known.after))

    def toggles(self) -> tuple[Toggle, ...]:
        """Every rider one may add or take away, and those of the contract the book does not know."""
        words = {line.code: line for line in self.policy.agreed.riders}
        strangers = (
            Toggle(code, words[code].label, "この商品の今の帳簿にない追加条項です。", code in self.after.riders, "")
            for code in words
            if self.book.rider(code) is None
        )
        return (*toggles_of(self.book, self.after, self.known.after), *strangers)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change comes to: the new terms, what is different, the premium and the difference for the rest."""

    terms: Terms
    differences: tuple[Difference, ...]
    before_yen: int
    tariff: TariffPremium
    underwriting: tuple[str, ...]
    premium_yen: int
    basis: PremiumBasis
    difference: refunds.Difference

    @property
    def departs_from_tariff(self) -> bool:
        """The insurer's premium is another than the tariff's: somebody should know why."""
        return self.tariff.premium_yen is not None and self.tariff.premium_yen != self.premium_yen

    @property
    def more(self) -> str:
        """What the whole term costs more, or less."""
        return f"{more:+,}円" if (more := self.premium_yen - self.before_yen) else "0円"


def draft_of(policy: Policy, change: Change) -> Draft:
    """The contract as it would stand. Refused where a word is not the book's."""
    before, book = policy.agreed, policy.product_version.book
    chosen = selection_of_terms(before, book)
    wanted = cover_wanted(chosen, change, book, {rider.code for rider in before.riders})
    return Draft(policy, chosen, wanted, _changed(before, chosen, wanted, change, book))


def effect_of(draft: Draft, *, changes_on: date, premium_yen: int | None) -> Effect:
    """Work out a change of the contract as it stands. Refused where nothing changes, where the book does not have such
    a cover, and where neither the tariff nor the insurer says a premium."""
    policy = draft.policy
    found = changes(policy.agreed, draft.terms)
    if not found:
        raise Refused("変更された項目がありません。変更後の内容を入力してください。")
    verdict = draft.judgement
    if verdict.problems:
        ways = f"最も近い組み合わせ: {'、または'.join(verdict.ways_out)}。" if verdict.ways_out else ""
        words = "この内容には変更できません。次の点を直してください。"
        raise Refused(words, reasons=[*verdict.problems, *([ways] if ways else [])])
    tariff = draft.known.tariff
    premium = premium_yen or (None if verdict.underwriting else tariff.premium_yen)
    if premium is None:
        raise _no_premium(verdict, tariff)
    is_tariffs = premium == tariff.premium_yen and not verdict.underwriting
    difference = refunds.difference(
        book=draft.book, way=policy.payment_way, before_yen=policy.premium_now_yen, after_yen=premium,
        starts_on=jst(policy.starts_at).date(), ends_on=policy.ends_on, on=changes_on,
    )  # fmt: skip
    # The receipt of the premium before says nothing of the new one.
    terms = draft.terms.model_copy(update={"receipt": tariff.receipt if is_tariffs else None})
    basis = PremiumBasis.TARIFF if is_tariffs else PremiumBasis.CARRIER
    return Effect(
        terms, found, policy.premium_now_yen, tariff, verdict.underwriting, premium, basis, difference
    )  # fmt: skip


def _no_premium(verdict: Judgement, tariff: TariffPremium) -> Refused:
    if not verdict.underwriting:
        return Refused(f"変更後の保険料を入力してください。{tariff.why}", field="premium_yen")
    return Refused(
        "代理店の権限を超える変更です。保険会社に引受けの可否と保険料を照会し、回答の保険料を入力してください。",
        field="premium_yen", reasons=verdict.underwriting,
    )  # fmt: skip


def cover_wanted(before: Selection, change: Change, book: Book, standing: set[str]) -> Selection:
    """The cover that is wanted, in the words of conditions. A plan of a product of packages brings its limits; what
    another plan does not have goes with it, as in the builder of a quote."""
    riders = before.riders if change.riders is None else _chosen(change.riders, book, standing)
    if change.plan and book.plan(change.plan) is None:
        raise Refused("この商品にないプランです。画面を開き直して選び直してください。", field="plan")
    if book.limits_are_packages and change.plan and (package := book.plan(change.plan)):
        return selection_of(package, riders=riders)
    limits = {code: before.limit(code) for code in (*COMMON_COVERAGES, *book.other_coverages)}
    for code, limit in change.limits.items():
        coverage = book.coverage(code)
        if coverage is None or limit < 0:
            raise Refused("この商品にない補償です。画面を開き直して選び直してください。", field=f"{code}_yen")
        limits[code] = limit
    plan = change.plan or before.plan
    if change.plan:
        limits |= {part.code: 0 for part in book.coverages if part.plans and plan not in part.plans}
    amounts: dict[str, Any] = {f"{code}_yen": limits[code] for code in COMMON_COVERAGES}
    wanted = Selection(
        **amounts,
        deductible_yen=before.deductible_yen if change.deductible_yen is None else change.deductible_yen,
        waiting_hours=before.waiting_hours if change.waiting_hours is None else change.waiting_hours,
        riders=riders,
        plan=plan,
        other_limits=tuple(sorted((code, limits[code]) for code in book.other_coverages if limits[code])),
    )
    return wanted if book.plan_is_chosen else replace(wanted, plan=ready_made(book, wanted))


def _chosen(codes: Sequence[str], book: Book, standing: set[str]) -> tuple[str, ...]:
    """The chosen riders; those a plan brings by itself are not chosen."""
    known = {rider.code: rider for rider in book.riders}
    if unknown := set(codes) - set(known) - standing:
        raise Refused(f"この商品にない追加条項です({'、'.join(sorted(unknown))})。", field="riders")
    return tuple(sorted({code for code in codes if code not in known or known[code].can_be_chosen}))


def _changed(before: Terms, chosen: Selection, wanted: Selection, change: Change, book: Book) -> Terms:
    update: dict[str, Any] = {}
    if wanted != chosen:
        update |= {
            "cover": cover_lines(book, wanted, before.cover),
            "deductible_yen": wanted.deductible_yen,
            "waiting_hours": wanted.waiting_hours,
            "riders": rider_lines(book, wanted, before.riders),
            "plan_label": label_of(wanted, book),
            # Of a contract taken over from elsewhere nothing is known that would make a selection of the book's.
            "selection": dict(wanted.facts()) if before.selection else {},
        }
    if change.industry and change.industry != before.industry_code:
        industry = book.industry(change.industry)
        if industry is None or not industry.eligible:
            raise Refused("この商品で引き受けられない業種です。保険会社に確認してください。", field="industry")
        update |= {"industry_code": industry.code, "industry_label": industry.label}
    if change.sales_yen is not None and change.sales_yen != before.sales_yen:
        update |= {"sales_yen": change.sales_yen, "sales_fiscal_year_end": None, "sales_label": "異動の届出による"}
    if change.named or change.added is not None:
        update["insureds"] = _insureds(before, change)
    return before.model_copy(update=update)


def _insureds(before: Terms, change: Change) -> tuple[Insured, ...]:
    named = [one for one in before.insureds if one.role == "named"]
    others = [one for one in before.insureds if one.role != "named"]
    if change.named:
        named = [Insured(name=change.named)]
    if change.added is not None:
        roles = {one.name: one.role for one in others}
        others = [Insured(name=name, role=roles.get(name, "subsidiary")) for name in dict.fromkeys(change.added)]
    return (*named, *others)
