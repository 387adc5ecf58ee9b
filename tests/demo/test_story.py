"""The demo's agency: what `make demo` fills in is made by the office's own actions."""

import json
import re
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import islice
from random import Random

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Agency, User
from claims.models import Claim
from complaints.models import Complaint
from core.clock import JST, travel
from core.models import Event
from correspondence.incoming.reading import read
from correspondence.models import Letter, Paper
from customers.models import Customer
from demo import handing, returning
from demo.diary import Diary, is_working_day, working_day_before
from demo.office import Office
from demo.people import PEOPLE, logins
from demo.press import Press
from demo.story import Story
from policies.models import Cancellation, Endorsement, Policy
from portal.models import Invitation
from quotes.models import Quote, Referral
from renewals.models import Batch, BatchLine, Renewal, Round
from tests.making import A_MONDAY

A_FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=JST)


@pytest.mark.timeout(900)  # four hundred days of an office: the longest test there is
@pytest.mark.django_db(transaction=True)
def test_a_short_story_leaves_contracts_a_queue_and_mail_and_is_told_once(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with travel(A_FRIDAY):  # the same story on whatever day the test runs
        told = StringIO()
        call_command("build_demo", customers=6, days=400, stdout=told)
    assert Agency.objects.count() == 1
    assert Customer.objects.count() >= 8
    assert Policy.objects.exists()
    assert all(quote.opened_at <= quote.issued_at for quote in Quote.objects.filter(status="ISSUED"))
    assert Referral.objects.filter(status="OPEN").exists(), "the underwriters have something to decide"
    straight = Quote.objects.filter(reasons=None, offered_at__isnull=False)
    assert straight.count() >= 5
    assert all(quote.offered_at == quote.submitted_at for quote in straight), "below every reason it is instant"
    assert Round.objects.filter(finished_at=None).count() == 0
    assert Renewal.objects.exclude(status="OPEN").exists(), "the first contracts come up for renewal"
    assert {"OPEN", "CLOSED", "WITHDRAWN"} <= set(Claim.objects.values_list("status", flat=True))
    asked = re.search(r"nothing changed: median (\S+), most \d+, of (\d+) renewals", told.getvalue())
    assert asked, told.getvalue()
    assert float(asked[1]) <= 5, "a customer for whom nothing changed has three minutes"
    assert int(asked[2]) >= 4
    corrected = Letter.objects.get(key__contains=":corrected:")
    assert corrected.status == "SENT"
    assert [(paper.kind, paper.revision) for paper in corrected.papers.all()] == [("RENEWAL_NOTICE", 2)]
    (arrived,) = (message for message in mail.outbox if message.subject == corrected.subject)
    assert arrived.subject.startswith("【訂正版】")
    assert [kind for *_, kind in arrived.attachments] == ["application/pdf"]
    assert set(Batch.objects.values_list("verb", "status")) == {("ASSIGN", "DONE"), ("REMIND", "DONE")}
    assert not BatchLine.objects.filter(result="").exists()
    handed_on = Event.objects.filter(verb="renewals.reassign_due", summary__contains=handing.LEAVER)
    assert handed_on.exists()
    assert not Renewal.objects.filter(owner__name=handing.LEAVER).exists()
    assert Endorsement.objects.exists()
    assert Cancellation.objects.exists()
    assert {"OPEN", "PROPOSED", "CLOSED"} == set(Complaint.objects.values_list("status", flat=True))
    assert {"SENT", "OPENED", "SIGNED", "REVOKED"} <= set(Invitation.objects.values_list("status", flat=True))
    assert Paper.objects.filter(content=None).exists(), "what no letter encloses is typeset when somebody looks"
    assert Letter.objects.filter(status="SENT", attachments__paper__content__isnull=False).exists()
    assert not Letter.objects.filter(status__in=["UNKNOWN", "FAILED"]).exists()
    out = StringIO()
    call_command("replay", stdout=out)  # it ends badly when a single yen differs
    counts = json.loads(out.getvalue())
    assert counts["options"]["same"] > 0
    assert counts["policies"]["same"] > 0
    with pytest.raises(CommandError, match="already holds an agency"):
        call_command("build_demo", stdout=StringIO())


def test_the_same_seed_lets_the_same_companies_call():
    def told():
        with Press() as press:
            staff = {person.username: User(username=person.username) for person in PEOPLE}
            cases = Story(Office(staff, A_MONDAY, print, press), callers=3, days=30)._cases()
            return [(case.company, case.product, case.plan, case.care) for case in islice(cases, 30)]

    assert told() == told()


def test_the_working_day_before_a_long_weekend_is_the_friday():
    monday = date(2026, 11, 23)  # 勤労感謝の日
    assert not is_working_day(monday)
    assert working_day_before(monday, 1) == date(2026, 11, 20)


def test_the_logins_name_everybody():
    assert all(person.username in logins() for person in PEOPLE)


def test_a_diary_lives_in_order_and_never_beyond_its_end():
    lived = []
    diary = Diary(until=A_MONDAY, random=Random(1))
    for days in (-1, -3, 2, -2):
        diary.write(A_MONDAY + timedelta(days=days), lived.append)
    diary.live()
    assert lived == [A_MONDAY - timedelta(days=days) for days in (3, 2, 1)]


def test_what_comes_back_in_the_story_is_read_as_what_it_is():
    letter = Letter(to=["a@customer.example"], subject="更改のご案内", message_id=f"<{'ab' * 20}@tate.example>")
    found = [read(write(letter)) for write in (returning._unknown, returning._absent, returning._answer)]
    assert [one.kind for one in found] == ["BOUNCE", "AUTO_REPLY", "REPLY"]
    assert {one.letters for one in found} == {(letter.message_id,)}
    assert found[0].failures[0].addresses == ("a@customer.example",)
