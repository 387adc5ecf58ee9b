"""Who may take down a wish and propose: checks that return nothing or refuse with a sentence."""

from datetime import date

from accounts.models import User
from accounts.permissions import check_can_solicit, check_can_write
from core.errors import Refused
from customers.models import Customer


def check_can_record_wish(user: User, customer: Customer, heard_by: User, heard_on: date) -> None:
    """Staff writes it down; who heard it is a licensed solicitor of the same agency (practice 2-5)."""
    check_can_write(user)
    if customer.agency_id != user.agency_id or heard_by.agency_id != user.agency_id:
        raise Refused("ほかの代理店のお客さまの意向は記録できません。")
    check_can_solicit(heard_by, heard_on)


def check_can_propose(user: User, customer: Customer) -> None:
    """Staff of the customer's agency."""
    check_can_write(user)
    if customer.agency_id != user.agency_id:
        raise Refused("ほかの代理店のお客さまには提案できません。")
