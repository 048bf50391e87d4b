"""The daily look at the audit trail: somebody verifies it, and its head leaves the server."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from notices import actions as notices
from officials.models import User
from officials.roles import Role


@transaction.atomic
def verify_trail(*, by) -> list[tuple[int, str]]:
    """Follow the chain from its first line; that it was done, and with what outcome, is a line of the trail itself."""
    faults, head = audit.faults(), audit.head()
    audit.record("verify_trail", "audit trail", by=by, head=head.n if head else 0, faults=len(faults))
    return faults


@transaction.atomic
def send_head(*, today: dt.date):
    """Verify, and send every audit administrator the head: whoever rewrites the trail later cannot rewrite that letter (S25)."""
    faults, head = verify_trail(by=None), audit.head()
    notices.post(
        to=User.objects.with_role(Role.AUDITADMIN),
        key=f"audit-head:{today}",
        subject=lambda: words(faults, head)[0],
        body=lambda: words(faults, head)[1],
        matter="audit-head",
    )


def words(faults, head):
    if faults:
        subject = _("审计记录链不完整：第 %(n)d 条起对不上") % {"n": faults[0][0]}
        return subject, _("请立即打开审计记录核对，并报告领导。")
    facts = {"n": head.n, "digest": audit.printed(head)}
    subject = _("审计记录链完整，今天的链首是第 %(n)d 条") % facts
    return subject, _("第 %(n)d 条　%(digest)s。请留存；日后有疑问，用它核对记录是否被整段重写。") % facts
