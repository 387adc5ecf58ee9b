"""Conditions as an underwriter names them, before they are rows (引受条件). Facts in, sentences out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import Refused
from quotes.states import Before, ConditionKind

MOST_CONDITIONS = 10


@dataclass(frozen=True, slots=True)
class NewCondition:
    """One condition: what, until when. After issue it needs a day."""

    sentence: str
    kind: str = ConditionKind.CONSENT
    before: str = Before.APPLICATION
    due_on: date | None = None

    def in_words(self) -> str:
        """As the papers print it: the sentence and until when."""
        if self.due_on is not None:
            until = f"{self.due_on.year}年{self.due_on.month}月{self.due_on.day}日まで"
        else:
            until = Before(self.before).label
        return f"{self.sentence.strip()}({until})"


def in_words(conditions: Sequence[NewCondition]) -> str:
    """All of them, a line each."""
    return "\n".join(one.in_words() for one in conditions)


def check_conditions(conditions: Sequence[NewCondition], on: date) -> None:
    """At least one, each with words; a day that is not past, and one that is there where it must be."""
    if not conditions or not all(one.sentence.strip() for one in conditions):
        raise Refused("引受条件を入力してください。", field="conditions")
    if len(conditions) > MOST_CONDITIONS:
        raise Refused(f"引受条件は{MOST_CONDITIONS}件までです。まとめて入力してください。", field="conditions")
    for one in conditions:
        if len(one.sentence) > 400 or "\n" in one.sentence.strip():
            raise Refused("引受条件は1件ずつ、400文字以内の1行で入力してください。", field="conditions")
        if one.kind not in ConditionKind.values or one.before not in Before.values:
            raise Refused("引受条件の種類と期限を選んでください。", field="conditions")
        if one.before == Before.AFTER_ISSUE and one.due_on is None:
            raise Refused(f"発行後の条件「{one.sentence}」に期日を入力してください。", field="conditions")
        if one.due_on is not None and one.due_on < on:
            raise Refused(f"条件「{one.sentence}」の期日が過去の日付です。", field="conditions")
