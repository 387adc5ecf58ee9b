"""Industries as the customer file keeps them, along the 大分類 of 日本標準産業分類 (14th revision, 2024-04-01).

Which of them a carrier takes, and in which tariff class, is for the carrier's book; a test holds every book
against this list.
"""

from django.db import models


class Industry(models.TextChoices):
    CONSTRUCTION = "construction", "建設業"
    MANUFACTURING = "manufacturing", "製造業"
    WHOLESALE = "wholesale", "卸売業"
    RETAIL = "retail", "小売業"
    ONLINE_RETAIL = "online_retail", "通信販売・ネット小売業"
    LOGISTICS = "logistics", "物流業(貨物運送・倉庫)"
    PASSENGER_TRANSPORT = "passenger_transport", "旅客運送業"
    RESTAURANT = "restaurant", "飲食業"
    HOTEL = "hotel", "宿泊業"
    IT_SERVICES = "it_services", "ITサービス業(アプリ開発・システム開発)"
    INTERNET_SERVICES = "internet_services", "インターネット附随サービス業(クラウド・サイト運営)"
    TELECOM = "telecom", "通信・放送業"
    PUBLISHING = "publishing", "出版・映像・音声情報制作業"
    ADVERTISING = "advertising", "広告業"
    FINANCE = "finance", "金融業"
    INSURANCE = "insurance", "保険業・保険代理業"
    REAL_ESTATE = "real_estate", "不動産業"
    LEASING = "leasing", "物品賃貸業"
    PROFESSIONAL = "professional", "専門サービス業(士業・コンサルティング)"
    ENGINEERING = "engineering", "学術研究・設計・技術サービス業"
    STAFFING = "staffing", "職業紹介・労働者派遣業"
    BUILDING_SERVICES = "building_services", "建物サービス・警備業"
    PERSONAL_SERVICES = "personal_services", "生活関連サービス・娯楽業"
    EDUCATION = "education", "教育・学習支援業"
    MEDICAL = "medical", "医療業"
    WELFARE = "welfare", "福祉・介護事業"
    UTILITIES = "utilities", "電気・ガス・熱供給・水道業"
    AGRICULTURE = "agriculture", "農業・林業・漁業"
    MINING = "mining", "鉱業・採石業"
    COOPERATIVE = "cooperative", "協同組合・各種団体"
    OTHER_SERVICES = "other_services", "その他のサービス業"
    GOVERNMENT = "government", "官公庁・地方公共団体・独立行政法人"
