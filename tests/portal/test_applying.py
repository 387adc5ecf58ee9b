"""The application by link: the same record as on paper, and a sentence for whatever happens meanwhile."""

from datetime import timedelta

import pytest
from django.db import transaction

from core import clock
from core.doors import perform
from core.errors import Refused
from correspondence.models import Letter, PaperContent
from customers.actions import record_consent
from customers.queries import consent_at
from portal import actions
from portal.keys import code_from
from portal.models import AccessCode, Confirmation, PageOpened, SignOff, Visitor
from portal.queries import papers_to_read
from portal.reading import make_bytes, reading_of
from portal.states import Purpose
from quotes import actions as quote_actions
from quotes.models import Quote, Step
from tests.portal.making import code_for, come_in, duties_of, make_offer, send_link

pytestmark = pytest.mark.django_db
WISHES = {"intent": "情報漏えいの賠償に備える", "changes": "変更なし", "name": "田中 一郎", "title": "総務部長"}
OFFICE_STEPS = {
    "AUTHORITY_SHOWN": {},
    "INTENT_FIRST": {"text": "情報漏えいに備えたい"},
    "ANTISOCIAL": {"result": "clear", "source": "新聞記事検索"},
}


def office_does_its_part(quote: Quote) -> None:
    """What only the office can record."""
    for kind, detail in OFFICE_STEPS.items():
        perform(
            quote_actions.record_step, quote=quote, kind=kind, happened_at=clock.now(), method="PHONE",
            counterpart="田中 一郎", detail=detail, by=quote.in_charge, at=clock.now(),
        )  # fmt: skip


def read_all(visitor: Visitor) -> None:
    """Consent, every page, every point: as the page's doors do it."""
    quote, by = visitor.invitation.quote, visitor.invitation.sent_by
    if not reading_of(quote, visitor, clock.now()).consented:
        perform(actions.consent_by_link, visitor=visitor, by=by, at=clock.now())
    papers = papers_to_read(quote)
    make_bytes(papers, clock.now())
    reading = reading_of(quote, visitor, clock.now())
    for paper in reading.papers:
        for page in range(1, reading.pages[paper.pk] + 1):
            perform(actions.note_page, visitor=visitor, paper=paper, page=page, by=by, at=clock.now())
    for point in reading.points:
        perform(actions.confirm_point, visitor=visitor, code=point.code, by=by, at=clock.now())


def test_a_customer_reads_confirms_and_applies():
    quote = make_offer()
    office_does_its_part(quote)
    invitation = send_link(quote, Purpose.APPLICATION)
    customer = come_in()
    paper, *_ = papers_to_read(quote)
    assert customer.get(f"papers/{paper.pk}/1/").status_code == 409  # no electronic paper before the consent
    assert customer.post("consent/").status_code == 409
    perform(
        record_consent, customer=quote.customer, ways=["MAIL"], said_by="田中 一郎", method="PHONE",
        happened_at=clock.now(), by=quote.in_charge, at=clock.now(),
    )  # fmt: skip
    assert customer.get(f"papers/{paper.pk}/1/").status_code == 409  # agreed to by mail, not by this page
    assert customer.post("consent/", {"agreed": "yes"}).status_code == 302
    assert consent_at(quote.customer, clock.now()).ways == ["MAIL", "WEB"]  # what he agreed to before stays
    assert customer.get("sign/").status_code == 404  # this link is for the application alone
    assert customer.get(f"papers/{paper.pk}/1/").status_code == 200
    reading = reading_of(quote, invitation.visitors.get(), clock.now())
    picture = customer.get(f"papers/{paper.pk}/1.png")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert customer.get(f"papers/{paper.pk}/99/").status_code == 404
    pdf = customer.get(f"papers/{paper.pk}.pdf")
    opened = PageOpened.objects.get(paper=paper, page=1)
    assert pdf.content == bytes(PaperContent.objects.get(pk=opened.sha256).pdf)
    assert "まだ開いていません" in customer.get("apply/").content.decode()
    for one in reading.papers:
        for number in range(1, reading.pages[one.pk] + 1):
            customer.get(f"papers/{one.pk}/{number}/")
    framed = [point for point in reading.points if point.code.startswith("block-")]
    assert framed
    assert "確認が" in customer.get().content.decode()
    for point in reading.points:
        assert customer.post(f"points/{point.code}/").status_code == 302
    assert Confirmation.objects.get(code=framed[0].code).wording == framed[0].words

    with pytest.raises(Refused, match="確認コードを入力"):
        sign(invitation.visitors.get())  # the code that opened the page signs nothing
    form = WISHES | {"option": quote.options.get().pk, "payment_way": "lump_sum"}
    asked = customer.post("apply/", form | {"ask_code": "1"}).content.decode()
    assert "確認コードをメールでお送りしました" in asked
    assert "情報漏えいの賠償に備える" in asked  # what was typed stays
    right = code_for()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert "確認コードが違います" in customer.post("apply/", form | {"code": wrong}).content.decode()
    assert AccessCode.objects.get(purpose="SIGN").tries == 1
    assert customer.post("apply/", form | {"code": right}).status_code == 302
    quote.refresh_from_db()
    invitation.refresh_from_db()
    assert (quote.status, invitation.status) == ("APPLIED", "SIGNED")
    application = quote.application
    assert (application.method, application.applicant_name, application.applicant_title) == (
        "WEB",
        "田中 一郎",
        "総務部長",
    )
    assert application.received_by == quote.in_charge
    steps = {step.kind: step for step in Step.objects.filter(quote=quote, method="WEB")}
    assert steps.keys() >= {"DISCLOSURE_DELIVERED", "DISCLOSURE_EXPLAINED", "QUESTIONNAIRE_SIGNED", "INTENT_FINAL"}
    assert steps["DISCLOSURE_DELIVERED"].at < steps["QUESTIONNAIRE_SIGNED"].at
    opened = PageOpened.objects.filter(paper__kind="DISCLOSURE", page__gt=0).values_list("opened_at", flat=True)
    assert steps["DISCLOSURE_DELIVERED"].at == max(opened) > min(opened)
    assert steps["DISCLOSURE_DELIVERED"].by == quote.in_charge
    signed = SignOff.objects.get()
    assert signed.said["papers"].keys() == {"QUOTATION", "DISCLOSURE", "QUESTIONNAIRE"}
    assert set(signed.said["papers"].values()) == set(PageOpened.objects.values_list("sha256", flat=True))
    assert "受け付けました" in customer.get().content.decode()
    # The back button, and a second window: one application, and a sentence.
    again = customer.post("apply/", form | {"code": right})
    assert again.status_code in {409, 422}
    assert SignOff.objects.count() == 1


