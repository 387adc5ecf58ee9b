"""What the demo's customers say: wishes, special cases, and what went wrong."""

from dataclasses import dataclass
from typing import Any

from claims.states import ClaimKind, ClosingReason, Measure

UNDERWRITING_CASES: tuple[dict[str, Any], ...] = (
    {
        "prior_incident": "yes",
        "incident_detail": "2024年6月、メールの誤送信で顧客120名分の氏名が漏えい。謝罪し、送信前確認を導入。",
    },
    {
        "past_attack": "yes",
        "incident_detail": "2023年にランサムウェアの被害。バックアップから3日で復旧。EDRを導入済み。",
    },
    {"fiscal_year_closed": "no"},
    {"overseas_subsidiaries": 1},
    {
        "known_circumstances": "yes",
        "circumstances_detail": "取引先から不審なメールの連絡があり、調査会社に確認を依頼中。",
    },
)

WISHES = (
    "個人情報の漏えいに備えたい。費用の補償は3,000万円以上を希望。",
    "取引先からサイバー保険の加入を求められている。",
    "ランサムウェアで業務が止まったときの復旧費用が心配。",
    "年間20万円以内で、賠償1億円以上の補償がほしい。",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claim ends, in the words the office notes; without a reason the customer takes it back."""

    reason: str | None
    words: str


PAID = Ending(ClosingReason.PAID, "調査費用とお詫び対応の費用について、保険会社から支払の通知を受けた。")
NO_LOSS = Ending(ClosingReason.NO_LOSS, "写真を差し替え、写真家から請求しないとの回答を得た。損害・請求なし。")
NOT_PAID = Ending(ClosingReason.NOT_PAID, "取引先の損害は免責金額の範囲内との通知を受け、お客さまに説明した。")
TAKEN_BACK = Ending(None, "調査の結果、外部からの攻撃ではなく機器の故障と分かり、取り下げるとの連絡を受けた。")


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that happens at a customer, and how it will end."""

    kind: str
    words: str
    measures: tuple[str, ...]
    ending: Ending
    persons: int | None = None


MISHAPS = (
    Mishap(
        ClaimKind.LEAK, "顧客一覧を添付したメールを、別の取引先へ誤って送った。送信先には削除を依頼済み。",
        (Measure.PRESERVED,), PAID, 340,
    ),
    Mishap(
        ClaimKind.CYBER, "社内サーバーのファイルが暗号化され、身代金を求める画面が表示された。受注業務が止まっている。",
        (Measure.ISOLATED, Measure.VENDOR), PAID,
    ),
    Mishap(
        ClaimKind.MEDIA, "自社サイトに載せた写真が著作権を侵害していると、写真家から連絡があった。",
        (Measure.STOPPED,), NO_LOSS,
    ),
    Mishap(
        ClaimKind.IT_USER, "受発注システムの設定を誤り、取引先の出荷が半日止まった。",
        (Measure.STOPPED, Measure.VENDOR), NOT_PAID,
    ),
    Mishap(
        ClaimKind.LEAK, "会員サイトが不正アクセスを受け、会員情報が閲覧されたおそれがある。",
        (Measure.STOPPED, Measure.PRESERVED, Measure.POLICE), PAID, 2400,
    ),
    Mishap(
        ClaimKind.CYBER, "予約サイトにつながらない状態が続いている。攻撃かどうかは分からない。",
        (Measure.VENDOR,), TAKEN_BACK,
    ),
)  # fmt: skip

# What is noted week by week while the insurer works, and the next step.
FOLLOW_UPS = (
    ("必要書類の一覧をお客さまに送り、電話で説明した。", "必要書類がそろったかをお客さまに確認する"),
    ("お客さまから書類を受け取り、保険会社へ送った。", "調査報告書の到着を保険会社に確認する"),
    ("調査会社の報告書が保険会社に届いたことを確認した。", "保険会社の判断を確認し、お客さまに知らせる"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on the phone whose contract is not known yet."""

    name: str
    phone: str
    words: str


UNKNOWN_CALLER = Caller("大森 直樹", "03-5550-0142", "「みどり台の工場」とのこと。証券番号は分からない")

A_SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

# What the customer cared about, and why that product: the record of comparison and recommendation.
COMPARISONS = (
    {"criteria": "事故対応の費用を厚くしたい", "reason": "調査と復旧の費用の限度額が、ご希望の額に最も近い。"},
    {"criteria": "手続きを早く済ませたい", "reason": "見積りがその日のうちに出て、希望の始期に間に合う。"},
    {"criteria": "取引先への賠償に備えたい", "reason": "賠償責任の限度額が、取引先との契約で求められた額を満たす。"},
    {"criteria": "保険料の負担を抑えたい", "reason": "ご希望の限度額で、見積りを比べて保険料が最も低い。"},
)

# What a customer says in his own words when asked what he wants; most say no more than they are asked.
WISH_WORDS = (
    "", "", "取引先から加入を求められている。", "昨年、同業者が被害に遭った。", "できるだけ早く始めたい。",
    "費用の補償を厚くしたい。",
)  # fmt: skip
REASONS = (
    "ご希望の限度額に届くプランのうち、保険料が最も低いため。",
    "必ず備えたい補償をすべて含み、ご希望の限度額を満たすため。",
    "心配されているリスクの調査と復旧の費用まで補償するため。",
    "取引先との契約で求められた賠償の限度額を満たすため。",
)  # fmt: skip
