"""Taking down what a customer wants. Rows are only added; a change of mind is a new row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from customers.models import Customer
from proposals.items import sentence_of
from proposals.models import Wish
from proposals.needs import needs
from proposals.permissions import check_can_record_wish
from quotes.rules import check_inception


@action
def record_wish(
    *, customer: Customer, facts: Mapping[str, Any], heard_by: User, corrects: Wish | None = None,
    by: User, at: datetime,
) -> Wish:  # fmt: skip
    """Write down a wish. `facts` are the columns of `Wish` as they were told; `corrects` names the one it replaces."""
    check_can_record_wish(by, customer, heard_by, jst(facts["at"]).date())
    if facts["at"] > at:
        raise Refused("聞いた日時に未来の日時は入力できません。", field="at")
    check_inception(facts["inception_on"], jst(at).date())
    unknown = [code for code in (*facts["risks"], *facts["must_haves"]) if needs().get(code) is None]
    if unknown:
        raise Refused("選択肢にない意向が含まれています。画面を開き直して選び直してください。")
    if corrects is not None and corrects.customer_id != customer.pk:
        raise Refused("別のお客さまの意向です。画面を開き直してください。")
    if corrects is not None and corrects.corrected_by.exists():
        raise Refused("この意向は、すでに新しい意向に改められています。新しい意向を開いてください。")
    wish = Wish.objects.create(
        agency=customer.agency, customer=customer, heard_by=heard_by, corrects=corrects,
        recorded_at=at, recorded_by=by, **facts,
    )  # fmt: skip
    words = "意向を改めました" if corrects else "意向を記録しました"
    record(
        "proposals.record_wish", f"{words}。{sentence_of(wish)}", about=[customer], by=by, at=at, wish=wish.pk
    )  # fmt: skip
    return wish