@pytest.fixture
def visitor():
    """Somebody who has read everything and is about to sign."""
    send_link(make_offer(), Purpose.APPLICATION)
    come_in()
    visitor = Visitor.objects.select_related("invitation__quote", "invitation__sent_by").get()
    read_all(visitor)
    code = perform(actions.ask_code, visitor=visitor, purpose="SIGN", by=visitor.invitation.sent_by, at=clock.now())
    perform(
        actions.use_code, visitor=visitor, purpose="SIGN", typed=code_from(code.seed), by=visitor.invitation.sent_by,
        at=clock.now(),
    )  # fmt: skip
    return visitor


def sign(visitor, **facts):
    quote = visitor.invitation.quote
    return perform(
        actions.sign_application,
        **{
            "visitor": visitor, "option": quote.options.get(), "payment_way": "lump_sum", **WISHES,
            "by": visitor.invitation.sent_by, "at": clock.now(), **facts,
        },
    )  # fmt: skip


def change_name(quote):
    quote.customer.name = "株式会社あたらしい名"
    quote.customer.save()


def take_licence(quote):
    quote.in_charge.licence_product_until = clock.today() - timedelta(days=1)
    quote.in_charge.save()


def revise(quote):
    perform(quote_actions.revise_quote, quote=quote, seen_version=quote.version, by=quote.in_charge, at=clock.now())


def lapse(quote):
    on = quote.valid_until + timedelta(days=1)
    perform(quote_actions.lapse_quotes_due, on=on, by=quote.in_charge, at=clock.now())


MEANWHILE = {
    change_name: "名称が変わりました",
    take_licence: "受け付けられない状態",
    revise: "いまは行えません",
    lapse: "いまは行えません",
}


def test_what_happens_while_he_confirms_is_answered_in_a_sentence_and_else_the_office_finishes(visitor, client):
    quote = visitor.invitation.quote
    for meanwhile, words in MEANWHILE.items():
        with transaction.atomic():
            meanwhile(quote)
            with pytest.raises(Refused) as refusal:
                sign(visitor)
            assert words in " ".join((refusal.value.message, *refusal.value.reasons))
            assert not SignOff.objects.exists()
            assert not Step.objects.filter(kind="INTENT_FINAL").exists()
            transaction.set_rollback(True)
        quote.refresh_from_db()
        visitor.invitation.refresh_from_db()

    with pytest.raises(Refused, match="確認コードを入力"):
        sign(visitor, at=clock.now() + timedelta(minutes=11))  # the code was typed too long ago

    # Nothing happens meanwhile, but the office still owes a part: signed, and waiting.
    invitation = sign(visitor)
    quote.refresh_from_db()
    assert (invitation.status, quote.status) == ("SIGNED", "OFFERED")
    client.force_login(quote.in_charge)
    page = client.get(quote.get_absolute_url()).content.decode()
    assert "お客さまは申込を確定しました" in page
    assert "反社会的勢力" in page
    notice = Letter.objects.get(kind="STAFF_NOTICE")
    assert (notice.to, "反社会的勢力" in notice.body) == ([quote.in_charge.email], True)
    refusal = client.post(f"/invitations/{invitation.pk}/take/", follow=True).content.decode()
    assert "次の記録が必要です" in refusal
    assert duties_of(quote)["signed-applications"] == 1
    office_does_its_part(quote)
    client.post(f"/invitations/{invitation.pk}/take/")
    assert "signed-applications" not in duties_of(quote)
    quote.refresh_from_db()
    assert quote.status == "APPLIED"
    assert quote.application.applicant_title == "総務部長"
