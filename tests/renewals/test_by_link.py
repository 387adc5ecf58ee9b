"""A renewal from the notice to the signed application, by the link in the notice, on the customer's own pages."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from claims.models import Claim
from core import clock
from core.doors import perform
from core.periods import at_four
from correspondence.blanks import BLANK
from correspondence.models import Letter
from correspondence.tasks import drain
from customers.models import Contact
from policies.models import Policy
from portal.actions import take_application
from portal.blanks import WITHOUT_LINK
from portal.models import Invitation, Visit
from products.actions import publish_book
from products.editing import starting_on
from products.shelf import shipped_books
from quotes.actions import issue_quote, record_step
from quotes.experience import with_experience
from quotes.models import Answer
from quotes.queries import case_facts, case_of
from quotes.rules import Triage
from renewals import actions
from renewals.models import Renewal, RenewalTerms
from renewals.round import run_round
from tests.claims.making import make_claim
from tests.making import A_MONDAY, make_agency, make_customer, make_robot, make_user
from tests.policies.making import cancel
from tests.portal.making import Customer, code_for, come_in, link_for
from tests.portal.test_applying import read_all
from tests.quotes.making import SIMPLE, STANDARD, make_quote, make_version

pytestmark = pytest.mark.django_db


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day.replace(year=day.year - 1, day=28)


def make_insured(code: str = STANDARD, *, by: User | None = None, **facts: Any) -> Policy:
    """A contract of last year's that expires in some weeks, under a book that says how it is renewed."""
    by = by or make_user(make_agency())
    robot = make_robot(by.agency)
    begins = year_before(clock.today() + timedelta(days=50))
    told = clock.now() - (clock.today() - begins) - timedelta(days=20)
    text = [text for path, text in shipped_books() if path.parent.name == code][-1]
    first = begins - timedelta(days=40)
    perform(publish_book, text=starting_on(text, first), starts_on=first, by=robot, at=A_MONDAY)
    customer = make_customer(by, at=told, sales_yen=None)
    quote = make_quote("ISSUED", code=code, by=by, customer=customer, inception_on=begins, at=told, **facts)
    assert quote.policy is not None
    return quote.policy


def notified(policy: Policy) -> Renewal:
    """The morning's round, and the outbox after it."""
    run_round(on=clock.today(), at=clock.now(), by=make_robot(policy.agency))
    drain()
    return Renewal.objects.get(policy=policy)


def sales(amount: str = "5億円", **facts: Any) -> dict[str, Any]:
    year = clock.today() - timedelta(days=30)
    return {"sales_yen": amount, "fiscal_year_end": year.isoformat(), "sales_kind": "ACTUAL", **facts}


