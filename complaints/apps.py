from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "苦情"

    def ready(self) -> None:
        from complaints import followers  # noqa: F401 - connects its receivers
