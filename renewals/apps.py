from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "renewals"
    verbose_name = "更改"

    def ready(self) -> None:
        from renewals import followers  # noqa: F401 - connects the receivers
