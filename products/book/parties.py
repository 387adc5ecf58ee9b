"""Who stands beside the customer, and what is told: group and agencies, insurer's desks, the printed texts."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from products.book.payment import Clock
from products.tariff import Code, Known, Line, Number, Part, Prose


class AgencyShare(Known):
    """One of the agencies that handle the contract together (共同取扱); the shares add up to one."""

    name: Line
    task: Line
    share: Annotated[Number, Field(gt=Decimal(0), le=1)]


class GroupPolicy(Known):
    """A group policy (団体契約): the group is the policyholder, its members are insured while they belong to it.

    `membership` is the question whose はい says that the customer is a member. Who leaves stays covered to the end of
    the term and is not renewed.
    """

    policyholder: Line
    member_label: Line
    membership: Code
    leaving: Line


class Hours(Part):
    """Opening hours. A window that closes before it opens runs past midnight."""

    days: Literal["workdays", "weekends_and_holidays"]
    opens: Clock
    closes: Clock


class Desk(Known):
    """A desk of the insurer or a body for complaints, and when somebody answers."""

    code: Code
    label: Line
    purpose: Literal["claims", "questions", "complaints", "security"]
    phone: Line | None = None
    hours: tuple[Hours, ...] = ()
    open_at_new_year: bool = False
    hours_text: Line
    note: Line | None = None


class TextBlock(Part):
    """One block of 重要事項説明書. `important` blocks are framed."""

    code: Code
    heading: Line
    important: bool = False
    paragraphs: tuple[Prose, ...] = ()
    items: tuple[Prose, ...] = ()
    source: Line


class Texts(Part):
    """The two parts of 重要事項説明書, kept apart as the guideline wants (practice 1-1, 1-2)."""

    title: Line
    lead: Prose
    overview: tuple[TextBlock, ...]
    attention: tuple[TextBlock, ...]


class Approval(Known):
    """The carrier's approval of the printed matter (承認番号)."""

    number: Line | None = None
    text: Line
