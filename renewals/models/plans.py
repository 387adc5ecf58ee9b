"""An agency's own calendar of letters, and the days on which it is closed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from accounts.models import Agency, AgencyQuerySet, User
from core.guards import AppendOnly
from products.models import Product


class LetterPlan(models.Model):
    """案内の暦: from a day on, how many days before the expiry an agency's letters go, optionally for one product.

    Said once and kept: a change is a new line with its own day, and of one day the latest line counts. What the
    notice promises (one to two months ahead, S000) no line can take back.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="商品"
    )
    valid_from = models.DateField("適用開始日")
    is_own = models.BooleanField("独自の暦", default=True)
    opens = models.PositiveSmallIntegerField("社内連絡(満期前日数)")
    notice = models.PositiveSmallIntegerField("更改のご案内(満期前日数)")
    reminders = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="再案内(満期前日数)", default=list, blank=True
    )
    answer_by = models.PositiveSmallIntegerField("返答期限(満期前日数)")
    on_expiry_day = models.BooleanField("満期当日のお知らせ", default=True)
    day_after = models.BooleanField("満期翌日の無保険のお知らせ", default=True)
    reason = models.CharField("理由", max_length=200)
    made_at = models.DateTimeField("登録日時")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    objects = AgencyQuerySet["LetterPlan"].as_manager()

    class Meta:
        verbose_name = "案内の暦"
        verbose_name_plural = "案内の暦"
        ordering = ["-valid_from", "-pk"]
        indexes = [
            models.Index(fields=["agency", "product", "-valid_from", "-id"], name="renewals_letterplan_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(notice__gte=30, notice__lte=60),
                name="renewals_letterplan_keeps_the_promise",
                violation_error_message=(
                    "更改のご案内は満期の60日前から30日前までに必ず送ります。30から60の間の日数を入力してください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(opens__gte=F("notice"), opens__lte=180),
                name="renewals_letterplan_opens_before_the_notice",
                violation_error_message="社内連絡は、更改のご案内と同じ日かそれより前(180日前まで)にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(reminders__len__lte=8)
                & Q(RawSQL("0 < ALL(reminders) AND notice > ALL(reminders)", (), models.BooleanField())),
                name="renewals_letterplan_reminds_after_the_notice",
                violation_error_message=("再案内は8回まで、更改のご案内より後から満期の前日までの日数にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(answer_by__lt=F("notice")),
                name="renewals_letterplan_answers_after_the_notice",
                violation_error_message="返答期限は、更改のご案内より後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="renewals_letterplan_has_a_reason",
                violation_error_message="暦を変える理由を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="登録した暦は変更できません。変える日を決めて、新しい暦を登録してください。")]

    def __str__(self) -> str:
        return f"{self.product or '全商品'} {self.valid_from}から"


class ClosingDay(models.Model):
    """休業日: a day on which an agency is closed beyond weekends and holidays. The latest line on a day counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name="代理店")
    on = models.DateField("日付")
    is_closed = models.BooleanField("休業", default=True)
    reason = models.CharField("理由", max_length=100)
    made_at = models.DateTimeField("登録日時")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="登録者")

    objects = AgencyQuerySet["ClosingDay"].as_manager()

    class Meta:
        verbose_name = "休業日"
        verbose_name_plural = "休業日"
        ordering = ["on", "-pk"]
        indexes = [models.Index(fields=["agency", "on", "-id"], name="renewals_closingday_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="renewals_closingday_has_a_reason",
                violation_error_message="休業する理由(夏季休業など)を入力してください。",
            ),
        ]
        triggers = [AppendOnly(sentence="登録した休業日は変更できません。「営業」として登録し直してください。")]

    def __str__(self) -> str:
        return f"{self.on} {'休業' if self.is_closed else '営業'}"
