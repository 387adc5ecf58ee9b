"""No day has two versions of a product: whatever is written, the database keeps them apart."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Product, ProductVersion
from products.queries import products_sold_on
from tests.making import A_MONDAY, make_user

pytestmark = pytest.mark.django_db

FIRST = date(2026, 4, 1)
DAYS = 20
spans = st.lists(st.tuples(st.integers(0, DAYS), st.none() | st.integers(0, DAYS)), max_size=7)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans)
def test_any_two_versions_never_both_apply_on_a_day(some):
    with transaction.atomic():
        by = make_user()
        product = Product.objects.create(code="property", name="商品", insurer="保険会社")
        for number, (start, length) in enumerate(some):
            begins = FIRST + timedelta(days=start)
            try:
                with transaction.atomic():
                    ProductVersion.objects.create(
                        product=product, starts_on=begins, edition="版", content="code: property",
                        ends_on=None if length is None else begins + timedelta(days=length),
                        fingerprint=f"{number:064x}", published_at=A_MONDAY, published_by=by,
                    )  # fmt: skip
            except IntegrityError:
                continue  # it would have shared a day
        for day in range(2 * DAYS + 1):
            on = FIRST + timedelta(days=day)
            assert ProductVersion.objects.on(on).filter(product=product).count() <= 1
            assert products_sold_on(on).filter(product=product).count() <= 1
        transaction.set_rollback(True)
