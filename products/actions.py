"""Publishing a book. From then on it is frozen, and the version before it ends the day before it begins."""

from datetime import date, datetime, timedelta
from hashlib import sha256

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from core.money import format_yen
from products.examples import work_through
from products.models import Product, ProductVersion
from products.reading import read_book


@action
def publish_book(*, text: str, starts_on: date, by: User, at: datetime) -> ProductVersion:
    """Publish a book for cover that begins on `starts_on` or later. The same text twice is one version.

    Raises Refused (BookError) when the book has a problem, an example is not reproduced to the yen, the date is
    not the book's, or a version already begins on that day or later.
    """
    book = read_book(text, "商品ブック")
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
    product, _ = Product.objects.get_or_create(code=book.code, defaults={"name": book.name, "insurer": book.insurer})
    # One publication at a time: two books at once would both look for the version before them.
    product = Product.objects.select_for_update().get(pk=product.pk)
    fingerprint = sha256(text.encode()).hexdigest()
    same = product.versions.filter(starts_on=starts_on, fingerprint=fingerprint).first()
    if same is not None:
        return same
    if product.versions.filter(starts_on__gte=starts_on).exists():
        raise Refused(
            "同じ日かそれより後に始まる版がすでに公開されています。より後の販売開始日にしてください。",
            field="starts_on",
        )
    product.versions.filter(ends_on__isnull=True).update(ends_on=starts_on - timedelta(days=1))
    version = ProductVersion(
        product=product,
        starts_on=starts_on,
        edition=book.edition,
        approval=book.approval.number or "",
        content=text,
        fingerprint=fingerprint,
        published_at=at,
        published_by=by,
    )
    version.save()
    record(
        "book_published",
        f"{book.name}の版を公開しました(販売開始日 {starts_on:%Y-%m-%d})。",
        about=[version],
        by=by,
        at=at,
        fingerprint=fingerprint,
    )
    return version
