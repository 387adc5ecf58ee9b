"""How the customer hears of a change of his contract: the paper by mail, or by post where he reads no mail."""

from datetime import datetime

from accounts.models import User
from core.history import record
from correspondence.actions import queue_letter
from correspondence.models import Paper
from correspondence.queries import dead_addresses
from correspondence.states import LetterKind
from customers.queries import back_on_paper, reachable_contact
from policies.letters import Text
from policies.models import Policy


def tell_customer(policy: Policy, paper: Paper, text: Text, *, key: str, by: User, at: datetime) -> None:
    """Queue the letter with the paper, or write down that it has to be posted."""
    contact = reachable_contact(policy.customer, dead_addresses(policy.agency))
    about = [policy, policy.customer]
    if contact is None or policy.customer_id in back_on_paper([policy.customer_id], at):
        words = f"{paper.title}はメールでお送りできません。印刷して郵送してください。"
        record("policies.paper_by_post", words, about=about, by=by, at=at)
        return
    queue_letter(
        agency=policy.agency, key=f"policy:{policy.number}:{key}", kind=LetterKind.POLICY_CHANGED,
        to=[contact.email], to_name=f"{policy.customer.name} {contact.name}", subject=text.subject,
        body=f"{policy.customer.name}\n{contact.name} 様\n\n{text.body}",
        reply_to=policy.in_charge.email or policy.agency.email, papers=[paper], about=about, by=by, at=at,
    )  # fmt: skip
