"""Django's admin, with the house's own site in its place."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    default_site = "config.console.ConsoleSite"
