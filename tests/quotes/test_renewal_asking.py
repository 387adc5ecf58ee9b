"""What a renewal asks: decided without a database, over every shipped book."""

from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from core.clock import JST
from demo.answers import answers_for
from products.bank import bank
from products.book import Book
from products.reading import read_book
from products.scoring import shown_questions
from products.shelf import shipped_books
from quotes.carrying import Earlier, fills
from quotes.renewing import LastTime, RenewalPlan, Standing, Why, Year, got_worse, plan, words_of
from tests.quotes.making import good_answers

TOLD = datetime(2026, 1, 10, 14, tzinfo=JST)
INCEPTION = date(2027, 2, 1)
EDITIONS = {f"{path.parent.name} {path.stem}": read_book(text, path.name) for path, text in shipped_books()}
BOOKS = {book.code: book for book in EDITIONS.values()}  # the newest of each
CODES = sorted(BOOKS)


def planned(
    book: Book,
    said: dict[str, Any],
    *,
    last_year: Book | None = None,
    told: datetime = TOLD,
    every_question: bool = False,
    sales_told: bool = False,
    year: Year | None = None,
) -> RenewalPlan:
    """The plan of a customer who answered all this in last year's form."""
    before = last_year or book
    versions = {question.id: question.version for question in before.questions}
    words = {question.id: words_of(question) for question in before.questions}
    earlier = [Earlier(n, id, book.code, versions[id], value, told) for n, (id, value) in enumerate(said.items())]
    filled = {fill.question.id: fill.earlier.value for fill in fills(book, earlier, bank(), INCEPTION)}
    return plan(
        book, book.questions if every_question else shown_questions(filled, book),
        {name: Standing(value, True, told.date()) for name, value in filled.items()},
        {name: LastTime(value, versions[name], words[name]) for name, value in said.items()},
        sales_told=sales_told, inception_on=INCEPTION, bank=bank(), year=year or Year(),
    )  # fmt: skip


def why(found: RenewalPlan) -> dict[str, Why]:
    return {ask.id: ask.why for ask in found.asked}


def reworded(book: Book, id: str, *, words: str, numbers: int) -> Book:
    """The same book with `words` behind one question, and so many versions on."""
    changed = tuple(
        q.model_copy(update={"version": q.version + numbers, "wording": f"{q.wording}{words}"}) if q.id == id else q
        for q in book.questions
    )
    return book.model_copy(update={"questions": changed})


# As an editor should; a new version for what stands beside the question; and words under the old version.
REWORDINGS = ({"words": "(新)", "numbers": 1}, {"words": "", "numbers": 1}, {"words": "(新)", "numbers": 0})


def all_answers(book: Book) -> dict[str, Any]:
    """An answer to every question of the book, also to those that are asked only now and then."""
    by_kind = {"yes_no": "no", "amount": 0, "count": 0, "text": "なし", "date": "2028-01-01"}
    return {q.id: q.options[0].value if q.kind == "choice" else by_kind[q.kind] for q in book.questions}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_reworded_question_is_asked_again_and_alone(edition):
    """Each question of each shipped edition in turn gets other words; nothing else changes for it."""
    book = EDITIONS[edition]
    said = all_answers(book)
    usual = why(planned(book, said, every_question=True))
    for question in book.questions:
        for rewording in REWORDINGS if book is BOOKS[book.code] else REWORDINGS[:1]:
            new = reworded(book, question.id, **rewording)
            asked = why(planned(new, said, last_year=book, every_question=True))
            assert asked.pop(question.id) is Why.REWORDED, question.id
            assert asked == {id: reason for id, reason in usual.items() if id != question.id}


def test_an_answer_to_choose_that_is_called_something_else_is_another_question():
    book = BOOKS["sompo-cyber"]
    choice = next(q for q in book.questions if q.kind == "choice")
    options = (choice.options[0].model_copy(update={"label": "別の言い方"}), *choice.options[1:])
    new = tuple(q.model_copy(update={"options": options}) if q is choice else q for q in book.questions)
    said = all_answers(book)
    asked = planned(book.model_copy(update={"questions": new}), said, last_year=book, every_question=True)
    assert why(asked)[choice.id] is Why.REWORDED


