"""Schemes: the samples that come along, drafts, versions, and locking."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.errors import RuleViolation, needed
from notices import actions as notices
from officials.models import User
from officials.roles import Role
from scoring import rules
from scoring.models import Scheme

FOLDER = Path(__file__).parent.parent / "schemes"
SAMPLE = "SCH-2026-01"
PRESETS = (SAMPLE, "zhuxi", "jinxiang", "106", "shiji", "fxgw", "ruian", "yijun", "haiyan", "fuyang")  # scoring.md §7


PRESET_NAMES = (  # as their files say them; an English page translates them
    gettext_noop("区纪委全会述责述廉评议计分方案（样例）"), gettext_noop("五项三档 95/75/40"), gettext_noop("满意度 100/80/30，不了解不计"),
    gettext_noop("满意度 100/70/30，不了解不计有效票"), gettext_noop("四档 100/80/60/40 与 20/40/40 加附加分"),
    gettext_noop("十级量化，两层主体"), gettext_noop("得票率分档 + 名次递减 + 与第一名比值"),
    gettext_noop("满意度 15 分，乡镇 3:6:3:3，部门 4:7:4"), gettext_noop("四档系数 1 至 0.4，十个项目"),
    gettext_noop("30/30/40，等次强制 20/70/10，低于 60 不合格"),
)  # fmt: skip
PRESET_NOTES = (  # likewise, on the desk; a scheme that begins so keeps the note as it stands in the file
    gettext_noop("五项内容各划“好、中、差”，折 95、75、40 分求平均；90、75、60 分以上为优秀、先进、合格。"),
    gettext_noop("满意 100、基本满意 80、不满意 30，“不了解”不计入。"),
    gettext_noop("满意 100、基本满意 70、不满意 30，“不了解”不算有效票；分类别排名。"),
    gettext_noop("三项指标四个档次，分管领导 20%、干部职工 40%、考核组 40%，另有附加分。"),
    gettext_noop("德、能、勤、绩、廉十级量化，考核人占 60%，互评占 40%；优秀不超过同单位人数的 20%。"),
    gettext_noop("总分 1000：重点工作按与第一名之比，领导排名每低一名扣 2%，民主测评按优秀率分段。"),
    gettext_noop("满意度 15 分，按满意率计；乡镇按 1:2:1:1、部门按 4:7:4 合成。"),
    gettext_noop("十个项目四个档次，系数 1 至 0.4。"),
    gettext_noop("领导 30%、中层 30%、群众 40%；按名次 20%、70%、10% 划分等次，不满 60 分为不合格。"),
)


@dataclass(frozen=True)
class Preset:
    """A way of counting that is in use somewhere, to begin from."""

    key: str
    name: str
    note: str
    body: dict

    @property
    def label(self):
        return _(self.name)

    @property
    def about(self):
        return _(self.note) if self.note else ""


def presets() -> tuple[Preset, ...]:
    """The sample and the nine schemes found in practice."""
    found = [(key, json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))) for key in PRESETS]
    return tuple(Preset(key, body["name"], body.get("note", ""), rules.canonical_scheme(body)) for key, body in found)


@transaction.atomic
def install_sample_scheme(*, by=None) -> Scheme:
    """The sample scheme as a draft; made once."""
    body = presets()[0].body
    scheme, is_new = Scheme.objects.get_or_create(
        code=body["code"], version=body["version"], defaults={"name": body["name"], "body": body, "edited_by": by}
    )
    if is_new:
        audit.record("install_scheme", scheme, by=by)
    return scheme


@transaction.atomic
def draft_scheme(preset: Preset, *, code: str, name: str, by) -> Scheme:
    """A draft of its own that begins as the preset."""
    if Scheme.objects.filter(code=code).exists():
        raise RuleViolation(_("已有方案 %(code)s；要修改它，请打开它另立新版本") % {"code": code})
    body = preset.body | {"code": code, "name": name, "version": 1}
    scheme = Scheme.objects.create(code=code, version=1, name=name, body=body, edited_by=by)
    audit.record("draft_scheme", scheme, by=by, preset=preset.key)
    return scheme


@transaction.atomic
def change_scheme(scheme, body: dict, *, before: str, by):
    """Rewrite a draft. `before` is the hash of what the page showed: who comes second is told, and overwrites nothing. What was handed
    in already is a draft again and waits for nobody."""
    held = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if held.is_locked:
        raise RuleViolation(_("方案已经锁定，不能再改；要改请另立新版本"))
    if rules.scheme_hash(held.body) != before:
        raise RuleViolation(_("方案刚被他人改过。请打开最新的方案再改"))
    changed = rules.canonical_scheme(body | {"code": held.code, "version": held.version})
    held.edited_by = held.edited_by if changed == held.body else by
    held.body, held.name = changed, body["name"]
    held.save(update_fields=["body", "name", "edited_by"])
    if held.is_submitted:
        held.move_to(Scheme.State.DRAFT)
        notices.close(matter=matter(held))
    audit.record("change_scheme", held, by=by)


@transaction.atomic
def new_version(scheme, *, by) -> Scheme:
    """The draft that follows on this scheme's last version, beginning as `scheme`. There is at most one: one begun before a meeting
    settled its small groups, and so locked a version of its own, is gone on with."""
    versions = list(Scheme.objects.select_for_update().filter(code=scheme.code).order_by("-version"))
    if draft := next((version for version in versions if not version.is_locked), None):
        return draft
    last = versions[0]
    body = scheme.body | {"version": last.version + 1}
    made = Scheme.objects.create(code=scheme.code, version=last.version + 1, name=scheme.name, body=body, edited_by=by)
    audit.record("draft_scheme", made, by=by, preset=str(scheme))
    return made


@transaction.atomic
def submit_scheme(scheme, *, seen: str, by, now):
    """Hand it to the leaders, as the page showed it; only without errors."""
    hold_as_seen(scheme, seen)
    scheme.move_to(Scheme.State.SUBMITTED)
    scheme.submitted_by, scheme.submitted_at, scheme.returned_because = by, now, ""
    scheme.save(update_fields=["submitted_by", "submitted_at", "returned_because"])
    notices.close(matter=rewrite_matter(scheme))
    notices.post(
        to=User.objects.with_role(Role.APPROVER).exclude(pk__in=scheme.hands - {None}),
        key=f"{matter(scheme)}:{now.isoformat()}",
        subject=lambda: _("待锁定：计分方案%(scheme)s") % {"scheme": scheme.label},
        body=lambda: _("请看过方案内容再锁定；锁定后不能再改。不同意的，写明理由退回。"),
        link=scheme.get_absolute_url(),
        matter=matter(scheme),
    )
    audit.record("submit_scheme", scheme, by=by, hash=seen)


@transaction.atomic
def return_scheme(scheme, *, reason: str, seen: str, by):
    """Back to those who wrote it, with the reason."""
    hold_as_seen(scheme, seen)
    reason = needed(reason, _("请写明退回的理由"))
    scheme.move_to(Scheme.State.DRAFT, returned_because=reason)
    notices.close(matter=matter(scheme))
    event = audit.record("return_scheme", scheme, by=by)
    notices.post(
        to=User.objects.filter(pk__in=scheme.hands - {None}, is_active=True),
        key=f"{rewrite_matter(scheme)}:{event.n}",
        subject=lambda: _("退回修改：计分方案%(scheme)s") % {"scheme": scheme.label},
        body=reason,
        link=scheme.get_absolute_url(),
        matter=rewrite_matter(scheme),
    )


@transaction.atomic
def lock_scheme(scheme, *, seen: str, by, now):
    """From here on the scheme never changes. By another than who wrote it last or handed it in. Refused with any error, and with the
    path of each; and where its hash is not `seen`, that of what the page showed."""
    scheme.refresh_from_db(from_queryset=Scheme.objects.select_for_update())
    if scheme.is_locked:
        return
    hold_as_seen(scheme, seen)
    if by.pk in scheme.hands:
        raise RuleViolation(_("拟定人、提交人不能锁定自己的计分方案，请由另一位审批领导锁定"))
    scheme.move_to(Scheme.State.LOCKED)
    scheme.hash, scheme.locked_by, scheme.locked_at = seen, by, now
    scheme.save(update_fields=["hash", "locked_by", "locked_at"])
    notices.close(matter=matter(scheme))
    audit.record("lock_scheme", scheme, by=by, hash=scheme.hash)


def hold_as_seen(scheme, seen):
    """The scheme until the end of the transaction; refuses one with errors, and one that is not as the page showed it."""
    scheme.refresh_from_db(from_queryset=Scheme.objects.select_for_update())
    errors, _warnings = scheme.problems()
    if errors:
        raise RuleViolation([_("%(text)s（%(path)s）") % {"text": problem.text, "path": problem.path} for problem in errors])
    if rules.scheme_hash(scheme.body) != seen:
        raise RuleViolation(_("方案刚被他人改过，请看过改动再办"))


def matter(scheme):
    return f"scheme:{scheme.uid}"


def rewrite_matter(scheme):
    return f"scheme:{scheme.uid}:rewrite"
