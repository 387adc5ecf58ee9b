"""The 告知書 on the screen: saved as one types, conditional questions, nothing lost."""

import pytest
from django.urls import reverse

from products.reading import read_book
from products.shelf import shipped_books
from quotes.models import Answer
from quotes.questionnaire import read_typed
from tests.making import make_user
from tests.quotes.making import STANDARD, make_quote

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def quote(client):
    user = make_user()
    client.force_login(user)
    return make_quote(code=STANDARD, by=user, answers={"backup": "no"})


def save(client, quote, section, headers=HTMX, **typed):
    address = reverse("quotes:answers-section", args=[quote.number, section])
    return client.post(address, {"given_by": "田中 一郎", "source": "PHONE", **typed}, headers=headers)


def value(quote, question):
    return Answer.objects.get(quote=quote, question_id=question).value


def test_a_section_is_saved_as_one_types_and_says_when(client, quote):
    page = save(client, quote, "business", retail_sales_yen="３億").content.decode()
    assert value(quote, "retail_sales_yen") == 300_000_000
    assert "に保存しました" in page
    answer = Answer.objects.get(quote=quote, question_id="retail_sales_yen")
    assert (answer.source, answer.given_by) == ("PHONE", "田中 一郎")


def test_a_conditional_question_appears_only_when_its_condition_holds(client, quote):
    page = client.get(reverse("quotes:answers", args=[quote.number])).content.decode()
    assert 'id="q-backup_apart"' not in page
    piece = save(client, quote, "backup", backup="yes").content.decode()
    assert 'id="q-backup_apart"' in piece
    assert 'id="section-backup" hx-swap-oob="true"' in piece
    assert 'id="q-backup_apart"' not in save(client, quote, "backup", backup="unknown").content.decode()


def test_one_wrong_entry_is_named_and_the_others_are_saved(client, quote):
    page = save(client, quote, "business", retail_sales_yen="abc", overseas_sales_yen="10万").content.decode()
    assert "数字で入力してください" in page
    assert value(quote, "overseas_sales_yen") == 100_000
    assert value(quote, "retail_sales_yen") == 0


def test_an_answer_that_is_no_choice_is_named_and_loses_no_other():
    book = next(read_book(text, path.name) for path, text in shipped_books() if path.parent.name == STANDARD)
    typed = read_typed(book, {"mfa": "maybe", "card_data": "gold", "policy": "no", "training": ""})
    assert (typed.values, typed.texts) == ({"policy": "no", "training": None}, {"mfa": "maybe", "card_data": "gold"})
    assert set(typed.errors.values()) == {"選択肢から選び直してください。"}


def test_without_script_the_whole_page_is_saved_and_a_wrong_entry_keeps_its_text(client, quote):
    address = reverse("quotes:answers", args=[quote.number])
    typed = {"given_by": "田中 一郎", "source": "PAPER", "retail_sales_yen": "さん億", "mfa": "no"}
    response = client.post(address, typed)
    assert response.status_code == 422
    assert 'value="さん億"' in response.content.decode()
    assert value(quote, "mfa") == "no"


def test_an_answer_can_be_taken_back_and_blank_is_not_no(client, quote):
    save(client, quote, "business", retail_sales_yen="")
    assert value(quote, "retail_sales_yen") is None
    page = client.get(reverse("quotes:detail", args=[quote.number])).content.decode()
    assert "告知書に回答していない質問が1問" in page


def test_nobody_answers_without_a_name(client, quote):
    page = save(client, quote, "mail", given_by=" ", mail_filter="no").content.decode()
    assert "保存していません" in page
    assert value(quote, "mail_filter") == "yes"


def test_an_expired_session_keeps_what_was_typed_and_says_what_to_do(client, quote):
    client.logout()
    response = save(client, quote, "mail", mail_filter="no")
    assert response.status_code == 401
    assert "ログインし直してください" in response.content.decode()
    assert "HX-Refresh" not in response
    assert value(quote, "mail_filter") == "yes"


def test_the_questionnaire_costs_a_fixed_number_of_statements(client, quote, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        client.get(reverse("quotes:answers", args=[quote.number]))


def test_every_question_of_the_page_has_a_label(client, quote):
    page = client.get(reverse("quotes:answers", args=[quote.number])).content.decode()
    for question in quote.product_version.book.questions:
        if f'id="q-{question.id}"' in page:
            assert f'for="id_{question.id}"' in page or f'aria-labelledby="w-{question.id}"' in page
