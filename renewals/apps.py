from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "renewals"
    verbose_name = "更改"

    def ready(self) -> None:
        from portal import afterwards
        from quotes.beside import show_panel
        from renewals import followers, telling  # noqa: F401 - followers connects its receivers
        from renewals.screens import change_panel

        show_panel(change_panel)
        afterwards.tell(telling.afterwards_of)
