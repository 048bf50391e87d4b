"""System checks of what papers need from the machine. A missing font never stops the renderer, it prints boxes instead."""

import ctypes

from django.core.checks import Warning, register
from django.utils.translation import gettext as _

from core import fonts

APT = "apt-get install fonts-noto-cjk fonts-lxgw-wenkai libharfbuzz-subset0"


@register("papers")
def papers(app_configs, **kwargs):
    """Every shortcoming of the machine that would show on paper, each with the line that cures it."""
    found = [_no_chinese(), _letter_faces(), _rare_characters(), _slow_subsetting()]
    return [problem for problem in found if problem]


def _no_chinese():
    if not fonts.has_chinese():
        return Warning(_("没有安装中文字体：打印件无法生成。"), hint=APT, id="core.W001")
    return None


def _letter_faces():
    missing = [role.file for name, role in fonts.ROLES.items() if not (fonts.licensed(name) or fonts.fandol(role.file))]
    if missing:
        return Warning(
            _("缺少公文字体 %(files)s：提醒函改用后备字体排印，字形与国家标准不同。") % {"files": _("、").join(missing)},
            hint="scripts/install-fonts",
            id="core.W002",
        )
    return None


def _rare_characters():
    able = fonts.covering(fonts.RARE_NAMES)
    stacks = [*(role.licensed + role.free for role in fonts.ROLES.values()), *fonts.TABLE_FAMILIES.values()]
    if not all(able.intersection(stack) for stack in stacks):
        return Warning(
            _("现有字体印不出“%(chars)s”一类生僻字：有的姓名会缺字。") % {"chars": fonts.RARE_NAMES}, hint=APT, id="core.W003"
        )
    return None


def _slow_subsetting():
    try:
        ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError:
        return Warning(_("缺少 libharfbuzz-subset：生成 PDF 会慢许多倍。"), hint=APT, id="core.W004")
    return None
