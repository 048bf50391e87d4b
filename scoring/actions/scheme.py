"""Schemes: the sample that comes along, and locking."""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from scoring import rules
from scoring.models import Scheme

SAMPLE = Path(__file__).parent.parent / "schemes" / "SCH-2026-01.json"


@transaction.atomic
def install_sample_scheme(*, by=None) -> Scheme:
    """The sample scheme as a draft; made once."""
    body = rules.canonical_scheme(json.loads(SAMPLE.read_text(encoding="utf-8")))
    scheme, is_new = Scheme.objects.get_or_create(
        code=body["code"], version=body["version"], defaults={"name": body["name"], "body": body}
    )
    if is_new:
        audit.record("install_scheme", scheme, by=by)
    return scheme


@transaction.atomic
def lock_scheme(scheme, *, by, now):
    """From here on the scheme never changes. Refused with any error, and with the path of each."""
    if scheme.is_locked:
        return
    errors, _warnings = scheme.problems()
    if errors:
        raise RuleViolation([_("%(text)s（%(path)s）") % {"text": problem.text, "path": problem.path} for problem in errors])
    scheme.move_to(Scheme.State.LOCKED)
    scheme.hash, scheme.locked_by, scheme.locked_at = rules.scheme_hash(scheme.body), by, now
    scheme.save(update_fields=["hash", "locked_by", "locked_at"])
    audit.record("lock_scheme", scheme, by=by, hash=scheme.hash)
