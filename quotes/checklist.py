"""What an application needs before it can be taken (checks 3, 7, 18): the list the screen shows from the first minute
and the list with which `apply` refuses. Facts in, items out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from core.periods import at_four
from customers.rules import Consent, may_go_by
from quotes.states import ELECTRONIC, Method, StepKind

# What is said aloud when the 重要事項説明書 is explained (practice 1-5).
SPOKEN_POINTS: dict[str, str] = {
    "read": "書面をよく読むことが重要であること",
    "exclusions": "免責事由など、お客さまに不利益な事項が特に重要であること",
    "switching": "乗換え・更改では、補償が変わるなど不利益となる場合があること",
}


# Lines that are no step of the record.
ANSWERS, OFFER, START, LICENCE, CONDITION = "ANSWERS", "OFFER", "START", "LICENCE", "CONDITION"
ELSEWHERE = frozenset({ANSWERS, OFFER, START, LICENCE, CONDITION})


@dataclass(frozen=True, slots=True)
class Done:
    """A recorded step, as the decisions below see it."""

    kind: str
    at: datetime
    edition: int
    method: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides which steps the application needs. `steps` are in force: corrected lines are left out; `consents`
    are the customer's words on electronic delivery."""

    edition: int
    inception_on: date
    insurers_sold: int
    conditions_since: datetime | None
    steps: tuple[Done, ...]
    declarations: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    conditions: tuple["ToMeet", ...] = ()
    is_offered: bool = True
    valid_until: date | None = None
    questions_left: int = 0
    solicitor: "Solicitor | None" = None
    antisocial_days: int = 90
    begins_lack: str = ""


@dataclass(frozen=True, slots=True)
class Solicitor:
    """Who takes the application, and whether the licence holds that day (checks 8)."""

    name: str
    is_licensed: bool


@dataclass(frozen=True, slots=True)
class ToMeet:
    """A condition of underwriting (引受条件) that is to be met before the application."""

    pk: int
    sentence: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist: done, or the sentence that says what to do. `kind` is a kind of step, or what is done
    elsewhere (`ELSEWHERE`); `condition` is the key of a condition's row."""

    kind: str
    label: str
    lack: str
    done_at: datetime | None = None
    comes_along: bool = False
    condition: int | None = None

    @property
    def is_done(self) -> bool:
        return not self.lack


# Steps that belong to one edition of the offer: a revised offer is shown, explained and confirmed again.
_PER_EDITION = {
    StepKind.DISCLOSURE_DELIVERED,
    StepKind.DISCLOSURE_EXPLAINED,
    StepKind.QUESTIONNAIRE_SIGNED,
    StepKind.INTENT_FINAL,
}

_TO_DO: dict[StepKind, str] = {
    StepKind.AUTHORITY_SHOWN: "代理店の権限(保険会社を代理することなど)を説明し、記録してください。",
    StepKind.COMPARISON: "取扱保険会社の商品の比較と推奨の理由を説明し、記録してください。",
    StepKind.INTENT_FIRST: "お客さまの当初の意向を記録してください。",
    StepKind.DISCLOSURE_DELIVERED: "重要事項説明書を申込の前に交付し、記録してください。",
    StepKind.DISCLOSURE_EXPLAINED: "重要事項を口頭で説明し、3つの要点を記録してください。",
    StepKind.QUESTIONNAIRE_SIGNED: "告知書の内容をお客さまに確認していただき、署名者と日時を記録してください。",
    StepKind.INTENT_FINAL: "最終の意向と、当初の意向から変わった点を記録してください。",
    StepKind.ANTISOCIAL: "反社会的勢力に該当しないことを確認し、記録してください。",
    StepKind.CONDITION_CONFIRMED: "引受条件をお客さまに説明し、了承を記録してください。",
    StepKind.SWITCHING_EXPLAINED: "乗換えでお客さまに不利益となる点を説明し、記録してください。",
}

