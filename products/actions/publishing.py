"""Publishing a book. From then on it is frozen, and the version before it ends the day before it begins."""

from datetime import date, datetime, timedelta
from hashlib import sha256

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.money import format_yen
from products.book import Book
from products.examples import work_through
from products.models import Product, ProductVersion
from products.permissions import check_can_publish
from products.reading import read_book
from products.rules import Standing, check_start, superseded_by
from products.states import Origin


@action
def publish_book(
    *,
    text: str,
    starts_on: date,
    by: User,
    at: datetime,
    approved_by: User | None = None,
    origin: Origin = Origin.SHIPPED,
    supersede: bool = False,
) -> ProductVersion:
    """Publish a book for cover that begins on `starts_on` or later. The same text twice is one version.

    All but the shipped books need `approved_by`, another person than `by`, and a start that is not past. With
    `supersede`, versions that would begin on that day or later and have not begun are superseded; without it they
    refuse this one.

    Raises Refused (BookError) when the book has a problem, an example is not reproduced to the yen, the date is
    not the book's, or a version already begins on that day or later.
    """
    if origin != Origin.SHIPPED:
        check_can_publish(by, approved_by)
    book = read_book(text, "商品ブック")
    check_ready(book, starts_on)
    product, _ = Product.objects.get_or_create(code=book.code, defaults={"name": book.name, "insurer": book.insurer})
    # One publication at a time: two books at once would both look for the version before them.
    product = Product.objects.select_for_update().get(pk=product.pk)
    fingerprint = sha256(text.encode()).hexdigest()
    standing = {version.pk: version for version in product.versions.standing().defer("content")}
    for version in standing.values():
        if (version.starts_on, version.fingerprint) == (starts_on, fingerprint):
            return version
    if origin != Origin.SHIPPED:
        check_start(starts_on, jst(at).date())
    known = [Standing(pk, version.starts_on, version.ends_on) for pk, version in standing.items()]
    gone = superseded_by(starts_on, known, on=jst(at).date(), agreed=supersede)
    for key in gone:
        _supersede(standing.pop(key), starts_on, by=approved_by or by, at=at)
    last_day = starts_on - timedelta(days=1)
    for version in standing.values():
        if version.ends_on is None or version.ends_on > last_day:
            version.ends_on = last_day
            version.save(update_fields=["ends_on"])
    version = ProductVersion(
        product=product,
        starts_on=starts_on,
        edition=book.edition,
        approval=book.approval.number or "",
        content=text,
        fingerprint=fingerprint,
        published_at=at,
        published_by=by,
        origin=origin,
        approved_at=at if approved_by else None,
        approved_by=approved_by,
    )
    version.save()
    words = f"(承認 {approved_by.name})" if approved_by else ""
    record(
        "book_published",
        f"{book.name}の版を公開しました(販売開始日 {starts_on:%Y-%m-%d}){words}。",
        about=[version],
        by=by,
        at=at,
        fingerprint=fingerprint,
        origin=str(origin),
        superseded=gone,
    )
    return version


def check_ready(book: Book, starts_on: date) -> None:
    """What a book must fulfil beyond being well-formed: the day is its own, and its examples come out to the yen."""
    if book.starts_on != starts_on:
        raise Refused(
            f"商品ブックの販売開始日({book.starts_on:%Y-%m-%d})と指定の日付({starts_on:%Y-%m-%d})が違います。"
            "どちらかを訂正してください。",
            field="starts_on",
        )
    wrong = [worked for worked in work_through(book) if not worked.agrees]
    if wrong:
        reasons = [
            f"{worked.example.industry} 売上高{worked.example.sales_yen:,}円 {worked.example.plan}: "
            f"例は{format_yen(worked.example.premium_yen)}、"
            + (worked.refusal or f"計算は{format_yen(worked.actual_yen)}")
            for worked in wrong
        ]
        raise Refused("計算例と一致しません。料率か計算例を訂正してください。", reasons=reasons)


def _supersede(version: ProductVersion, starts_on: date, *, by: User, at: datetime) -> None:
    version.superseded_at, version.superseded_by = at, by
    version.save(update_fields=["superseded_at", "superseded_by"])
    record(
        "book_superseded",
        f"{version}の版は、販売を始める前に{starts_on:%Y-%m-%d}開始の版に差し替えられました。",
        about=[version],
        by=by,
        at=at,
    )
