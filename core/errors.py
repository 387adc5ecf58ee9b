"""How a rule says no: with sentences in Japanese that tell the person what to do."""

from collections.abc import Iterable


class Refused(Exception):
    """A deed the rules or the database do not allow.

    `message` is shown as it stands. `field` names the form field to blame; `reasons` lists what lacks when
    there is more than one thing to mend.
    """

    def __init__(self, message: str, *, field: str | None = None, reasons: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return self.message


class Stale(Refused):
    """Somebody else changed the record after this person opened it."""

    def __init__(
        self, message: str = "ほかの人が先に更新しました。最新の内容を確認して、もう一度操作してください。"
    ) -> None:
        super().__init__(message)
