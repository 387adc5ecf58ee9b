"""The picture of a self-check: bars with their places, so that the template only draws."""

from dataclasses import dataclass

from products.self_check import SelfCheck

ROW, HEADING, WIDTH = 24, 30, 320  # in the picture's own units


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, or a heading over some."""

    y: int
    label: str = ""
    percent: int = 0
    heading: str = ""

    @property
    def width(self) -> int:
        return WIDTH * self.percent // 100

    @property
    def style(self) -> str:
        """The colour word; the number stands beside the bar, so that colour is never alone."""
        return "low" if self.percent < 40 else "middle" if self.percent < 70 else "high"


def bars_of(check: SelfCheck) -> tuple[list[Bar], int]:
    """Bars from top to bottom, and the height of the picture."""
    groups = (
        ("告知書の区分ごとの評点", [(part.label, part.percent) for part in check.sections]),
        ("自社診断(IPA)の3つの部", [(part.label, part.percent) for part in check.parts if part.known]),
    )
    bars: list[Bar] = []
    y = 0
    for heading, rows in groups:
        if not rows:
            continue
        bars.append(Bar(y, heading=heading))
        y += HEADING
        for label, percent in rows:
            bars.append(Bar(y, label, percent))
            y += ROW
        y += ROW // 2
    return bars, max(y, ROW)
