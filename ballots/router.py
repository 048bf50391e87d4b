"""The box lives in a database of its own, so that no row about a person shares a transaction, a log or a backup with it."""

DB = "ballots"


class BallotsRouter:
    def db_for_read(self, model, **hints):
        return DB if model._meta.app_label == "ballots" else None

    db_for_write = db_for_read

    def allow_relation(self, one, other, **hints):
        return False if "ballots" in (one._meta.app_label, other._meta.app_label) else None

    def allow_migrate(self, db, app_label, **hints):
        return (db == DB) == (app_label == "ballots")
