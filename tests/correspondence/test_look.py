"""How a paper looks when an auditor measures it (checks 2 and 41)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from correspondence import rendering
from correspondence.inspection import inspect
from correspondence.typesetting import typeset
from tests.correspondence.samples import LONGEST, STRANGE, sample_page

MARGIN_PT = 45.3  # 16 mm
A4_WIDTH_PT = 595.3


def longest_page() -> dict[str, Any]:
    """Every name as long as names get."""
    page = sample_page(title="保険契約更改手続および告知事項確認のご案内(控)", number="C-2026-000123")
    page["agency"] = dict.fromkeys(page["agency"], LONGEST)
    page["addressee"] = {"name": LONGEST, "person": LONGEST}
    page["parties"] = [{"role": LONGEST, "name": "W" * 120, "kana": LONGEST, "address": LONGEST * 3}]
    page["terms"] = [{"label": LONGEST, "value": "9" * 200, "note": LONGEST}]
    page["lines"] = [{"label": LONGEST, "factor": "× 1.2345", "source": LONGEST, "amount_yen": 123_456_789_012}]
    page["signer"] = {"company": LONGEST, "title": LONGEST, "name": LONGEST}
    return page


@pytest.mark.parametrize("page", [sample_page(), longest_page()], ids=["usual", "longest"])
def test_every_glyph_is_there_embedded_at_least_8_points_and_inside_the_margins(page: dict[str, Any]) -> None:
    made = inspect(rendering.render("papers/sample.html", page, identifier="x").pdf)
    assert made.smallest_pt >= 8
    assert made.missing_glyphs == 0
    assert made.unembedded_fonts == frozenset()
    assert {name.partition("+")[2] for name in made.fonts} == {"Noto-Sans-CJK-JP", "Noto-Sans-CJK-JP-Bold"}
    assert made.leftmost_pt >= MARGIN_PT
    assert made.rightmost_pt <= A4_WIDTH_PT - MARGIN_PT
    assert made.lowest_pt >= 20


def test_a_paper_is_tagged_archival_and_says_its_title_and_language() -> None:
    made = inspect(rendering.render("papers/sample.html", sample_page(), identifier="x").pdf)
    assert made.title == "保険証券(見本) C-2026-000123"
    assert made.language == "ja"
    assert (made.tagged, made.archival, made.accessible) == (True, True, True)


def test_the_measuring_sees_small_type_missing_glyphs_and_what_leaves_the_page() -> None:
    def of(html: str) -> Any:
        return inspect(typeset(f'<html lang="ja"><title>x</title>{html}', identifier="x")[0])

    assert of('<p style="font-size: 7pt">小さい').smallest_pt == 7
    assert of("<p>\ue000").missing_glyphs > 0
    assert of('<p style="white-space: nowrap">' + "長い名前" * 40).rightmost_pt > A4_WIDTH_PT
    assert of('<p style="font-family: DejaVu Sans">x').fonts != frozenset()


def test_rare_names_come_out_of_the_paper_as_they_went_in(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(rendering.render("papers/sample.html", sample_page(), identifier="x").pdf)
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True).stdout
    for name in (*STRANGE.split(), "髙橋 一郎", "C-2026-000123", "65,960円"):
        assert name in text
    assert "3/3" in text.replace(" ", "")


def test_table_headers_tell_what_they_head() -> None:
    """PDF/UA asks every header cell for its scope; the parts every room uses give it."""
    for path in (settings.BASE_DIR / "templates" / "papers").rglob("*.html"):
        text = path.read_text()
        assert text.count("<th") - text.count("<thead") == text.count('scope="'), path
