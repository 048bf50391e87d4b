"""The clock suspends accounts that nobody uses, and tells those who may enable them again."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices import actions as notices
from officials import actions as officials
from officials import policies
from officials.models import User


@transaction.atomic
def suspend_unused(*, now):
    """A second run the same day finds nobody new and tells nobody."""
    if suspended := officials.suspend_unused(now=now):
        _tell(suspended, timezone.localdate(now))


def _tell(suspended, today):
    names = "、".join(str(user) for user in suspended)
    notices.post(
        to=User.objects.with_role(*policies.RESUMERS),
        key=f"suspended:{today}",
        subject=lambda: _("很久没有使用、已暂停的账号：%(n)d 个") % {"n": len(suspended)},
        body=lambda: _("已暂停：%(names)s。本人登录时会看到要找安全管理员；确认还由本人使用的，请恢复。") % {"names": names},
        link=f"{reverse('officials:account_list')}?state=SUSPENDED",
    )
