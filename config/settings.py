"""All settings, read from the environment (or a file ``.env`` beside manage.py); docs/settings.md explains each."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    env.read_env(env_file)

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
MEDIA_ROOT = str(Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))).resolve())
STORE = env.str("STORE", default="")


def _secret_key() -> str:
    """Take the key from the environment, or make one once and keep it where only this user can read it."""
    if given := env.str("SECRET_KEY", default=""):
        return str(given)
    path = VAR_DIR / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with contextlib.suppress(FileExistsError):  # another process was first: its key is everybody's
                os.link(file.name, path)
    if key := path.read_text().strip():
        return key
    msg = f"{path} is empty: delete it (a new key is made, open participants' links end) or set SECRET_KEY."
    raise ImproperlyConfigured(msg)


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "surveys",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "surveys.web.framing.Framing",
    "surveys.web.language.OwnLanguage",
    "surveys.web.unavailable.DatabaseUnavailable",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite unless DATABASE_URL says otherwise; an acknowledged answer is on the disk (synchronous=FULL)."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
    if config["ENGINE"] == "django.db.backends.sqlite3":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        if env.bool("PREPARED_STATEMENTS", default=True):  # planning took more of the time than executing
            config["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5} | config["OPTIONS"]
    config["CONN_MAX_AGE"] = 60
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk:studies"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "surveys.web.assets.CollectedFiles"},
}
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "surveys.web.assets.UsedFiles"]
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# What participants may do
LEASE_SECONDS = env.int("LEASE_SECONDS", default=1800)
PARTICIPANT_TOKEN_DAYS = env.int("PARTICIPANT_TOKEN_DAYS", default=14)
CLAIMS_PER_MINUTE_INVITATION = env.int("CLAIMS_PER_MINUTE_INVITATION", default=10)
CLAIMS_PER_MINUTE_OPEN_LINK = env.int("CLAIMS_PER_MINUTE_OPEN_LINK", default=60)

# Work in the background: manage.py worker does it
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)

# Codecs, captioners and reconstructors that this deployment adds: module names, comma-separated
TWICETOLD_BACKENDS = env.list("TWICETOLD_BACKENDS", default=[])

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"


def _origins(name: str, origins: list[str]) -> list[str]:
    """Check origins, which end up in a header: scheme, host and perhaps a port, and nothing else."""
    for origin in origins:
        if not re.fullmatch(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d{1,5}|\*))?", origin):
            msg = f"{name}: {origin!r} is no origin; write it as in https://www.mturk.com, several with commas between."
            raise ImproperlyConfigured(msg)
    return origins


# Who may show participants' pages in a frame: panels that do
FRAMED_BY = _origins("FRAMED_BY", env.list("FRAMED_BY", default=[]))
# Worker sites of an endpoint that speaks Mechanical Turk's protocol, where they are not at the endpoint itself
MTURK_WORKER_SITES = _origins("MTURK_WORKER_SITES", env.list("MTURK_WORKER_SITES", default=[]))
PANEL_SYNC_SECONDS = env.int("PANEL_SYNC_SECONDS", default=600)
MTURK_REQUESTS_PER_SECOND = env.float("MTURK_REQUESTS_PER_SECOND", default=20.0)
# Prolific
PROLIFIC_API_TOKEN = env.str("PROLIFIC_API_TOKEN", default="")
PROLIFIC_API_URL = env.str("PROLIFIC_API_URL", default="https://api.prolific.com")
PROLIFIC_SITE = env.str("PROLIFIC_SITE", default="")
PROLIFIC_FEES = env.str("PROLIFIC_FEES", default="corporate")
PROLIFIC_WORKSPACE = env.str("PROLIFIC_WORKSPACE", default="")
PROLIFIC_PROJECT = env.str("PROLIFIC_PROJECT", default="")
PROLIFIC_WEBHOOK_SECRET = env.str("PROLIFIC_WEBHOOK_SECRET", default="")
PROLIFIC_REQUESTS_PER_SECOND = env.float("PROLIFIC_REQUESTS_PER_SECOND", default=5.0)
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Twicetold",
    "DESCRIPTION": "Read studies, their stimuli and the answers that count. Staff see the studies they own.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "config.redaction.RedactTokens"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "twicetold": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
