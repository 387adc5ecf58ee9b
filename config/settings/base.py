"""What every place shares. A value that differs by place is read from the environment, named once here."""

from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse_lazy
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("TATE_VAR", str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the theme; the site is our own
    "config.apps.ConsoleConfig",  # django.contrib.admin with that site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "pgtrigger",
    "core",
    "accounts",
    "customers",
    "products",
    "correspondence",
    "policies",
    "quotes",
    "claims",
    "proposals",
    "portal",
    "renewals",
    "complaints",
    "commissions",
    "evidence",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.AccessMiddleware",
    "core.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.navigation.navigation",
            ],
            "builtins": ["core.templatetags.tate"],
        },
    }
]
FORM_RENDERER = "core.templatetags.fields.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# One PostgreSQL and one Redis, wherever they are. The embedded ones set these two for their children.
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgres://tate@127.0.0.1:5432/tate"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
REDIS_PATIENCE_SECONDS = 0.5  # a page needs Redis for nothing it could not do without: it waits no longer than this

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]

# People and their sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "desk:today"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", 8 * 60 * 60)
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.failures.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_VERBOSE = False

# Files people send us
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Mail: any relay. The demo points it at its own catcher.
EMAIL_BACKEND = "correspondence.transport.WatchedBackend"
EMAIL_HOST = env.str("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", 2525)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)  # seconds; shorter than LETTER_LEASE
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@tate.example")
LETTER_DOMAIN = env.str("LETTER_DOMAIN", "tate.example")  # right side of our Message-IDs
LETTER_LEASE_SECONDS = env.int("LETTER_LEASE_SECONDS", 120)
# Where mail comes back to: the mailbox of DEFAULT_FROM_EMAIL, as imaps://user:password@host:993/INBOX
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", "")
MAIL_CATCHER_URL = env.str("MAIL_CATCHER_URL", "")  # shown in the demo only

# The customer's page (お客さま用ページ)
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")  # what the links in our mail begin with
# 反社会的勢力の確認 counts for an application this many days. No law names a figure; every renewal asks anew anyway.
COMPLAINT_QUIET_DAYS = env.int("COMPLAINT_QUIET_DAYS", 7)  # an open complaint without a new line is a duty then
# 早期更改率: renewed so many days before the expiry day. Nothing fixes the figure; without one the rate is not shown.
RENEWAL_EARLY_DAYS = env.int("RENEWAL_EARLY_DAYS", None)
ANTISOCIAL_DAYS = env.int("ANTISOCIAL_DAYS", 90)
PORTAL_LINK_DAYS = env.int("PORTAL_LINK_DAYS", 14)
PORTAL_CODE_MINUTES = env.int("PORTAL_CODE_MINUTES", 10)
PORTAL_CODES_AN_HOUR = env.int("PORTAL_CODES_AN_HOUR", 5)
PORTAL_IDLE_MINUTES = env.int("PORTAL_IDLE_MINUTES", 60)
PORTAL_GUESSES_AN_HOUR = env.int("PORTAL_GUESSES_AN_HOUR", 60)  # links that do not open, from one address
PROXIES_BEFORE_US = env.int("PROXIES_BEFORE_US", 0)  # our own, each adding one to X-Forwarded-For
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "gates": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "gates",
        "OPTIONS": {"socket_connect_timeout": REDIS_PATIENCE_SECONDS, "socket_timeout": REDIS_PATIENCE_SECONDS},
    },
    "pictures": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "pictures",
        "TIMEOUT": 7 * 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# Celery: rows in PostgreSQL are the truth, messages are only bells
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # WeasyPrint and fontTools narrate every font table at INFO.
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "flufl.bounce": {"level": "WARNING"},  # seventeen lines for each mail that came back
        # The outbox is swept every 20 seconds: only what it sent is worth a line.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}

# The console of the underwriters (django-unfold)
UNFOLD = {
    "SITE_TITLE": "Tate 引受コンソール",
    "SITE_HEADER": "引受コンソール",
    "SITE_SUBHEADER": "Tate",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("app/shield.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("app/shield.svg")},
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "BORDER_RADIUS": "4px",
    "STYLES": [lambda request: static("console/console.css")],
    "COLORS": {
        "primary": {
            "50": "#f1f6fb", "100": "#e8f0f8", "200": "#c6d9ec", "300": "#93b8da", "400": "#4d86bb", "500": "#22659f",
            "600": "#0f4c81", "700": "#0b3a63", "800": "#092f50", "900": "#07253f", "950": "#041628",
        },
    },
    "DASHBOARD_CALLBACK": "quotes.admin.dashboard",
    "ACCOUNT": {"navigation": [{"title": "パスワードの変更", "link": reverse_lazy("admin:password_change")}]},
    "SIDEBAR": {
        "navigation": [
            {
                "title": "引受",
                "items": [
                    {"title": "概況", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    {
                        "title": "引受照会",
                        "icon": "inbox",
                        "link": reverse_lazy("admin:quotes_referral_changelist"),
                        "badge": "quotes.admin.waiting_badge",
                        "badge_variant": "primary",
                    },
                    {
                        "title": "引受権限",
                        "icon": "verified_user",
                        "link": reverse_lazy("admin:quotes_authority_changelist"),
                    },
                ],
            },
            {
                "title": "商品",
                "items": [
                    {"title": "商品の棚", "icon": "shelves", "link": reverse_lazy("admin:products_shelf")},
                    {
                        "title": "商品の版",
                        "icon": "menu_book",
                        "link": reverse_lazy("admin:products_productversion_changelist"),
                    },
                ],
            },
            {
                "title": "代理店の業務",
                "separator": True,
                "items": [
                    {
                        "title": "今日の仕事へ戻る",
                        "icon": "arrow_back",
                        "link": reverse_lazy("desk:today"),
                        "active": False,
                    },
                ],
            },
        ],
    },
}  # fmt: skip
