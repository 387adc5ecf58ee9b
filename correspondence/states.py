"""The states of a letter (メール), their Japanese labels and the one table of allowed moves."""

from django.db.models import TextChoices

from core.states import Status


class LetterStatus(Status):
    QUEUED = "QUEUED", "wait", "送信待ち"
    SENDING = "SENDING", "wait", "送信中"
    SENT = "SENT", "good", "送信済"
    FAILED = "FAILED", "bad", "送信失敗"
    UNKNOWN = "UNKNOWN", "warn", "要確認"
    CANCELLED = "CANCELLED", "ended", "取消"


# SENDING → QUEUED: the server refused for now. UNKNOWN: we cannot know whether it left the house; a person
# decides.
LETTER_MOVES: dict[str, tuple[str, ...]] = {
    LetterStatus.QUEUED: (LetterStatus.SENDING, LetterStatus.CANCELLED),
    LetterStatus.SENDING: (
        LetterStatus.SENT,
        LetterStatus.QUEUED,
        LetterStatus.FAILED,
        LetterStatus.UNKNOWN,
    ),
    LetterStatus.FAILED: (LetterStatus.QUEUED,),
    LetterStatus.UNKNOWN: (LetterStatus.SENT, LetterStatus.QUEUED, LetterStatus.CANCELLED),
    LetterStatus.SENT: (),
    LetterStatus.CANCELLED: (),
}


class PaperKind(TextChoices):
    COMPARISON = "COMPARISON", "比較表"
    QUOTATION = "QUOTATION", "見積書"
    DISCLOSURE = "DISCLOSURE", "重要事項説明書"
    QUESTIONNAIRE = "QUESTIONNAIRE", "告知書"
    INTENT = "INTENT", "意向確認書"
    APPLICATION = "APPLICATION", "申込書"
    CERTIFICATE = "CERTIFICATE", "保険証券"
    ENDORSEMENT = "ENDORSEMENT", "異動承認書"
    CANCELLATION = "CANCELLATION", "契約終了のお知らせ"
    RENEWAL_NOTICE = "RENEWAL_NOTICE", "更改のご案内"
    RENEWAL_OFFER = "RENEWAL_OFFER", "更改条件のご提案"
    CLAIM_NOTICE = "CLAIM_NOTICE", "事故連絡票"


class LetterKind(TextChoices):
    QUOTATION = "QUOTATION", "見積のご案内"
    POLICY_ISSUED = "POLICY_ISSUED", "証券の送付"
    POLICY_CHANGED = "POLICY_CHANGED", "契約の変更・終了のお知らせ"
    RENEWAL_NOTICE = "RENEWAL_NOTICE", "更改のご案内"
    RENEWAL_REMINDER = "RENEWAL_REMINDER", "更改の再案内"
    COVER_ENDED = "COVER_ENDED", "補償終了のお知らせ"
    CLAIM_HANDOFF = "CLAIM_HANDOFF", "保険会社への事故連絡"
    INVITATION = "INVITATION", "お客さま用ページのご案内"
    ACCESS_CODE = "ACCESS_CODE", "確認コード"
    STAFF_NOTICE = "STAFF_NOTICE", "社内連絡"
    OTHER = "OTHER", "その他"


class WordingKind(TextChoices):
    """The letters to customers whose words an agency may choose itself (文面)."""

    NOTICE_SIMPLE = "NOTICE_SIMPLE", "更改のご案内(簡易)"
    NOTICE_NORMAL = "NOTICE_NORMAL", "更改のご案内(通常)"
    NOTICE_CORRECTED = "NOTICE_CORRECTED", "更改のご案内(訂正)"
    REMINDER_45 = "REMINDER_45", "再案内(満期45日前ごろ)"
    REMINDER_30 = "REMINDER_30", "再案内(満期30日前ごろ)"
    REMINDER_14 = "REMINDER_14", "再案内(満期14日前ごろ)"
    REMINDER_7 = "REMINDER_7", "再案内(満期7日前ごろ)"
    EXPIRY_DAY = "EXPIRY_DAY", "満期当日のお知らせ"
    UNINSURED = "UNINSURED", "補償終了(無保険)のお知らせ"


# Mail somebody waits for at the screen.
URGENT = frozenset({LetterKind.ACCESS_CODE})


class IncomingKind(TextChoices):
    """What a mail that came in turned out to be."""

    BOUNCE = "BOUNCE", "不達の知らせ"
    DELAY = "DELAY", "配信遅延の知らせ"
    RECEIPT = "RECEIPT", "配信・開封の確認"
    AUTO_REPLY = "AUTO_REPLY", "自動応答"
    REPLY = "REPLY", "お客さまから返信"
    OTHER = "OTHER", "その他の受信メール"
    UNREADABLE = "UNREADABLE", "読めないメール"


# What a machine wrote and nobody has to answer.
QUIET_KINDS = (IncomingKind.DELAY, IncomingKind.RECEIPT, IncomingKind.AUTO_REPLY)


class BounceDeed(TextChoices):
    """What a person did about a letter that came back (不達)."""

    CALLED = "CALLED", "電話で伝えた"
    MENDED = "MENDED", "宛先を直して送り直した"
    POSTED = "POSTED", "印刷して郵送した"
    DISMISSED = "DISMISSED", "不達ではないと確認した"
