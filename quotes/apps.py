from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "quotes"
    verbose_name = "引受"

    def ready(self) -> None:
        from policies.pricing import ask
        from quotes.endorsing import known_of

        ask(known_of)
