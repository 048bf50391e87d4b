"""The details of a line of the trail in words: each name has one, and its value stands as a person would write it."""

import json

from django.utils.translation import gettext as _

from live.models import RunItem
from officials.models import AccountStep, User
from officials.roles import Role
from reviews.models import Answer, PreparationTask, ReviewSession
from scoring.models import Occasion, StepRequest

VALUES = {
    code: word
    for choices in (
        Role,
        ReviewSession.Kind,
        PreparationTask.Kind,
        StepRequest.Step,
        AccountStep.Kind,
        RunItem.Kind,
        Occasion.Kind,
    )
    for code, word in choices.choices
} | {"teller": Role.TELLER.label, "scrutineer": Role.SCRUTINEER.label}  # what stands in a detail by its code

FIELDS = {
    field.name: field.verbose_name
    for model in (User, ReviewSession, Answer)
    for field in model._meta.get_fields()
    if field.concrete
}


def in_words(action, detail):
    """“会议日期：2026-12-22；形式：集中” of the JSON that the trail keeps; of a name without a word its code."""
    if not detail:
        return ""
    named = names()
    return _("；").join(
        f"{named.get((action, name)) or named.get(name, name)}{_('：')}{value(field_words(found) if name == 'changed' else found)}"
        for name, found in json.loads(detail).items()
    )


def field_words(found):
    """Which fields were changed, in the words of their forms."""
    return [FIELDS.get(name, name) for name in found] if isinstance(found, list) else found


def value(found):
    if isinstance(found, bool):
        return _("是") if found else _("否")
    if isinstance(found, dict):
        return _("，").join(f"{value(name)} {value(one)}" for name, one in found.items()) or _("无")
    if isinstance(found, list):
        return _("、").join(str(value(one)) for one in found) or _("无")
    if found in (None, ""):
        return _("无")
    return str(VALUES.get(found, found)) if isinstance(found, str) else str(found)


def names():
    minutes = {kind.lower(): word for kind, word in RunItem.Kind.choices}
    return minutes | {
        # people and things
        "official": _("对象"), "officials": _("列入的干部"), "unit": _("单位"), "rater": _("评分人"), "with_": _("与谁一起"), "asked_by": _("提出人"),
        "roles": _("身份"), "group": _("票种"), "into": _("并入"), "entry": _("汇总条目"), "scheme": _("计分方案"),
        "preset": _("样本"), "matter": _("事项"), "step": _("步骤"), "part": _("签字身份"), "kind": _("类型"),
        # days
        "date": _("会议日期"), "was": _("原日期"), "opens_on": _("开始日期"), "closes_on": _("截止日期"), "starts_on": _("开始日期"),
        "ends_on": _("结束日期"), "served_on": _("送达日期"), "in_force_from": _("施行日期"),
        # what of it
        "section": _("段落"), "is_added": _("补入"),
        # how many
        "minutes": _("分钟"), "days": _("未用天数"), "number": _("信访登记号"),
        "n": _("数量"), "place": _("新的次序"), "order": _("议程序号"), "version": _("第几稿"), "expected": _("应到人数"),
        "issued": _("发出份数"), "returned": _("收回份数"), "valid": _("有效份数"), "withdrawn": _("撤下的条目"), "lost": _("丢失票卡"),
        "paper_ballots": _("纸票"), "invalid_parts": _("无效部分"), "key_cards": _("销毁钥匙卡"), "tablets": _("清空平板"),
        "amount": _("数量"), "numbers": _("人数、其中用纸票"), "drawn": _("实发票卡"), "received": _("收到的票"), "rounds": _("轮次"), "new": _("新增"),
        "changed": _("更新"), "same": _("一致"), "faults": _("差错"), "head": _("链首序号"), "left": _("还剩"), ("remove_subject", "lost"): _("一并删去的记录"),
        ("load_register", "same"): _("不变"),
        # why and what
        "reason": _("理由"), "grounds": _("退回事由"), "items": _("提纲条目"), "citation": _("文号"), "choices": _("处理办法"),
        "label": _("裁定等次"), "pool": _("范围"), "chosen": _("选定"),
        # marks by which a thing is known again
        "sha256": _("文件摘要"), "file": _("文件摘要"), "files": _("文件摘要"), "hash": _("方案摘要"), "input": _("输入摘要"),
        "result": _("结果摘要"), "urn": _("票箱公钥"), "mh": _("核对码"),
    }  # fmt: skip
