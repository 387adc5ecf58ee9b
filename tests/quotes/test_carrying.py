"""An answer given once fills every carrier's form; it counts once the customer confirmed it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.clock import jst
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from core.periods import months_after
from correspondence.actions import file_document
from correspondence.models import Document
from products.actions import publish_book
from products.bank import Bank, bank
from products.reading import read_book
from products.scoring import missing_answers, shown_questions
from products.shelf import shipped_books
from quotes import actions
from quotes.carrying import OWN_QUESTION_MONTHS, Earlier, fills
from quotes.models import Answer
from quotes.queries import answers_given
from tests.making import A_MONDAY, make_customer, make_robot, make_user
from tests.quotes.making import A_PDF, FIRST_DAY, STANDARD, good_answers, make_quote, make_version

MSI = "msi-protector"
START = date(2026, 12, 1)
NEWEST = {path.parent.name: read_book(text, path.name) for path, text in shipped_books()}
KNOWN_TO_NOBODY = {"isms_certified": "yes", "isms_body": "jqa", "isms_copy": "no", "isms_scope": "whole"}


def given(book, said, key=0, at=A_MONDAY):
    return [
        Earlier(key + place, question.id, book.code, question.version, said[question.id], at)
        for place, question in enumerate(book.questions)
        if question.id in said
    ]


def left_after(first, second, **answers):
    """How many questions of the second form are asked in the end, and how many of them nothing filled."""
    said = good_answers(first)
    filled = {fill.question.id: fill.earlier.value for fill in fills(second, given(first, said), bank(), FIRST_DAY)}
    whole = good_answers(second, **{**filled, **answers})
    asked = [question.id for question in shown_questions(whole, second) if question.required]
    return len(asked), [name for name in asked if name not in filled]


def test_after_the_standard_form_at_most_a_fifth_of_any_other_is_left():
    table = {
        code: left_after(NEWEST[STANDARD], book, **KNOWN_TO_NOBODY)
        for code, book in NEWEST.items()
        if book.questions and code != STANDARD
    }
    table["sompo-isms with the certificate's copy"] = left_after(
        NEWEST[STANDARD], NEWEST["sompo-isms"], **{**KNOWN_TO_NOBODY, "isms_copy": "yes"}
    )
    for code, (asked, left) in table.items():
        print(f"{code}: {len(left)} of {asked} left ({', '.join(left)})")
    for code in ("msi-protector", "sompo-isms", "sompo-group"):
        asked, left = table[code]
        assert len(left) * 5 <= asked, table[code]
    # The members' form is five questions long and three of them only the member can know.
    assert table["tokio-yayoi"] == (5, ["membership", "membership_kind", "membership_number"])


def test_the_carriers_really_ask_in_their_own_words():
    standard, other = NEWEST[STANDARD], NEWEST[MSI]
    shared = [(question, standard.question(question.id)) for question in other.questions]
    same = [question.id for question, ours in shared if ours and question.wording == ours.wording]
    assert same == []
    assert sum(ours is not None for _, ours in shared) >= 30


def test_a_changed_wording_is_asked_again_and_no_other_book_answers_for_it():
    book = NEWEST[MSI]
    question = book.question("edr")
    assert question.version == 2
    own = Earlier(1, "edr", MSI, 1, "yes", A_MONDAY)
    other = Earlier(2, "edr", STANDARD, 1, "yes", A_MONDAY + timedelta(days=1))
    assert fills(book, [own], bank(), FIRST_DAY) == []
    assert fills(book, [own, other], bank(), FIRST_DAY) == []
    assert [fill.earlier for fill in fills(book, [other], bank(), FIRST_DAY)] == [other]
    # The new wording was answered, and after it the old one once more, in a form that was opened before.
    asked_again = Earlier(3, "edr", MSI, 2, "no", A_MONDAY - timedelta(days=1))
    assert [fill.earlier for fill in fills(book, [own, asked_again], bank(), FIRST_DAY)] == [asked_again]


def test_the_newest_answer_fills_and_an_old_one_does_not():
    book, day = NEWEST[STANDARD], timedelta(days=1)
    old = Earlier(2, "edr", MSI, 2, "yes", A_MONDAY - 200 * day)
    new = Earlier(1, "edr", STANDARD, 1, "no", A_MONDAY - 100 * day)
    assert [fill.earlier.value for fill in fills(book, [new, old], bank(), FIRST_DAY)] == ["no"]
    months = bank().questions["edr"].fresh_months
    last_day = months_after(jst(new.answered_at).date(), months)
    assert len(fills(book, [new], bank(), last_day)) == 1
    assert fills(book, [new], bank(), last_day + day) == []


def test_a_question_the_bank_does_not_know_is_filled_by_its_own_book_alone():
    book, alone = NEWEST[STANDARD], Bank(questions={})
    ours = Earlier(1, "edr", STANDARD, book.question("edr").version, "yes", A_MONDAY)
    last_day = months_after(jst(A_MONDAY).date(), OWN_QUESTION_MONTHS)
    assert [fill.earlier for fill in fills(book, [ours], alone, last_day)] == [ours]
    assert fills(book, [ours], alone, last_day + timedelta(days=1)) == []
    assert fills(book, [replace(ours, product=MSI)], alone, FIRST_DAY) == []


def test_a_choice_this_form_does_not_offer_and_a_question_of_one_book_alone_stay_blank():
    book = NEWEST[STANDARD]
    strange = Earlier(1, "card_data", MSI, 1, "elsewhere", A_MONDAY)
    assert fills(book, [strange], bank(), FIRST_DAY) == []
    assert fills(book, [replace(strange, question_id="edr", value=None)], bank(), FIRST_DAY) == []
    assert {question.id for edition in NEWEST.values() for question in edition.questions} <= set(bank().questions)


@pytest.fixture
def user(db):
    return make_user()


@pytest.fixture
def first(user):
    return make_quote(code=STANDARD, by=user, inception_on=date(2026, 5, 1), answers={"edr": "unknown"})


def open_other(first, user, at=A_MONDAY + timedelta(hours=2)):
    """A quote of another carrier's December edition for the same customer."""
    text = next(text for path, text in shipped_books() if path.parent.name == MSI and path.stem == "2026-12-01")
    version = perform(publish_book, text=text, starts_on=START, by=make_robot(user.agency), at=A_MONDAY)
    return perform(
        actions.open_quote, customer=first.customer, product_version=version, inception_on=START, like=first,
        by=user, at=at,
    )  # fmt: skip


