"""What the demo's customers say: wishes, special cases, and what went wrong."""

from dataclasses import dataclass
from typing import Any

from claims.states import ClaimKind, Measure

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
class Mishap:
    """Something that happens at a customer."""

    kind: str
    words: str
    measures: tuple[str, ...]
    persons: int | None = None


MISHAPS = (
    Mishap(ClaimKind.LEAK, "顧客一覧を添付したメールを、別の取引先へ誤って送った。送信先には削除を依頼済み。", (Measure.PRESERVED,), 340),
    Mishap(
        ClaimKind.CYBER, "社内サーバーのファイルが暗号化され、身代金を求める画面が表示された。受注業務が止まっている。",
        (Measure.ISOLATED, Measure.VENDOR),
    ),
    Mishap(ClaimKind.MEDIA, "自社サイトに載せた写真が著作権を侵害していると、写真家から連絡があった。", (Measure.STOPPED,)),
    Mishap(ClaimKind.IT_USER, "受発注システムの設定を誤り、取引先の出荷が半日止まった。", (Measure.STOPPED, Measure.VENDOR)),
    Mishap(
        ClaimKind.LEAK, "会員サイトが不正アクセスを受け、会員情報が閲覧されたおそれがある。",
        (Measure.STOPPED, Measure.PRESERVED, Measure.POLICE), 2400,
    ),
)  # fmt: skip

BUSINESS_PLAN = (
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
