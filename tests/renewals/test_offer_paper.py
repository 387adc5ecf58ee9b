"""更改条件のご提案: filed with every offer of a renewal, explained to the yen, corrected by a revision of its own."""

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from core.doors import perform
from core.errors import Refused
from core.money import format_yen
from core.periods import at_four
from correspondence import rendering
from correspondence.actions.papers import plain
from correspondence.inspection import inspect
from correspondence.models import Letter, LetterAttachment, Paper
from correspondence.states import LetterKind, PaperKind
from customers.queries import primary_contact
from policies.changing import Change
from quotes import actions as quote_actions
from quotes.models import Quote
from renewals.actions import open_renewal
from renewals.calendar import calendar_on
from renewals.changes import agreed_situation, proposals_of
from renewals.models import Renewal, RenewalTerms
from renewals.papers import file_renewal_offer, notice_page
from renewals.states import Track
from tests.claims.making import make_claim
from tests.making import make_robot
from tests.policies.making import endorse
from tests.quotes.making import STANDARD, make_quote
from tests.quotes.test_applying import agree
from tests.renewals.making import at, before, make_expiring, run
from tests.renewals.test_correcting import sent
from tests.renewals.test_following import renewal_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> SimpleNamespace:
    """A contract of our own and the quote that follows it: more sales, one measure better."""
    first = make_quote("ISSUED", code=STANDARD, answers={"edr": "no"})
    policy = first.policy
    assert policy is not None
    moment = at_four(policy.ends_on - timedelta(days=50))
    renewal = perform(open_renewal, policy=policy, by=first.in_charge, at=moment)
    make_robot(policy.agency)
    quote = make_quote(
        "OFFERED", code=STANDARD, by=first.in_charge, customer=first.customer, inception_on=policy.ends_on, at=moment,
        sales_yen=700_000_000, answers={"edr": "yes"}, renewal_of=policy,
    )  # fmt: skip
    renewal.refresh_from_db()
    return SimpleNamespace(policy=policy, renewal=renewal, quote=quote, at=moment, by=first.in_charge)


def proposals(renewal: Renewal) -> list[Paper]:
    return list(Paper.objects.about(renewal).filter(kind=PaperKind.RENEWAL_OFFER).order_by("pk"))


def test_an_offer_brings_its_paper_the_shares_add_up_and_the_mail_encloses_it(year: SimpleNamespace) -> None:
    (paper,) = proposals(year.renewal)
    *shares, total = paper.page["steps"]
    assert [share["label"] for share in shares] == ["売上高", "告知の回答"]
    assert "売上高が5億円から7億円に増えたため" in shares[0]["words"]
    assert sum(share["yen"] for share in shares) == total["yen"] == paper.amount_yen - year.policy.premium_yen
    lines = {line["label"]: line["mark"] for line in paper.page["lines"]}
    assert (lines["算定基礎の売上高"], lines["賠償責任 支払限度額"]) == ("changed", "same")

    made = inspect(rendering.render(paper.template, paper.page, identifier=paper.key).pdf)
    assert (made.tagged, made.archival, made.accessible, made.missing_glyphs) == (True, True, True, 0)
    assert made.pages <= 3

    contact = primary_contact(year.quote.customer)
    agree(year.quote, at=year.at)
    letter = perform(
        quote_actions.send_quotation, quote=year.quote, contact=contact, by=year.by, at=year.at + timedelta(minutes=5)
    )
    enclosed = LetterAttachment.objects.filter(letter=letter).values_list("paper__kind", flat=True)
    assert list(enclosed) == [PaperKind.QUOTATION, PaperKind.RENEWAL_OFFER]
    assert "見積書と更改条件のご提案" in letter.body


def test_the_record_the_quote_and_the_command_tell_the_same(year: SimpleNamespace, client: Client) -> None:
    client.force_login(year.by)
    *shares, total = proposals(year.renewal)[0].page["steps"]
    for page in (year.renewal.get_absolute_url(), year.quote.get_absolute_url()):
        html = client.get(page).content.decode()
        assert all(share["words"] in html and share["amount"] in html for share in shares)
        assert total["amount"] in html
        assert html.count("fall-bar") == len(shares) + 1
    said = StringIO()
    call_command("explain_change", year.quote.number, stdout=said)
    assert all(share["amount"] in said.getvalue() for share in (*shares, total))
    with pytest.raises(CommandError, match="更改の見積ではない"):
        call_command("explain_change", year.policy.number)
    other = client.get(year.policy.quote.get_absolute_url()).content.decode()
    assert "前年との違い" not in other