# What the record of a step must say: the entry, and what to do where it is missing.
_MUST_SAY: dict[StepKind, dict[str, str]] = {
    StepKind.INTENT_FIRST: {"text": "お客さまの当初の意向の内容がありません。新しく記録してください。"},
    StepKind.INTENT_FINAL: {
        "text": "最終の意向の内容がありません。新しく記録してください。",
        "changes": "当初の意向から変わった点がありません。「変更なし」もふくめて、新しく記録してください。",
    },
    StepKind.COMPARISON: {
        "shown": "提示した商品がありません。新しく記録してください。",
        "criteria": "お客さまが重視した点がありません。新しく記録してください。",
        "reason": "推奨の理由がありません。新しく記録してください。",
    },
    StepKind.ANTISOCIAL: {"source": "確認した資料がありません。確認の方法とあわせて、新しく記録してください。"},
    StepKind.SWITCHING_EXPLAINED: {"text": "説明した不利益の内容がありません。新しく記録してください。"},
}


def latest(steps: Sequence[Done], kind: str, edition: int | None = None) -> Done | None:
    """The newest step of a kind, of one edition where that matters."""
    found = [step for step in steps if step.kind == kind and (edition is None or step.edition == edition)]
    return max(found, key=lambda step: step.at, default=None)


def needs_e_consent(kind: str, method: str) -> bool:
    """A paper delivered by mail or on the web needs the consent first."""
    return kind in {StepKind.DISCLOSURE_DELIVERED, StepKind.QUOTATION_SENT} and Method(method) in ELECTRONIC


def checklist(facts: CaseFacts, received_at: datetime, received_on: date) -> tuple[Item, ...]:
    """Every line an application at that moment needs, in the order of the work."""
    kinds = [
        StepKind.AUTHORITY_SHOWN, StepKind.COMPARISON, StepKind.INTENT_FIRST, StepKind.DISCLOSURE_DELIVERED,
        StepKind.DISCLOSURE_EXPLAINED, StepKind.QUESTIONNAIRE_SIGNED, StepKind.ANTISOCIAL,
    ]  # fmt: skip
    if switches(facts.steps):
        kinds.insert(kinds.index(StepKind.DISCLOSURE_EXPLAINED) + 1, StepKind.SWITCHING_EXPLAINED)
    if facts.conditions_since is not None:
        kinds.append(StepKind.CONDITION_CONFIRMED)
    kinds.append(StepKind.INTENT_FINAL)
    items = [_item(kind, facts, received_at) for kind in kinds]
    delivered = latest(facts.steps, StepKind.DISCLOSURE_DELIVERED, facts.edition)
    if delivered is not None and needs_e_consent(delivered.kind, delivered.method):
        items.insert(kinds.index(StepKind.DISCLOSURE_DELIVERED), _consent(delivered, facts))
    items[:0] = [_answers(facts), _offer(facts, received_on)]
    if facts.begins_lack:
        items.append(Item(START, "保険始期", facts.begins_lack))
    items += [_condition(condition) for condition in facts.conditions]
    if facts.solicitor is not None:
        items.append(_licence(facts.solicitor))
    if at_four(facts.inception_on) < received_at:
        items.append(_early_start(facts))
    return tuple(items)


def switches(steps: Sequence[Done]) -> bool:
    """乗換え: the customer gives up another policy for this one, as last told with his wishes (practice 2-8)."""
    told = [step for step in steps if "replaces" in step.detail]
    return bool(told) and max(told, key=lambda step: step.at).detail["replaces"] == "yes"


def _answers(facts: CaseFacts) -> Item:
    left = facts.questions_left
    lack = f"回答していない質問、またはお客さまが確認していない引継ぎの回答が{left}問あります。" if left else ""
    return Item(ANSWERS, "告知書の回答", lack)


def _offer(facts: CaseFacts, received_on: date) -> Item:
    lack = "" if facts.is_offered else "見積の入力と判定を終え、提示できる状態にしてください。"
    if facts.is_offered and facts.valid_until is not None and received_on > facts.valid_until:
        lack = "見積の有効期限が切れています。改訂して、もう一度判定してください。"
    return Item(OFFER, "見積の提示", lack)


def _licence(solicitor: Solicitor) -> Item:
    lack = f"{solicitor.name}さんは申込日に募集人資格が有効ではありません。資格のある募集人が申込を受けてください。"
    return Item(LICENCE, "募集人の資格", "" if solicitor.is_licensed else lack)


