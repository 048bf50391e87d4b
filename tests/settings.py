"""The settings under test: those of the main site, with the environment of a plain installation and data of their own."""

import atexit
import os
import shutil
import tempfile

if "SHUZE_VAR" not in os.environ:
    os.environ["SHUZE_VAR"] = tempfile.mkdtemp(prefix="shuze-test-")
    atexit.register(shutil.rmtree, os.environ["SHUZE_VAR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("SECOND_FACTOR_KEY", "only-for-tests-too")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ["DEBUG"] = "1"
os.environ["DEMO"] = "0"
os.environ["SECOND_FACTOR"] = "0"  # most tests are about what comes after the sign-in; its own turn it on

from config.settings import *  # noqa: F403

# What costs time in thousands of tests and proves nothing there; tests/test_setup.py holds the real values.
PASSWORD_HASHERS = ["tests.quick.Argon2"]
STORAGES["staticfiles"] = {"BACKEND": "tests.quick.StaticFiles"}  # noqa: F405
LOGGING["loggers"]["django.request"]["level"] = "ERROR"  # noqa: F405  a refusal is what most tests ask for
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # Tables straight from the models, at a tenth of the price. tests/test_tables.py holds them to be those of the migrations,
    # by which the run on PostgreSQL comes. The two apps named here lay more than tables.
    MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in INSTALLED_APPS if app not in ("core", "ballots")}  # noqa: F405
