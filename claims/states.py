"""The states of a claim (事故受付), its words and the one table of allowed moves."""

from django.db.models import TextChoices

from core.states import Status


class ClaimStatus(Status):
    OPEN = "OPEN", "warn", "受付"
    HANDED_OFF = "HANDED_OFF", "wait", "保険会社へ連絡済"
    IN_PROGRESS = "IN_PROGRESS", "calm", "保険会社対応中"
    CLOSED = "CLOSED", "good", "完了"
    WITHDRAWN = "WITHDRAWN", "ended", "取下げ"


CLAIM_MOVES: dict[str, tuple[str, ...]] = {
    ClaimStatus.OPEN: (ClaimStatus.HANDED_OFF, ClaimStatus.WITHDRAWN),
    ClaimStatus.HANDED_OFF: (ClaimStatus.IN_PROGRESS, ClaimStatus.WITHDRAWN),
    ClaimStatus.IN_PROGRESS: (ClaimStatus.CLOSED, ClaimStatus.WITHDRAWN),
    ClaimStatus.CLOSED: (),
    ClaimStatus.WITHDRAWN: (),
}

OPEN_CLAIMS = (ClaimStatus.OPEN, ClaimStatus.HANDED_OFF, ClaimStatus.IN_PROGRESS)


class ClaimKind(TextChoices):
    """The four kinds of event of S003."""

    CYBER = "CYBER", "サイバーインシデント"
    LEAK = "LEAK", "情報漏えい・おそれ"
    MEDIA = "MEDIA", "メディア不当行為"
    IT_USER = "IT_USER", "ITユーザー業務による偶然な事故"


# What to listen for on the phone.
KIND_HINTS: dict[str, str] = {
    ClaimKind.CYBER: "不正アクセス・マルウェア・DoS・改ざんなど外からの攻撃",
    ClaimKind.LEAK: "個人情報・企業情報の漏えい、置き忘れ・誤送信、そのおそれ",
    ClaimKind.MEDIA: "サイトや配信での名誉毀損・プライバシー侵害・著作権侵害",
    ClaimKind.IT_USER: "操作誤り・設定誤り・システムの不具合など",
}


class Measure(TextChoices):
    """First measures the customer may already have taken (初動対応)."""

    ISOLATED = "ISOLATED", "感染・被害端末をネットワークから切り離した"
    PRESERVED = "PRESERVED", "ログや端末を消さずに保全した"
    STOPPED = "STOPPED", "被害サービス・システムを止めた"
    PASSWORDS = "PASSWORDS", "パスワードや認証を変えた"
    VENDOR = "VENDOR", "保守会社・セキュリティ会社に連絡した"
    POLICE = "POLICE", "警察に相談した"
    AUTHORITY = "AUTHORITY", "個人情報保護委員会・所管省庁に報告した"
    BANK = "BANK", "金融機関に連絡した"


class ClosingReason(TextChoices):
    """How it ended, as the insurer or the customer told us. The agency decides none of them."""

    PAID = "PAID", "保険会社から支払の通知を受けた"
    NOT_PAID = "NOT_PAID", "保険会社から支払対象外の通知を受けた"
    NO_LOSS = "NO_LOSS", "損害・請求がないまま終わった"
    OTHER = "OTHER", "その他"


class Authority(TextChoices):
    """Whom the customer reports to (届出先)."""

    PPC = "PPC", "個人情報保護委員会・所管省庁"
    POLICE = "POLICE", "警察"
    BANK = "BANK", "金融機関"
    JPCERT = "JPCERT", "JPCERT/CC・IPA"
    PARTNER = "PARTNER", "取引先・本人"
