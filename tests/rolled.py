"""Trying things out one after the other on the same rows."""

from django.db import transaction

BOTH = ("default", "ballots")


class Rolled:
    """A transaction on these databases that leaves nothing behind: what it holds costs no world of its own."""

    def __init__(self, *aliases):
        self.aliases = aliases or BOTH

    def __enter__(self):
        self.blocks = [transaction.atomic(using=alias) for alias in self.aliases]
        for block in self.blocks:
            block._from_testcase = True  # the box's own durable transactions may lie within
            block.__enter__()

    def __exit__(self, *problem):
        for block in reversed(self.blocks):
            transaction.set_rollback(True, using=block.using)
            block.__exit__(None, None, None)
