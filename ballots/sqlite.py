"""Database settings both processes share: a URL in, Django's dictionary out. Imported by settings files, so it imports no Django app."""

import environ

# WAL and synchronous=FULL: an acknowledged ballot survives a power cut. secure_delete: what is deleted is overwritten.
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"


def database(url):
    """Django's database dictionary of `url`; SQLite waits for its lock and takes it when a transaction begins."""
    settings = environ.Env.db_url_config(url)
    settings["TEST"] = {"DEPENDENCIES": []}  # neither knows the other; a test may ask for one alone
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS}
    else:
        settings["CONN_MAX_AGE"] = 60
    return settings
