"""Settings of the main site, read from the environment; `.env.example` names every variable."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

import config.celery  # noqa: F401, tasks are sent through it; the booth has no queue and never loads it
from ballots.sqlite import database

ROOT = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE names a file that holds the value of NAME: secrets stay out of the environment
env.read_env(ROOT / ".env")

# --- where things live -------------------------------------------------------------------------------------

VAR = Path(env("SHUZE_VAR", default=str(ROOT / "var")))
VAR.mkdir(parents=True, exist_ok=True)
FILES_ROOT = VAR / "files"  # uploads and papers; never served by path, only by a view that asks who may
RECEIPT_KEYS = VAR / "receipt-keys"
DEMO_ROOT = VAR / "demo"


def made_once(name):
    """A secret of the installation in a file of its own, made on first start, that only its owner reads."""
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = env("SECRET_KEY", default="") or made_once("secret_key")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # lists ready accounts on the sign-in page; fictional data only
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_ORIGIN = env("SITE_ORIGIN", default="http://localhost:8000")
BOOTH_ORIGIN = env("BOOTH_ORIGIN", default="http://localhost:8001")
DISTRICT = env("DISTRICT", default="澜江市云澜区")
COMMISSION = env("COMMISSION", default="中共澜江市云澜区纪律检查委员会")
DOCUMENT_WORD = env("DOCUMENT_WORD", default="云纪函")
OBJECTION_MINUTES = env.int("OBJECTION_MINUTES", default=15)  # between publication and the end of a ballot

# --- the house ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
    "core",
    "ballots",
    "officials",
    "notices",
    "reviews",
    "scoring",
    "live",
    "rectification",
    "archive",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SessionLimits",
    "core.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.audit_source",
    "core.middleware.no_store",
    "core.middleware.permissions_policy",
    "core.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["core.templatetags.shuze"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.installation",
                "core.context.came_back",
                "desk.context.frame",
            ],
        },
    }
]

# --- databases ---------------------------------------------------------------------------------------------

DATABASES = {
    "default": database(env("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")),
    "ballots": database(env("BALLOTS_DATABASE_URL", default=f"sqlite:///{VAR / 'ballots.sqlite3'}")),
}
DATABASE_ROUTERS = ["ballots.router.BallotsRouter"]

# --- people ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "officials.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "officials.forms.validators.GuessValidator"},
    {"NAME": "officials.forms.validators.LikenessValidator", "OPTIONS": {"user_attributes": ["username", "name"]}},
    {"NAME": "officials.forms.validators.ComplexityValidator"},
]
MLPS = env.bool("MLPS", default=False)  # 等保: on demand of GB/T 22239 level 3, where ASVS asks for the contrary (S5)
PASSWORD_ROTATION_DAYS = env.int("PASSWORD_ROTATION_DAYS", default=90 if MLPS else 0)  # 0: passwords do not age
PASSWORD_COMPLEXITY = env.bool("PASSWORD_COMPLEXITY", default=MLPS)
UNUSED_ACCOUNT_DAYS = env.int("UNUSED_ACCOUNT_DAYS", default=0 if DEMO else 90)  # 0: none is suspended
SESSION_LIMIT = timedelta(hours=10)
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=10 * 60 if DEBUG or DEMO else 15))
SESSION_PROVED = timedelta(minutes=10 * 60 if DEBUG or DEMO else 10)  # after typing the password, for what weighs much
SESSION_IDLE_IN_HALL = timedelta(hours=4)
LOGIN_URL = "officials:login"
OPENS_FIRST_URL = "officials:first_password"
ROTATION_URL = "officials:old_password"
PROVE_URL = "officials:password_again"
LOGIN_REDIRECT_URL = "desk:desk"
LOGOUT_REDIRECT_URL = "officials:login"
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not DEMO)  # a code after the password; core.checks minds it where it is off
# What locks the seeds. Outside development it is given, not made, so that it lies apart from what it protects.
SECOND_FACTOR_KEY = env("SECOND_FACTOR_KEY", default="") or (made_once("second_factor_key") if DEBUG or DEMO else "")
ENROL_URL = "officials:factor_enrol"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]  # never by address: a whole hall shares one
AXES_LOCKOUT_CALLABLE = "officials.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "one_time_code"]  # it keeps the rest of what was sent in vain
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # asks for the address as well: see the line above

# --- cookies, headers --------------------------------------------------------------------------------------

SECURE = env.bool("SECURE", default=not DEBUG and not DEMO)  # served over HTTPS
SESSION_COOKIE_AGE = 24 * 60 * 60  # longer than the right to use it, so that who comes back gets back what was typed
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- language and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files, forms, mail, clock -----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / "staticfiles"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not SECURE
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if SECURE
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes a file
UPLOAD_TOTAL = 2 * UPLOAD_LIMIT  # bytes of all files of a form; deploy/nginx takes a little more
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_TOTAL + 1024 * 1024  # so that a full disk is met in one place, where a file is kept
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # a transcript of a full hall is posted as one document
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "shuze"

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds: one worker does everything, and a mail server that says nothing must not stop it
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="shuze@localhost")

BROKER = VAR / "broker"
CELERY_BROKER_URL = env("BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    BROKER.mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER),
        "data_folder_out": str(BROKER),
        "control_folder": str(BROKER / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# --- log: one line an event; no bodies, no form values ------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "core.errors.RefusalsInOneLine"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
