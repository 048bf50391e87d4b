"""While cards are out, nothing under them may change (R23): the database check that stops `migrate` and the deployment."""

import base64
import hashlib
import json
import re

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ballots.models import Box, State
from ballots.router import DB

RUNNING = set(State) - {State.DRAFT, State.ARCHIVED, State.ABORTED}
PROGRAMS = "static/build/ballot"
LIST = re.compile(rb"/\*(\{[^*]*\})\*/")  # what `static/ballot/build.mjs` puts before the booth's program
HINT = gettext_lazy("先让这些票箱走完流程（归档或作废），再升级；在那以前继续使用原来的版本。")


@register(Tags.database)
def no_change_under_a_running_ballot(app_configs, databases, **kwargs):
    """Runs where databases are named: in `migrate`, and in `check --database default --database ballots` before a deployment."""
    if getattr(settings, "DEMO", False):
        return []
    boxes = _running_boxes()
    names = _("、").join(box.sid for box in boxes)
    problems = []
    if boxes and any(map(_has_pending_migrations, databases or ())):
        problems.append(Error(_("票箱 %(sids)s 还没有归档，不能迁移数据库。") % {"sids": names}, hint=HINT, id="ballots.E001"))
    if not all(_is_program(box.document["client"]) for box in boxes):
        problems.append(
            Error(_("票箱 %(sids)s 的票卡印的是另一版投票程序，不能换程序。") % {"sids": names}, hint=HINT, id="ballots.E002")
        )
    return problems


def _running_boxes():
    connection = connections[DB]
    if Box._meta.db_table not in connection.introspection.table_names():  # before the first migration
        return []
    return list(Box.objects.filter(state__in=RUNNING).only("sid", "state", "manifest").order_by("sid"))


def _has_pending_migrations(alias):
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_program(client):
    """Whether the booth's program has this hash, and every bundle that its first line lists has the hash that stands there."""
    folder = settings.ROOT / PROGRAMS
    listed = LIST.match((folder / "booth.js").read_bytes()) if _hash(folder / "booth.js") == client else None
    return bool(listed) and all(_hash(folder / f"{name}.js") == h for name, h in json.loads(listed[1]).items())


def _hash(path):
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).decode().rstrip("=") if path.exists() else None
