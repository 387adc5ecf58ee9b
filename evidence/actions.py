"""The verbs on packs: make one, and note who took it along."""

from datetime import datetime

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from evidence.collecting import collect
from evidence.models import Pack
from evidence.packing import pack
from evidence.permissions import check_can_make_pack
from quotes.models import Quote


@action
def make_pack(*, quote: Quote, reason: str, by: User, at: datetime) -> Pack:
    """Pack the whole record of a case and keep the pack as it is handed out. The quote stands still meanwhile.

    Every PDF exists already: the door has them made before it opens the transaction.
    """
    row = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("agency", "customer", "policy", "product_version__product", "in_charge")
        .get(pk=quote.pk)
    )
    check_can_make_pack(by, row)
    if not reason.strip():
        raise Refused("出力の理由を入力してください。", field="reason")
    packed = pack(collect(row))
    kept = Pack.objects.create(
        agency=row.agency, quote=row, digest=packed.digest, reason=reason.strip(), files=packed.files,
        events=packed.events, size=len(packed.content), content=packed.content, made_at=at, made_by=by,
    )  # fmt: skip
    record(
        "evidence.make_pack", f"募集証跡パックを作成しました(理由: {kept.reason}、指紋 {kept.digest[:16]}…)。",
        about=[row], by=by, at=at, pack=kept.pk, digest=kept.digest,
    )  # fmt: skip
    return kept


@action
def take_pack(*, pack: Pack, by: User, at: datetime) -> None:
    """Somebody downloads a pack (checks 42)."""
    check_can_make_pack(by, pack.quote)
    record(
        "evidence.take_pack", f"募集証跡パック(指紋 {pack.digest[:16]}…)をダウンロードしました。",
        about=[pack.quote], by=by, at=at, pack=pack.pk,
    )  # fmt: skip
