"""簡易 or 通常: the book's published bounds held against what is known of a renewal. Facts in, verdict out; no Django.

Everything that speaks against 簡易 is told at once, each as a sentence a customer understands too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.money import format_share, format_yen
from products.book import SimpleTrack

# Reasons for which the same product cannot be renewed at all: another one has to be proposed.
NO_RULES = "no_rules"  # says nothing to a customer
ENDED, INELIGIBLE = "ended", "ineligible"
NOT_THIS_PRODUCT = frozenset({ENDED, INELIGIBLE})


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What decides the track. `sales_*` and `class_*` are those the two premiums rest on; before the customer told
    this year's, both are last year's. `premium_before_yen` is a year's premium, also of a short first term."""

    premium_before_yen: int
    premium_yen: int | None = None
    sales_before_yen: int | None = None
    sales_yen: int | None = None
    class_before: str = ""
    class_now: str = ""
    claims: int = 0
    endorsements: int = 0
    worse: tuple[str, ...] = ()
    questions_anew: int = 0
    wishes_change: bool = False
    ended: str = ""
    declined: tuple[str, ...] = ()
    referred: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    unpriced: str = ""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One reason why not 簡易."""

    code: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "sentence": self.sentence}


def why_not_simple(rules: SimpleTrack | None, facts: TrackFacts) -> tuple[WhyNot, ...]:
    """Every reason why this renewal is 通常; none means 簡易."""
    return tuple(_reasons(rules, facts))


def _reasons(rules: SimpleTrack | None, facts: TrackFacts) -> Iterator[WhyNot]:
    yield from _of_the_product(facts)
    if facts.ended:
        return
    if rules is None:
        yield WhyNot(NO_RULES, "この商品の版には簡易更改の定めがありません。")
        return
    if facts.claims > rules.claims:
        yield WhyNot("claims", f"契約期間中に事故または事故のおそれの受付が{facts.claims}件あります。")
    if facts.endorsements > rules.endorsements:
        yield WhyNot("endorsements", f"契約期間中に契約内容の変更(異動)が{facts.endorsements}件あります。")
    if facts.wishes_change:
        yield WhyNot("wishes", "ご希望の補償内容に変更があります。")
    if len(facts.worse) > rules.worse_answers:
        yield from (WhyNot("worse", f"前回より備えが弱くなった回答があります: {wording}") for wording in facts.worse)
    if facts.questions_anew > rules.questions_anew:
        count = f"{facts.questions_anew}問あります(簡易な手続きは{rules.questions_anew}問まで)。"
        words = f"質問の内容が変わったなどで、あらためておたずねする質問が{count}"
        yield WhyNot("questions", words)
    yield from _of_the_sales(rules, facts)
    yield from _of_the_premium(rules, facts)


def _of_the_product(facts: TrackFacts) -> Iterator[WhyNot]:
    if facts.ended:
        yield WhyNot(ENDED, facts.ended)
    yield from (WhyNot(INELIGIBLE, sentence) for sentence in facts.declined)
    yield from (WhyNot("referral", f"引受担当の確認が必要です: {sentence}") for sentence in facts.referred)
    yield from (WhyNot("lacks", sentence) for sentence in facts.lacks)


def _of_the_sales(rules: SimpleTrack, facts: TrackFacts) -> Iterator[WhyNot]:
    if rules.same_class and facts.class_before != facts.class_now:
        yield WhyNot("class", "業種の料率区分が前回と違います。")
    if not facts.sales_before_yen:
        yield WhyNot("sales", "前回の売上高の記録がないため、今年の売上高と比べられません。")
        return
    if facts.sales_yen is None:
        return
    share = Decimal(facts.sales_yen) / facts.sales_before_yen
    if not rules.sales_from <= share <= rules.sales_to:
        bounds = f"{format_share(rules.sales_from)}から{format_share(rules.sales_to)}まで"
        words = f"今年の売上高が前回の{format_share(share.quantize(Decimal('0.01')))}です(簡易な手続きは{bounds})。"
        yield WhyNot("sales", words)


def _of_the_premium(rules: SimpleTrack, facts: TrackFacts) -> Iterator[WhyNot]:
    if facts.premium_yen is None:
        yield WhyNot("unpriced", facts.unpriced or "保険料を計算できません。")
        return
    change = abs(facts.premium_yen - facts.premium_before_yen)
    if change > rules.premium_change * facts.premium_before_yen:
        words = (
            f"保険料が{format_yen(facts.premium_before_yen)}から{format_yen(facts.premium_yen)}に変わります"
            f"(簡易な手続きは増減{format_share(rules.premium_change)}まで)。"
        )
        yield WhyNot("premium", words)
