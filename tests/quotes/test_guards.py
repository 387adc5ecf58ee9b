"""The database is the last guard: raw writes meet the same rules as the actions."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from core.doors import perform, sentence_for
from core.errors import Refused
from core.periods import at_four
from quotes.models import Answer, Application, Quote, QuoteOption, Referral
from quotes.states import QUOTE_MOVES, REFERRAL_MOVES, QuoteStatus, ReferralStatus
from tests.making import make_user
from tests.quotes.making import STANDARD, make_quote

pytestmark = pytest.mark.django_db


def refused_by(write):
    """The name of the constraint or trigger that refuses, or None."""
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except IntegrityError as error:
        sentence_for(error)  # raises where nobody wrote one
        return error.__cause__.diag.constraint_name
    return None


def test_the_database_knows_the_same_moves_of_a_quote_as_python():
    quote = make_quote()
    with connection.cursor() as cursor:
        for name in ("submitted", "offered", "applied", "issued", "closed"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE quotes_quote DROP CONSTRAINT quotes_quote_{name}_matches_status")
    for before, after in product(QuoteStatus, QuoteStatus):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE quotes_quote DISABLE TRIGGER USER")
            cursor.execute("UPDATE quotes_quote SET status = %s WHERE id = %s", [before, quote.pk])
            cursor.execute("ALTER TABLE quotes_quote ENABLE TRIGGER USER")
        found = refused_by(lambda to=after: Quote.objects.filter(pk=quote.pk).update(status=to))
        allowed = before == after or after in QUOTE_MOVES[before]
        assert found == (None if allowed else "quotes_quote_status_moves"), (before, after)


def test_the_database_knows_the_same_moves_of_a_referral_as_python():
    quote = make_quote(QuoteStatus.REFERRED, code=STANDARD, answers={"past_attack": "yes"})
    referral = quote.referrals.get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE quotes_referral DROP CONSTRAINT quotes_referral_decision_matches_status")
    for before, after in product(ReferralStatus, ReferralStatus):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE quotes_referral DISABLE TRIGGER USER")
            cursor.execute("UPDATE quotes_referral SET status = %s WHERE id = %s", [before, referral.pk])
            cursor.execute("ALTER TABLE quotes_referral ENABLE TRIGGER USER")
        found = refused_by(lambda to=after: Referral.objects.filter(pk=referral.pk).update(status=to))
        allowed = before == after or after in REFERRAL_MOVES[before]
        assert found == (None if allowed else "quotes_referral_status_moves"), (before, after)


def test_answers_and_covers_stand_still_once_the_book_has_judged():
    quote = make_quote(QuoteStatus.OFFERED, code=STANDARD)
    answers = Answer.objects.filter(quote=quote)
    assert refused_by(lambda: answers.update(value="no")) == "quotes_answer_only_while_quote"
    assert refused_by(answers.delete) == "quotes_answer_only_while_quote"
    selection = refused_by(lambda: QuoteOption.objects.filter(quote=quote).update(selection={}))
    assert selection == "quotes_quoteoption_frozen_columns"


def test_the_wording_that_was_asked_never_changes():
    quote = make_quote(code=STANDARD)
    changed = refused_by(lambda: Answer.objects.filter(quote=quote).update(wording="別の質問"))
    assert changed == "quotes_answer_frozen_columns"


def test_a_quote_cannot_be_offered_without_its_moment_and_person():
    quote = make_quote()
    with pytest.raises(Refused, match="日時"):
        perform(lambda: Quote.objects.filter(pk=quote.pk).update(status=QuoteStatus.OFFERED))


def test_an_application_of_the_evening_for_cover_of_that_day_has_an_approver_in_the_database_too():
    applied = make_quote(QuoteStatus.APPLIED, inception_on=date(2026, 5, 1)).application
    manager = make_user(applied.quote.agency, Role.MANAGER)
    four = at_four(applied.inception_on)

    def insert(minutes, **facts):
        """The same row once more, received so long after 16:00. Who passes the guard meets the one row per quote."""
        columns = {field.attname: getattr(applied, field.attname) for field in Application._meta.concrete_fields}
        columns |= {"id": None, "received_at": four + timedelta(minutes=minutes), "received_on": four.date()} | facts
        return refused_by(lambda: Application(**columns).save(force_insert=True))

    approved = {"early_start_approved_by_id": manager.pk, "early_start_reason": "お客さまの郵便の遅れ"}
    assert insert(1) == "quotes_application_made_before_four"
    assert insert(1, early_start_reason="郵便の遅れ") == "quotes_application_made_before_four"
    assert insert(1, **approved) == insert(0) == "quotes_application_quote_id_key"


def test_a_quote_is_never_deleted():
    quote = make_quote()
    QuoteOption.objects.filter(quote=quote).delete()
    Answer.objects.filter(quote=quote).delete()
    assert refused_by(quote.delete) == "quotes_quote_undeletable"
