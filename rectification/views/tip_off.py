"""The one step of an opinion that reaches into rectification."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rectification.actions import tip_off as actions
from reviews.models import Opinion
from reviews.views.opinion import onward, opinion_of


@require_POST
def opinion_divert(request, uid):
    found = opinion_of(request, uid)
    was_unsorted = found.state == Opinion.State.COLLECTED
    in_letters = actions.divert(found, by=request.user, today=timezone.localdate())
    messages.success(request, _("已转信访室，内容今后只有信访室能看到"))
    if in_letters:
        said = ngettext(
            "有 %(n)d 个问题出自涉及的汇总条目，已写进提醒函。请核对，需要的作废重拟。",
            "有 %(n)d 个问题出自涉及的汇总条目，已写进提醒函。请核对，需要的作废重拟。",
            in_letters,
        )
        messages.warning(request, said % {"n": in_letters})
    return onward(found, is_sorting=was_unsorted)
