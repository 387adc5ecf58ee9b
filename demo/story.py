"""The calendar of the story: who calls when, what comes every day, and what is put on the desk for today.

Every deed is an action of the office, at its own moment, by one of its people; the subjects stand beside this file:
`quoting` (from the first call to an offer), `contracting` (from the offer to the policy), `renewing`, `claiming`,
`mailing` (rounds, post and mail), `returning` (mail that comes back).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice

from core.clock import JST
from demo import (
    changing,
    claiming,
    complaining,
    handing,
    inviting,
    mailing,
    programmes,
    quoting,
    renewing,
    returning,
    underwriting,
)
from demo.companies import companies
from demo.diary import working_day_before
from demo.office import Case, Office
from demo.words import UNDERWRITING_CASES
from renewals.states import RoundKind

CALLERS = 305  # companies
DAYS_BACK = 730  # of story before today
# Sooner than this after the story begins no contract can come up for renewal: the first cover begins after twelve
# days and its renewal opens ninety days before the year is over.
QUIET_DAYS = 12 + 365 - 90
DIGEST_SINCE = 14  # days before today when the staff began to be told by mail
QUEUE = 7  # cases that lie before the underwriters today
CLAIMS = 14


class Story:
    """Lives the agency's past up to today: `callers` companies call in the course of `days`."""

    def __init__(self, office: Office, *, callers: int, days: int) -> None:
        self.office = office
        self.callers = callers
        self.days = days

    def live(self) -> None:
        cases = self._cases()
        self._write_calls(islice(cases, self.callers))
        self._write_queue(cases)
        self._write_programmes(cases)
        self._write_calendar()
        self._write_rounds()
        self._write_mail()
        self._write_claims()
        self._write_changes()
        self._write_complaints()
        self._write_links(cases)
        self._write_stages()
        self._write_handing_over()
        self.office.diary.live()

    def _cases(self) -> Iterator[Case]:
        people = self.office.solicitors
        for number, company in enumerate(companies(self.office.random)):
            yield quoting.case_of(self.office, company, people[number % len(people)], number)

    def _write_calls(self, cases: Iterator[Case]) -> None:
        """Many companies called in the first months, when the product was new; since then some every week."""
        begin = self.office.today - timedelta(days=self.days)
        for number, case in enumerate(cases):
            after = int((number / self.callers) ** (3 / 2) * self.days)
            self.office.diary.write_on(begin + timedelta(days=after), partial(quoting.first_call, self.office, case))

    def _write_queue(self, cases: Iterator[Case]) -> None:
        """So that the underwriters have something to decide today, and one case waits for the solicitor's answer."""
        for number, case in enumerate(islice(cases, QUEUE)):
            special = UNDERWRITING_CASES[number % len(UNDERWRITING_CASES)]
            telling = replace(case, product=quoting.FULL, special=special, person=self.office.solicitors[0])
            self.office.diary.write_on(self._before(2 + number), partial(quoting.first_call, self.office, telling))
        self.office.diary.write_on(self._before(1), partial(underwriting.work_on_the_queue, self.office))

    def _write_programmes(self, cases: Iterator[Case]) -> None:
        """The other products, since they are sold; the last of their companies still wait for the carrier."""
        span = programmes.FIRST_CALL - programmes.LAST_CALL
        for number, case in enumerate(islice(programmes.cases(cases, self.office.today), programmes.COMPANIES)):
            days = programmes.FIRST_CALL - number * span // (programmes.COMPANIES - 1)
            if days <= self.days:
                self.office.diary.write_on(self._before(days), partial(quoting.first_call, self.office, case))

    def _write_rounds(self) -> None:
        """Every morning at six and every afternoon at four, since the first contract could expire."""
        day = self.office.today - timedelta(days=max(self.days - QUIET_DAYS, DIGEST_SINCE))
        while day <= self.office.today:
            for clock, kind in ((time(6, 0), RoundKind.NIGHTLY), (time(16, 1), RoundKind.EXPIRY)):
                at = datetime.combine(day, clock, tzinfo=JST)
                self.office.diary.write(at, partial(mailing.round_of, self.office, kind))
            day += timedelta(days=1)

    def _write_calendar(self) -> None:
        """The members' programme, all of which ends in December, is told earlier than the house's calendar says."""
        day = self._before(programmes.FIRST_CALL)
        self.office.diary.write_on(day, partial(programmes.plan_for_members, self.office))

    def _write_mail(self) -> None:
        told_since = self.office.today - timedelta(days=DIGEST_SINCE)
        self.office.diary.write_on(self.office.mail_since, partial(mailing.collect_addresses, self.office))
        self.office.diary.write_on(told_since, partial(mailing.tell_staff_by_mail, self.office))
        self.office.diary.write_on(self._before(1), partial(returning.come_back, self.office))

    def _write_claims(self) -> None:
        """Closer together towards today: the old ones are finished, the new ones are at work."""
        for number in range(CLAIMS):
            day = self._before(1 + number * number)
            self.office.diary.write_on(day, partial(claiming.call, self.office, number))

    def _write_changes(self) -> None:
        for number in range(changing.CHANGES):
            self.office.diary.write_on(self._before(12 + number * 31), partial(changing.change, self.office, number))
        for number in range(changing.ENDS):
            self.office.diary.write_on(self._before(20 + number * 55), partial(changing.end, self.office, number))
        self.office.diary.write_on(self._before(3), partial(changing.change_after_the_notice, self.office))

    def _write_complaints(self) -> None:
        for number, grievance in enumerate(complaining.GRIEVANCES):
            day = self._before(grievance.days)
            self.office.diary.write_on(day, partial(complaining.complain, self.office, number))

    def _write_links(self, cases: Iterator[Case]) -> None:
        """Customers who answer and apply by the link in their mail; who has not begun is reminded this morning."""
        for number, case in enumerate(islice(cases, inviting.COMPANIES)):
            self.office.diary.write_on(self._before(inviting.ASKED), partial(inviting.ask, self.office, number, case))
        self.office.diary.write_on(self._before(1), partial(inviting.remind, self.office))

    def _write_stages(self) -> None:
        self.office.diary.write_on(self._before(2), partial(renewing.show_every_stage, self.office))

    def _write_handing_over(self) -> None:
        """At an hour of their own: without the story's dice."""
        deeds = ((handing.LENT, handing.lend), (handing.LEFT, handing.leave), (handing.REMINDED, handing.remind))
        for days, deed in deeds:
            at = datetime.combine(self._before(days), time(11, 5), tzinfo=JST)
            self.office.diary.write(at, partial(deed, self.office))

    def _before(self, days: int) -> date:
        return working_day_before(self.office.today, days)
