"""The verbs on customers: register, correct, contacts, sales figures, consents. Each leaves a line of history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db.models import F, QuerySet

from accounts.models import User
from accounts.permissions import check_can_write
from core.bulk import insert
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import event, record
from core.money import format_limit
from core.numbering import next_number
from customers.models import Contact, Customer, ElectronicConsent, SalesFigure
from customers.queries import consent_at
from customers.states import ConsentKind, ElectronicWay, Method

# Every customer of every agency counts in one series: numbers are short and never reused.
_SERIES = ("customer", 0)


@action
def register_customer(*, facts: dict[str, Any], by: User, at: datetime) -> Customer:
    """Register a customer with the cleaned fields of CustomerForm. Duplicates were shown by the form before."""
    check_can_write(by)
    number = f"K-{next_number(*_SERIES):06d}"
    customer = Customer.objects.create(agency=by.agency, number=number, created_at=at, created_by=by, **facts)
    record(
        "customers.register_customer",
        f"お客さま「{customer.name}」を登録しました。",
        about=[customer],
        by=by,
        at=at,
    )
    return customer


@action
def correct_customer(
    *, customer: Customer, facts: dict[str, Any], seen_version: int, by: User, at: datetime
) -> Customer:
    """Change a customer's file. Refused when somebody else changed it after `seen_version`."""
    check_can_write(by)
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if locked.version != seen_version:
        raise Stale
    changes = {
        name: [str(getattr(locked, name) or ""), str(value or "")]
        for name, value in facts.items()
        if getattr(locked, name) != value
    }
    if not changes:
        return locked
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    labels = "・".join(str(label_for_field(name, Customer)) for name in changes)
    record(
        "customers.correct_customer", f"お客さま情報を変更しました({labels})。",
        about=[locked], by=by, at=at, changes=changes,
    )  # fmt: skip
    return locked


@action
def save_contact(
    *, customer: Customer, contact: Contact | None, facts: dict[str, Any], by: User, at: datetime
) -> Contact:
    """Add or change a contact. Marking one as primary unmarks the one before."""
    check_can_write(by)
    Customer.objects.select_for_update().get(pk=customer.pk)
    if contact is not None and contact.customer_id != customer.pk:
        raise Refused("このお客さまのご担当者ではありません。画面を開き直してください。")
    if facts.get("is_primary"):
        others = customer.contacts.filter(is_primary=True)
        if contact is not None:
            others = others.exclude(pk=contact.pk)
        others.update(is_primary=False)
    saved = contact or Contact(customer=customer)
    for name, value in facts.items():
        setattr(saved, name, value)
    saved.save()
    verb = "変更" if contact else "追加"
    record(
        "customers.save_contact",
        f"ご担当者「{saved.name}」を{verb}しました。",
        about=[customer],
        by=by,
        at=at,
    )
    return saved


@action
def record_sales(
    *, customer: Customer, fiscal_year_end: date, kind: str, tax: str, sales_yen: int, by: User, at: datetime
) -> SalesFigure:
    """Write down a year's sales as told today. An actual figure needs a year that is over."""
    check_can_write(by)
    if kind == SalesFigure.Kind.ACTUAL and fiscal_year_end > jst(at).date():
        raise Refused(
            "決算日がまだ来ていない年度は「実績」にできません。「見込」か「計画」を選んでください。",
            field="kind",
        )
    figure = SalesFigure.objects.create(
        customer=customer, fiscal_year_end=fiscal_year_end, kind=kind, tax=tax,
        sales_yen=sales_yen, recorded_at=at, recorded_by=by,
    )  # fmt: skip
    record(
        "customers.record_sales",
        f"{fiscal_year_end.year}年{fiscal_year_end.month}月期の売上高({figure.get_kind_display()})"
        f"{format_limit(sales_yen)}を登録しました。",
        about=[customer], by=by, at=at,
    )  # fmt: skip
    return figure


@action
def record_consent(
    *,
    customer: Customer,
    ways: Sequence[str] = tuple(ElectronicWay.values),
    said_by: str,
    method: str,
    happened_at: datetime,
    note: str = "",
    by: User,
    at: datetime,
) -> ElectronicConsent:
    """The customer agrees to papers by these ways (電磁的方法の承諾). It replaces what he said before."""
    if not set(ways) <= set(ElectronicWay.values):
        raise Refused("承諾していただいた方法を選び直してください。", field="ways")
    kept = [way for way in ElectronicWay.values if way in ways]
    return _write_consent(customer, ConsentKind.GIVEN, kept, said_by, method, happened_at, note, by, at)


@action
def withdraw_consent(
    *, customer: Customer, said_by: str, method: str, happened_at: datetime, note: str = "", by: User, at: datetime
) -> ElectronicConsent:
    """Write down that the customer takes his consent back: from that moment papers go by post again."""
    return _write_consent(customer, ConsentKind.WITHDRAWN, [], said_by, method, happened_at, note, by, at)


def _write_consent(
    customer: Customer, kind: ConsentKind, ways: list[str], said_by: str, method: str, happened_at: datetime,
    note: str, by: User, at: datetime,
) -> ElectronicConsent:  # fmt: skip
    check_can_write(by)
    Customer.objects.select_for_update().get(pk=customer.pk)
    if happened_at > at:
        raise Refused("承諾・撤回の日時に未来の日時は入力できません。", field="happened_at")
    if kind == ConsentKind.WITHDRAWN and consent_at(customer, happened_at) is None:
        raise Refused("その日時には電磁的方法の承諾がありません。撤回の日時を確認してください。", field="happened_at")
    consent = ElectronicConsent.objects.create(
        customer=customer, kind=kind, ways=ways, said_by=said_by.strip(), method=method, at=happened_at,
        note=note.strip(), recorded_at=at, recorded_by=by,
    )  # fmt: skip
    words = f"({consent.ways_written})" if ways else "。以後の書類は郵送か対面でお渡しします"
    record(
        f"customers.{'record' if ways else 'withdraw'}_consent",
        f"電磁的方法の{kind.label}を記録しました({said_by.strip()}様、{Method(method).label}){words}。",
        about=[customer], by=by, at=at, consent=consent.pk,
    )  # fmt: skip
    return consent


@action
def hand_over_customers(*, customers: QuerySet[Customer], to: User, by: User, at: datetime) -> int:
    """Give customers to another person in charge (担当替え), any number of them: one statement and their history."""
    rows = list(customers.select_for_update(of=("self",)).only("pk", "name").order_by("pk"))
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(in_charge=to, version=F("version") + 1)
    words = f"お客さまの担当者を{to.name}さんに替えました。"
    insert(event("customers.hand_over_customers", words, about=[row], by=by, at=at) for row in rows)
    return len(rows)
