"""The frame of every page: the rooms this person can enter, and the inbox."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk import policies
from notices.models import Notice
from officials import policies as officials
from rectification import policies as rectification
from reviews.policies import canvass
from reviews.policies import session as sessions

# Pages that belong to a room by what they show, though their address begins with that of another app.
ALSO = {
    "officials:official_list": ["/units/", "/archive/"],
    "reviews:session_list": ["/scoring/", "/live/", "/rectification/sessions/", "/rectification/findings/"],
    "rectification:item_list": ["/notices/"],
}


def frame(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"rooms": rooms(request), "inbox_count": Notice.objects.inbox_of(user).unread().count()}


def rooms(request):
    """The rail: at most nine rooms, only those whose door opens for this person."""
    user = request.user
    doors = [
        (_("工作台"), "desk:desk", "desk", True),
        (_("干部"), "officials:official_list", "people", officials.can_read_register(user)),
        (_("计划"), "reviews:plan", "plan", sessions.can_see_plan(user)),
        (_("会议"), "reviews:session_list", "session", policies.can_enter_sessions(user)),
        (_("整改"), "rectification:item_list", "rectification", rectification.can_enter_ledger(user)),
        (_("转送件"), "reviews:tip_off_list", "letter", canvass.can_read_tip_offs(user)),
        (_("账号"), "officials:account_list", "people", officials.can_see_accounts(user)),
        (_("审计"), "desk:audit_trail", "archive", policies.can_read_audit_trail(user)),
        (_("收件箱"), "desk:inbox", "bell", True),
    ]
    here = [(label, icon, name, reverse(name)) for label, name, icon, is_open in doors if is_open]
    fitting = [
        (len(part), name) for _l, _i, name, url in here for part in [url, *ALSO.get(name, [])] if is_within(request.path, part)
    ]
    entered = max(fitting, default=(0, ""))[1]
    return [
        {"label": label, "url": url, "icon": icon, "current": name == entered, "count": count(name, user)}
        for label, icon, name, url in here
    ]


def count(name, user):
    """What stands beside the room's name: how much in it is late; 0 shows nothing."""
    if name != "rectification:item_list":
        return 0
    return policies.late_items(user, timezone.localdate()).count()


def is_within(path, url):
    """Whether a page lies in a room; of two, the longer address is the nearer (`/sessions/plan` is not `/sessions/`)."""
    return path == url if url == "/" else path.startswith(url)
