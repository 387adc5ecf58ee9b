from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "renewals"
    verbose_name = "更改"

    def ready(self) -> None:
        from quotes.beside import show_panel
        from renewals import followers  # noqa: F401 - connects the receivers
        from renewals.screens import change_panel

        show_panel(change_panel)
