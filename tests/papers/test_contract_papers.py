"""What the papers of a contract say is what the record holds, and nothing the guideline or the law asks for lacks."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.errors import Refused
from core.money import format_limit, format_yen
from correspondence.actions.papers import plain
from correspondence.pages import written_day
from policies.papers import ARTICLE_SIX, ArticleSix, certificate_page, check_article_six
from products.book import Book
from products.checking.texts import ATTENTION_BLOCKS, OVERVIEW_BLOCKS
from quotes.models import Quote
from quotes.papers import application_page, questionnaire_page, quotation_page
from quotes.papers.disclosure import check_blocks
from tests.papers.reading import Printed, squeezed
from tests.papers.scenes import Scene
from tests.quotes.making import STANDARD, make_quote

Scenes = Callable[[str], Scene]
Prints = Callable[[str, str], Printed]

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("name", ["ordinary", "extreme"])


@both
def test_a_quotation_shows_every_plan_with_its_premium_and_how_it_came_about(
    scene: Scenes, printed: Prints, name: str
) -> None:
    paper, quote = printed(name, "QUOTATION"), scene(name).quote
    for option in scene(name).options:
        assert paper.says(option.label)
        assert paper.says(format_limit(option.selection["liability_yen"]))
        assert paper.says(format_yen(option.premium_yen) + ("(参考)" if option.is_reference else ""))
        assert all(paper.says(line["label"]) for line in option.receipt["lines"])
    assert paper.says(f"有効期限{written_day(quote.valid_until)}")
    assert paper.says("代理店は、保険会社を代理して契約を締結します")


@both
def test_a_premium_with_an_assumption_is_marked(scene: Scenes, printed: Prints, name: str) -> None:
    assert any(option.is_reference for option in scene(name).options)
    assert printed(name, "QUOTATION").says("参考の保険料について")
    assert printed(name, "DISCLOSURE").says("参考の保険料について")


@both
def test_the_instalments_of_every_paper_are_those_of_the_contract(scene: Scenes, printed: Prints, name: str) -> None:
    for part in scene(name).policy.schedule:
        words = f"{written_day(date.fromisoformat(part.due_on))}{format_yen(part.amount_yen)}"
        assert printed(name, "CERTIFICATE").says(words)
        assert printed(name, "APPLICATION").says(words)


@both
def test_every_question_stands_in_its_asked_words_with_its_answer(scene: Scenes, printed: Prints, name: str) -> None:
    paper, page = printed(name, "QUESTIONNAIRE"), scene(name).papers["QUESTIONNAIRE"].page
    rows = {row["question"]: row for section in page["sections"] for row in section["rows"]}
    for answer in scene(name).answers:
        assert rows[answer.wording]["version"] == answer.wording_version
        assert paper.says(answer.wording)
        assert paper.says(rows[answer.wording]["answer"])
    assert paper.says("田中 一郎 様(面談での回答")
    given = {row["answer"] for row in rows.values()}
    assert given >= ({"はい", "いいえ", "わからない"} if name == "extreme" else {"はい", "いいえ"})


def test_a_blank_answer_is_not_a_no() -> None:
    quote = make_quote("DRAFT", code=STANDARD)
    quote.answers.filter(question_id="past_attack").update(value=None)
    rows = [row for section in questionnaire_page(quote).sections for row in section.rows]
    assert [row.answer for row in rows if "サイバー攻撃による被害" in row.question] == ["未回答"]


@both
def test_an_application_says_everything_applied_for(scene: Scenes, printed: Prints, name: str) -> None:
    paper, found = printed(name, "APPLICATION"), scene(name)
    page = found.papers["APPLICATION"].page
    assert page["premium_yen"] == found.policy.premium_yen == found.papers["APPLICATION"].amount_yen
    for words in (
        format_yen(found.policy.premium_yen), f"最低保険料{format_yen(20_000)}", found.policy.agreed.payment_label,
        "2026年5月1日午後4時から2027年5月1日午後4時まで", "総務部長", "田中 一郎", "募集人登録番号", *page["consents"],
        *(line.label for line in found.policy.agreed.cover), *(rider.label for rider in found.policy.agreed.riders),
        *(insured.name for insured in found.policy.agreed.insureds),
    ):  # fmt: skip
        assert paper.says(words), words


@both
def test_a_disclosure_keeps_its_two_parts_apart(scene: Scenes, printed: Prints, name: str) -> None:
    text, page = printed(name, "DISCLOSURE").text, scene(name).papers["DISCLOSURE"].page
    outline, warning = text.index("【契約概要】"), text.index("【注意喚起情報】")
    assert outline < warning
    for block in page["overview"]:
        assert f"契約概要{page['overview'].index(block) + 1}.{squeezed(block['heading'])}" in text[outline:warning]
    for block in page["attention"]:
        number = page["attention"].index(block) + 1
        assert f"注意喚起情報{number}.{squeezed(block['heading'])}" in text[warning:]
    assert "配当金はありません" in text
    assert "クーリングオフ)の対象とはなりません" in text


@both
def test_a_disclosure_shows_this_offers_figures(scene: Scenes, printed: Prints, name: str) -> None:
    paper = printed(name, "DISCLOSURE")
    for option in scene(name).options:
        assert paper.says(format_yen(option.premium_yen))
        assert paper.says(format_limit(option.selection["cost_yen"]))


def the_book(scene: Scenes) -> Book:
    return scene("ordinary").quote.product_version.book


REQUIRED = [*(("overview", code) for code in OVERVIEW_BLOCKS), *(("attention", code) for code in ATTENTION_BLOCKS)]


@pytest.mark.parametrize(("part", "code"), REQUIRED)
@pytest.mark.parametrize("emptied", [False, True], ids=["removed", "emptied"])
def test_a_disclosure_without_a_required_block_is_not_made(scene: Scenes, part: str, code: str, emptied: bool) -> None:
    book = the_book(scene)
    check_blocks(book)
    blocks = getattr(book.texts, part)
    kept = tuple(block for block in blocks if block.code != code)
    if emptied:
        kept += tuple(
            block.model_copy(update={"paragraphs": (), "items": ()}) for block in blocks if block.code == code
        )
    lacking = book.model_copy(update={"texts": book.texts.model_copy(update={part: kept})})
    with pytest.raises(Refused, match="必要な項目") as refused:
        check_blocks(lacking)
    wanted = OVERVIEW_BLOCKS if part == "overview" else ATTENTION_BLOCKS
    assert [reason.partition("】")[2] for reason in refused.value.reasons] == [wanted[code]]


@both
def test_a_certificate_carries_the_items_of_article_six(scene: Scenes, printed: Prints, name: str) -> None:
    paper, policy = printed(name, "CERTIFICATE"), scene(name).policy
    for words in (
        f"保険者{policy.insurer}", policy.customer.name, policy.customer.address,
        *(insured.name for insured in policy.agreed.insureds),
        *(f"{line.label}" for line in policy.agreed.cover),
        *(format_limit(line.limit_yen) for line in policy.agreed.cover),
        "2026年5月1日午後4時から2027年5月1日午後4時まで(1年間)", "保険の目的物ありません", "約定保険価額ありません",
        f"年間保険料{format_yen(policy.premium_yen)}", f"払込方法{policy.agreed.payment_label}",
        "通知義務", "あらかじめご連絡ください", f"契約締結年月日{written_day(policy.contracted_on)}",
        f"この書面の作成年月日{written_day(date(2026, 4, 6))}",
    ):  # fmt: skip
        assert paper.says(words), words


@pytest.mark.parametrize("item", [field.name for field in dataclasses.fields(ArticleSix)])
def test_a_certificate_without_an_item_of_article_six_is_not_made(scene: Scenes, item: str) -> None:
    page = certificate_page(scene("ordinary").policy, made_on=date(2026, 4, 6))
    check_article_six(page.items)
    empty: Any = 0 if item == "premium_yen" else None if item == "notice_duty" else ()
    with pytest.raises(Refused, match="必要な項目") as refused:
        check_article_six(dataclasses.replace(page.items, **{item: empty}))
    assert refused.value.reasons == (f"保険法第6条の記載事項がありません: {ARTICLE_SIX[item]}",)


def test_a_certificate_made_anew_differs_only_in_the_day_it_was_made(scene: Scenes) -> None:
    policy = scene("ordinary").policy
    first = plain(certificate_page(policy, made_on=date(2026, 4, 6)))
    again = plain(certificate_page(policy, made_on=date(2026, 9, 1)))
    assert first["items"].pop("made_on") != again["items"].pop("made_on")
    assert first == again


def test_papers_wait_for_their_moment() -> None:
    draft: Quote = make_quote("DRAFT")
    with pytest.raises(Refused, match="提示できるように"):
        quotation_page(draft)
    with pytest.raises(Refused, match="申込を受け付けてから"):
        application_page(draft)