def test_the_same_offer_is_one_paper_and_after_a_change_of_the_contract_it_is_corrected(year: SimpleNamespace) -> None:
    (paper,) = proposals(year.renewal)
    with transaction.atomic():
        assert file_renewal_offer(year.renewal, by=year.by, at=year.at) == paper
    later = year.at + timedelta(days=1)
    endorse(year.policy, Change(deductible_yen=1_000_000), on=later.date(), at=later, by=year.by)
    renewal = Renewal.objects.get(pk=year.renewal.pk)
    words = "ご契約の変更(異動)を反映しました。"
    with transaction.atomic():
        terms = terms_of(renewal, Quote.objects.get(pk=year.quote.pk))
        second = file_renewal_offer(renewal, terms=terms, correction=f"訂正版: {words}", by=year.by, at=later)
    assert (second.revision, second.corrects) == (2, paper)
    lines = {line["label"]: (line["before"], line["after"]) for line in second.page["lines"]}
    assert lines["自己負担額(1事故につき)"] == ("100万円", "100万円")  # the quote followed the contract
    assert second.page["before_yen"] == renewal.policy.premium_now_yen < paper.page["before_yen"]
    *shares, total = second.page["steps"]
    assert [share["label"] for share in shares] == ["売上高", "告知の回答"]
    assert sum(share["yen"] for share in shares) == total["yen"] == second.amount_yen - renewal.policy.premium_now_yen
    html = rendering.html_of(second.template, second.page)
    assert "訂正版(第2版)" in html
    assert html.count("訂正版") == html.count(f"訂正版(第2版) {words}") + 1  # the page itself speaks of one to come
    assert "訂正版(第" not in rendering.html_of(paper.template, paper.page)


def terms_of(renewal: Renewal, quote: Quote, **facts: Any) -> RenewalTerms:
    """Terms of the 簡易 track on the first plan of a quote."""
    option = quote.options.get()
    (one,) = proposals_of(quote, agreed_situation(renewal.policy))
    made = {
        "revision": 1, "cause": "更改のご案内の前", "quote": quote, "product_version": quote.product_version,
        "selection": option.selection, "premium_yen": option.premium_yen, "receipt": option.receipt,
        "basis": {"facts": one.situation.facts, "answers": one.situation.answers, "sales_label": ""},
        "valid_until": renewal.ends_on, "track": Track.SIMPLE, "made_at": quote.opened_at, "made_by": quote.opened_by,
    }  # fmt: skip
    return RenewalTerms.objects.create(renewal=renewal, **made | facts)


def test_terms_without_an_offer_are_proposed_as_an_estimate_until_their_day(year: SimpleNamespace) -> None:
    terms = terms_of(year.renewal, year.quote)
    with transaction.atomic():
        paper = file_renewal_offer(year.renewal, terms=terms, by=year.by, at=year.at)
    html = rendering.html_of(paper.template, paper.page)
    assert "今年の保険料(試算)" in html
    assert "前年の売上高による試算です" in html
    assert paper.page["valid_until"] == year.policy.ends_on.isoformat()
    assert paper.amount_yen == terms.premium_yen
    unpriced = RenewalTerms(renewal=year.renewal, revision=2, valid_until=year.policy.ends_on)
    with pytest.raises(Refused, match="保険料がありません"):
        file_renewal_offer(year.renewal, terms=unpriced, by=year.by, at=year.at)


def test_the_notice_of_a_simple_renewal_brings_the_offer_and_the_way_through_the_link() -> None:
    policy = make_expiring()
    renewal = perform(open_renewal, policy=policy, by=policy.in_charge, at=at(before(80), 10))
    quote = make_quote(
        "DRAFT", by=policy.in_charge, customer=policy.customer, inception_on=policy.ends_on, at=at(before(80), 11),
        renewal_of=policy,
    )  # fmt: skip
    terms = terms_of(renewal, quote)
    Renewal.objects.filter(pk=renewal.pk).update(track=Track.SIMPLE)
    run(before(60))
    letter = Letter.objects.about(renewal).get(kind=LetterKind.RENEWAL_NOTICE)
    enclosed = letter.papers.order_by("attachments__position")
    assert [paper.kind for paper in enclosed] == [PaperKind.RENEWAL_NOTICE, PaperKind.RENEWAL_OFFER]
    notice = rendering.html_of(enclosed[0].template, enclosed[0].page)
    assert format_yen(terms.premium_yen) in notice
    assert "同封の「更改条件のご提案」" in notice
    assert "回答票" in notice  # nobody laid out a page for this customer
    page = notice_page(renewal, made_on=before(60), calendar=calendar_on(before(60)), terms=terms, by_link=True)
    linked = rendering.html_of(enclosed[0].template, enclosed[0].page | plain(page))
    assert "お客さま用ページのリンク" in linked
    assert "回答票" not in linked

    # An event of the term: the promise of the notice is taken back in both papers, by one mail.
    sent(letter)
    claim = make_claim(policy=policy, by=policy.in_charge, at=at(before(40), 10))
    renewal.refresh_from_db()
    assert renewal.track == Track.NORMAL
    letter = Letter.objects.get(key=f"renewal:{renewal.pk}:corrected:claim-{claim.number}")
    second, *offers = letter.papers.order_by("attachments__position")
    corrected = rendering.html_of(second.template, second.page)
    assert (second.corrects, second.page["correction"]) == (enclosed[0], f"事故の受付 {claim.number}")
    assert "訂正版" in corrected
    assert format_yen(terms.premium_yen) not in corrected
    assert [(paper.kind, paper.revision) for paper in offers] == [(PaperKind.RENEWAL_OFFER, 2)]


def test_a_contract_taken_over_from_elsewhere_is_renewed_with_the_reason_why_nothing_is_explained() -> None:
    policy = make_expiring()
    renewal = perform(open_renewal, policy=policy, by=policy.in_charge, at=at(before(60), 10))
    renewal_quote(renewal)
    (paper,) = proposals(renewal)
    first, total = paper.page["steps"]
    assert first["label"] == "前年の計算の記録なし"
    assert first["yen"] == total["yen"] == paper.amount_yen - policy.premium_yen
    assert "内訳を計算できないため" in first["words"]
