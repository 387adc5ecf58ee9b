"""Granting and ending authorities (引受権限). What was granted is never changed: it is ended and granted anew."""

from datetime import date, datetime

from accounts.models import Role, User
from core.clock import jst
from core.doors import action
from core.errors import Refused
from core.history import record
from core.money import format_limit
from products.models import Product
from quotes.models import Authority
from quotes.permissions import check_can_end_authority, check_can_grant_authority
from quotes.states import ReasonKind


@action
def grant_authority(
    *,
    user: User,
    limit_yen: int,
    starts_on: date,
    product: Product | None = None,
    kind: str = "",
    premium_percent: int = 0,
    ends_on: date | None = None,
    by: User,
    at: datetime,
) -> Authority:
    """Let an underwriter of the agency decide, from a day that is not past. Two people: nobody grants to himself."""
    check_can_grant_authority(by)
    on = jst(at).date()
    if user.role != Role.UNDERWRITER or user.agency_id != by.agency_id or user.has_left(on):
        raise Refused("引受権限は、在籍している引受担当にだけ付与できます。", field="user")
    if starts_on < on:
        raise Refused("開始日は本日以後の日付にしてください。", field="starts_on")
    if kind and kind not in ReasonKind.values:
        raise Refused("理由の区分を選んでください。", field="kind")
    if not 0 <= limit_yen < 10**13:
        raise Refused("賠償限度額の上限を確認してください。", field="limit_yen")
    row = Authority.objects.create(
        user=user, product=product, kind=kind, limit_yen=limit_yen, premium_percent=premium_percent,
        starts_on=starts_on, ends_on=ends_on, granted_at=at, granted_by=by,
    )  # fmt: skip
    words = f"{user.name}さんに引受権限を付与しました({_in_words(row)})。"
    record("quotes.grant_authority", words, about=[user, row], by=by, at=at)
    return row


@action
def end_authority(*, authority: Authority, by: User, at: datetime) -> Authority:
    """End an authority today; what was decided with it stands."""
    rows = Authority.objects.visible_to(by).select_for_update(of=("self",)).select_related("user", "product")
    row = rows.filter(pk=authority.pk).first()
    if row is None:
        raise Refused("この引受権限はありません。画面を開き直してください。")
    check_can_end_authority(by, row)
    row.ended_on, row.ended_at, row.ended_by = jst(at).date(), at, by
    row.save(update_fields=["ended_on", "ended_at", "ended_by"])
    words = f"{row.user.name}さんの引受権限を終了しました({_in_words(row)})。"
    record("quotes.end_authority", words, about=[row.user, row], by=by, at=at)
    return row


def _in_words(authority: Authority) -> str:
    product = authority.product.name if authority.product else "全商品"
    kind = authority.get_kind_display() if authority.kind else "すべての理由"
    return f"{product}・{kind}・{format_limit(authority.limit_yen)}・保険料±{authority.premium_percent}%"
