"""The states of a quote (見積) and of a referral (引受照会), and the words for the deeds of solicitation (募集記録)."""

from django.db.models import TextChoices

from core.states import Status
from customers.states import Method as Method  # a quote tells by the same ways


class QuoteStatus(Status):
    DRAFT = "DRAFT", "calm", "作成中"
    REFERRED = "REFERRED", "wait", "引受照会中"
    ASKED = "ASKED", "warn", "照会回答待ち"
    OFFERED = "OFFERED", "good", "提示可"
    APPLIED = "APPLIED", "good", "申込受領"
    ISSUED = "ISSUED", "ended", "証券発行済"
    DECLINED = "DECLINED", "bad", "引受不可"
    LAPSED = "LAPSED", "ended", "期限切れ"
    WITHDRAWN = "WITHDRAWN", "ended", "取下げ"


_S = QuoteStatus

# OFFERED → DRAFT is a revision (改訂): the papers of the edition before stay filed. REFERRED, ASKED → DRAFT takes back
# (引戻し) what nobody has decided yet, because the contract it renews has changed. OFFERED, APPLIED → DECLINED:
# underwriting decided on a reason that had let the offer pass.
QUOTE_MOVES: dict[str, tuple[str, ...]] = {
    _S.DRAFT: (_S.OFFERED, _S.REFERRED, _S.DECLINED, _S.WITHDRAWN),
    _S.REFERRED: (_S.OFFERED, _S.ASKED, _S.DECLINED, _S.DRAFT, _S.WITHDRAWN),
    _S.ASKED: (_S.REFERRED, _S.DRAFT, _S.WITHDRAWN),
    _S.OFFERED: (_S.APPLIED, _S.DRAFT, _S.LAPSED, _S.WITHDRAWN, _S.DECLINED),
    _S.APPLIED: (_S.ISSUED, _S.WITHDRAWN, _S.DECLINED),
    _S.ISSUED: (),
    _S.DECLINED: (),
    _S.LAPSED: (),
    _S.WITHDRAWN: (),
}

# Quotes somebody still has to do something about.
OPEN_STATUSES = (_S.DRAFT, _S.REFERRED, _S.ASKED, _S.OFFERED, _S.APPLIED)


class ReferralStatus(Status):
    OPEN = "OPEN", "wait", "判断待ち"
    ASKED = "ASKED", "warn", "回答待ち"
    DECIDED = "DECIDED", "ended", "判断済"
    WITHDRAWN = "WITHDRAWN", "ended", "取下げ"


REFERRAL_MOVES: dict[str, tuple[str, ...]] = {
    ReferralStatus.OPEN: (ReferralStatus.ASKED, ReferralStatus.DECIDED, ReferralStatus.WITHDRAWN),
    ReferralStatus.ASKED: (ReferralStatus.OPEN, ReferralStatus.WITHDRAWN),
    ReferralStatus.DECIDED: (),
    ReferralStatus.WITHDRAWN: (),
}


# The reason of a referral that waits for the carrier's own price and for nothing else.
CARRIER_QUOTE = "carrier_quote"


class Decision(TextChoices):
    ACCEPTED = "ACCEPTED", "引受可"
    CONDITIONAL = "CONDITIONAL", "条件付引受可"
    DECLINED = "DECLINED", "引受不可"
    CARRIER = "CARRIER", "保険会社の見積り"


class Gate(TextChoices):
    """What a reason holds up until it is lifted, the earliest first."""

    OFFER = "OFFER", "提示"
    APPLICATION = "APPLICATION", "申込"
    ISSUE = "ISSUE", "証券発行"


# Which gates must be free before a quote may be in a state.
GATES_BEFORE: dict[str, tuple[Gate, ...]] = {
    _S.OFFERED: (Gate.OFFER,),
    _S.APPLIED: (Gate.OFFER, Gate.APPLICATION),
    _S.ISSUED: (Gate.OFFER, Gate.APPLICATION, Gate.ISSUE),
}


class ReasonKind(TextChoices):
    """What sort of authority lifts a reason."""

    LIMIT = "LIMIT", "限度額"
    HISTORY = "HISTORY", "事故歴"
    SECURITY = "SECURITY", "セキュリティ"
    BUSINESS = "BUSINESS", "業種・事業"
    PRICE = "PRICE", "保険料"
    DOCUMENT = "DOCUMENT", "書類"
    CARRIER = "CARRIER", "保険会社の見積り"
    CONTRADICTION = "CONTRADICTION", "告知の矛盾"


class ConditionKind(TextChoices):
    DOCUMENT = "DOCUMENT", "書類の提出"
    MEASURE = "MEASURE", "対策の実施"
    COVER = "COVER", "補償の制限"
    CONSENT = "CONSENT", "了承"
    OTHER = "OTHER", "その他"


