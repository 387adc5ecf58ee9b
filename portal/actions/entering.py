"""The way in: a code by mail, the visit it opens, and its end."""

from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from core.doors import action
from core.errors import Refused
from correspondence.actions import queue_letter
from correspondence.states import LetterKind
from portal.actions.moving import CLOSED, locked, tell
from portal.keys import fingerprint, is_code, new_seed
from portal.letters import code_letter
from portal.models import AccessCode, Visit, Visitor
from portal.queries import onward_of
from portal.rules import MAX_TRIES
from portal.states import CodePurpose, InvitationStatus, Verdict

LIMIT = "確認コードを続けて何度もお送りしたため、いまはお送りできません。1時間ほどたってから、もう一度お試しください。"


@action
def ask_code(*, visitor: Visitor, purpose: str, by: User, at: datetime) -> AccessCode:
    """Mail six digits to the visitor's own address. The code before is dead; so many an hour and no more."""
    row = locked(visitor.invitation)
    visitor.invitation = row
    if not row.is_live(at) or not visitor.is_admitted:
        raise Refused(CLOSED)
    codes = AccessCode.objects.filter(asked_by=visitor)
    if codes.filter(asked_at__gt=at - timedelta(hours=1)).count() >= settings.PORTAL_CODES_AN_HOUR:
        raise Refused(LIMIT)
    code = AccessCode.objects.create(
        asked_by=visitor, asked_at=at, purpose=CodePurpose(purpose), seed=new_seed(),
        valid_until=at + timedelta(minutes=settings.PORTAL_CODE_MINUTES),
    )  # fmt: skip
    text = code_letter(visitor, purpose, code.valid_until)
    queue_letter(
        agency=row.agency, key=f"accesscode:{code.pk}", kind=LetterKind.ACCESS_CODE, to=[visitor.email],
        to_name=visitor.name, subject=text.subject, body=text.body, about=[code, row.quote, row.quote.customer],
        by=by, at=at,
    )  # fmt: skip
    return code


@action
def use_code(*, visitor: Visitor, purpose: str, typed: str, by: User, at: datetime) -> Verdict:
    """Hold what was typed against the newest code. The try counts, so a wrong one is an answer and not a refusal."""
    code = (
        AccessCode.objects.select_for_update()
        .filter(asked_by=visitor, purpose=purpose, used_at=None)
        .order_by("-pk")
        .first()
    )
    if code is None or code.valid_until <= at or code.tries >= MAX_TRIES or _is_superseded(code):
        return Verdict.SPENT
    code.tries += 1
    if is_code(code.seed, typed):
        code.used_at = at
        code.save(update_fields=["tries", "used_at"])
        return Verdict.RIGHT
    code.save(update_fields=["tries"])
    if code.tries < MAX_TRIES:
        return Verdict.WRONG
    tell(
        locked(visitor.invitation),
        "use_code",
        f"{visitor.name}様の確認コードが{MAX_TRIES}回続けて違いました。",
        by=by,
        at=at,
    )
    return Verdict.SPENT


def _is_superseded(code: AccessCode) -> bool:
    """A newer code was used or asked for: the older one is dead."""
    return AccessCode.objects.filter(asked_by=code.asked_by_id, purpose=code.purpose, pk__gt=code.pk).exists()


@action
def enter(*, visitor: Visitor, typed: str, key: str, by: User, at: datetime) -> Verdict:
    """A right code opens a visit under `key`, the secret of its cookie; the first one opens the invitation."""
    row = locked(visitor.invitation)
    if not row.is_live(at) or not visitor.is_admitted:
        raise Refused(CLOSED)
    verdict = use_code(visitor=visitor, purpose=CodePurpose.ENTER, typed=typed, by=by, at=at)
    if verdict is not Verdict.RIGHT:
        return verdict
    Visit.objects.create(opened_by=visitor, opened_at=at, seen_at=at, key_hash=fingerprint(key))
    if row.status == InvitationStatus.SENT:
        row.status, row.opened_at, row.opened_by = InvitationStatus.OPENED, at, visitor
        row.save(update_fields=["status", "opened_at", "opened_by"])
    words = f"{visitor.name}様がお客さま用リンク({row.get_purpose_display()})を開きました。"
    tell(row, "enter", words, by=by, at=at, visitor=visitor.pk)
    return verdict


@action
def go_on(*, visitor: Visitor, key: str, by: User, at: datetime) -> Visitor:
    """Whoever signed the questionnaire goes on to the application in the same visit: he proved who he is, and the code
    that signs is still asked. Returns him as that link knows him."""
    found = onward_of(visitor, at)
    if found is None:
        raise Refused("申込に進めません。メールでお送りしたリンクから開くか、代理店へお電話ください。")
    row = locked(found.invitation)
    if not row.is_live(at):
        raise Refused(CLOSED)
    Visit.objects.create(opened_by=found, opened_at=at, seen_at=at, key_hash=fingerprint(key))
    if row.status == InvitationStatus.SENT:
        row.status, row.opened_at, row.opened_by = InvitationStatus.OPENED, at, found
        row.save(update_fields=["status", "opened_at", "opened_by"])
    tell(row, "go_on", f"{found.name}様が、告知書の確定に続けて申込のページを開きました。", by=by, at=at)
    return found


@action
def leave(*, visit: Visit, by: User, at: datetime) -> None:
    """終了する: the visit is over, also on a computer others use."""
    Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=at)


@action
def note_seen(*, visit: Visit, by: User, at: datetime) -> None:
    """He is still there: the idle hour begins anew."""
    Visit.objects.filter(pk=visit.pk, ended_at=None).update(seen_at=at)


@action
def note_trouble(*, visitor: Visitor, words: str, by: User, at: datetime) -> None:
    """What could not be done, and why: the record shows it although nothing else was written."""
    tell(
        visitor.invitation, "note_trouble", f"{visitor.name}様の手続きを受け付けられませんでした: {words}", by=by, at=at
    )
