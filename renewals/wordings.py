"""The words of the letters to customers (文面): the fields each may and must name, the house's words, an agency's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from correspondence.models import LetterTemplate
from correspondence.states import WordingKind
from correspondence.wording import LONGEST_SUBJECT, Mistake, fill, mistakes_in

# Everything a text can name, with what it stands for.
FIELDS = {
    "customer": "お客さまの名称",
    "contact": "ご担当者の氏名",
    "policy_number": "証券番号",
    "product": "商品名",
    "expiry": "満期日時(例: 2027年7月1日午後4時)",
    "expiry_day": "満期日(例: 2027年7月1日(木))",
    "remaining": "満期までの日数(例: 満期まであと14日となりました)",
    "premium": "現在の保険料",
    "new_premium": "更改後の保険料(簡易・訂正のご案内のみ)",
    "answer_by": "ご返答期限",
    "change": "ご契約の変更の内容(訂正のご案内のみ)",
    "customer_link": "お客さま用ページのご案内(ページがないときは、担当者からご案内する旨)",
    "no_automatic_renewal": "自動では更新されないことの説明",
    "agency": "代理店名",
    "owner": "担当者名",
    "phone": "代理店の電話番号",
    "email": "返信先のメールアドレス",
    "signature": "署名(代理店名・担当・連絡先)",
}

_REMINDERS = {
    WordingKind.REMINDER_45, WordingKind.REMINDER_30, WordingKind.REMINDER_14, WordingKind.REMINDER_7,
    WordingKind.EXPIRY_DAY,
}  # fmt: skip
_NOTICES = {WordingKind.NOTICE_SIMPLE, WordingKind.NOTICE_NORMAL, WordingKind.NOTICE_CORRECTED}
_OFFERS = {WordingKind.NOTICE_SIMPLE, WordingKind.NOTICE_CORRECTED}
# What the fields of a subject may not be: whole blocks.
_BLOCKS = {"customer_link", "no_automatic_renewal", "signature"}
SHELF = Path(settings.BASE_DIR) / "templates" / "letters" / "renewals"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a letter's words; `code` is what the letter notes of it."""

    kind: WordingKind
    version: str
    subject: str
    body: str
    is_house: bool = False

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.version}"

    def written(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body for these values; fields that are empty leave no hole."""
        body = fill(self.body, values)
        while "\n\n\n" in body:
            body = body.replace("\n\n\n", "\n\n")
        # A header is one short line, whatever a name says.
        return " ".join(fill(self.subject, values).split())[:200], body


def fields_of(kind: WordingKind) -> dict[str, str]:
    """What a text of this kind may name."""
    absent = set()
    if kind not in _NOTICES | _REMINDERS:
        absent.add("customer_link")
    if kind not in _OFFERS:
        absent.add("new_premium")
    if kind != WordingKind.NOTICE_CORRECTED:
        absent.add("change")
    if kind == WordingKind.UNINSURED:
        absent |= {"answer_by", "remaining", "no_automatic_renewal"}
    return {name: label for name, label in FIELDS.items() if name not in absent}


def required_of(kind: WordingKind) -> tuple[str, ...]:
    """What a text of this kind must name (practice 5: the contract, its last minute, what happens, whom to ask)."""
    needed = ["policy_number", "expiry", "signature"]
    if kind != WordingKind.UNINSURED:
        needed.append("no_automatic_renewal")
    if kind == WordingKind.NOTICE_CORRECTED:
        needed.append("change")
    elif kind in _NOTICES:
        needed += ["answer_by", "customer_link"]
    if kind == WordingKind.NOTICE_SIMPLE:
        needed.append("new_premium")
    return tuple(needed)


def mistakes(kind: WordingKind, subject: str, body: str) -> dict[str, list[Mistake]]:
    """What is wrong with a text, by the field of the form it stands in; empty when it may be published."""
    fields = fields_of(kind)
    heads = {name: label for name, label in fields.items() if name not in _BLOCKS}
    found = {
        "subject": mistakes_in(subject, fields=heads, longest=LONGEST_SUBJECT),
        "body": mistakes_in(body, fields=fields, required=required_of(kind)),
    }
    if "\n" in subject or "\r" in subject:
        found["subject"].append(Mistake("件名は1行で入力してください。"))
    return {where: wrong for where, wrong in found.items() if wrong}


@lru_cache
def house_wording(kind: WordingKind) -> Wording:
    """The house's own words, from their file: a line with the version, a line with the subject, the body."""
    version, subject, body = (SHELF / f"{kind.lower()}.txt").read_text(encoding="utf-8").split("\n", 2)
    day = version.removeprefix("版: ")
    return Wording(kind, f"標準 {day}", subject.removeprefix("件名: "), body.strip("\n") + "\n", is_house=True)


@dataclass(frozen=True, slots=True)
class Wordings:
    """The words in use by every agency; no query."""

    own: Mapping[tuple[int, str], LetterTemplate]

    def of(self, agency: int, kind: WordingKind) -> Wording:
        template = self.own.get((agency, kind))
        if template is None or template.is_house:
            return house_wording(kind)
        return Wording(kind, str(template.number), template.subject, template.body)


def wordings() -> Wordings:
    """The newest version of each text of each agency, in one statement."""
    newest = LetterTemplate.objects.order_by("agency_id", "kind", "-number").distinct("agency_id", "kind")
    return Wordings({(one.agency_id, one.kind): one for one in newest})


def kind_of_stage(stage: int) -> WordingKind:
    """Which text a reminder of so many days before the expiry uses; the fewer days, the more urgent."""
    if stage <= 0:
        return WordingKind.EXPIRY_DAY
    for days in (45, 30, 14):
        if stage >= days:
            return WordingKind(f"REMINDER_{days}")
    return WordingKind.REMINDER_7


def day_read(kind: WordingKind, ends_on: date) -> date:
    """The day on which a customer reads such a letter by the house's calendar: a text is tried as of then."""
    days = {WordingKind.NOTICE_CORRECTED: 45, WordingKind.EXPIRY_DAY: 0, WordingKind.UNINSURED: 0}
    left = days.get(kind, int(kind.rpartition("_")[2]) if kind.startswith("REMINDER_") else 60)
    return ends_on - timedelta(days=left)