class Before(TextChoices):
    """Until when a condition is to be met."""

    APPLICATION = "APPLICATION", "申込まで"
    ISSUE = "ISSUE", "証券発行まで"
    AFTER_ISSUE = "AFTER_ISSUE", "発行後"


class ConditionStatus(Status):
    OPEN = "OPEN", "wait", "未了"
    MET = "MET", "good", "充足"
    WAIVED = "WAIVED", "ended", "免除"


CONDITION_MOVES: dict[str, tuple[str, ...]] = {
    ConditionStatus.OPEN: (ConditionStatus.MET, ConditionStatus.WAIVED),
    ConditionStatus.MET: (),
    ConditionStatus.WAIVED: (),
}


class Addressee(TextChoices):
    """Who is to answer a question of underwriting."""

    STAFF = "STAFF", "募集人"
    CUSTOMER = "CUSTOMER", "お客さま"


class StepKind(TextChoices):
    """What the record of solicitation knows, in the order in which it usually happens."""

    AUTHORITY_SHOWN = "AUTHORITY_SHOWN", "権限の明示"
    COMPARISON = "COMPARISON", "比較・推奨の説明"
    INTENT_FIRST = "INTENT_FIRST", "当初意向の把握"
    E_CONSENT = "E_CONSENT", "電磁的方法の承諾"
    E_CONSENT_WITHDRAWN = "E_CONSENT_WITHDRAWN", "電磁的方法の承諾の撤回"
    QUOTATION_SENT = "QUOTATION_SENT", "見積書の送付"
    DISCLOSURE_DELIVERED = "DISCLOSURE_DELIVERED", "重要事項説明書の交付"
    DISCLOSURE_EXPLAINED = "DISCLOSURE_EXPLAINED", "重要事項の説明"
    SWITCHING_EXPLAINED = "SWITCHING_EXPLAINED", "乗換えの不利益の説明"
    QUESTIONNAIRE_SIGNED = "QUESTIONNAIRE_SIGNED", "告知書の確認"
    INTENT_FINAL = "INTENT_FINAL", "最終意向の確認"
    ANTISOCIAL = "ANTISOCIAL", "反社会的勢力の確認"
    CONDITION_CONFIRMED = "CONDITION_CONFIRMED", "引受条件の確認"
    EARLY_START = "EARLY_START", "始期が申込日より前となることの承認"


# Once part of a quote's record, now the customer's own (`customers.ElectronicConsent`); old lines stay readable.
CUSTOMERS_WORD = (StepKind.E_CONSENT, StepKind.E_CONSENT_WITHDRAWN)

# Ways by which a paper reaches the customer without paper: they need a consent given before (practice 1-6).
ELECTRONIC = (Method.WEB, Method.MAIL)


class AnswerSource(TextChoices):
    """How the customer's answer reached us (practice 2-8: nobody answers for the customer)."""

    SPOKEN = "SPOKEN", "面談での回答"
    PHONE = "PHONE", "電話での回答"
    MAIL = "MAIL", "メールでの回答"
    PAPER = "PAPER", "書面での回答"
    WEB = "WEB", "お客さま用ページでの回答"
    DOCUMENT = "DOCUMENT", "書類から"


# Only the customer's own page leaves this source: nobody of the agency can write it for him.
CUSTOMERS_OWN = (AnswerSource.WEB,)


class EffectStatus(Status):
    """A run that works out what a draft of a book would change."""

    PENDING = "PENDING", "wait", "開始待ち"
    RUNNING = "RUNNING", "calm", "計算中"
    DONE = "DONE", "good", "完了"
    FAILED = "FAILED", "bad", "失敗"
    CANCELLED = "CANCELLED", "ended", "中止"


# RUNNING → PENDING: its worker died or its time was up; another goes on from the last batch that was committed.
EFFECT_MOVES: dict[str, tuple[str, ...]] = {
    EffectStatus.PENDING: (EffectStatus.RUNNING, EffectStatus.CANCELLED),
    EffectStatus.RUNNING: (
        EffectStatus.DONE,
        EffectStatus.FAILED,
        EffectStatus.PENDING,
        EffectStatus.CANCELLED,
    ),
    EffectStatus.DONE: (),
    EffectStatus.FAILED: (),
    EffectStatus.CANCELLED: (),
}

OPEN_EFFECTS = (EffectStatus.PENDING, EffectStatus.RUNNING)


class Turn(TextChoices):
    """What becomes of a cover under the new book that was not so under its own; the gravest one counts."""

    INELIGIBLE = "INELIGIBLE", "引受不可になる"
    UNRATEABLE = "UNRATEABLE", "保険料を算出できなくなる"
    REFERRED = "REFERRED", "引受照会が必要になる"
    ASKED = "ASKED", "追加の確認が必要になる"
