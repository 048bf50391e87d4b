"""The cap on forms is one cap, however many processes the server has."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

SENDER = """
import datetime as dt, sys
import django
django.setup()
from core.errors import RuleViolation
from reviews.actions import opinion_form as actions
from reviews.models import OpinionForm
form = OpinionForm.objects.select_related("session").get()
subject, taken = form.session.subjects.first(), 0
sys.stdin.readline()
for n in range(50):
    try:
        actions.receive(form, subject=subject, texts=[f"慢 {n}"], now=dt.datetime(2026, 12, 1, 9, 30, n, tzinfo=dt.UTC))
    except RuleViolation:
        continue
    taken += 1
print(taken)
"""


def shared_database(folder):
    """The address of the test's database for other processes: SQLite is copied from memory into a file."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / "shared.sqlite3") as file:
            connection.connection.backup(file)
        return f"sqlite:///{folder / 'shared.sqlite3'}"
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_share_one_cap(form, tmp_path):
    env = os.environ | {"DATABASE_URL": shared_database(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER], env=env, cwd=settings.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]

    for sender in senders:  # both have loaded before either begins
        sender.stdin.write("go\n")
        sender.stdin.flush()
    taken = [int(sender.communicate(timeout=120)[0]) for sender in senders]

    assert sum(taken) == 60
