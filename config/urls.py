"""Addresses: each room brings its own; the console is Django's admin."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("", include("desk.urls")),
    path("customers/", include("customers.urls")),
    path("console/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("", include("accounts.urls")),
]
