"""What shows that something was done: brought, replaced, taken back, handed in."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, files
from core.errors import RuleViolation, fitting
from officials.models import User
from officials.roles import Role
from rectification.actions.item.history import named, note
from rectification.models import Evidence, ItemEvent, RectificationItem

State, Kind = RectificationItem.State, ItemEvent.Kind
NOTE = Evidence._meta.get_field("note").max_length


def need_evidence_time(item):
    item.state = RectificationItem.objects.select_for_update().get(pk=item.pk).state  # against two hands at once
    if item.state not in item.AWAIT_EVIDENCE:
        raise RuleViolation(_("“%(state)s”的整改项不能改佐证") % {"state": item.get_state_display()})


@files.all_or_none()
@transaction.atomic
def bring_evidence(item, *, uploads, text: str, replaces: Evidence | None = None, is_final: bool, by, now: dt.datetime) -> int:
    """Upload what there is and, when it is final, hand everything in: both or neither. Returns how many files are new."""
    added = []
    if uploads or not is_final:
        added = add_evidence(item, uploads=uploads, text=text, replaces=replaces, by=by, now=now)
    if is_final:
        submit_evidence(item, text=text, by=by, now=now)
    return len(added)


@files.all_or_none()
@transaction.atomic
def add_evidence(item, *, uploads, text: str = "", replaces: Evidence | None = None, by, now: dt.datetime) -> list[Evidence]:
    """Store files as evidence, not yet handed in. With `replaces`, the one file is the newer version of that one."""
    need_evidence_time(item)
    if not uploads:
        raise RuleViolation(_("请选择要上传的文件"))
    if replaces is not None and (len(uploads) > 1 or replaces.item_id != item.pk or replaces.is_replaced):
        raise RuleViolation(_("新版本一次只能替换一份还没有替换的佐证"))
    text = fitting(text, NOTE)
    added = [
        Evidence.objects.create(
            item=item,
            file=files.accept(upload, by=by),
            note=text,
            replaces=replaces,
            uploaded_by=by,
            uploaded_at=now,
        )
        for upload in uploads
    ]
    audit.record("add_evidence", named(item), by=by, files=[evidence.file.sha256 for evidence in added])
    return added


@transaction.atomic
def remove_evidence(evidence, *, by):
    """Take back a file that was not handed in yet."""
    need_evidence_time(evidence.item)
    if evidence.submitted_at:
        raise RuleViolation(_("已提交核验的佐证不能删除，可以上传新版"))
    audit.record("remove_evidence", named(evidence.item), by=by, file=evidence.file.sha256)
    evidence.delete()
    files.discard(evidence.file)


@transaction.atomic
def submit_evidence(item, *, text: str = "", by, now: dt.datetime):
    """Hand in the evidence for verification. After a return there must be something new, and nothing left that must be replaced."""
    need_evidence_time(item)
    text = fitting(text, NOTE)
    if left := item.evidence.filter(must_replace=True, replaced_by=None):
        raise RuleViolation([_("“%(name)s”须替换，请上传新版") % {"name": evidence} for evidence in left])
    handed_in = item.evidence.filter(submitted_at=None).update(submitted_at=now)
    if not handed_in:
        raise RuleViolation(_("还没有新的佐证材料，请先上传"))
    item.move_to(State.EVIDENCE_SUBMITTED)
    note(
        item,
        Kind.EVIDENCE_SUBMITTED,
        by=by,
        now=now,
        text=lambda: _("%(n)d 份。%(text)s") % {"n": handed_in, "text": text},
        to=User.objects.with_role(Role.VERIFIER),
    )
