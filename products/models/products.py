"""What a carrier sells under one name."""

from django.db import models

from core.guards import Undeletable


class Product(models.Model):
    """商品: what a carrier sells under one name, through all its versions."""

    code = models.SlugField("商品コード", max_length=50, unique=True)
    name = models.CharField("商品名", max_length=100)
    insurer = models.CharField("引受保険会社", max_length=100)

    class Meta:
        verbose_name = "商品"
        verbose_name_plural = "商品"
        ordering = ["code"]
        triggers = [Undeletable()]

    def __str__(self) -> str:
        return self.name