def fields_of(page: str) -> dict[str, Any]:
    """What the page would post as it was drawn: hidden fields, and the radios and texts that are filled in."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)"[^>]*value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    for name, value in re.findall(r'<input type="radio" name="([^"]+)"[^>]*value="([^"]*)" checked', page):
        found[name] = [value]
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def asked_on(page: str) -> list[str]:
    return re.findall(r'name="asked-([a-z0-9_]+)"', page)


def sign_answers(customer: Customer, wish: str = "same", wishes: str = "") -> str:
    said = {"wish": wish, "wishes": wishes, "name": "田中 一郎", "title": "総務部長"}
    answer = customer.post("sign/", said)
    assert answer.status_code == 302, answer.content.decode()
    return customer.get().content.decode()


def test_an_unchanged_customer_goes_from_the_notice_to_the_next_contract_in_one_sitting():
    policy = make_insured()
    renewal = notified(policy)
    terms = renewal.terms.get()
    assert (renewal.status, renewal.track, renewal.track_reasons) == ("NOTIFIED", "SIMPLE", [])
    assert (terms.premium_yen, terms.sales_are_last_years) == (policy.premium_yen, True)
    notice = next(m for m in mail.outbox if "更改のご案内" in m.subject)
    assert f"{policy.premium_yen:,}円" in notice.body
    assert len(notice.attachments) == 2  # 更改のご案内 and 更改条件のご提案

    customer = come_in()  # by the link in the notice: one code
    page = customer.get().content.decode()
    assert asked_on(page) == ["prior_incident", "past_attack", "known_circumstances"]  # and the sales: four questions
    before = Answer.objects.filter(quote=renewal.quote, is_carried=False).count()
    assert before == 0

    # Nothing is nodded through: with all answers, but without the tick, the page comes back and says so.
    said = dict.fromkeys(asked_on(page), "no")
    left = {name: value for name, value in said.items() if name != "past_attack"}
    answer = customer.post("renewal/", {**fields_of(page), **sales(), **left})
    assert answer.status_code == 422
    marked = re.findall(r'id="e-([a-z0-9_]+)">お答えください。', answer.content.decode())
    assert marked == ["past_attack"]  # what is still open is told at its place
    page = customer.get("renewal/").content.decode()
    assert customer.post("renewal/", {**fields_of(page), **sales(), **said}).status_code == 422
    assert Answer.objects.filter(quote=renewal.quote, is_carried=True).exists()
    renewal.quote.refresh_from_db()
    assert renewal.quote.facts["sales_yen"] == 500_000_000  # what could be saved is saved
    page = customer.get("renewal/").content.decode()
    answer = customer.post("renewal/", {**fields_of(page), **sales(), "nothing_changed": "yes"})
    assert (answer.status_code, answer.url) == (302, customer.home + "sign/")
    answers = list(Answer.objects.filter(quote=renewal.quote))
    assert {(one.is_carried, one.source, one.given_by) for one in answers} == {(False, "WEB", "田中 一郎")}

    # Whoever signs reads first what is said anew, with declarations and events; the rest is folded beneath.
    anew, again = customer.get("sign/").content.decode().split("前回と同じご回答を開く(")
    assert "過去5年間に" in anew
    assert "5億円" in anew
    assert int(again.partition("問")[0]) == len(answers) - 3

    page = sign_answers(customer)
    assert "回答を確定しました" in sign_answers(customer)  # pressed twice
    assert "ご案内に記載した保険料のとおり" in page
    renewal.refresh_from_db()
    quote = renewal.quote
    assert (renewal.status, renewal.response_channel, quote.status) == ("QUOTED", "WEB", "OFFERED")
    assert quote.options.get().premium_yen == terms.premium_yen
    assert renewal.terms.first().revision == 2

    # On in the same visit, without another code at the door; and by the mail's link as well.
    onward = customer.post("onward/")
    assert onward.status_code == 302
    there = Customer(customer.client, onward.url)
    assert "重要事項説明書" in there.get().content.decode()
    assert Invitation.objects.get(quote=quote, purpose="APPLICATION").status == "OPENED"
    assert Visit.objects.count() == 2
    assert customer.post("onward/").status_code == 302

    there = come_in()

    # He reads, confirms and signs; with the office's part recorded, the application is taken.
    invitation = Invitation.objects.get(quote=quote, purpose="APPLICATION")
    read_all(invitation.visitors.select_related("invitation__quote", "invitation__sent_by").get())
    page = there.get("apply/").content.decode()
    assert page.count("変更なし</textarea>") == page.count("同じ補償を希望する。</textarea>") == 1
    assert re.search(r'value="lump_sum"[^>]*checked', page)
    form = {"option": quote.options.get().pk, "payment_way": "lump_sum", "intent": "同じ補償で続ける",
            "changes": "変更なし", "name": "田中 一郎", "title": "総務部長"}  # fmt: skip
    there.post("apply/", form | {"ask_code": "1"})
    assert there.post("apply/", form | {"code": code_for()}).status_code == 302
    quote.refresh_from_db()
    assert (quote.status, Renewal.objects.get().status) == ("OFFERED", "QUOTED")  # the office has not asked who he is
    perform(
        record_step, quote=quote, kind="ANTISOCIAL", happened_at=clock.now(), method="PHONE", counterpart="検索",
        detail={"result": "clear", "source": "新聞記事検索"}, by=renewal.owner, at=clock.now(),
    )  # fmt: skip
    perform(take_application, invitation=invitation, by=renewal.owner, at=clock.now())
    assert Renewal.objects.get().status == "APPLIED"
    perform(issue_quote, quote=quote, by=renewal.owner, at=clock.now())
    renewal.refresh_from_db()
    successor = Policy.objects.get(renews=policy)
    assert (renewal.status, renewal.successor, renewal.next_on) == ("RENEWED", successor, None)
    assert successor.starts_at == policy.ends_at == at_four(policy.ends_on)
    assert successor.premium_yen == terms.premium_yen
    # Nothing is written to him any more, and the old contract ends without a gap.
    written = Letter.objects.exclude(kind="STAFF_NOTICE").count()
    for days in (20, 36, 49, 50):
        on = clock.today() + timedelta(days=days)
        counts = run_round(on=on, at=at_four(on), by=make_robot(policy.agency)).counts
        assert (counts["opened"], counts["notices"], counts["reminders"], counts["uninsured"]) == (0, 0, 0, 0)
    assert Letter.objects.exclude(kind="STAFF_NOTICE").count() == written
    assert Renewal.objects.get() == renewal


def test_whoever_lies_outside_the_bounds_is_told_why_and_his_agent_calls():
    policy = make_insured(answers={"backup": "yes"})
    renewal = notified(policy)
    customer = come_in()
    page = customer.get().content.decode()
    said = dict.fromkeys(asked_on(page), "no") | {"nothing_changed": "yes", "backup": "no"}
    customer.post("renewal/", {**fields_of(page), **sales("9億円"), **said})
    page = customer.get("sign/").content.decode()
    assert "本年は行っていないことになっています" in page  # a measure dropped: explained, or mended
    explain = re.search(r'action="[^"]*/explain/([0-9a-f]+)/"', page)
    assert explain
    customer.post(f"explain/{explain[1]}/", {"text": "機器の入替えのため、一時的に止めています。"})
    page = sign_answers(customer)
    assert "今年の売上高が前回の180%です" in page
    assert "前回より備えが弱くなった回答があります" in page
    assert "担当者からお電話でご連絡します" in page
    renewal.refresh_from_db()
    assert (renewal.status, renewal.track, renewal.quote.status) == ("RESPONDED", "NORMAL", "DRAFT")
    assert {reason["code"] for reason in renewal.track_reasons} >= {"sales", "worse"}
    assert renewal.next_step == "お客さまの回答を確認し、電話のうえ更改の見積を判定する"
    client = Client()
    client.force_login(renewal.owner)
    page = client.get(renewal.get_absolute_url()).content.decode()
    assert "今年の売上高が前回の180%です" in page
    assert "通常" in page


def test_sales_of_nothing_an_older_year_and_an_answer_from_another_window_are_answered_in_a_sentence():
    renewal = notified(make_insured(SIMPLE))
    assert case_facts(renewal.quote, clock.today()).questions_left == 2  # a form of declarations alone is a form too
    customer = come_in()
    page = customer.get().content.decode()
    wrong = customer.post("renewal/", {**fields_of(page), **sales("0円")}).content.decode()
    assert "売上高が0円のままでは保険料を計算できません" in wrong
    old = (clock.today() - timedelta(days=900)).isoformat()
    wrong = customer.post("renewal/", {**fields_of(page), **sales(fiscal_year_end=old)}).content.decode()
    assert "より前の年度です" in wrong
    ahead = (clock.today() + timedelta(days=200)).isoformat()
    wrong = customer.post("renewal/", {**fields_of(page), **sales(fiscal_year_end=ahead)}).content.decode()
    assert "まだ終わっていない年度です" in wrong
    # Two windows: the first declares, the second says otherwise over a page that still stood blank.
    declared = asked_on(page)[0]
    customer.post("renewal/", {**fields_of(page), declared: "yes"})
    other = customer.post("renewal/", {**fields_of(page), declared: "no"}).content.decode()
    assert "保存していません" in other
    assert Answer.objects.get(quote=renewal.quote, question_id=declared).value == "yes"


def test_a_claim_of_the_term_keeps_a_renewal_out_of_the_simple_track_and_goes_to_underwriting():
    policy = make_insured()
    claim = make_claim(policy=policy, by=policy.in_charge, at=clock.now())
    assert isinstance(claim, Claim)
    renewal = notified(policy)
    assert [reason["code"] for reason in renewal.track_reasons][0] == "claims"
    assert renewal.quote.facts["claims_in_term"] == 1
    # Judged by the office, it lies before an underwriter: this book does not read the claims of the term.
    case = case_of(renewal.quote)
    (raised,) = with_experience(Triage("offer", ()), case).reasons
    assert (raised.code, raised.blocks, raised.kind) == ("experience", "OFFER", "HISTORY")
    assert with_experience(Triage("decline", ()), case).way == "decline"


def test_a_product_that_ends_and_a_customer_it_does_not_take_any_more_are_told_with_what_instead():
    policy = make_insured(SIMPLE, sales_yen=2_900_000_000)
    version = policy.product_version
    version.ends_on = policy.ends_on - timedelta(days=1)
    version.save()
    renewal = notified(policy)
    assert (renewal.status, renewal.track, renewal.quote) == ("NOTIFIED", "NORMAL", None)
    (reason,) = renewal.track_reasons
    assert reason["code"] == "ended"
    assert "サイバー保険" in reason["sentence"]
    assert "後継商品" in renewal.next_step
    assert any("更改のご案内" in message.subject for message in mail.outbox)
    assert RenewalTerms.objects.get().premium_yen is None
    client = Client()
    client.force_login(renewal.owner)
    assert reason["sentence"] in client.get(renewal.get_absolute_url()).content.decode()


def test_a_customer_whom_the_product_takes_no_more_is_told_why_and_gets_the_successors_quote():
    policy = make_insured(SIMPLE, sales_yen=2_900_000_000)
    make_version(STANDARD, policy.ends_on)
    renewal = notified(policy)
    before = renewal.quote
    customer = come_in()
    page = customer.get().content.decode()
    said = dict.fromkeys(asked_on(page), "no") | {"nothing_changed": "yes"}
    customer.post("renewal/", {**fields_of(page), **sales("60億円"), **said})
    page = sign_answers(customer)
    assert "担当者からお電話でご連絡します" in page
    renewal.refresh_from_db()
    told = [reason["sentence"] for reason in renewal.track_reasons if reason["code"] == "ineligible"]
    assert "サイバー保険" in told[-1]  # what instead, after the reasons why not
    assert len(told) >= 2
    assert "後継商品" in renewal.next_step
    quote = perform(actions.open_renewal_quote, renewal=renewal, by=renewal.owner, at=clock.now())
    before.refresh_from_db()
    assert (before.status, quote.product_version.product.code) == ("WITHDRAWN", STANDARD)
    assert (quote.renewal_of, quote.inception_on) == (policy, policy.ends_on)
    assert perform(actions.open_renewal_quote, renewal=renewal, by=renewal.owner, at=clock.now()) == quote


def test_a_reminder_brings_the_link_of_the_notice_as_long_as_it_opens():
    renewal = notified(make_insured())
    link = link_for()
    begun = clock.now()

    def written(days: int, verb: Any) -> str:
        """The newest mail to the customer after something was done so many days later."""
        with clock.travel(begun + timedelta(days=days)):
            verb()
            drain()
        return str(next(m.body for m in reversed(mail.outbox) if "tanaka@customer.example" in m.recipients()[0]))

    def by_round() -> None:
        run_round(on=clock.today(), at=clock.now(), by=make_robot(renewal.agency))

    def by_hand() -> None:
        perform(actions.remind_renewal, renewal=renewal, by=renewal.owner, at=clock.now())

    def by_claim() -> None:
        make_claim(policy=renewal.policy, by=renewal.owner, at=clock.now())

    first = written(16, by_round)  # whatever rests lie between, the first reminder has gone by now
    assert "今年の売上高のご連絡" in first
    assert link in first
    assert WITHOUT_LINK not in first
    assert link in written(17, by_hand)
    corrected = written(17, by_claim)
    assert "訂正版" in corrected
    assert link in corrected
    for letter in Letter.objects.filter(kind="RENEWAL_REMINDER"):
        assert BLANK in letter.body  # nobody at the office reads it
        assert link not in letter.body
    # Somebody else is written to now: the link would open for nobody but its first reader.
    Contact.objects.update(email="new@customer.example")
    with clock.travel(begun + timedelta(days=18)):
        assert BLANK not in perform(actions.remind_renewal, renewal=renewal, by=renewal.owner, at=clock.now()).body
    Contact.objects.update(email="tanaka@customer.example")
    # 解約: the link dies with the contract.
    with clock.travel(begun + timedelta(days=19)):
        assert Client().get(link).status_code == 200
        cancel(renewal.policy, clock.today(), at=clock.now())
        assert Invitation.objects.get().status == "REVOKED"
        page = Client().get(link)
    assert (page.status_code, "確認コードを送る" in page.text) == (404, False)
