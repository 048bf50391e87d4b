"""What a line of the trail is about, in words. The trail itself keeps the code, which the page shows on demand."""

import re

from django.apps import apps
from django.utils.translation import gettext as _

from officials.models import User

SHAPE = re.compile(
    r"(?P<kind>\S+)(?: (?P<code>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+))?(?: (?P<name>.*))?", re.DOTALL
)  # as core.audit.name_of makes it
ACCOUNT = User._meta.label


def things(events):
    """{number: {text, code}} of these lines, at the price of one query when accounts are among them."""
    parts = {event.n: SHAPE.fullmatch(event.thing).groupdict() for event in events}
    uids = {part["code"] for part in parts.values() if part["kind"] == ACCOUNT}
    usernames = {str(uid): name for uid, name in User.objects.filter(uid__in=uids).values_list("uid", "username")} if uids else {}
    named = kinds()
    return {event.n: in_words(event.thing, named=named, usernames=usernames, **parts[event.n]) for event in events}


def in_words(thing, *, kind, code, name, named, usernames):
    """The kind and the name; of an account also what it signs in as. What has no word here is shown as it is."""
    if thing in named:
        return {"text": named[thing], "code": ""}
    if kind not in named:
        return {"text": thing, "code": ""}
    if code in usernames:
        name = _("%(name)s（%(username)s）") % {"name": name, "username": usernames[code]}
    return {"text": "　".join(filter(None, [str(named[kind]), name])), "code": code or ""}


def kinds():
    """{kind: word}: our models, and what the trail names otherwise."""
    return {model._meta.label: model._meta.verbose_name for model in apps.get_models()} | {
        "opinion": _("意见"), "tip-off": _("转送件"), "question": _("质询问题"), "commitment": _("承诺"), "comment": _("点评"),
        "finding": _("问题"), "item": _("整改项"), "register": _("登记表"), "audit trail": _("记录链"),
    }  # fmt: skip
