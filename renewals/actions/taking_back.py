"""Letters to the customer that wait in the outbox and would say what is not true any more when they leave."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from core.doors import action
from core.models import key_of
from correspondence.actions import cancel_letter
from correspondence.models import Letter
from correspondence.states import LetterKind, LetterStatus
from policies.models import Policy
from renewals.models import Renewal
from renewals.states import RenewalStatus

_S, _NOTICE, _REMINDER = RenewalStatus, LetterKind.RENEWAL_NOTICE, LetterKind.RENEWAL_REMINDER
_THE_NOTICE_TOO = frozenset({_NOTICE, _REMINDER})
_EVERYTHING = frozenset(LetterKind) - {LetterKind.STAFF_NOTICE}
# Once it stands there, these are not sent any more. The notice is still owed to who answered or was quoted; of who has
# applied, the application may yet fall away.
_MOOT: dict[str, Collection[LetterKind]] = {
    _S.RESPONDED: {_REMINDER}, _S.QUOTED: {_REMINDER}, _S.APPLIED: {_REMINDER},
    _S.RENEWED: _THE_NOTICE_TOO, _S.LOST: _THE_NOTICE_TOO, _S.DECLINED: _THE_NOTICE_TOO, _S.STOPPED: _THE_NOTICE_TOO,
    _S.UNINSURED: _THE_NOTICE_TOO, _S.CANCELLED: _EVERYTHING,
}  # fmt: skip
_ENDED = "契約が満期の前に終わったため、更改の案内は不要になりました。"
_ANSWERED = "お客さまの手続きが先に進んだため、この案内は不要になりました。"
_CONTINUES = "新しい契約が発行されたため、補償終了のお知らせは不要になりました。"
_OVERTAKEN = "新しい案内に替えたため、この案内は送りません。"
_NEWER = "次の再案内に替えたため、この再案内は不要になりました。"
_NOTES: dict[str, str] = {_S.CANCELLED: _ENDED, _S.UNINSURED: "満期を過ぎたため、更改の案内は送りません。"}


def take_back_letters(renewal: Renewal, *, by: User, at: datetime) -> None:
    """What the renewal's state made needless. Only what still waits: a letter in doubt is for a person to settle. One
    that is being sent is locked too: whoever notes that it was refused for now waits for us, and takes it back himself
    (`take_back_postponed`)."""
    take_back_letters_of([renewal], by=by, at=at)


def take_back_letters_of(renewals: Sequence[Renewal], *, by: User, at: datetime) -> None:
    """The same for many that stand alike."""
    if renewals:
        status = renewals[0].status
        _take_back(Q(kind__in=_MOOT.get(status, ())), renewals, _NOTES.get(status, _ANSWERED), by, at)


def take_back_reminders(renewals: Sequence[Renewal], *, by: User, at: datetime) -> None:
    """A newer reminder takes the place of those that could not leave yet: after days without a mail server the customer
    gets one letter, with the days that are left."""
    if renewals:
        _take_back(Q(kind=_REMINDER), renewals, _NEWER, by, at)


def take_back_notice(renewal: Renewal, *, by: User, at: datetime) -> None:
    """A newer one takes the place of the notice that waits: the customer gets one, with what it says now."""
    _take_back(Q(kind=_NOTICE), [renewal], _OVERTAKEN, by, at)


def _is_overtaken(letter: Letter, renewal: Renewal) -> bool:
    """Whether a newer notice of the same renewal has gone, or goes: the corrected one, or one to another address."""
    later = Letter.objects.about(renewal).filter(kind=_NOTICE, pk__gt=letter.pk)
    return letter.kind == _NOTICE and later.exclude(status__in=[LetterStatus.FAILED, LetterStatus.CANCELLED]).exists()


def take_back_end_of_cover(policy: Policy, *, by: User, at: datetime) -> None:
    """The contract ended, and another one follows it before the customer was told so."""
    known = Renewal.objects.filter(policy=policy).first()
    if known is not None:
        _take_back(Q(kind=LetterKind.COVER_ENDED), [known], _CONTINUES, by, at)


def _take_back(which: Q, renewals: Sequence[Renewal], note: str, by: User, at: datetime) -> None:
    waiting = Letter.objects.about(*renewals).filter(which, status__in=[LetterStatus.QUEUED, LetterStatus.SENDING])
    for letter in waiting.select_for_update(of=("self",)).order_by("pk"):
        if letter.status == LetterStatus.QUEUED:
            cancel_letter(letter=letter, note=note, by=by, at=at)


@action
def take_back_postponed(*, letter: Letter, by: User, at: datetime) -> None:
    """A letter to the customer waits again, because the server refused it for now or a person sent it back to the
    queue: not, where its renewal has gone on or ended meanwhile, or a newer notice took its place."""
    start = key_of(Renewal, "")
    numbers = [key.removeprefix(start) for key in letter.about if key.startswith(start)]
    for renewal in Renewal.objects.filter(pk__in=numbers):
        if letter.kind == LetterKind.COVER_ENDED:
            if renewal.policy.resuming_quotes.filter(status="ISSUED").exists():
                cancel_letter(letter=letter, note=_CONTINUES, by=by, at=at)
        elif letter.kind in _THE_NOTICE_TOO and letter.kind in _MOOT.get(renewal.status, ()):
            cancel_letter(letter=letter, note=_NOTES.get(renewal.status, _ANSWERED), by=by, at=at)
        elif _is_overtaken(letter, renewal):
            cancel_letter(letter=letter, note=_OVERTAKEN, by=by, at=at)
