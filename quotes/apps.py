from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "quotes"
    verbose_name = "引受"

    def ready(self) -> None:
        from policies.pricing import price_by
        from quotes.endorsing import tariff_of

        price_by(tariff_of)
