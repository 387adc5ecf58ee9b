"""Decisions about versions: when one may begin, and which ones it takes the place of. Facts in, verdict out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.errors import Refused


@dataclass(frozen=True, slots=True)
class Standing:
    """A published version that was not superseded, with its days of sale."""

    key: int
    starts_on: date
    ends_on: date | None


def check_start(starts_on: date, on: date) -> None:
    """A version begins today (in Japan) or later."""
    if starts_on < on:
        raise Refused(
            f"販売開始日({starts_on:%Y-%m-%d})が過去の日付です。本日({on:%Y-%m-%d})以後の日付にしてください。",
            field="starts_on",
        )


def in_the_way(starts_on: date, versions: Iterable[Standing]) -> list[Standing]:
    """The versions that begin on that day or later."""
    return [version for version in versions if version.starts_on >= starts_on]


def superseded_by(starts_on: date, versions: Iterable[Standing], *, on: date, agreed: bool) -> list[int]:
    """Which versions a new one takes the place of: those that begin no earlier and have not begun today.

    Raises Refused where nobody agreed to that, or where one of them is already sold.
    """
    ahead = in_the_way(starts_on, versions)
    days = "、".join(f"{version.starts_on:%Y-%m-%d}" for version in ahead)
    if ahead and (not agreed or any(version.starts_on <= on for version in ahead)):
        begun = any(version.starts_on <= on for version in ahead)
        way = "" if begun else "未開始の版を差し替えるときは、差替えを承認してください。"
        raise Refused(
            f"同じ日かそれより後に始まる版({days}開始)がすでに公開されています。より後の販売開始日にしてください。{way}",
            field="starts_on",
        )
    return [version.key for version in ahead]