def test_another_carriers_form_is_filled_shown_with_its_old_wording_and_counts_once_confirmed(client, user, first):
    quote = open_other(first, user)
    edr = quote.answers.get(question_id="edr")
    theirs = first.answers.get(question_id="edr")
    assert (edr.value, edr.is_carried, edr.counts, edr.carried_from) == ("unknown", True, False, theirs)
    assert edr.wording != theirs.wording  # the row keeps the wording of its own form
    client.force_login(user)
    address = reverse("quotes:answers", args=[quote.number])
    page = client.get(address).content.decode()
    assert f"そのときの質問文: 「{theirs.wording}」" in page
    assert f"{first.number}" in page
    confirm = reverse("quotes:answers-confirm", args=[quote.number, "endpoint"])
    client.post(confirm, {"given_by": "田中 一郎", "source": "PHONE", "only": "edr"})
    edr.refresh_from_db()
    assert (edr.counts, edr.given_by, edr.carried_from) == (True, "田中 一郎", theirs)
    everything = reverse("quotes:answers-confirm", args=[quote.number, "all"])
    client.post(everything, {"given_by": "田中 一郎", "source": "PHONE"})
    waiting = set(quote.answers.filter(is_carried=True).values_list("question_id", flat=True))
    assert waiting == {"prior_incident", "known_circumstances"}  # each of these is said by itself
    theirs.refresh_from_db()
    assert theirs.wording == make_version(STANDARD).book.question("edr").wording
    assert [answer.question_id for answer in answers_given(make_customer(user))] == []


def test_posting_the_page_again_confirms_nothing_that_was_not_touched(client, user, first):
    quote = open_other(first, user)
    client.force_login(user)
    typed = {
        "given_by": "田中 一郎",
        "source": "PHONE",
        "edr": "unknown",
        "was-edr": "unknown",
        "policy": "no",
        "was-policy": "yes",
    }
    client.post(reverse("quotes:answers", args=[quote.number]), typed)
    edr, policy = (quote.answers.get(question_id=name) for name in ("edr", "policy"))
    assert (edr.is_carried, policy.is_carried, policy.value, policy.carried_from) == (True, False, "no", None)


def test_two_windows_neither_overwrite_each_other_nor_lose_what_else_was_typed(client, user, first):
    client.force_login(user)
    address = reverse("quotes:answers-section", args=[first.number, "endpoint"])
    drawn = {
        "given_by": "佐藤 花子",
        "source": "PHONE",
        "was-edr": "unknown",
        "was-antivirus": "yes",
        "was-own_devices": "yes",
    }
    client.post(address, {**drawn, "edr": "yes"}, headers={"HX-Request": "true"})
    second = {**drawn, "given_by": "田中 一郎", "edr": "no", "antivirus": "no", "own_devices": "yes"}
    page = client.post(address, second, headers={"HX-Request": "true"}).content.decode()
    assert "佐藤 花子様が「はい」と回答しています(電話での回答" in page
    assert "入力した「いいえ」は保存していません" in page
    assert first.answers.get(question_id="edr").value == "yes"
    assert first.answers.get(question_id="antivirus").value == "no"
    assert first.answers.get(question_id="own_devices").given_by == "田中 一郎"  # untouched, as before
    assert 'id="was-edr" value="yes" hx-swap-oob' in page  # who has seen it may answer again
    client.post(address, {**second, "was-edr": "yes"}, headers={"HX-Request": "true"})
    assert first.answers.get(question_id="edr").value == "no"


def paper_of(quote, user, about=None):
    return perform(
        file_document, agency=quote.agency, filename="EDR契約書.pdf", content=A_PDF + str(quote.pk).encode(),
        about=[about or quote], by=user, at=A_MONDAY,
    )  # fmt: skip