def lacking(facts: CaseFacts, received_at: datetime, received_on: date) -> list[str]:
    """The sentences with which an application is refused; empty when nothing lacks."""
    return [f"{item.label}: {item.lack}" for item in checklist(facts, received_at, received_on) if item.lack]


def _condition(condition: ToMeet) -> Item:
    lack = "" if condition.settled_at else f"{condition.sentence} この条件の確認を記録してください。"
    return Item(CONDITION, "引受条件", lack, condition.settled_at, condition=condition.pk)


def _item(kind: StepKind, facts: CaseFacts, received_at: datetime) -> Item:
    step = latest(facts.steps, kind, facts.edition if kind in _PER_EDITION else None)
    if kind == StepKind.COMPARISON and facts.insurers_sold == 1:
        lack = "" if step else "「権限の明示」を記録すると、取扱保険会社が1社であることもあわせて記録します。"
        return Item(kind, kind.label, lack, step.at if step else None, comes_along=True)
    if step is None:
        again = kind in _PER_EDITION and latest(facts.steps, kind) is not None
        lack = "見積を改訂したため、" + _TO_DO[kind] if again else _TO_DO[kind]
        return Item(kind, kind.label, lack)
    return Item(kind, kind.label, _flaw(kind, step, facts, received_at), step.at)


def _flaw(kind: StepKind, step: Done, facts: CaseFacts, received_at: datetime) -> str:
    """What is wrong with a step that was recorded."""
    if step.at > received_at:
        return "申込日時より後に行われています。申込日時を確認してください。"
    must_say = {} if kind == StepKind.COMPARISON and step.detail.get("single") else _MUST_SAY.get(kind, {})
    if unsaid := [sentence for entry, sentence in must_say.items() if not str(step.detail.get(entry) or "").strip()]:
        return unsaid[0]
    if kind == StepKind.ANTISOCIAL and received_at - step.at > timedelta(days=facts.antisocial_days):
        return f"確認から{facts.antisocial_days}日を過ぎています。もう一度確認し、新しく記録してください。"
    if kind == StepKind.DISCLOSURE_EXPLAINED and not all(step.detail.get(point) for point in SPOKEN_POINTS):
        return "説明していない要点があります。3つとも説明し、新しく記録してください。"
    declared = {str(said.get("id")): said.get("value") for said in step.detail.get("declarations", ())}
    if kind == StepKind.QUESTIONNAIRE_SIGNED and any(declared.get(name) != "yes" for name in facts.declarations):
        return "申告事項に「はい」と申告していただいたうえで、新しく記録してください。"
    if kind == StepKind.ANTISOCIAL and step.detail.get("result") != "clear":
        return "該当またはその疑いがあるため申込を受け付けられません。管理者に報告してください。"
    if kind == StepKind.CONDITION_CONFIRMED and facts.conditions_since and step.at < facts.conditions_since:
        return "引受条件が示される前の記録です。条件を説明し、新しく記録してください。"
    return ""


def _consent(delivered: Done, facts: CaseFacts) -> Item:
    """A paper that went electronically is delivered only if the consent stood then, whatever was recorded later."""
    kind = StepKind.E_CONSENT
    if may_go_by(facts.consents, delivered.method, delivered.at):
        return Item(kind, kind.label, "", delivered.at)
    lack = "重要事項説明書をメール・Webで交付した時点に承諾がありません。承諾のある方法か紙で交付し直してください。"
    return Item(kind, kind.label, lack)


def _early_start(facts: CaseFacts) -> Item:
    kind = StepKind.EARLY_START
    step = latest(facts.steps, kind)
    if step is None or step.detail.get("inception_on") != facts.inception_on.isoformat():
        lack = "始期(午後4時)が申込より前です。見積を改訂して始期を変えるか、管理者が理由を付けて承認してください。"
        return Item(kind, kind.label, lack)
    if step.detail.get("knows_of_none") is not True:
        return Item(
            kind, kind.label, "始期からの事故の発生をお客さまが知らないことを確認し、承認を記録し直してください。"
        )
    return Item(kind, kind.label, "", step.at)
