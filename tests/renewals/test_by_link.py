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
from portal.models import Invitation, Visit
from products.actions import publish_book
from products.editing import starting_on
from products.shelf import shipped_books
from quotes.actions import issue_quote, record_step
from quotes.experience import with_experience
from quotes.models import Answer
from quotes.queries import case_of
from quotes.rules import Triage
from renewals import actions
from renewals.models import Renewal, RenewalTerms
from renewals.round import run_round
from tests.claims.making import make_claim
from tests.making import A_MONDAY, make_agency, make_customer, make_robot, make_user
from tests.policies.making import cancel
from tests.portal.making import Customer, code_for, come_in, link_for
from tests.portal.test_applying import read_all
