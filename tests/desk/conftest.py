"""The demonstration district, loaded once for a module and rolled back after it."""

import pytest
from django.core.management import call_command
from django.db import transaction

from ballots import codec
from scoring.actions import manifest


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker):
    """Everything `load_demo` makes. Ask for `db` with both databases beside it: each test's changes go back to this."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        blocks = [transaction.atomic(using=alias) for alias in ("default", "ballots")]
        for block in blocks:
            block._from_testcase = True  # the box's own durable transactions may lie within
            block.__enter__()
        try:
            patch.setattr(manifest, "client_hash", lambda: codec.b64(bytes(32)))  # the booth's program need not be built
            call_command("load_demo", verbosity=0)
            yield
        finally:
            for block in reversed(blocks):
                transaction.set_rollback(True, using=block.using)
                block.__exit__(None, None, None)
