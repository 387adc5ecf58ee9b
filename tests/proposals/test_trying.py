"""The trials on a quote's page, the 意向確認書 and the mail: what the proposal leaves on the way of its quote."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from core.doors import perform
from correspondence.models import Letter, Paper
from customers.actions import record_consent
from quotes import actions as quote_actions
from quotes.models import QuoteOption
from tests.making import A_MONDAY, make_customer, make_user
from tests.proposals.making import make_proposal, make_wish
from tests.quotes.making import SIMPLE, STANDARD, fill_quote, make_quote, make_version

pytestmark = pytest.mark.django_db


def test_what_if_prices_another_cover_and_keeps_nothing(client):
    quote = make_quote("DRAFT", code=STANDARD, answers={"edr": "no", "prior_incident": "no"})
    client.force_login(quote.in_charge)
    url = reverse("proposals:what-if", args=[quote.number])
    before = list(QuoteOption.objects.values_list("pk", "selection", "premium_yen"))
    option = quote.options.get()
    plain = client.get(url).content.decode()
    assert f"{option.premium_yen:,}円" in plain
    assert "変わりません" in plain
    chosen = option.selection
    asked = {
        "option": option.pk, "liability_yen": chosen["liability_yen"], "cost_yen": chosen["cost_yen"], "bi_yen": 0,
        "continuity_yen": 0, "deductible_yen": 1_000_000, "waiting_hours": 0, "riders": chosen["riders"],
        "measures": ["edr"],
    }  # fmt: skip
    piece = client.get(url, asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert "実際に導入した場合の試算です" in piece
    assert re.search(r"−[\d,]+円", piece)
    whole = client.get(url, asked).content.decode()  # without script: the same on the whole page
    assert re.search(r"−[\d,]+円", whole)
    assert client.get(url, {**asked, "deductible_yen": "7"}).status_code == 422
    assert list(QuoteOption.objects.values_list("pk", "selection", "premium_yen")) == before
    helps = client.get(reverse("proposals:what-helps", args=[quote.number])).content.decode()
    assert "といえる対策を、始期までに導入する" in helps
    assert "事実を回答していただきます" in helps
    client.force_login(make_user())
    assert client.get(url).status_code == 404


def offered(wish):
    """The proposal's quote, answered and offered."""
    quote = make_proposal(wish, recommended="sompo-simple:l10000-c3000").quote
    by = wish.customer.in_charge
    fill_quote(quote, by=by, at=A_MONDAY)
    quote.refresh_from_db()
    return perform(quote_actions.submit_quote, quote=quote, seen_version=quote.version, by=by, at=A_MONDAY)


@pytest.fixture
def quote():
    make_version(SIMPLE, A_MONDAY.date())
    customer = make_customer(make_user())
    return offered(make_wish(customer, must_haves=["response"], words="入札の条件になっている"))


def test_the_final_wish_files_a_paper_with_the_first_one_the_proposal_and_what_changed(quote):
    by, later = quote.in_charge, A_MONDAY + timedelta(hours=1)
    step = perform(
        quote_actions.record_step, quote=quote, kind="INTENT_FINAL", happened_at=later, method="IN_PERSON",
        counterpart="田中 一郎", detail={"text": "費用は3,000万円でよい", "changes": "予算を下げた"}, by=by, at=later,
    )  # fmt: skip
    page = step.paper.page
    assert step.paper.kind == "INTENT"
    first = {row["label"]: row["value"] for row in page["first"]}
    assert first["必ず備えたい補償"] == "調査と復旧の費用"
    assert first["お客さまの言葉"] == "入札の条件になっている"
    proposed = {row["label"]: row["value"] for row in page["proposed"]}
    assert proposed["推奨の理由"] == "ご希望の限度額に届くため。"
    assert proposed["推奨したプラン"].startswith("シンプルサイバー 賠償1億円・費用3,000万円")
    final = {row["label"]: row["value"] for row in page["final"]}
    assert final["最終のご意向"] == "費用は3,000万円でよい"
    assert final["当初のご意向から変わった点"] == "予算を下げた"
    again = perform(
        quote_actions.record_step, quote=quote, kind="INTENT_FINAL", happened_at=later, method="IN_PERSON",
        counterpart="田中 一郎", detail={"text": "やはり5,000万円", "changes": ""}, corrects=step, by=by, at=later,
    )  # fmt: skip
    assert again.paper != step.paper
    assert Paper.objects.about(quote).filter(kind="INTENT").count() == 2


def test_the_comparison_goes_along_with_the_quotation(quote):
    contact = quote.customer.contacts.get()
    said = {"said_by": "田中 一郎", "method": "PHONE", "happened_at": A_MONDAY}
    perform(record_consent, customer=quote.customer, by=quote.in_charge, at=A_MONDAY, **said)
    at = A_MONDAY + timedelta(hours=1)
    perform(quote_actions.send_quotation, quote=quote, contact=contact, by=quote.in_charge, at=at)
    letter = Letter.objects.get(kind="QUOTATION")
    assert {paper.kind for paper in letter.papers.all()} == {"QUOTATION", "COMPARISON"}
    assert "見積書と比較表をお送りします" in letter.body
