"""The demo and a developer's machine: plain http on this machine only. `make demo` gives the addresses."""

from config.settings.base import *  # noqa: F403
from config.settings.base import env

SECRET_KEY = env.str("SECRET_KEY", "only-for-this-machine-and-its-demo-data-0123456789")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Not compressed: it would cost a minute of the first start and save nothing on one machine.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
INSTALLED_APPS += ["demo"]  # noqa: F405 - the believable agency is never installed in production
