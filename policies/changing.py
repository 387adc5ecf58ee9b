"""The changed terms of a contract (異動), worked out from what the insurer approved. Reads, writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.clock import jst
from core.errors import Refused
from policies.models import Policy
from policies.pricing import TariffPremium, tariff_premium
from policies.rules import Difference, changes
from policies.states import PremiumBasis
from policies.terms import CoverLine, Insured, RiderLine, Terms
from products import refunds
from products.book import Book


@dataclass(frozen=True, slots=True)
class Change:
    """What the insurer approved. `limits` by the coverage's code; what is None or missing stays."""

    limits: Mapping[str, int] = field(default_factory=dict)
    deductible_yen: int | None = None
    riders: Sequence[str] | None = None
    industry: str = ""
    sales_yen: int | None = None
    named: str = ""
    added: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change comes to: the new terms, what is different, the premium and the difference for the rest."""

    terms: Terms
    differences: tuple[Difference, ...]
    tariff: TariffPremium
    premium_yen: int
    basis: PremiumBasis
    difference: refunds.Difference

    @property
    def departs_from_tariff(self) -> bool:
        """The insurer's premium is another than the tariff's: somebody should know why."""
        return self.tariff.premium_yen is not None and self.tariff.premium_yen != self.premium_yen


def effect_of(policy: Policy, change: Change, *, changes_on: date, premium_yen: int | None) -> Effect:
    """Work out a change of the contract as it stands. Refused where nothing changes, a word is not the book's, or
    neither the tariff nor the insurer says a premium."""
    before = policy.agreed
    book = policy.product_version.book
    terms = _changed(before, change, book)
    found = changes(before, terms)
    if not found:
        raise Refused("変更された項目がありません。変更後の内容を入力してください。")
    tariff = tariff_premium(policy, terms)
    premium = premium_yen or tariff.premium_yen
    if premium is None:
        raise Refused(f"変更後の保険料を入力してください。{tariff.why}", field="premium_yen")
    is_tariffs = premium == tariff.premium_yen
    difference = refunds.difference(
        book=book, way=policy.payment_way, before_yen=policy.premium_now_yen, after_yen=premium,
        starts_on=jst(policy.starts_at).date(), ends_on=policy.ends_on, on=changes_on,
    )  # fmt: skip
    # The receipt of the premium before says nothing of the new one.
    terms = terms.model_copy(update={"receipt": tariff.receipt if is_tariffs else None})
    basis = PremiumBasis.TARIFF if is_tariffs else PremiumBasis.CARRIER
    return Effect(terms, found, tariff, premium, basis, difference)


def _changed(before: Terms, change: Change, book: Book) -> Terms:
    update: dict[str, Any] = {"cover": tuple(_limited(line, change) for line in before.cover)}
    selection = dict(before.selection)
    if selection:
        selection |= {f"{code}_yen": limit for code, limit in change.limits.items()}
    if change.deductible_yen is not None:
        update["deductible_yen"] = change.deductible_yen
        selection |= {"deductible_yen": change.deductible_yen} if selection else {}
    if change.riders is not None:
        update["riders"] = _riders(before, change.riders, book)
        selection |= {"riders": tuple(sorted(change.riders))} if selection else {}
    if change.industry and change.industry != before.industry_code:
        industry = book.industry(change.industry)
        if industry is None or not industry.eligible:
            raise Refused("この商品で引き受けられない業種です。保険会社に確認してください。", field="industry")
        update |= {"industry_code": industry.code, "industry_label": industry.label}
    if change.sales_yen is not None and change.sales_yen != before.sales_yen:
        update |= {"sales_yen": change.sales_yen, "sales_fiscal_year_end": None, "sales_label": "異動の届出による"}
    if change.named or change.added is not None:
        update["insureds"] = _insureds(before, change)
    return before.model_copy(update=update | {"selection": selection})


def _limited(line: CoverLine, change: Change) -> CoverLine:
    limit = change.limits.get(line.code, line.limit_yen)
    if limit <= 0:
        raise Refused(f"{line.label}の支払限度額は1円以上にしてください。", field=f"limit_{line.code}")
    return line.model_copy(update={"limit_yen": limit})


def _riders(before: Terms, codes: Sequence[str], book: Book) -> tuple[RiderLine, ...]:
    """In the book's order; one the contract already has keeps its words."""
    standing = {rider.code: rider for rider in before.riders}
    known = {rider.code: RiderLine(code=rider.code, label=rider.label, note=rider.note or "") for rider in book.riders}
    if unknown := set(codes) - set(known) - set(standing):
        raise Refused(f"この商品にない追加条項です({'、'.join(sorted(unknown))})。", field="riders")
    return tuple((known | standing)[code] for code in dict.fromkeys((*known, *standing)) if code in codes)


def _insureds(before: Terms, change: Change) -> tuple[Insured, ...]:
    named = [one for one in before.insureds if one.role == "named"]
    others = [one for one in before.insureds if one.role != "named"]
    if change.named:
        named = [Insured(name=change.named)]
    if change.added is not None:
        roles = {one.name: one.role for one in others}
        others = [Insured(name=name, role=roles.get(name, "subsidiary")) for name in dict.fromkeys(change.added)]
    return (*named, *others)