def test_an_unchanged_customer_answers_five_questions_at_most_in_the_median():
    """The demo's kind of companies, careful and careless, each in the mix of products they buy."""
    counts: dict[str, list[int]] = {}
    certain: dict[str, list[int]] = {}
    for code, book in BOOKS.items():
        for seed in range(40):
            found = planned(book, answers_for(book, str(seed), care=0.35 + seed / 66))
            counts.setdefault(code, []).append(found.questions)
            unknown = sum(reason is Why.UNKNOWN for reason in why(found).values())
            certain.setdefault(code, []).append(found.questions - unknown)
    for code in CODES:
        print(f"{code}: median {median(counts[code])}, without わからない {median(certain[code])}, {max(counts[code])}")
        assert median(certain[code]) <= 5, code
    demo = counts["sompo-simple"] * 5 + counts["sompo-cyber"] * 4  # what the demo's customers bought
    assert median(demo) <= 5


def test_what_the_year_may_have_changed_is_asked_and_the_rest_confirmed_at_once():
    book = BOOKS["sompo-cyber"]
    said = good_answers(book, overseas_sales_yen=30_000_000, edr="unknown", backup="yes")
    found = planned(book, said, year=Year(contradicted=frozenset({"backup"}), endorsed=frozenset({"subsidiaries"})))
    assert why(found) == {
        "prior_incident": Why.YEAR, "past_attack": Why.YEAR, "known_circumstances": Why.YEAR,
        "backup": Why.CONTRADICTS, "subsidiaries": Why.CHANGED, "overseas_sales_yen": Why.FIGURE, "edr": Why.UNKNOWN,
    }  # fmt: skip
    assert found.sales
    assert found.questions == 8
    assert len(found.unchanged) > 35
    assert not found.is_done


def test_an_answer_that_is_too_old_when_the_new_contract_begins_is_asked_again():
    book = BOOKS["sompo-cyber"]
    said = good_answers(book)
    old = datetime.combine(INCEPTION - timedelta(days=19 * 31), TOLD.timetz())
    found = why(planned(book, said, told=old))
    assert found["backup"] is Why.STALE
    assert found["prior_incident"] is Why.STALE
    assert "fiscal_year_closed" not in found  # stays true for years
    # An answer that came into the form some other way is no younger for it.
    standing = {name: Standing(value, True, old.date()) for name, value in said.items()}
    again = plan(book, book.questions, standing, {}, sales_told=True, inception_on=INCEPTION, bank=bank())
    assert why(again)["backup"] is Why.STALE


def test_a_question_nobody_asked_before_is_new_and_blank_is_not_no():
    book = BOOKS["sompo-cyber"]
    said = good_answers(book)
    del said["mfa_cloud"]
    assert why(planned(book, said))["mfa_cloud"] is Why.NEW
    assert why(planned(book, {**said, "backup": ""}))["backup"] is Why.BLANK


def test_declarations_are_made_anew_and_a_told_year_leaves_nothing():
    book = BOOKS["sompo-simple"]
    found = planned(book, {}, sales_told=True)
    assert set(why(found).values()) == {Why.DECLARED}
    assert found.questions == len(found.asked) == 2


def test_an_answer_got_worse_only_when_it_says_more_danger():
    book = BOOKS["sompo-cyber"]
    before = good_answers(book)
    assert got_worse(book, before, before) == ()
    assert got_worse(book, before, {**before, "backup": "no", "prior_incident": "yes"}) == ("prior_incident", "backup")
    assert got_worse(book, {**before, "edr": "no"}, {**before, "edr": "yes"}) == ()
    assert got_worse(book, before, {**before, "edr": "unknown"}) == ("edr",)
