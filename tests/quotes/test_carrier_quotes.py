"""保険会社見積: a product without a tariff is priced by the carrier's answer, taken down with its paper."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from core.doors import perform
from core.errors import Refused
from correspondence.actions import file_document
from products.risks import selection_of
from quotes import actions
from quotes.models import CarrierAnswer
from quotes.states import Decision, QuoteStatus
from tests.making import A_MONDAY, make_user
from tests.quotes.making import A_PDF, apply_for, make_quote

pytestmark = pytest.mark.django_db

CODE = "msi-protector"
LATER = A_MONDAY + timedelta(days=2)
FACTS = {
    "reference": "MSI-2026-0042",
    "answered_on": LATER.date(),
    "valid_until": LATER.date() + timedelta(days=20),
}


@pytest.fixture
def quote():
    return make_quote(QuoteStatus.REFERRED, code=CODE, plan="basic")


def record(quote, *, by=None, at=LATER, yen=412_350, **facts):
    by = by or quote.opened_by
    paper = perform(
        file_document, agency=quote.agency, filename="回答.pdf", content=A_PDF, about=[quote], code="carrier_answer",
        by=by, at=at,
    )  # fmt: skip
    premiums = {option.pk: yen for option in quote.options.all()}
    return perform(
        actions.record_carrier_answer, referral=quote.referrals.get(), premiums=premiums, document=paper, by=by, at=at,
        **{**FACTS, **facts},
    )  # fmt: skip


def test_a_product_without_a_tariff_waits_for_the_carrier(quote):
    assert quote.referrals.get().awaits_carrier_only
    assert quote.options.get().premium_yen is None


def test_staff_takes_down_the_answer_and_the_quote_is_offered_as_long_as_it_stands(quote):
    offered = record(quote)
    option = offered.options.get()
    assert offered.status == QuoteStatus.OFFERED
    assert offered.valid_until == FACTS["valid_until"]
    assert option.premium_yen == 412_350
    assert "MSI-2026-0042" in option.receipt["lines"][0]["source"]
    assert not option.is_reference
    assert quote.referrals.get().decision == Decision.CARRIER
    assert CarrierAnswer.objects.get().document.filename == "回答.pdf"


def test_from_there_it_is_a_quote_like_any_other(quote):
    offered = record(quote)
    applied = apply_for(offered, by=offered.opened_by, at=LATER + timedelta(hours=2))
    issued = perform(actions.issue_quote, quote=applied, by=offered.opened_by, at=LATER + timedelta(hours=5))
    assert issued.policy.premium_yen == 412_350


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"answered_on": LATER.date() + timedelta(days=1)}, "未来の日付"),
        ({"valid_until": LATER.date() - timedelta(days=1), "answered_on": date(2026, 1, 5)}, "有効期限が過ぎています"),
        ({"yen": 0}, "回答のとおりに入力"),
        ({"yen": -1}, "回答のとおりに入力"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_leaves_nothing(quote, facts, words):
    with pytest.raises(Refused, match=words):
        record(quote, **facts)
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.REFERRED
    assert not CarrierAnswer.objects.exists()


def test_the_second_person_to_take_it_down_is_told(quote):
    record(quote)
    with pytest.raises(Refused, match="画面を開き直して"):
        record(quote, by=make_user(quote.agency))
    assert CarrierAnswer.objects.count() == 1


def test_what_else_was_referred_is_for_underwriting():
    case = make_quote(QuoteStatus.REFERRED, code=CODE, plan="basic", answers={"prior_incident": "yes"})
    assert not case.referrals.get().awaits_carrier_only
    with pytest.raises(Refused, match="引受担当の判断"):
        record(case)


def test_a_reader_takes_nothing_down(quote):
    with pytest.raises(Refused):
        record(quote, by=make_user(quote.agency, Role.AUDITOR))


def test_the_form_wants_the_paper_and_every_entry_and_keeps_what_was_typed(client, quote, monkeypatch):
    monkeypatch.setattr("quotes.views.records.now", lambda: LATER)
    client.force_login(quote.opened_by)
    url = reverse("quotes:carrier-answer", args=[quote.number])
    option = quote.options.get()
    typed = {
        "reference": "MSI-2026-0042", "answered_on": "2026/04/08", "valid_until": "2026-04-25",
        f"premium_{option.pk}": "４１２，３５０",
    }  # fmt: skip
    wrong = client.post(url, typed)
    assert wrong.status_code == 422
    assert "MSI-2026-0042" in wrong.content.decode()
    for name in typed:
        paper = SimpleUploadedFile("回答.pdf", A_PDF, content_type="application/pdf")
        lacking = client.post(url, {**typed, name: "", "file": paper})
        assert lacking.status_code == 422
        assert name in lacking.context["form"].errors
    paper = SimpleUploadedFile("回答.pdf", A_PDF, content_type="application/pdf")
    done = client.post(url, {**typed, "file": paper}, follow=True)
    assert "保険会社の見積りを登録しました" in done.content.decode()
    quote.refresh_from_db()
    assert quote.options.get().premium_yen == 412_350


def test_the_quote_says_what_it_waits_for(client, quote):
    client.force_login(quote.opened_by)
    page = client.get(quote.get_absolute_url()).content.decode()
    assert "保険会社の見積りを待っています" in page
    assert "保険会社の回答を登録" in page


def test_a_case_without_the_papers_the_book_wants_is_not_judged():
    case = make_quote(QuoteStatus.DRAFT, code=CODE, plan="basic")
    book = case.product_version.book
    assert book.documents
    fresh = perform(
        actions.open_quote, customer=case.customer, product_version=case.product_version,
        inception_on=case.inception_on, like=case, by=case.opened_by, at=A_MONDAY,
    )  # fmt: skip
    perform(actions.add_option, quote=fresh, selection=selection_of(book.plans[1]), by=case.opened_by, at=A_MONDAY)
    with pytest.raises(Refused) as refused:
        perform(actions.submit_quote, quote=fresh, seen_version=fresh.version + 1, by=case.opened_by, at=A_MONDAY)
    assert book.documents[0].sentence in refused.value.reasons
