"""Industries as the customer file keeps them, along the 大分類 of 日本標準産業分類 (14th revision, 2024-04-01).

Which of them a carrier takes, and in which tariff class, is for the carrier's book; a test holds every book
against this list.
"""

from django.db import models


class Industry(models.TextChoices):
    AGRICULTURE = "agriculture", "農業・林業・漁業"
    CONSTRUCTION = "construction", "建設業"
    MANUFACTURING = "manufacturing", "製造業"
    FOOD_MANUFACTURING = "food_manufacturing", "食品製造業"
    UTILITIES = "utilities", "電気・ガス・熱供給・水道業"
    IT_APP = "it_app", "ITサービス業(アプリ開発)"
    IT_SERVICE = "it_service", "ITサービス業(情報処理・クラウド・通信)"
    MEDIA = "media", "放送・出版・映像制作業"
    LOGISTICS = "logistics", "物流業(運輸・倉庫)"
    WHOLESALE = "wholesale", "卸売業"
    RETAIL = "retail", "小売業"
    ECOMMERCE = "ecommerce", "通信販売業"
    BANKING = "banking", "銀行業・信用金庫・信用組合"
    SECURITIES = "securities", "金融商品取引業"
    LENDING = "lending", "貸金業・クレジットカード業"
    INSURANCE = "insurance", "保険業・保険代理業"
    REAL_ESTATE = "real_estate", "不動産業・物品賃貸業"
    PROFESSIONAL = "professional", "専門サービス業(士業・コンサルティング)"
    ADVERTISING = "advertising", "広告業"
    ACCOMMODATION = "accommodation", "宿泊業"
    RESTAURANT = "restaurant", "飲食業"
    PERSONAL_SERVICES = "personal_services", "生活関連サービス・娯楽業"
    TRAVEL = "travel", "旅行業"
    EDUCATION = "education", "教育・学習支援業"
    MEDICAL = "medical", "医療業"
    WELFARE = "welfare", "介護・福祉業"
    STAFFING = "staffing", "人材派遣・職業紹介業"
    OTHER_SERVICES = "other_services", "その他サービス業"
    PUBLIC = "public", "官公庁・地方公共団体・独立行政法人"
