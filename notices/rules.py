"""What a letter must hold before it may be checked, issued or served (documents.md 4.6)."""

import datetime as dt
import re

from django.utils.translation import gettext as _

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
