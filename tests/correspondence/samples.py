"""A page with everything a paper can carry, with the longest and the strangest names we know."""

# ruff: noqa: E501 - a page reads better as a page
from typing import Any

LONGEST = "株式会社" + "グローバルデジタルトランスフォーメーションソリューションズ" * 3 + "ホールディングス"
STRANGE = "髙﨑𠮷田㈱ 東京①支店"


def sample_page(**changes: Any) -> dict[str, Any]:
    page: dict[str, Any] = {
        "title": "保険証券(見本)",
        "number": "C-2026-000123",
        "dated_on": "2026-11-22",
        "agency": {
            "name": "たて保険サービス株式会社",
            "registration": "関東財務局 第1234567号",
            "address": "〒100-0005 東京都千代田区丸の内1丁目1番1号 盾ビルディング12階",
            "phone": "03-0000-0000",
            "email": "contact@tate.example",
            "person": "佐藤 花子",
            "capacity": "当社は保険会社の委託を受け、保険契約の締結の媒介を行います。",
        },
        "addressee": {"name": STRANGE, "person": "髙橋 一郎"},
        "lead": "下記のとおり、サイバー保険のご契約をお引き受けしました。内容をご確認のうえ、大切に保管してください。",
        "parties": [
            {"role": "保険契約者", "name": STRANGE, "kana": "タカサキヨシダ", "number": "7123456789012",
             "address": "東京都港区芝公園4丁目2番8号"},
            {"role": "記名被保険者", "name": LONGEST, "address": "大阪府大阪市北区梅田" * 6},
            {"role": "引受保険会社", "name": "あおば損害保険株式会社"},
        ],
        "terms": [
            {"label": "保険期間", "value": "2026年12月1日 午後4時から2027年12月1日 午後4時まで(1年間)"},
            {"label": "支払限度額(賠償責任)", "value": "1億2,000万円", "note": "保険期間を通じての限度額です。"},
            {"label": "支払限度額(費用損害)", "value": "5,000万円"},
            {"label": "免責金額", "value": "1事故につき 100,000円"},
            {"label": "適用する特約", "value": "海外子会社補償特約\n訴訟対応費用補償特約\n" + "長い名前の特約" * 20},
        ],
        "lines": [
            {"label": "基本保険料(売上高)", "factor": "0.0425", "source": "料率表 2026年版 表1", "amount_yen": 51_000},
            {"label": "業種係数", "factor": "× 1.20", "source": "料率表 2026年版 表3(製造業)", "amount_yen": 61_200},
            {"label": "告知割引", "factor": "× 0.95", "source": "料率表 2026年版 表7", "amount_yen": 58_140},
            {"label": "端数処理", "factor": "四捨五入", "source": "10円未満", "amount_yen": 65_960},
        ],
        "total_yen": 65_960,
        "warning": "保険料のお支払いがない場合、始期日の後であっても保険金をお支払いできません。",
        "notes": ["告知書の内容が事実と異なるときは、契約を解除することがあります。", "住所を変更されたときはご連絡ください。",
                  "事故が起きたときは、ただちに当社へお知らせください。"],
        "sections": [
            {"title": "1. 管理体制", "rows": [
                {"number": f"1-{n}", "question": "すべての管理者アカウントに多要素認証を設定していますか。" * (1 + n % 3),
                 "answer": "はい" if n % 2 else "いいえ", "note": "2026年10月から順次" if n == 2 else ""}
                for n in range(1, 16)]},
        ],
        "signer": {"company": STRANGE, "title": "代表取締役"},
    }  # fmt: skip
    return page | changes
