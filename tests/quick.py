"""What the tests run on instead of the real thing where only its price differs."""

from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.staticfiles.storage import StaticFilesStorage


class Argon2(Argon2PasswordHasher):
    """The same algorithm with the least work; a hash of the site's strength takes a tenth of a second."""

    time_cost, memory_cost, parallelism = 1, 8, 1


class StaticFiles(StaticFilesStorage):
    """Works out the address of a file once: every page names twenty."""

    url = cache(StaticFilesStorage.url)
