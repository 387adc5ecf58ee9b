"""Names: kept as written, found by their folded form (checks 38).

Folding joins what people confuse: widths, ㈱ and (株) and 株式会社, small and large kana, hiragana and katakana,
every kind of hyphen and long mark, spaces and middle dots. Nothing is merged by it: it only finds.
"""

import re
import unicodedata

import jaconv

LEGAL_FORMS = [
    "特定非営利活動法人",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "社会福祉法人",
    "医療法人社団",
    "医療法人財団",
    "医療法人",
    "学校法人",
    "宗教法人",
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "協同組合",
]
_SHORT_FORMS = re.compile(r"[((](?:株|有|合|資|名|同|医|学|福|宗|財|社|特非|一社|一財|公社|公財)[))]")
_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# Hyphens, dashes and the long mark look alike on paper.
_DASHES = re.compile(r"[-‐‑‒–—―−ーｰ~〜]")
_NOISE = re.compile(r"[\s・･·.,、。'’`\"&/()()「」]")
# Old and new writings of the same letter that phones and registers swap.
_VARIANTS = str.maketrans("髙﨑𠮷邉邊濵濱澤齋齊斎廣國學嶋嶌", "高崎吉辺辺浜浜沢斉斉斉広国学島島")


def fold(name: str) -> str:
    """The form under which a name is found; empty when nothing but a legal form was given."""
    folded = unicodedata.normalize("NFKC", name)
    folded = _SHORT_FORMS.sub("", folded)
    for form in LEGAL_FORMS:
        folded = folded.replace(form, "")
    folded = jaconv.hira2kata(folded).translate(_SMALL_TO_LARGE).translate(_VARIANTS)
    return _NOISE.sub("", _DASHES.sub("", folded)).casefold()


def bigrams(folded: str) -> list[str]:
    """Pairs of neighbouring letters, sorted, once each: the key of the search index."""
    return sorted({folded[i : i + 2] for i in range(len(folded) - 1)})
