"""What is put into the blanks of our letters while they are sent: the link, the code."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from correspondence.blanks import BlankLost
from correspondence.models import Letter
from portal.keys import code_from, fingerprint, token_from
from portal.models import AccessCode, Visitor

WITHOUT_LINK = "お手続きの方法は、担当者からご案内いたします。"


def link_of(letter: Letter, at: datetime) -> str:
    """The address of the visitor's page, unless it would not open any more."""
    visitor = Visitor.objects.select_related("invitation").get(pk=_key(letter, "portal.visitor"))
    token = token_from(visitor.seed)
    if not visitor.invitation.is_live(at) or fingerprint(token) != visitor.token_hash:
        raise BlankLost(
            "お客さま用リンクが無効になったため、送信しませんでした。必要なときは新しいリンクを送ってください。"
        )
    return settings.SITE_URL + reverse("portal:home", args=[token])


def link_if_alive(letter: Letter, at: datetime) -> str:
    """The same in a letter that must go out in any case: where the link is dead, the sentence that says how else."""
    try:
        return link_of(letter, at)
    except (BlankLost, StopIteration, Visitor.DoesNotExist):
        return WITHOUT_LINK


def digits_of(letter: Letter, at: datetime) -> str:
    """The six digits, unless they came too late."""
    code = AccessCode.objects.get(pk=_key(letter, "portal.accesscode"))
    if code.valid_until <= at:
        raise BlankLost(
            "確認コードの有効期限が切れたため、送信しませんでした。お客さまが画面から新しいコードを求めます。"
        )
    return f"確認コード: {code_from(code.seed)}"


def _key(letter: Letter, label: str) -> int:
    return next(int(key.rpartition(":")[2]) for key in letter.about if key.startswith(f"{label}:"))
