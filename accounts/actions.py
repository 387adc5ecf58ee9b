"""The verbs on the people who work here: their licences (募集人名簿) and their last day (退職)."""

from datetime import date, datetime

from accounts.models import User
from accounts.permissions import check_can_keep_register
from accounts.rules import LOOKING_BACK
from core.clock import jst
from core.doors import action
from core.errors import Refused, Stale
from core.history import record


@action
def record_licence(
    *,
    person: User,
    solicitor_number: str,
    basic_until: date | None,
    product_until: date | None,
    seen: str,
    by: User,
    at: datetime,
) -> User:
    """Write a solicitor's number and the last days of the two units (基礎単位・商品単位). Stale when somebody else
    changed them since the form showed `seen`."""
    check_can_keep_register(by)
    row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.agency_id != by.agency_id:
        raise Refused("この方は、あなたの代理店の募集人ではありません。")
    if seen != licence_seen(row):
        raise Stale
    if solicitor_number:
        others = User.objects.filter(agency=row.agency_id, solicitor_number=solicitor_number).exclude(pk=row.pk)
        if (other := others.first()) is not None:
            raise Refused(f"この登録番号は{other.name}さんに登録されています。", field="solicitor_number")
    before = licence_seen(row)
    row.solicitor_number = solicitor_number
    row.licence_basic_until, row.licence_product_until = basic_until, product_until
    if licence_seen(row) == before:
        return row
    row.save(update_fields=["solicitor_number", "licence_basic_until", "licence_product_until"])
    record(
        "accounts.record_licence",
        f"{row.name}さんの募集人資格を変更しました(登録番号 {solicitor_number or 'なし'}、"
        f"基礎単位 {_day(basic_until)}、商品単位 {_day(product_until)})。",
        about=[row], by=by, at=at, before=before, after=licence_seen(row),
    )  # fmt: skip
    return row


def licence_seen(person: User) -> str:
    """What a form showed of a licence, so that saving on top of somebody else's change is noticed."""
    return f"{person.solicitor_number}|{person.licence_basic_until or ''}|{person.licence_product_until or ''}"


@action
def record_departure(*, person: User, left_on: date | None, seen: str, by: User, at: datetime) -> User:
    """The last day at work (退職日), or none any more. From the day after nobody logs in as this person, and the
    morning's round hands on what lies with her. Stale when somebody else changed it since the form showed `seen`."""
    check_can_keep_register(by)
    row = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.agency_id != by.agency_id or row.is_robot:
        raise Refused("この方は、あなたの代理店の従業員ではありません。")
    if row.pk == by.pk:
        raise Refused("ご自分の退職は、ほかの管理者が記録してください。")
    if seen != departure_seen(row):
        raise Stale
    if left_on == row.left_on:
        return row
    if left_on is not None and left_on < (first := jst(at).date() - LOOKING_BACK):
        raise Refused(f"退職日には{first:%Y/%m/%d}以後の日を入力してください。", field="left_on")
    before = departure_seen(row)
    row.left_on = left_on
    row.save(update_fields=["left_on"])
    words = f"{row.name}さんの退職日を{left_on:%Y/%m/%d}と" if left_on else f"{row.name}さんの退職日をなしと"
    record(
        "accounts.record_departure", f"{words}記録しました。", about=[row], by=by, at=at,
        before=before, after=departure_seen(row),
    )  # fmt: skip
    return row


def departure_seen(person: User) -> str:
    """What a form showed of the last day."""
    return f"{person.left_on or ''}"


def _day(on: date | None) -> str:
    return f"{on:%Y/%m/%d}まで" if on else "なし"
