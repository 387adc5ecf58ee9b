from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "お客さま用ページ"

    def ready(self) -> None:
        from correspondence import blanks as letters
        from correspondence.states import LetterKind
        from portal import blanks, followers, screens  # noqa: F401 - followers connects its receivers
        from quotes import beside

        letters.register(LetterKind.INVITATION, blanks.link_of)
        letters.register(LetterKind.RENEWAL_NOTICE, blanks.link_if_alive)
        letters.register(LetterKind.RENEWAL_REMINDER, blanks.link_if_alive)
        letters.register(LetterKind.ACCESS_CODE, blanks.digits_of)
        beside.show_panel(screens.panel)
        beside.ask_before_submission(screens.needs)
