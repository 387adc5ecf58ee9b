"""Companies that do not exist: names as they are in Japan, numbers that pass their check digit."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from stdnum.jp import cn

# 千代田区 to 札幌: postcode, address up to the block.
PLACES = (
    ("1010051", "東京都千代田区神田神保町"), ("1030027", "東京都中央区日本橋"), ("1500002", "東京都渋谷区渋谷"),
    ("1600023", "東京都新宿区西新宿"), ("1410031", "東京都品川区西五反田"), ("1100005", "東京都台東区上野"),
    ("1350063", "東京都江東区有明"), ("1800004", "東京都武蔵野市吉祥寺本町"), ("1920083", "東京都八王子市旭町"),
    ("2200012", "神奈川県横浜市西区みなとみらい"), ("2310023", "神奈川県横浜市中区山下町"), ("2120013", "神奈川県川崎市幸区堀川町"),
    ("2510055", "神奈川県藤沢市南藤沢"), ("3300854", "埼玉県さいたま市大宮区桜木町"), ("2600013", "千葉県千葉市中央区中央"),
    ("3100015", "茨城県水戸市宮町"), ("3200811", "栃木県宇都宮市大通り"), ("3710024", "群馬県前橋市表町"),
)  # fmt: skip

# industry: words for the name with their reading, whether the legal form comes first, sales in 万円 from and to
TRADES: dict[str, tuple[tuple[tuple[str, str], ...], int, int]] = {
    "manufacturing": ((("製作所", "セイサクショ"), ("精工", "セイコウ"), ("工業", "コウギョウ"), ("化成", "カセイ")), 8_000, 400_000),
    "wholesale": ((("商事", "ショウジ"), ("物産", "ブッサン"), ("商会", "ショウカイ")), 10_000, 600_000),
    "retail": ((("ストア", "ストア"), ("百貨店", "ヒャッカテン"), ("薬局", "ヤッキョク"), ("書店", "ショテン")), 5_000, 280_000),
    "online_retail": ((("オンライン", "オンライン"), ("通販", "ツウハン")), 3_000, 90_000),
    "restaurant": ((("食堂", "ショクドウ"), ("フーズ", "フーズ"), ("珈琲", "コーヒー")), 3_000, 120_000),
    "construction": ((("建設", "ケンセツ"), ("工務店", "コウムテン"), ("設備", "セツビ")), 6_000, 300_000),
    "logistics": ((("運輸", "ウンユ"), ("物流", "ブツリュウ"), ("倉庫", "ソウコ")), 8_000, 350_000),
    "real_estate": ((("不動産", "フドウサン"), ("エステート", "エステート")), 4_000, 150_000),
    "professional": ((("会計事務所", "カイケイジムショ"), ("コンサルティング", "コンサルティング")), 2_000, 40_000),
    "it_services": ((("システムズ", "システムズ"), ("ソフト", "ソフト"), ("テクノロジー", "テクノロジー")), 5_000, 200_000),
    "hotel": ((("旅館", "リョカン"), ("ホテル", "ホテル")), 6_000, 90_000),
    "education": ((("学院", "ガクイン"), ("アカデミー", "アカデミー")), 3_000, 50_000),
    "medical": ((("クリニック", "クリニック"), ("病院", "ビョウイン")), 10_000, 200_000),
    "welfare": ((("ケアサービス", "ケアサービス"), ("福祉会", "フクシカイ")), 5_000, 60_000),
    "staffing": ((("スタッフ", "スタッフ"), ("キャリア", "キャリア")), 10_000, 200_000),
    "advertising": ((("広告社", "コウコクシャ"), ("企画", "キカク")), 3_000, 60_000),
}  # fmt: skip

STEMS = (
    ("あおば", "アオバ"), ("さくら", "サクラ"), ("山手", "ヤマテ"), ("富士見", "フジミ"), ("みなと", "ミナト"), ("東雲", "シノノメ"),
    ("北斗", "ホクト"), ("若葉", "ワカバ"), ("千歳", "チトセ"), ("髙﨑", "タカサキ"), ("中央", "チュウオウ"), ("大和", "ヤマト"),
    ("武蔵野", "ムサシノ"), ("湘南", "ショウナン"), ("秋津", "アキツ"), ("常磐", "トキワ"), ("相模", "サガミ"), ("朝日台", "アサヒダイ"),
    ("松風", "マツカゼ"), ("緑川", "ミドリカワ"), ("白石", "シライシ"), ("桐生", "キリュウ"), ("望月", "モチヅキ"), ("𠮷野", "ヨシノ"),
    ("日向", "ヒナタ"), ("花園", "ハナゾノ"), ("泉", "イズミ"), ("神楽", "カグラ"), ("八雲", "ヤクモ"), ("瑞穂", "ミズホ"),
)  # fmt: skip

FAMILY = (
    "田中",
    "鈴木",
    "高橋",
    "小林",
    "加藤",
    "吉田",
    "山口",
    "松本",
    "井上",
    "木村",
    "清水",
    "林",
    "斎藤",
    "森",
    "池田",
    "橋本",
)
FIRST = ("一郎", "恵子", "健", "由美", "大輔", "美穂", "翔", "陽子", "拓也", "香織", "亮", "久美子")
POSTS = ("総務部長", "総務課", "経理部", "管理部長", "情報システム課長", "代表取締役", "業務推進室")


@dataclass(frozen=True, slots=True)
class Company:
    """What the agency writes down about a company on the first call."""

    name: str
    kana: str
    corporate_number: str
    industry: str
    employees: int
    sales_yen: int
    postcode: str
    address: str
    phone: str
    contact: str
    contact_title: str
    email: str


def companies(random: Random) -> Iterator[Company]:
    """An endless row of different companies."""
    seen = set()
    number = 0
    while True:
        industry = random.choice(list(TRADES))
        words, low, high = TRADES[industry]
        (stem, stem_kana), (word, word_kana) = random.choice(STEMS), random.choice(words)
        core, kana = f"{stem}{word}", f"{stem_kana}{word_kana}"
        if core in seen:
            continue
        seen.add(core)
        number += 1
        form = random.choices(["株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}", "㈱{}"], [5, 4, 1, 1, 1])[0]
        base = f"99{number:04d}{random.randrange(10**6):06d}"
        postcode, street = random.choice(PLACES)
        sales = random.randint(low, high) * 10_000
        yield Company(
            name=form.format(core), kana=kana, corporate_number=cn.calc_check_digit(base) + base, industry=industry,
            employees=max(3, round(sales / 18_000_000)), sales_yen=sales // 100_000 * 100_000,
            postcode=postcode, address=f"{street}{random.randint(1, 4)}-{random.randint(1, 28)}-{random.randint(1, 15)}",
            phone=f"03-{random.randint(3000, 6999)}-{random.randint(0, 9999):04d}",
            contact=f"{random.choice(FAMILY)} {random.choice(FIRST)}", contact_title=random.choice(POSTS),
            email=f"info@customer{number:03d}.example",
        )  # fmt: skip
