"""Words for how something reached a customer or came from one, and for what he said about paper."""

from django.db.models import TextChoices


class Method(TextChoices):
    """How a word was said or a paper handed over."""

    IN_PERSON = "IN_PERSON", "対面"
    PHONE = "PHONE", "電話"
    POST = "POST", "郵送"
    WEB = "WEB", "Web"
    MAIL = "MAIL", "メール"


class ElectronicWay(TextChoices):
    """電磁的方法の種類: what the customer agrees to have instead of paper. The values are those of `Method`."""

    MAIL = "MAIL", "メールによるPDFファイルの送付"
    WEB = "WEB", "お客さま用ページでの閲覧とダウンロード"


class ConsentKind(TextChoices):
    GIVEN = "GIVEN", "承諾"
    WITHDRAWN = "WITHDRAWN", "撤回"
