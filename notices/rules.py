"""What a letter must hold before it may be checked, issued or served (documents.md 4.6)."""

import datetime as dt
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

LEADS = frozenset(
    {  # how the subject of a reminder begins, which is kept in the language of the installation
        gettext_noop("待签发"), gettext_noop("待审查"), gettext_noop("待审批"), gettext_noop("待确认"), gettext_noop("请签收"),
        gettext_noop("请阅"), gettext_noop("已签发"), gettext_noop("已批准"), gettext_noop("退回修改"), gettext_noop("报告已通过"),
        gettext_noop("报告退回修改"), gettext_noop("报送整改方案"), gettext_noop("蓝色提醒"), gettext_noop("黄色预警"),
        gettext_noop("红色预警"), gettext_noop("建议研究问责移交"), gettext_noop("上传佐证，提交核验"), gettext_noop("方案审定"),
        gettext_noop("方案退回"), gettext_noop("核验通过"), gettext_noop("核验退回"), gettext_noop("提出销号"), gettext_noop("批准销号"),
        gettext_noop("质询问题已封存"), gettext_noop("质询问题已启封"), gettext_noop("评议结果已反馈"),
        gettext_noop("计票已签字，请确认结果"), gettext_noop("计票完成，请核对并签字"), gettext_noop("今天到期"), gettext_noop("已过期"),
        gettext_noop("述责述廉报告今天到期"), gettext_noop("述责述廉报告已过期，请尽快提交"),
    }
)  # fmt: skip
TELEPHONE = re.compile(r"(?<!\d)(?!\d{4}[-－ ]\d{1,2}[-－ ]\d)\d(?:[-－ ]?\d){6,}|电话\D{0,3}\d{3,}|短号\D{0,3}\d{3,}")


def letter_gaps(*, addressee: str, body: dict) -> list[str]:
    """Every reason the draft is not ready to be checked; an empty list means it is."""
    gaps = []
    if not addressee.strip():
        gaps.append(_("没有写主送单位"))
    if not any(paragraph.strip() for paragraph in body.get("opening", [])):
        gaps.append(_("没有写依据（会议名称、日期）"))
    if not body.get("findings"):
        gaps.append(_("没有列出问题"))
    if not body.get("requirements"):
        gaps.append(_("没有写整改要求"))
    if not body.get("contact", "").strip():
        gaps.append(_("没有写联系人"))
    elif not TELEPHONE.search(body["contact"]):
        gaps.append(_("联系人没有写电话"))
    return gaps


def shown_subject(subject: str) -> str:
    """A kept subject for its reader: how it begins in the language of the page where that is known, the rest as it was typed."""
    lead, colon, rest = subject.partition("：")
    return f"{_(lead)}{_('：')}{rest}" if colon and lead in LEADS else subject


def service_faults(*, served_on: dt.date, issued_on: dt.date, today: dt.date) -> list[str]:
    """Why this cannot be the day of service."""
    if served_on < issued_on:
        return [_("送达日期早于签发日期")]
    if served_on > today:
        return [_("送达日期晚于今天，送达以后再登记")]
    return []


def requirement(line: str) -> dict:
    """“制定方案。自收到…” → its lead, set in another face, and the rest; a line of one sentence has no lead."""
    lead, stop, text = line.strip().partition("。")
    if not text.strip():
        return {"lead": "", "text": line.strip()}
    return {"lead": lead + stop, "text": text.strip()}
