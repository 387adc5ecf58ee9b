"""Addresses: each room brings its own; the console is Django's admin."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("customers/", include("customers.urls")),
    path("", include("correspondence.urls")),
    path("quotes/", include("quotes.urls")),
    path("proposals/", include("proposals.urls")),
    path("commissions/", include("commissions.urls")),
    path("policies/", include("policies.urls")),
    path("renewals/", include("renewals.urls")),
    path("claims/", include("claims.urls")),
    path("", include("portal.urls")),
    path("evidence/", include("evidence.urls")),
    path("complaints/", include("complaints.urls")),
    path("console/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("desk.urls")),  # last: /customers/<number>/ must not take /customers/new/
]
