"""The underwriters' console: who may look, who may decide, and what each decision leaves behind."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from config.access import CONSOLE
from core.clock import now, today
from core.doors import perform
from correspondence.actions import file_document
from quotes import actions
from quotes.models import Quote, Referral
from quotes.states import QuoteStatus, ReferralStatus
from tests.making import A_MONDAY, give_authority, make_customer, make_user
from tests.quotes.making import STANDARD, make_quote

pytestmark = pytest.mark.django_db

INDEX, QUEUE = "admin:index", "admin:quotes_referral_changelist"
BEYOND_THE_TARIFF = 20_000_000_000
REASON = "再発防止策を確認しました。"


@pytest.fixture
def solicitor():
    return make_user(name="担当 花子")


@pytest.fixture
def referral(solicitor):
    return refer(solicitor)


@pytest.fixture
def underwriter(solicitor):
    return make_user(solicitor.agency, Role.UNDERWRITER, name="引受 正")


@pytest.fixture
def console(client, underwriter):
    client.force_login(underwriter)
    return client


def refer(by, **facts):
    """A referral that waits, sent by the solicitor."""
    facts = {"code": STANDARD, "plan": "plan-1", "answers": {"prior_incident": "yes"}, **facts}
    return make_quote("REFERRED", by=by, **facts).referrals.get()


def asked_days_ago(by, days, **facts):
    """A referral by the real clock: due a week after it was sent."""
    start = today() + timedelta(days=30)
    return refer(by, at=now() - timedelta(days=days), inception_on=start, **facts)


def case_url(referral):
    return reverse("admin:quotes_referral_change", args=[referral.pk])


def decide(client, referral, deed, *, seen=None, **said):
    """Send one of the four forms as the page would."""
    version = Quote.objects.get(pk=referral.quote_id).version if seen is None else seen
    url = reverse("admin:quotes_referral_decide", args=[referral.pk, deed])
    return client.post(url, {"seen_version": version, **said})


def one_condition(words, **facts):
    """The formset of the page with one row filled in."""
    row = {"sentence": words, "kind": "CONSENT", "before": "APPLICATION", "due_on": "", **facts}
    return {"set-TOTAL_FORMS": "1", "set-INITIAL_FORMS": "0", **{f"set-0-{name}": said for name, said in row.items()}}


def text_of(response):
    return response.content.decode()


def shown_after(client, response):
    """The page the browser lands on."""
    assert response.status_code == 302, text_of(response)
    return text_of(client.get(response["Location"]))


def standing(referral):
    referral.refresh_from_db()
    quote = Quote.objects.get(pk=referral.quote_id)
    return referral.status, quote.status


# ---------------------------------------------------------------- who may look


@pytest.mark.parametrize("role", Role)
def test_the_console_opens_for_its_roles_and_for_no_other(client, referral, role):
    client.force_login(make_user(referral.quote.agency, role))
    expected = 200 if role in CONSOLE else 403
    for url in (reverse(INDEX), reverse(QUEUE), case_url(referral)):
        assert client.get(url).status_code == expected, url


@pytest.mark.parametrize("role", sorted(CONSOLE))
def test_the_right_role_without_the_staff_mark_stays_outside_without_going_in_circles(client, referral, role):
    client.force_login(make_user(referral.quote.agency, role, is_staff=False))
    response = client.get(case_url(referral), follow=True)
    assert response.status_code == 403


def test_the_consoles_login_is_the_houses_login(client, referral):
    response = client.get(case_url(referral))
    assert response["Location"] == f"{reverse('accounts:login')}?next={case_url(referral)}"
    assert client.get(reverse("admin:login"))["Location"].startswith(reverse("accounts:login"))


def test_the_login_leads_nowhere_outside_the_house(console):
    response = console.get(reverse("admin:login"), {"next": "https://evil.example/"})
    assert response["Location"] == reverse(INDEX)


def test_another_agencys_referrals_are_not_there(client, referral):
    client.force_login(make_user(role=Role.UNDERWRITER))
    assert client.get(case_url(referral)).status_code == 404
    assert decide(client, referral, "accept", reason=REASON).status_code == 404
    assert referral.quote.number not in text_of(client.get(reverse(QUEUE), {"status": "all"}))
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


@pytest.mark.parametrize("path", ["add/", "1/delete/", "1/change/", "1/history/"])
def test_nothing_is_typed_into_tables(console, referral, path):
    response = console.post(reverse(QUEUE) + path, {"status": "DECIDED"})
    assert response.status_code in {302, 404}
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


def test_groups_and_users_are_not_managed_in_the_console(console):
    page = text_of(console.get(reverse(INDEX)))
    for name in ("auth", "accounts"):
        assert console.get(f"/console/{name}/").status_code == 404
        assert f"/console/{name}/" not in page


@pytest.mark.parametrize("url", ["999999/", "99999999999999999999999999/", "1/no-such-deed/"])
def test_addresses_that_lead_nowhere_are_not_found(console, referral, url):
    assert console.get(reverse(QUEUE) + url).status_code == 404


# ---------------------------------------------------------------- the queue


def test_the_queue_is_in_the_order_of_the_clock_with_open_ones_first(console, solicitor, underwriter):
    late, new, soon = (asked_days_ago(solicitor, days) for days in (9, 0, 6))
    asked = asked_days_ago(solicitor, 12)
    perform(actions.ask_back, referral=asked, question="原因は何ですか。", by=underwriter, at=now())
    page = text_of(console.get(reverse(QUEUE)))
    assert re.findall(r"Q-\d{4}-\d{6}", page) == [r.quote.number for r in (late, soon, new, asked)]
    for words in ("2日超過", "あと1日", "あと7日"):
        assert words in page


def test_every_count_opens_exactly_the_rows_it_counts(console, solicitor, underwriter):
    for days in (9, 8, 7, 6, 1):
        asked_days_ago(solicitor, days)
    asked = asked_days_ago(solicitor, 10)
    perform(actions.ask_back, referral=asked, question="原因は何ですか。", by=underwriter, at=now())
    done = asked_days_ago(solicitor, 10)
    perform(actions.decline_referral, referral=done, reason=REASON, by=underwriter, at=now())
    tallies = console.get(reverse(INDEX)).context["tallies"]
    assert {tally.code: tally.count for tally in tallies} == {
        "open": 5, "open_overdue": 2, "open_soon": 2, "asked": 1, "asked_overdue": 1,
    }  # fmt: skip
    for tally in tallies:
        response = console.get(f"{reverse(QUEUE)}?{tally.query}")
        assert len(response.context["lines"]) == tally.count, tally.code


def test_the_queue_is_filtered_by_status_and_product_and_searched_by_number_and_customer(
    console, solicitor, underwriter
):
    one = refer(solicitor, customer=make_customer(solicitor, name="株式会社ひまわり製菓", kana="ヒマワリセイカ"))
    two = refer(solicitor)
    perform(actions.decline_referral, referral=two, reason=REASON, by=underwriter, at=A_MONDAY)

    def found(**query):
        return [line.referral for line in console.get(reverse(QUEUE), query).context["lines"]]

    assert found() == [one]
    assert found(status="DECIDED") == [two]
    assert found(status="all") == [one, two]
    assert found(q=two.quote.number, status="all") == [two]
    assert found(q="ひまわり") == [one]
    assert found(q="' OR 1=1 --") == []
    assert found(product=STANDARD) == [one]
    assert found(product=STANDARD, q="ひまわり", status="OPEN") == [one]


@pytest.mark.parametrize(
    "query", ["status=NO", "clock=%00", "product=x", "p=x", "p=9999", "o=1.2", "q=%00", "nobody=1"]
)
def test_a_search_the_queue_does_not_know_is_no_defect(console, referral, query):
    response = console.get(f"{reverse(QUEUE)}?{query}", follow=True)
    assert response.status_code == 200


def test_more_referrals_cost_no_more_statements(console, solicitor):
    customer = make_customer(solicitor)
    refer(solicitor, customer=customer)

    def statements(url):
        console.get(url)
        with CaptureQueriesContext(connection) as seen:
            console.get(url)
        return len(seen)

    before = {url: statements(url) for url in (reverse(QUEUE), reverse(INDEX))}
    for _ in range(4):
        refer(solicitor, customer=customer)
    assert {url: statements(url) for url in before} == before


# ---------------------------------------------------------------- the case


def test_the_case_shows_reasons_facts_answers_score_options_and_what_came_before(console, solicitor):
    customer = make_customer(solicitor)
    make_quote("ISSUED", by=solicitor, customer=customer)
    answers = {"prior_incident": "yes", "mfa": "unknown"}
    referral = refer(solicitor, customer=customer, answers=answers)
    plan = perform(
        file_document, agency=solicitor.agency, filename="事故報告書.pdf", content=b"%PDF-1.4\n%%EOF\n",
        about=[referral.quote, customer], note="事故報告書", by=solicitor, at=A_MONDAY,
    )  # fmt: skip
    response = console.get(case_url(referral))
    page = text_of(response)
    option = referral.quote.options.get()
    assert referral.reasons.get().sentence in page
    assert "5億円" in page
    assert f"{option.premium_yen:,}円" in page
    assert option.receipt["lines"][0]["label"] in page
    assert option.receipt["lines"][0]["source"] in page
    assert plan.get_absolute_url() in page
    assert customer.policies.get().number in page
    assert "田中 一郎(面談での回答)" in page
    rows = {row.wording: row for section in response.context["sections"] for row in section.rows}
    wording = {answer.question_id: answer.wording for answer in referral.quote.answers.all()}
    assert rows[wording["prior_incident"]].is_reason
    assert (rows[wording["mfa"]].said, rows[wording["mfa"]].mark) == ("わからない", "wait")
    assert response.context["score"] < 100
    assert any(part.percent < 100 for part in response.context["scores"])


def test_hostile_words_are_shown_as_words(console, solicitor):
    hostile = "<script>alert(1)</script>"
    customer = make_customer(solicitor, name=f"株式会社{hostile}")
    referral = refer(solicitor, customer=customer, answers={"prior_incident": "yes", "incident_details": hostile})
    for url in (reverse(INDEX), reverse(QUEUE), case_url(referral)):
        page = text_of(console.get(url))
        assert hostile not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_console_loads_nothing_from_elsewhere(console, referral):
    for url in (reverse(INDEX), reverse(QUEUE), case_url(referral), reverse("admin:products_product_changelist")):
        page = text_of(console.get(url))
        assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", page), url


# ---------------------------------------------------------------- the decisions


def test_accepting_makes_the_quote_an_offer(console, referral, underwriter):
    page = shown_after(console, decide(console, referral, "accept", reason=REASON))
    assert "引受可としました" in page
    assert standing(referral) == (ReferralStatus.DECIDED, QuoteStatus.OFFERED)
    assert (referral.decision, referral.reason, referral.decided_by) == ("ACCEPTED", REASON, underwriter)
    assert REASON in page


def test_accepting_with_conditions_keeps_them(console, referral):
    response = decide(console, referral, "conditions", reason=REASON, **one_condition("多要素認証を導入すること。"))
    assert "多要素認証を導入すること。" in shown_after(console, response)
    assert standing(referral) == (ReferralStatus.DECIDED, QuoteStatus.OFFERED)
    assert referral.decision == "CONDITIONAL"


def test_a_question_goes_to_the_solicitor_and_the_answer_comes_back(console, referral, solicitor):
    shown_after(console, decide(console, referral, "ask", question="原因は何でしたか。", addressee="STAFF"))
    assert standing(referral) == (ReferralStatus.ASKED, QuoteStatus.ASKED)
    perform(actions.answer_question, referral=referral, answer="誤送信でした。", by=solicitor, at=now())
    page = text_of(console.get(case_url(referral)))
    assert "原因は何でしたか。" in page
    assert "誤送信でした。" in page
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


def test_declining_ends_the_quote(console, referral):
    shown_after(console, decide(console, referral, "decline", reason="対策が不十分なため。"))
    assert standing(referral) == (ReferralStatus.DECIDED, QuoteStatus.DECLINED)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("accept", {"reason": " "}),
        ("conditions", {"reason": REASON, **one_condition("")}),
        ("conditions", {"reason": "", **one_condition("導入すること。")}),
        ("conditions", {"reason": REASON, **one_condition("導入すること。", before="AFTER_ISSUE")}),
        ("conditions", {"reason": REASON, **one_condition("導入すること。", before="NEVER")}),
        ("conditions", {"reason": REASON, "set-TOTAL_FORMS": "99999"}),
        ("ask", {"question": "\u3000"}),
        ("decline", {}),
        ("accept", {"reason": "あ" * 2001}),
        ("accept", {"reason": "a\x00b"}),
    ],
)
def test_no_decision_without_its_words_and_what_was_typed_stays(console, referral, deed, said):
    response = decide(console, referral, deed, **said)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text_of(response)
    for words in said.values():
        assert words.strip()[:40].replace("\x00", "") in text_of(response).replace("\x00", "")
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


def test_where_the_tariff_has_no_premium_the_underwriter_names_it(console, solicitor):
    referral = refer(solicitor, sales_yen=BEYOND_THE_TARIFF)
    option = referral.quote.options.get()
    assert option.premium_yen is None
    field = f"premium_{option.pk}"
    page = text_of(console.get(case_url(referral)))
    assert "未算出" in page
    assert f'name="{field}"' in page
    for wrong in ("", "0", "1,234,567", "百万円くらい", "-10"):
        response = decide(console, referral, "accept", reason=REASON, **{field: wrong})
        assert response.status_code == 422, wrong
        assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)
    shown_after(console, decide(console, referral, "accept", reason=REASON, **{field: "123万4,560円"}))
    option.refresh_from_db()
    assert option.premium_yen == 1_234_560
    assert standing(referral) == (ReferralStatus.DECIDED, QuoteStatus.OFFERED)


# ---------------------------------------------------------------- who may decide


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
@pytest.mark.parametrize("deed", ["accept", "conditions", "ask", "decline"])
def test_managers_and_auditors_read_but_do_not_decide(client, referral, role, deed):
    client.force_login(make_user(referral.quote.agency, role))
    page = text_of(client.get(case_url(referral)))
    assert page.count("引受の判断は引受担当が行ってください。") == 8
    assert reverse("admin:quotes_referral_decide", args=[referral.pk, deed]) not in page
    said = {"reason": REASON, "question": "x", **one_condition("x")}
    assert "引受の判断は引受担当が行ってください。" in shown_after(client, decide(client, referral, deed, **said))
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


@pytest.mark.parametrize(("authority", "allowed"), [(99_999_999, False), (100_000_000, True), (None, False)])
def test_a_limit_beyond_the_own_authority_is_left_to_another(client, referral, authority, allowed):
    client.force_login(make_user(referral.quote.agency, Role.UNDERWRITER, authority_limit_yen=authority))
    assert ("あなたの引受権限(" in text_of(client.get(case_url(referral)))) is not allowed
    decide(client, referral, "accept", reason=REASON)
    assert (standing(referral)[0] == ReferralStatus.DECIDED) is allowed


def test_asking_needs_no_authority(client, referral):
    client.force_login(make_user(referral.quote.agency, Role.UNDERWRITER, authority_limit_yen=None))
    decide(client, referral, "ask", question="原因は何でしたか。", addressee="STAFF")
    assert standing(referral)[0] == ReferralStatus.ASKED


def test_who_entered_the_case_does_not_decide_it(client, solicitor):
    referral = refer(solicitor)
    solicitor.role, solicitor.is_staff = Role.UNDERWRITER, True
    solicitor.save()
    give_authority(solicitor, 10**10)
    client.force_login(solicitor)
    assert "入力した本人は判断できません" in text_of(client.get(case_url(referral)))
    decide(client, referral, "accept", reason=REASON)
    assert standing(referral) == (ReferralStatus.OPEN, QuoteStatus.REFERRED)


def test_the_second_of_two_deciders_gets_the_sentence_and_changes_nothing(console, client, referral, underwriter):
    second = make_user(referral.quote.agency, Role.UNDERWRITER, name="次席 二郎")
    seen = referral.quote.version
    decide(console, referral, "accept", seen=seen, reason=REASON)
    client.force_login(second)
    page = shown_after(client, decide(client, referral, "decline", seen=seen, reason="反対です。"))
    assert f"この照会は{underwriter.name}さんがすでに判断しました(引受可)" in page
    assert standing(referral) == (ReferralStatus.DECIDED, QuoteStatus.OFFERED)
    assert (referral.decision, referral.decided_by) == ("ACCEPTED", underwriter)


def test_a_double_click_decides_once_and_says_so_calmly(console, referral):
    seen = referral.quote.version
    decide(console, referral, "accept", seen=seen, reason=REASON)
    page = shown_after(console, decide(console, referral, "accept", seen=seen, reason=REASON))
    assert "この照会の判断は記録済みです(引受可)。" in page
    assert Referral.objects.filter(status=ReferralStatus.DECIDED).count() == 1


def test_an_answer_that_came_in_meanwhile_is_read_before_deciding(console, referral, solicitor):
    seen = referral.quote.version
    other = make_user(referral.quote.agency, Role.UNDERWRITER)
    perform(actions.ask_back, referral=referral, question="原因は何でしたか。", by=other, at=now())
    perform(actions.answer_question, referral=referral, answer="誤送信でした。", by=solicitor, at=now())
    response = decide(console, referral, "accept", seen=seen, reason=REASON)
    page = text_of(response)
    assert response.status_code == 422
    assert "ほかの人が先に更新しました" in page
    assert "誤送信でした。" in page
    assert REASON in page
    again = re.search(r'name="seen_version" value="(\d+)"', page)
    decide(console, referral, "accept", seen=again[1], reason=REASON)
    assert standing(referral)[0] == ReferralStatus.DECIDED


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²"])
def test_a_form_without_its_version_is_stale(console, referral, seen):
    assert decide(console, referral, "accept", seen=seen, reason=REASON).status_code == 422
    assert standing(referral)[0] == ReferralStatus.OPEN


def test_a_decided_case_shows_what_the_decider_saw(console, referral, solicitor):
    said = referral.quote.answers.get(question_id="prior_incident")
    decide(console, referral, "accept", reason=REASON)
    quote = Quote.objects.get(pk=referral.quote_id)
    quote = perform(actions.revise_quote, quote=quote, seen_version=quote.version, by=solicitor, at=now())
    perform(
        actions.save_answers, quote=quote, values={"prior_incident": "no"}, source="PHONE", given_by="田中 一郎",
        by=solicitor, at=now(),
    )  # fmt: skip
    response = console.get(case_url(referral))
    rows = {row.wording: row for section in response.context["sections"] for row in section.rows}
    assert rows[said.wording].said == "はい"
    assert "第2版に改訂されています" in text_of(response)


def test_a_withdrawn_referral_offers_no_decision(console, referral, solicitor):
    perform(actions.withdraw_quote, quote=referral.quote, reason="お客さまの都合", by=solicitor, at=now())
    page = text_of(console.get(case_url(referral)))
    assert "引受の判断</h2>" not in page
    decide(console, referral, "accept", reason=REASON)
    assert standing(referral) == (ReferralStatus.WITHDRAWN, QuoteStatus.WITHDRAWN)
