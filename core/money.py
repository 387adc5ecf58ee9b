"""Yen: rounding as a named step, amounts in the words of the trade, and reading what people type.

No Django here: books, tests and commands use the same arithmetic.
"""

import re
import unicodedata
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from kanjize import kanji2number

ROUNDING_MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}

# 兆 is the largest unit a sales figure can need; beyond it somebody leaned on the keyboard.
LARGEST_YEN = 10**15


def round_yen(amount: Decimal, step: int = 10, mode: str = "half_up") -> int:
    """Round an exact amount to whole `step`s of yen (practice 4-3: 10円単位, 四捨五入)."""
    if not isinstance(amount, Decimal):
        raise TypeError("premiums are Decimal until they are rounded")
    return int((amount / step).quantize(Decimal(1), rounding=ROUNDING_MODES[mode])) * step


def format_yen(yen: int | None) -> str:
    """65960 -> 65,960円. For premiums."""
    return "" if yen is None else f"{yen:,}円"


def format_share(share: Decimal) -> str:
    """0.90 -> 90%, 0.125 -> 12.5%. For discounts, surcharges and shares; never loses a digit."""
    return f"{(share * 100).normalize():f}%"


def format_limit(yen: int | None) -> str:
    """120000000 -> 1億2,000万円. For limits, sales and deductibles; never loses a yen."""
    if yen is None:
        return ""
    if yen == 0:
        return "0円"
    sign, rest = ("−", -yen) if yen < 0 else ("", yen)
    parts = []
    for unit, name in ((10**12, "兆"), (10**8, "億"), (10**4, "万")):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count:,}{name}")
    if rest:
        parts.append(f"{rest:,}")
    return f"{sign}{''.join(parts)}円"


_SHAPE = re.compile(r"^[0-9〇一二三四五六七八九十百千万億兆]+$")


def parse_yen(text: str) -> int:
    """Read an amount as people write it: 350000000, ３５０，０００, 3億5,000万, 3億5千万円, ¥65,960.

    Raises ValueError with a Japanese sentence.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    folded = re.sub(r"[\s,、_]", "", folded).removeprefix("¥").removeprefix("\\").removesuffix("円")
    if re.fullmatch(r"[-−△▲]\S+", folded):
        raise ValueError("金額は0以上で入力してください。")
    if re.search(r"\d\.\d", folded):
        raise ValueError("金額は円未満のない整数で入力してください(例: 3億5,000万)。")
    if not folded or not _SHAPE.match(folded):
        raise ValueError("金額は数字で入力してください(例: 350000000、3億5,000万)。")
    try:
        amount = int(folded) if folded.isascii() else int(kanji2number(folded))
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError("金額を読み取れません。数字で入力してください(例: 350000000、3億5,000万)。") from error
    if amount >= LARGEST_YEN:
        raise ValueError("金額が大きすぎます。桁数を確認してください。")
    return amount
