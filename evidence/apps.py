from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "募集証跡"

    def ready(self) -> None:
        from evidence.screens import panel
        from quotes.beside import show_panel

        show_panel(panel)
