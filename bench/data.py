"""An agency of any size, written in bulk: rows the actions would have written, past the same constraints and guards.

Everything follows from the seed and the day. Premiums come from the shipped books with their receipts, so every
screen and paper finds what it would find in an office that had typed it all.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from stdnum.jp import cn

from accounts.models import Agency, User
from accounts.queries import robot
from bench.agreed import agreed
from core.clock import jst
from core.doors import perform
from core.history import event
from core.models import Counter, Event
from core.periods import at_four
from customers.models import Contact, Customer, SalesFigure
from demo.companies import Company, companies
from demo.people import make_people
from policies.models import Policy
from policies.states import Delivery, PolicyStatus
from policies.terms import Insured
from products.actions import publish_book
from products.models import ProductVersion
from products.shelf import shipped_books

SEED = 20260401
BATCH = 1000
HOUSES = 1000  # companies invented; more customers are their branches
BRANCHES = (
    ("", ""), ("東日本", "ヒガシニホン"), ("西日本", "ニシニホン"), ("北関東", "キタカントウ"), ("東海", "トウカイ"),
    ("近畿", "キンキ"), ("中国", "チュウゴク"), ("四国", "シコク"), ("九州", "キュウシュウ"), ("東北", "トウホク"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the agency is. `due` policies end within 60 days from `on`, a tenth of the rest is over."""

    on: date
    policies: int
    due: int
    customers: int

    @classmethod
    def of(cls, policies: int, on: date, due: int | None = None) -> "Scale":
        """9 of 100 policies due, 70 customers to 100 policies, unless said otherwise."""
        return cls(on, policies, policies * 9 // 100 if due is None else due, max(1, policies * 7 // 10))


@dataclass(frozen=True, slots=True)
class House:
    """The agency as filled: what the measurements need to find their way."""

    agency: Agency
    staff: dict[str, User]
    versions: list[ProductVersion]
    scale: Scale

    @property
    def user(self) -> User:
        """The solicitor whose screens are measured."""
        return self.staff["tantou"]

    def version(self, product: str, on: date | None = None) -> ProductVersion:
        """The version of a product for cover that begins on that day, or else on the day of the bench."""
        begun = [one for one in self.versions if one.product.code == product and one.starts_on <= (on or self.scale.on)]
        return max(begun, key=lambda one: one.starts_on)


def found(scale: Scale) -> House:
    """The agency, its people and the shipped books: nothing else yet."""
    staff = make_people(scale.on)
    manager = staff["kanri"]
    at = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
    versions = [
        # A shipped book's file is named by its first day.
        perform(publish_book, text=text, starts_on=date.fromisoformat(path.stem), by=manager, at=at)
        for path, text in shipped_books()
    ]
    return House(manager.agency, staff, versions, scale)


def fill(scale: Scale) -> House:
    """The agency with its customers and policies, as bare rows; `bench.work` adds papers, letters, work in hand."""
    house = found(scale)
    owners = add_customers(house)
    add_policies(house, owners)
    return house


def solicitors(house: House) -> list[User]:
    return [house.staff[name] for name in ("tantou", "suzuki", "takahashi")]


def invented(count: int) -> Iterator[Company]:
    """As many companies as wanted, none of them twice."""
    known = list(islice(companies(Random(SEED)), min(count, HOUSES)))  # noqa: S311 - the same ones every time
    for number in range(count):
        company, area, base = known[number % HOUSES], number // HOUSES, f"98{number:010d}"
        name, kana = BRANCHES[area % len(BRANCHES)]
        more = f"第{area // len(BRANCHES) + 1}" if area >= len(BRANCHES) else ""
        yield replace(
            company, name=f"{company.name}{name}{more}", kana=f"{company.kana}{kana}",
            corporate_number=cn.calc_check_digit(base) + base, email=f"info@customer{number:06d}.example",
        )  # fmt: skip


def add_customers(house: House) -> list[tuple[Customer, Company]]:
    """Customers with a primary contact and last year's sales; every twelfth has no e-mail address."""
    at = datetime.combine(house.scale.on - timedelta(days=500), time(1), tzinfo=UTC)
    staff = solicitors(house)
    rows = []
    for number, company in enumerate(invented(house.scale.customers), start=1):
        by = staff[number % len(staff)]
        customer = Customer(
            agency=house.agency, number=f"K-{number:06d}", name=company.name, kana=company.kana,
            corporate_number=company.corporate_number, industry=company.industry, employees=company.employees,
            postcode=company.postcode, address=company.address, phone=company.phone, in_charge=by,
            created_at=at, created_by=by,
        )  # fmt: skip
        customer.fold_names()
        rows.append((customer, company))
    Customer.objects.bulk_create([customer for customer, _ in rows], batch_size=BATCH)
    Counter.objects.create(series="customer", year=0, last=len(rows))
    Contact.objects.bulk_create(
        [
            Contact(
                customer=customer, name=company.contact, title=company.contact_title, is_primary=True,
                email="" if customer.pk % 12 == 0 else company.email,
            )
            for customer, company in rows
        ],
        batch_size=BATCH,
    )  # fmt: skip
    year_end = date(house.scale.on.year - (house.scale.on.month < 6), 3, 31)
    SalesFigure.objects.bulk_create(
        [
            SalesFigure(
                customer=customer, fiscal_year_end=year_end, kind=SalesFigure.Kind.ACTUAL,
                tax=SalesFigure.Tax.INCLUDED, sales_yen=company.sales_yen, recorded_at=at,
                recorded_by=customer.in_charge,
            )
            for customer, company in rows
        ],
        batch_size=BATCH,
    )  # fmt: skip
    _tell(
        [
            event(
                "customers.register_customer", f"お客さま「{c.name}」を登録しました。", about=[c], by=c.in_charge, at=at
            )
            for c, _ in rows
        ]
    )
    return rows


def add_policies(
    house: House, owners: Sequence[tuple[Customer, Company]], days: Iterable[date] | None = None
) -> list[Policy]:
    """One policy for every customer, then second ones, one for each expiry day of `days` (the usual ones unless said);
    those that are over are marked so, as the round would."""
    serials: dict[int, int] = {}
    rows = []
    for number, ends_on in enumerate(expiry_days(house.scale) if days is None else days):
        customer, company = owners[number % len(owners)]
        rows.append(_policy(house, customer, company, ends_on, number, serials))
    Policy.objects.bulk_create(rows, batch_size=BATCH)
    Counter.objects.bulk_create([Counter(series="policy", year=year, last=last) for year, last in serials.items()])
    over = [policy for policy in rows if policy.ends_at <= at_four(house.scale.on)]
    for policy in over:
        policy.status, policy.expired_at = PolicyStatus.EXPIRED, policy.ends_at + timedelta(minutes=1)
    Policy.objects.bulk_update(over, ["status", "expired_at"], batch_size=BATCH)
    lines = [
        event(
            "policies.issue_policy", f"証券{policy.number}を発行しました。", about=[policy, policy.customer],
            by=policy.issued_by, at=policy.issued_at, quote=policy.quote_number, premium_yen=policy.premium_yen,
        )
        for policy in rows
    ]  # fmt: skip
    lines += [
        event(
            "policies.expire_policies_due", f"{policy.number}の保険期間が終わりました(満期)。",
            about=[policy, policy.customer], by=robot(), at=policy.expired_at,
        )
        for policy in over
        if policy.expired_at
    ]  # fmt: skip
    _tell(lines)
    return rows


@contextmanager
def laid_bare(cursor: Any, table: str) -> Iterator[None]:
    """A table without its guards, secondary indexes, foreign keys and exclusion constraints while a million rows go
    in; all of them are back afterwards, built at once, which also checks what went in."""
    cursor.execute(
        """
        SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = %(table)s::regclass AND NOT indisunique AND NOT indisexclusion
        UNION ALL
        SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname,
            'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('f', 'x')
        """,
        {"table": table},
    )
    found = cursor.fetchall()
    for drop, _ in found:
        cursor.execute(drop)
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for _, create in found:
        cursor.execute(create)


def grow(house: House, policies: int) -> None:
    """More policies of the same customers that are not due, copied inside the database until there are so many."""
    with connection.cursor() as cursor, laid_bare(cursor, Policy._meta.db_table):
        cursor.execute(
            """
            INSERT INTO policies_policy (
                agency_id, customer_id, in_charge_id, product_version_id, number, insurer, quote_number, status,
                starts_at, ends_at, premium_yen, payment_way, instalments, terms, contracted_on, issued_at,
                issued_by_id, chain, delivery, version
            )
            SELECT agency_id, customer_id, in_charge_id, product_version_id,
                'C-2019-' || lpad((copy * every + place)::text, 6, '0'), insurer, quote_number, status, starts_at,
                ends_at, premium_yen, payment_way, instalments, terms, contracted_on, issued_at, issued_by_id,
                2019000000 + copy * every + place, delivery, version
            FROM generate_series(0, %(most)s) copy
            CROSS JOIN (
                SELECT policy.*, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS every
                FROM policies_policy policy
                WHERE status = 'IN_FORCE' AND ends_at > %(horizon)s
            ) like_these
            WHERE copy * every + place <= %(wanted)s
            """,
            {
                "most": policies * 2 // house.scale.policies,
                "horizon": at_four(house.scale.on + timedelta(days=90)),
                "wanted": policies - house.scale.policies,
            },
        )


def expiry_days(scale: Scale) -> Iterator[date]:
    """The days on which the policies end: those due first, spread evenly over 60 days."""
    yield from (scale.on + timedelta(days=1 + number % 60) for number in range(scale.due))
    for number in range(scale.policies - scale.due):
        if number % 10 == 0:
            yield scale.on - timedelta(days=1 + number // 10 % 330)
        else:
            yield scale.on + timedelta(days=91 + number % 270)  # not even opened yet


def _policy(
    house: House, customer: Customer, company: Company, ends_on: date, number: int, serials: dict[int, int]
) -> Policy:
    starts_on = ends_on - relativedelta(years=1)
    starts_at = at_four(starts_on)
    issued_at = starts_at - timedelta(days=14 + number % 20, hours=5)
    year = jst(issued_at).year
    serial = serials[year] = serials.get(year, 0) + 1
    version = version_for(house, company)
    terms, payments = agreed(version, company, number)
    return Policy(
        agency=house.agency, number=f"C-{year}-{serial:06d}", customer=customer, in_charge=customer.in_charge,
        product_version=version, insurer=version.book.insurer, quote_number=f"Q-{year}-{serial:06d}",
        starts_at=starts_at, ends_at=at_four(ends_on), premium_yen=terms.receipt.total_yen if terms.receipt else 1,
        payment_way="lump_sum", terms=terms.model_copy(update={"insureds": (Insured(name=customer.name),)}).as_json(),
        instalments=[part.model_copy(update={"due_on": starts_on.isoformat()}).model_dump() for part in payments],
        contracted_on=jst(issued_at).date(), issued_at=issued_at, issued_by=customer.in_charge,
        chain=year * 1_000_000 + serial, delivery=Delivery.POST if customer.pk % 12 == 0 else Delivery.EMAIL,
    )  # fmt: skip


def version_for(house: House, company: Company) -> ProductVersion:
    """シンプルサイバー where the company can have it, else サイバー保険."""
    simple, full = house.version("sompo-simple"), house.version("sompo-cyber")
    industry = simple.book.industry(company.industry)
    return simple if industry and industry.eligible and company.sales_yen < 3_000_000_000 else full


def _tell(lines: Sequence[Event]) -> None:
    Event.objects.bulk_create(lines, batch_size=BATCH)
