"""Decisions about customers: what counts as a likely duplicate."""

from dataclasses import dataclass

from customers.names import fold


@dataclass(frozen=True, slots=True)
class Identity:
    """What two records are compared by."""

    name: str
    kana: str
    corporate_number: str
    postcode: str
    phone: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two records may be the same company; `certain` only for an equal 法人番号."""

    reasons: tuple[str, ...]
    certain: bool


def likeness(new: Identity, known: Identity) -> Likeness | None:
    """Reasons to look twice before saving, or None. Never merges (checks 38)."""
    if new.corporate_number and new.corporate_number == known.corporate_number:
        return Likeness(("法人番号が同じ",), certain=True)
    reasons = []
    if fold(new.name) and fold(new.name) == fold(known.name):
        reasons.append("名称が同じ(表記の違いを除く)")
    if fold(new.kana) and fold(new.kana) == fold(known.kana):
        reasons.append("フリガナが同じ")
    if not reasons:
        return None
    if new.postcode and new.postcode == known.postcode:
        reasons.append("郵便番号が同じ")
    if new.phone and new.phone == known.phone:
        reasons.append("電話番号が同じ")
    if new.corporate_number and known.corporate_number:
        reasons.append("法人番号は異なる")
    return Likeness(tuple(reasons), certain=False)
