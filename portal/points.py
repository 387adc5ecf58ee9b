"""The important points a customer confirms one by one before he applies, in the words of the papers he was shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from products.book import Declaration
from quotes.checklist import SPOKEN_POINTS

TOLD = "told"
CONDITION = "condition"
ANTISOCIAL = "antisocial"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to confirm. `code` is how the confirmation names it, `words` what is kept with it."""

    code: str
    group: str
    heading: str
    lines: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "\n".join((self.heading, *self.lines))


def points_of(disclosure: Mapping[str, Any], declarations: Iterable[Declaration], conditions: str) -> tuple[Point, ...]:
    """Everything to confirm: the framed blocks of the 重要事項説明書 as it was filed, the three points that are said
    aloud elsewhere, the conditions of the underwriter, the questionnaire, and what is declared with the application."""
    return (*framed(disclosure), *spoken(), *_conditions(conditions), *_told(), *_declared(declarations))


def framed(disclosure: Mapping[str, Any]) -> list[Point]:
    """The blocks that stand in a frame."""
    blocks = [block for part in ("overview", "attention") for block in disclosure.get(part, ()) if block["important"]]
    return [
        Point(
            f"block-{number}", "重要事項説明書", block["heading"],
            (*block.get("paragraphs", ()), *(f"・{item}" for item in block.get("items", ()))),
        )
        for number, block in enumerate(blocks, start=1)
    ]  # fmt: skip


def spoken() -> list[Point]:
    """What a solicitor says aloud (監督指針): here it is read and confirmed."""
    return [Point(f"spoken-{code}", "特にご注意いただきたいこと", sentence) for code, sentence in SPOKEN_POINTS.items()]


def _conditions(conditions: str) -> list[Point]:
    return [Point(CONDITION, "引受条件", "引受条件を了承します", tuple(conditions.splitlines()))] if conditions else []


def _told() -> list[Point]:
    return [Point(TOLD, "告知", "告知書の内容を確認し、事実と違うところはありません")]


def _declared(declarations: Iterable[Declaration]) -> list[Point]:
    points = [Point(f"declared-{one.id}", "申告", one.wording) for one in declarations]
    if not any(ANTISOCIAL in point.code for point in points):
        words = "契約者と被保険者は反社会的勢力に該当せず、関係もありません。"
        points.append(Point(ANTISOCIAL, "申告", words))
    return points
