"""Whether a company can have the product: accepted, asked, referred to underwriting, or declined, with reasons."""

from dataclasses import dataclass
from typing import Literal

from products.book import Book
from products.book.cover import EligibilityRule
from products.book.questions import QuestionReferral
from products.lifting import Gate, Lifting, lifting_of
from products.risks import Risk, Selection, known_of

Outcome = Literal["accept", "ask", "refer", "decline"]
_WEIGHT: dict[str, int] = {"accept": 0, "ask": 1, "refer": 2, "decline": 3}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a sentence that says what to do, and the entry or rule it comes from.

    Of a referral: which step it `blocks`, what kind of authority lifts it, and what is missing.
    """

    code: str
    outcome: Outcome
    sentence: str
    source: str
    blocks: Gate = "offer"
    lifted_by: Lifting = "business"
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome and every reason for it.

    `decline` outweighs everything: no answer and no underwriter mends it. `ask` comes before `refer`: an
    underwriter is not troubled with a case that still lacks something.
    """

    reasons: tuple[Reason, ...]

    @property
    def outcome(self) -> Outcome:
        """accept, ask, refer or decline."""
        found = {reason.outcome for reason in self.reasons}
        order: tuple[Outcome, ...] = ("decline", "ask", "refer")
        return next((outcome for outcome in order if outcome in found), "accept")


def judge(risk: Risk, book: Book, selection: Selection | None = None) -> Verdict:
    """Run every rule of the book. Without a selection, rules about limits and riders rest."""
    known = known_of(risk, book, selection)
    reasons = [*_industry(risk, book), *_declarations(risk, book)]
    for rule in book.eligibility:
        if known.holds(rule.when):
            reasons.append(_of_rule(rule.code, rule, rule.source))
    for question in book.questions:
        if question.refer is not None and known.holds(question.refer.when):
            reasons.append(_of_rule(question.id, question.refer, f"告知書 {question.id}"))
    return Verdict(tuple(sorted(reasons, key=lambda reason: -_WEIGHT[reason.outcome])))


def _of_rule(code: str, rule: EligibilityRule | QuestionReferral, source: str) -> Reason:
    lifted_by = lifting_of(code, rule.lifted_by)
    return Reason(code, rule.outcome, rule.sentence, source, rule.blocks, lifted_by, rule.missing or "")


def _industry(risk: Risk, book: Book) -> list[Reason]:
    industry = book.industry(str(risk.facts["industry"]))
    if industry is None:
        return [Reason("industry", "ask", "業種を商品の業種一覧から選んでください。", book.name)]
    if not industry.eligible:
        sentence = industry.sentence or f"{industry.label}は{book.name}の引受対象外です。ほかの商品をご案内ください。"
        return [Reason("industry", "decline", sentence, industry.source)]
    return []


def _declarations(risk: Risk, book: Book) -> list[Reason]:
    reasons = []
    for declaration in book.declarations:
        said = risk.facts[declaration.id]
        if said == "" and declaration.stage == "quote":
            sentence = f"申告事項「{declaration.wording}」に回答してください。"
            reasons.append(Reason(declaration.id, "ask", sentence, declaration.source))
        elif said not in ("", declaration.must_be):
            reasons.append(Reason(declaration.id, "decline", declaration.sentence, declaration.source))
    return reasons
