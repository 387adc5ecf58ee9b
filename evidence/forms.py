"""Why a record leaves the house."""

from core.forms import BusinessForm, LineField


class PackForm(BusinessForm):
    reason = LineField(
        label="出力の理由", max_length=200,
        help_text="誰に何のために渡すかを書きます(例: 顧問弁護士への相談、保険会社の監査)。履歴に残ります。",
    )  # fmt: skip
