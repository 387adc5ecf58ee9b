"""What can be done with a whole draft: submit it, approve it, send it back, put it away; or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.models import User
from core.screens import why_not
from products import actions
from products.forms import ApproveForm, ReturnForm, SeenForm
from products.models import ProductDraft
from products.permissions import (
    check_can_approve_draft,
    check_can_discard_draft,
    check_can_return_draft,
    check_can_submit_draft,
)
from products.queries import people_who_wrote


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the things that can be done with a whole draft."""

    label: str
    button: str
    form: type[SeenForm]
    action: Callable[..., Any]
    done: str
    style: str


DEEDS = {
    "submit": Deed("承認を申請", "承認を申請する", SeenForm, actions.submit_draft, "承認を申請しました。", "calm"),
    "approve": Deed("承認して公開", "承認して公開する", ApproveForm, actions.approve_draft, "公開しました。", "good"),
    "return": Deed("差戻し", "差し戻す", ReturnForm, actions.return_draft, "差し戻しました。", "wait"),
    "discard": Deed("破棄", "下書きを破棄する", SeenForm, actions.discard_draft, "下書きを破棄しました。", "bad"),
}  # fmt: skip


def why_nots(user: User, draft: ProductDraft) -> dict[str, str | None]:
    """For each deed the reason why this person cannot do it now; None where it can be done."""
    return {
        "submit": why_not(check_can_submit_draft, user, draft),
        "approve": why_not(check_can_approve_draft, user, draft, people_who_wrote(draft)),
        "return": why_not(check_can_return_draft, user, draft),
        "discard": why_not(check_can_discard_draft, user, draft),
    }


def deeds_on_page(user: User, draft: ProductDraft, tried: str, form: forms.Form | None) -> list[dict[str, Any]]:
    """Every deed with its form and reason; the one just `tried` with the entries that were wrong."""
    reasons = why_nots(user, draft)
    return [
        {
            "code": code, "deed": way, "reason": reasons[code], "is_open": code == tried,
            "form": form
            if code == tried
            else way.form(initial={"seen_version": draft.version}, auto_id=f"{code}_%s"),
        }
        for code, way in DEEDS.items()
    ]  # fmt: skip