def test_an_answer_from_a_document_names_it_and_only_the_customer_answers_on_the_web(user, first):
    said = {"quote": first, "values": {"edr": "yes"}, "given_by": "田中 一郎", "by": user, "at": A_MONDAY}
    with pytest.raises(Refused, match="もとになった書類"):
        perform(actions.save_answers, source="DOCUMENT", **said)
    with pytest.raises(Refused, match="お客さまご本人だけ"):
        perform(actions.save_answers, source="WEB", **said)
    stranger = make_quote(by=user)
    with pytest.raises(Refused, match="この見積に受領した書類"):
        perform(actions.save_answers, source="DOCUMENT", evidence=paper_of(stranger, user), **said)
    with pytest.raises(Refused, match="4,000文字以内"):
        perform(actions.save_answers, source="PHONE", **{**said, "values": {"incident_detail": "長" * 4001}})
    blank = next(q.id for q in make_version(STANDARD).book.questions if not first.answers.filter(question_id=q.id))
    assert perform(actions.save_answers, source="PHONE", **{**said, "values": {blank: ""}}) == []
    assert not first.answers.filter(question_id=blank).exists()  # nothing was said, and nothing is written
    paper = paper_of(first, user, about=first.customer)
    saved = perform(actions.save_answers, source="DOCUMENT", evidence=paper, **said)
    assert [(answer.question_id, answer.evidence) for answer in saved] == [("edr", paper)]
    line = timeline(first).first()
    assert (line.details["given_by"], line.details["source"], line.details["evidence"]) == (
        "田中 一郎",
        "DOCUMENT",
        paper.pk,
    )
    with pytest.raises(IntegrityError, match="from_a_document"), transaction.atomic():
        Answer.objects.filter(pk=saved[0].pk).update(evidence=None)
    perform(actions.save_answers, source="PHONE", **{**said, "values": {"edr": "no"}})
    assert first.answers.get(question_id="edr").evidence is None  # the paper said something else
    assert Document.objects.filter(pk=paper.pk).exists()


def test_a_document_is_laid_beside_an_answer_and_does_not_answer_by_itself(client, user, first):
    paper = paper_of(first, user)
    client.force_login(user)
    address = reverse("quotes:answers-evidence", args=[first.number])
    who = {"given_by": "田中 一郎", "source": "PHONE", "evidence": paper.pk}
    client.post(address, {**who, "only": "antivirus"})
    answer = first.answers.get(question_id="antivirus")
    assert (answer.evidence, answer.source) == (paper, "SPOKEN")
    page = client.get(reverse("quotes:answers", args=[first.number])).content.decode()
    assert f'裏付け: <a href="{paper.get_absolute_url()}">EDR契約書.pdf</a>' in page
    with pytest.raises(Refused, match="書類だけでは回答になりません"):
        perform(
            actions.attach_evidence, quote=first, question_id="isms_certified", evidence=paper, by=user, at=A_MONDAY
        )


def test_a_contradiction_is_explained_or_stands_in_the_way(client, user):
    quote = make_quote(code=STANDARD, by=user, answers={"logs_kept": "no", "logs_watched": "yes"})
    with pytest.raises(Refused) as refusal:
        perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=user, at=A_MONDAY)
    assert any("記録を残していないのに" in reason for reason in refusal.value.reasons)
    client.force_login(user)
    page = client.get(reverse("quotes:answers", args=[quote.number])).content.decode()
    assert f"/quotes/{quote.number}/answers/#q-logs_kept" in page
    assert 'id="q-logs_kept"' in page
    fingerprint = page.split('name="only" value="')[1].split('"')[0]
    explain = reverse("quotes:answers-explain", args=[quote.number])
    who = {"given_by": "田中 一郎", "source": "PHONE", "only": fingerprint}
    client.post(explain, {**who, f"explain-{fingerprint}": "監視会社が自社の設備で記録しています。"})
    told = quote.explanations.get()
    assert (told.given_by, told.code, told.explained_by) == ("田中 一郎", "rests_on_nothing", user)
    with pytest.raises(IntegrityError), transaction.atomic():
        quote.explanations.update(text="別の説明")
    quote.refresh_from_db()
    perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=user, at=A_MONDAY)


def test_claims_are_known_to_the_form_without_the_rooms_knowing_each_other(user):
    from tests.claims.making import make_claim

    quote = make_quote(code=STANDARD, by=user)
    make_claim(customer=quote.customer, by=user)
    with pytest.raises(Refused) as refusal:
        perform(actions.submit_quote, quote=quote, seen_version=quote.version, by=user, at=A_MONDAY)
    assert any("受け付けた事故があるのに" in reason for reason in refusal.value.reasons)


def test_missing_answers_do_not_count_what_nobody_confirmed(user, first):
    quote = open_other(first, user)
    confirmed = {answer.question_id: answer.value for answer in quote.answers.all() if answer.counts}
    assert confirmed == {}
    assert len(missing_answers(confirmed, quote.product_version.book)) == len(missing_answers({}, NEWEST[MSI]))
