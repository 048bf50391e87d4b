"""What an outline of the report must be (requirements, finding 3: a versioned template, never code). Read from a file people write."""

import re

from django.utils.translation import gettext as _

CODE = re.compile(r"[A-OQ-Z][A-Z0-9]{0,9}")  # names fields and places; what begins with P is the table of problems
MOST_ASPECTS = 10  # pages number them from 一 to 十
ITEM_MAX = 3000  # characters one item takes


def faults(aspects) -> list[str]:
    """Every reason why this is no outline; an empty list means it is one."""
    if not isinstance(aspects, list) or not 1 <= len(aspects) <= MOST_ASPECTS:
        return [_("提纲应有 1 至 %(n)d 个方面") % {"n": MOST_ASPECTS}]
    found, codes = [], set()
    for n, aspect in enumerate(aspects, 1):
        aspect = aspect if isinstance(aspect, dict) else {}
        items = aspect.get("items")
        if not is_text(aspect.get("name"), longest=100) or not isinstance(items, list) or not items:
            found.append(_("第 %(n)d 个方面没有名称或者没有内容") % {"n": n})
            continue
        for m, item in enumerate(items, 1):
            found += [
                _("第 %(n)d 个方面第 %(m)d 项：%(fault)s") % {"n": n, "m": m, "fault": fault}
                for fault in item_faults(item, codes)
            ]
    return found


def item_faults(item, codes):
    """What is wrong with one item; `codes` are those of the items before it, and take up this one's."""
    if not isinstance(item, dict):
        return [_("应有代码、名称、要求和最低字数")]
    found, code, least = [], item.get("code"), item.get("min_chars", 0)
    if not isinstance(code, str) or not CODE.fullmatch(code):
        found.append(_("代码应为一个大写字母（P 除外）开头的字母和数字，最多 10 个"))
    elif code in codes:
        found.append(_("代码 %(code)s 用了两次") % {"code": code})
    else:
        codes.add(code)
    if not is_text(item.get("name"), longest=100):
        found.append(_("名称应为 1 至 100 个字"))
    if item.get("guidance") and not is_text(item["guidance"], longest=200):
        found.append(_("要求最多 200 个字"))
    if type(least) is not int or not 0 <= least <= ITEM_MAX:
        found.append(_("最低字数应在 0 至 %(n)d 之间") % {"n": ITEM_MAX})
    return found


def is_text(value, *, longest):
    return isinstance(value, str) and 0 < len(value.strip()) <= longest


def canonical(aspects) -> list[dict]:
    """A sound outline with nothing but what reports use."""
    return [
        {
            "code": chr(ord("A") + n),
            "name": aspect["name"].strip(),
            "items": [
                {
                    "code": item["code"],
                    "name": item["name"].strip(),
                    "guidance": (item.get("guidance") or "").strip(),
                    "min_chars": item.get("min_chars", 0),
                }
                for item in aspect["items"]
            ],
        }
        for n, aspect in enumerate(aspects)
    ]
