"""Settings of the booth: the process that takes ballots. One app, one database, nobody signs in, nothing is remembered.

No sessions, cookies, messages, admin, queue or cache, no secret key, no access log (protocol §1.3).
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from ballots.sqlite import database

ROOT = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # BALLOTS_DATABASE_URL_FILE: the value in a file, out of the environment
env.read_env(ROOT / ".env")

VAR = Path(env("SHUZE_VAR", default=str(ROOT / "var")))
RECEIPT_KEYS = VAR / "receipt-keys"

DEBUG = False  # never: the debug page and the query log hold ballots
BOOTH_ORIGIN = env("BOOTH_ORIGIN", default="http://localhost:8001")
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"]), urlsplit(BOOTH_ORIGIN).hostname]
SECURE = env.bool("SECURE", default=not env.bool("DEBUG", default=False) and not env.bool("DEMO", default=False))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0

INSTALLED_APPS = ["django.contrib.staticfiles", "ballots"]
MIDDLEWARE = [
    "ballots.middleware.BoothMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # by the browser's language; no cookie is set
]
ROOT_URLCONF = "ballots.urls"
WSGI_APPLICATION = "config.booth_wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [ROOT / "templates"]}]

DATABASES = {"default": {}, "ballots": database(env("BALLOTS_DATABASE_URL", default=f"sqlite:///{VAR / 'ballots.sqlite3'}"))}
DATABASE_ROUTERS = ["ballots.router.BallotsRouter"]
if DATABASES["ballots"]["ENGINE"].endswith("postgresql"):
    DATABASES["ballots"]["OPTIONS"] = {
        "options": "-c lock_timeout=4s -c statement_timeout=5s"
    }  # then 503, and the tablet tries again

DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / "staticfiles" if SECURE else None  # collected for production only
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not SECURE
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if SECURE
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Whatever goes wrong, the log says that something did, and never what: no address, no request, no statement.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,  # gunicorn keeps its own, which is silenced too
    "formatters": {"constant": {"()": "ballots.silence.ConstantFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "constant", "level": "ERROR"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
    "loggers": {"django": {"handlers": [], "level": "ERROR", "propagate": True}},
}
