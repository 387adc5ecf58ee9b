from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "意向と提案"

    def ready(self) -> None:
        from proposals.screens import proposal_panel
        from quotes.beside import show_panel

        show_panel(proposal_panel)
