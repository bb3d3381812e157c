"""All settings in one place, read from the environment (docs/manual/configuration.md lists every variable)."""

import sys
from pathlib import Path

from qiangji.lib import databases, env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("QIANGJI_VAR_DIR", BASE_DIR / "var")
TESTING = "pytest" in sys.modules

DEBUG = env.flag("QIANGJI_DEBUG")
SECRET_KEY = env.secret("QIANGJI_SECRET_KEY", keep=VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.words("QIANGJI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("QIANGJI_TRUSTED_ORIGINS")
HTTPS = env.flag("QIANGJI_HTTPS")
# Reverse proxies whose X-Forwarded-For is believed, so that sign-in is throttled by the visitor's own address.
TRUSTED_PROXIES = env.words("QIANGJI_TRUSTED_PROXIES", "127.0.0.1")

INSTALLED_APPS = [
    "qiangji.web",
    "qiangji.duties",
    "qiangji.reports",
    "qiangji.intake",
    "qiangji.results",
    "qiangji.rectification",
    "qiangji.dispatches",
    "qiangji.assessments",
    "qiangji.scoring",
    "qiangji.ledgers",
    "qiangji.practices",
    "qiangji.members",
    "qiangji.standards",
    "qiangji.orgs",
    "qiangji.files",
    "qiangji.accounts",
    "qiangji.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "qiangji.web.middleware.ContentSecurityPolicyMiddleware",
    "qiangji.web.middleware.WayBackMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qiangji.accounts.middleware.FirstPasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qiangji.urls"
WSGI_APPLICATION = "qiangji.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "qiangji" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qiangji.web.context.frame",
            ],
            "builtins": ["qiangji.web.templatetags.qiangji"],
        },
    },
    # Only for fragments that repeat a hundred times on a page (docs/decisions/0016-compiled-rows.md).
    {
        "NAME": "fast",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "qiangji.web.fast_templates.environment"},
    },
]

DATABASES = {
    "default": databases.from_url(
        env.text("DATABASE_URL"),
        default=VAR_DIR / "qiangji.sqlite3",
        pool=not TESTING and env.flag("QIANGJI_POOL", True),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts: our own user, throttled sign-in, passwords checked by Django's validators.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "qiangji.accounts.backends.AccountBackend",
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "web:workbench"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = env.number("QIANGJI_SIGN_IN_FAILURES", 5)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = (
    False  # a quarter of an hour, however often one tries meanwhile
)
AXES_DISABLE_ACCESS_LOG = True  # who signs in when is nobody's business (domain §8)
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "qiangji.accounts.sessions"
SESSION_COOKIE_AGE = env.number("QIANGJI_SESSION_HOURS", 12) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "qiangji.web.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "qiangji" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "qiangji.lib.static.HashedStatic"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
MEDIA_ROOT = env.folder("QIANGJI_MEDIA_DIR", VAR_DIR / "files")

# Evidence: the largest file, and how long content that nothing refers to is kept before it is swept.
UPLOAD_MAX_BYTES = env.number("QIANGJI_UPLOAD_MAX_MB", 20) * 1024 * 1024
SWEEP_AFTER_DAYS = env.number("QIANGJI_SWEEP_AFTER_DAYS", 30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "qiangji.files.uploads.LimitUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"

# Names that a site may give its own offices (domain §1).
PARTY_OFFICE_TITLE = env.text("QIANGJI_PARTY_OFFICE_TITLE", "党办")
SITE_NAME = env.text("QIANGJI_SITE_NAME", "强基")
# How many months before a term is due its superior reminds and its request is handed in (annex 2, 党委换届 3).
ELECTION_REMINDER_MONTHS = env.number("QIANGJI_ELECTION_REMINDER_MONTHS", 6)
ELECTION_REQUEST_MONTHS = env.number("QIANGJI_ELECTION_REQUEST_MONTHS", 4)
# Another layout of the self-check register than ours (qiangji/reports/self_check_register/layout.yaml).
REGISTER_LAYOUT = env.text("QIANGJI_REGISTER_LAYOUT")

# Mail: only reminders of the duty calendar. Without a server it is written to the console and goes nowhere.
EMAIL_HOST = env.text("QIANGJI_MAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
MAIL_SECURITY = env.choice("QIANGJI_MAIL_SECURITY", "", ("", "starttls", "tls"))
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SECURITY == "starttls", MAIL_SECURITY == "tls"
EMAIL_PORT = env.number("QIANGJI_MAIL_PORT", {"starttls": 587, "tls": 465}.get(MAIL_SECURITY, 25))
EMAIL_HOST_USER = env.text("QIANGJI_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("QIANGJI_MAIL_PASSWORD")
EMAIL_TIMEOUT = env.number("QIANGJI_MAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = env.text("QIANGJI_MAIL_FROM", EMAIL_HOST_USER or "qiangji@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("QIANGJI_LOG_LEVEL", "WARNING")},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    STATICFILES_DIRS = [directory for directory in STATICFILES_DIRS if directory.exists()]
