"""The questionnaire by link: in the customer's words, in two windows, by two people, to the signature."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from core.doors import perform
from core.errors import Refused
from core.models import Event
from correspondence.models import Letter
from portal import actions
from portal.keys import token_from
from portal.models import SignOff
from portal.queries import DECLARATIONS, open_contradictions, progress_of, questionnaire_of
from quotes import actions as quote_actions
from quotes.missing import missing_for_submission
from quotes.models import Answer, Explanation
from quotes.queries import case_of
from tests.making import make_robot
from tests.portal.making import code_for, come_in, duties_of, link_for, make_open_quote, send_link
from tests.quotes.making import A_PDF, SIMPLE, STANDARD, good_answers, make_quote

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def quote():
    return make_open_quote()


@pytest.fixture
def customer(quote):
    send_link(quote)
    return come_in()


def sections_of(quote):
    return [section.code for section in quote.product_version.book.sections]


def answer_all(customer, quote, **changes):
    """Section by section, with the plain button; twice, for what only later answers ask."""
    said = good_answers(quote.product_version.book, **changes)
    for _ in range(2):
        for code in sections_of(quote):
            customer.post(f"answers/{code}/", {name: str(value) for name, value in said.items()})
    customer.post(f"answers/{DECLARATIONS}/", {d.id: "yes" for d in quote.product_version.book.declarations})


def test_answers_are_saved_in_the_customers_name_and_signed_off(quote, customer):
    answer_all(customer, quote)
    answer = Answer.objects.filter(quote=quote).first()
    assert (answer.source, answer.given_by, answer.answered_by.is_robot) == ("WEB", "田中 一郎", True)
    page = customer.get("sign/").content.decode()
    assert "確定する" in page
    assert customer.post("sign/", {"name": "", "title": "総務部長"}).status_code == 422
    assert customer.post("sign/", {"name": "田中 一郎", "title": "総務部長"}).status_code == 302
    signed = SignOff.objects.get()
    assert signed.said["answers"].keys() == {a.question_id for a in Answer.objects.filter(quote=quote) if a.counts}
    assert "回答を確定しました" in customer.get().content.decode()
    assert duties_of(quote)["signed-answers"] == 1
    assert "告知書の回答を確定しました" in Letter.objects.get(kind="STAFF_NOTICE", to=[quote.in_charge.email]).body
    assert Event.objects.filter(verb="portal.sign_questionnaire").exists()

    # The back button: the form of before is answered in a sentence, and nothing is written.
    code = sections_of(quote)[0]
    before = list(Answer.objects.filter(quote=quote).values_list("value", flat=True))
    answer = customer.post(f"answers/{code}/", {"mfa_remote": "no", "was-mfa_remote": "yes"})
    assert answer.status_code == 409
    assert "すでに確定しています" in answer.content.decode()
    assert customer.post("sign/", {"name": "別の 人", "title": "係"}).status_code == 409
    assert list(Answer.objects.filter(quote=quote).values_list("value", flat=True)) == before
    assert Event.objects.filter(verb="portal.note_trouble", summary__contains="すでに確定").exists()

    # The office changes an answer: it is seen, and the customer has to sign again.
    first = Answer.objects.filter(quote=quote, value="yes").first()
    perform(
        quote_actions.save_answers, quote=quote, values={first.question_id: "no"}, source="PHONE",
        given_by="田中 一郎", by=quote.in_charge, at=clock.now(),
    )  # fmt: skip
    assert any("もう一度確定" in words for words in missing_for_submission(quote, case_of(quote), []))
    again = send_link(quote)
    assert again.status == "SENT"


def test_nothing_is_signed_before_everything_is_answered(quote, customer):
    answer = customer.post("sign/", {"name": "田中 一郎", "title": "総務部長"})
    assert answer.status_code == 422
    assert "まだ回答していない質問" in answer.content.decode()
    assert not SignOff.objects.exists()


def test_a_contradiction_is_shown_with_both_places_and_explained_before_the_signature(quote, customer):
    answer_all(customer, quote, overseas_sales_yen=900_000_000_000)
    found = open_contradictions(quote)
    assert [one.finding.code for one in found] == ["part_exceeds_sales"]
    page = customer.get("sign/").content.decode()
    assert all(one.finding.sentence in page for one in found)
    assert customer.post("sign/", {"name": "田中 一郎", "title": "総務部長"}).status_code == 422
    for one in found:
        assert customer.post(f"explain/{one.finding.fingerprint}/", {"text": "短い"}).status_code == 422
        assert (
            customer.post(f"explain/{one.finding.fingerprint}/", {"text": "海外の子会社の売上を含むため。"}).status_code
            == 302
        )
    assert Explanation.objects.first().given_by == "田中 一郎"
    assert customer.post("sign/", {"name": "田中 一郎", "title": "総務部長"}).status_code == 302


def test_two_windows_do_not_write_over_each_other(quote, customer):
    book = quote.product_version.book
    code = "access"
    one, two, *_ = (q.id for q in book.questions if q.section == code and q.kind == "yes_no" and q.shown_when is None)
    first_window = {f"was-{one}": "", f"was-{two}": ""}
    customer.post(f"answers/{code}/", first_window | {one: "yes"}, headers=HTMX)
    # The second window still shows both blank: what it did not touch stays, what it answers otherwise is named.
    page = customer.post(f"answers/{code}/", first_window | {one: "no", two: "no"}, headers=HTMX).content.decode()
    assert "田中 一郎" in page
    values = dict(Answer.objects.filter(quote=quote).values_list("question_id", "value"))
    assert (values[one], values[two]) == ("yes", "no")
    page = customer.post(f"answers/{code}/", {one: "no", f"was-{one}": "yes"}).status_code
    assert Answer.objects.get(quote=quote, question_id=one).value == "no"


def test_an_answer_of_ten_thousand_characters_is_refused_in_its_field(quote, customer):
    question = next(q for q in quote.product_version.book.questions if q.id == "incident_detail")
    customer.post("answers/history/", {"prior_incident": "yes"})
    long = "長" * 10_000
    page = customer.post(f"answers/{question.section}/", {question.id: long})
    assert page.status_code == 422
    assert "4000" in page.content.decode().replace(",", "")
    assert long in page.content.decode()
    assert not Answer.objects.filter(quote=quote, question_id=question.id).exists()


def test_a_colleague_continues_under_his_own_name(quote, customer, monkeypatch):
    assert customer.post("colleague/", {"name": "佐藤 次郎", "email": "sato@customer.example"}).status_code == 302
    colleague = come_in("sato@customer.example")
    question = next(q for q in quote.product_version.book.questions if q.kind == "yes_no" and q.shown_when is None)
    colleague.post(f"answers/{question.section}/", {question.id: "yes"})
    assert Answer.objects.get(quote=quote, question_id=question.id).given_by == "佐藤 次郎"
    # His code opens his own door and nobody else's.
    colleague.post("code/")
    his = code_for("sato@customer.example")
    assert Client().post(f"{customer.home}enter/", {"code": his}).status_code == 422
    assert Client().post(f"{colleague.home}enter/", {"code": his}).status_code == 302
    # Another company's address waits for the office.
    customer.post("colleague/", {"name": "外部 太郎", "email": "taro@elsewhere.example"})
    with pytest.raises(AssertionError, match="no link"):
        link_for("taro@elsewhere.example")
    outsider = quote.invitations.get().visitors.get(email="taro@elsewhere.example")
    assert Client().get(f"/c/{token_from(outsider.seed)}/").status_code == 404
    assert duties_of(quote)["introduced"] == 1
    perform(actions.admit_visitor, visitor=outsider, by=quote.in_charge, at=clock.now())
    assert "introduced" not in duties_of(quote)
    assert come_in("taro@elsewhere.example").get().status_code == 200
    # Nobody of the agency is let in as a customer.
    refusal = customer.post("colleague/", {"name": "職員", "email": quote.in_charge.email}).content.decode()
    assert "代理店で働く人の宛先" in refusal
    monkeypatch.setattr("portal.actions.inviting.MAX_COLLEAGUES", 2)
    refusal = customer.post("colleague/", {"name": "鈴木", "email": "suzuki@customer.example"}).content.decode()
    assert "2名までです" in refusal


def test_the_answers_of_an_earlier_form_wait_for_the_customers_word(client):
    first = make_quote(code=STANDARD, at=clock.now(), inception_on=clock.today() + timedelta(days=30))
    user = first.in_charge
    make_robot(user.agency)
    quote = perform(
        quote_actions.open_quote, customer=first.customer, product_version=first.product_version,
        inception_on=first.inception_on, like=first, by=user, at=clock.now(),
    )  # fmt: skip
    send_link(quote)
    customer = come_in()
    assert "前回の回答のまま確認していない質問" in customer.get("sign/").content.decode()
    assert customer.post("answers/access/confirm/").status_code == 302
    confirmed = {answer.given_by for answer in quote.answers.filter(source="WEB", is_carried=False)}
    assert confirmed == {"田中 一郎"}
    progress = progress_of(questionnaire_of(quote))
    assert 0 < progress.answered < progress.asked
    client.force_login(user)
    page = client.get(quote.get_absolute_url()).content.decode()
    assert f"{progress.answered} / {progress.asked} 問" in page


def test_a_file_is_what_its_name_says(quote, customer, monkeypatch):
    fake = SimpleUploadedFile("証拠.pdf", b"MZ this is a program")
    assert "中身が拡張子と一致しません" in customer.post("documents/", {"file": fake}).content.decode()
    good = SimpleUploadedFile("証拠.pdf", A_PDF)
    assert customer.post("documents/", {"file": good}).status_code == 302
    page = customer.get("documents/").content.decode()
    assert "証拠.pdf" in page
    assert "田中 一郎様" in page
    monkeypatch.setattr("portal.actions.answering.MAX_DOCUMENTS", 1)
    another = SimpleUploadedFile("証拠2.pdf", A_PDF + b"\n")
    assert "1件までです" in customer.post("documents/", {"file": another}).content.decode()


def test_the_office_cannot_answer_as_the_customers_page(quote):
    with pytest.raises(Refused, match="お客さまご本人だけ"):
        perform(
            quote_actions.save_answers, quote=quote, values={}, source="WEB", given_by="田中 一郎",
            by=quote.in_charge, at=clock.now(),
        )  # fmt: skip


def test_a_product_without_questions_asks_its_declarations():
    quote = make_open_quote(code=SIMPLE)
    send_link(quote)
    customer = come_in()
    assert customer.get("answers/declarations/").status_code == 200


def test_nobody_reaches_another_customers_pages_by_any_address(quote, customer):
    other = make_open_quote(by=quote.in_charge)
    send_link(other)
    foreign, key = link_for(), customer.client.cookies["visit"].value
    assert foreign != customer.home
    for path in ("sign/", "documents/", "colleague/", "answers/declarations/", "points/", "papers/1/1/"):
        answer = customer.client.get(foreign + path, headers={"Cookie": f"visit={key}"})
        assert (answer.status_code, answer["Location"]) == (302, f"{foreign}?done=idle")
