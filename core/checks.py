"""System checks: what papers need from the machine, and how people sign in.

A missing font never stops the renderer, it prints boxes instead.
"""

import ctypes

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
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


@register(Tags.security)
def second_factor_key(app_configs, **kwargs):
    """Without the key nobody can set up a code, and so nobody gets in (S3)."""
    if settings.SECOND_FACTOR and not settings.SECOND_FACTOR_KEY:
        hint = "deploy/make-secrets, .env.example"
        return [Error(_("没有给出 SECOND_FACTOR_KEY：动态验证码的密钥无法加密保存。"), hint=hint, id="core.E001")]
    return []


@register(Tags.security, deploy=True)
def second_factor(app_configs, **kwargs):
    """A deployment asks for a code after the password; the demonstration, with its fictional data, need not (S1)."""
    if settings.SECOND_FACTOR or settings.DEMO:
        return []
    return [Warning(_("SECOND_FACTOR 已关闭：登录只凭密码。"), hint="SECOND_FACTOR=1", id="core.W005")]
