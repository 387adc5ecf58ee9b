from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "事故"

    def ready(self) -> None:
        from claims.queries import happenings
        from customers.happenings import tell

        tell(happenings)
