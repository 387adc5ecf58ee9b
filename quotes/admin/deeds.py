"""What an underwriter can do with a case: each deed with its form, its action and the check that may refuse it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core.errors import Refused
from core.screens import why_not
from quotes import actions, permissions
from quotes.authority import Standing
from quotes.forms.deciding import (
    AcceptForm,
    ConditionsForm,
    DecisionForm,
    DeclineForm,
    HandForm,
    PremiumForm,
    QuestionForm,
    TakeForm,
)
from quotes.models import Referral

Check = Callable[[User, Referral, Standing], None]


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the things an underwriter can do with a case. `colleagues`: who can be chosen in its form."""

    label: str
    button: str
    form: type[DecisionForm]
    action: Callable[..., Any]
    check: Check
    done: str
    style: str
    only_able: bool = False

    def why_not(self, referral: Referral, user: User, standing: Standing) -> str | None:
        """Why this person cannot do it now, in the words of the action's own check."""
        return why_not(self.check, user, referral, standing)


def _asks(user: User, referral: Referral, standing: Standing) -> None:
    permissions.check_can_ask_back(user, referral)


def _takes(user: User, referral: Referral, standing: Standing) -> None:
    permissions.check_can_ask_back(user, referral)
    if referral.assigned_to_id == user.pk:
        raise Refused("この照会はあなたが担当しています。")


def _hands_up(user: User, referral: Referral, standing: Standing) -> None:
    permissions.check_can_escalate(user, referral)
    if not set(standing.able()) - {user.pk}:
        raise Refused("この照会を判断できる引受担当がほかにいません。管理者に引受権限の付与を依頼してください。")


DEEDS = {
    "accept": Deed(
        "引受可", "引受可とする", AcceptForm, actions.accept_referral, permissions.check_can_decide_referral,
        "引受可としました。見積を提示できるようになりました。", "good",
    ),
    "conditions": Deed(
        "条件付引受可", "条件付きで引受可とする", ConditionsForm, actions.accept_with_conditions,
        permissions.check_can_set_conditions, "条件付引受可としました。見積を提示できるようになりました。", "calm",
    ),
    "premium": Deed(
        "保険料の変更", "保険料を変更する", PremiumForm, actions.change_premium, permissions.check_can_change_premium,
        "保険料を変更しました。続けて引受の可否を判断してください。", "calm",
    ),
    "ask": Deed(
        "質問", "質問する", QuestionForm, actions.ask_back, _asks, "質問しました。回答を待ちます。", "wait",
    ),
    "take": Deed(
        "自分が担当", "自分が担当する", TakeForm, actions.take_referral, _takes, "この照会を担当します。", "wait",
    ),
    "escalate": Deed(
        "上申", "上申する", HandForm, actions.escalate_referral, _hands_up, "上申しました。", "wait", only_able=True,
    ),
    "hand": Deed(
        "引継ぎ", "引き継ぐ", HandForm, actions.hand_over_referral, _asks, "引き継ぎました。", "wait",
    ),
    "decline": Deed(
        "引受不可", "引受不可とする", DeclineForm, actions.decline_referral, permissions.check_can_decide_referral,
        "引受不可としました。", "bad",
    ),
}  # fmt: skip
