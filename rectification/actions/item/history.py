"""What every step of an item leaves: a line of its history, one of the trail, and word to whose turn it is."""

from django.utils.translation import gettext as _

from core import audit
from core.language import kept
from notices import actions as notices
from notices.actions import letter as letters
from rectification.models import ItemEvent

Kind = ItemEvent.Kind


def note(item, kind, *, by, now, text="", to=()):
    """One line of the history, one of the trail, and word to those whose turn it is; whose turn it was is asked no more.

    `text` is what somebody typed, or a function that puts the words together: the history keeps them in Chinese, word goes out in
    the reader's language. The words stay with the item: the trail is read by one who has no business with them.
    """
    event = ItemEvent.objects.create(item=item, kind=kind, at=now, by=by, text=kept(text))
    audit.record(kind.lower(), named(item), by=by)
    notices.close(matter=item.step_matter)
    notices.post(
        to=to,
        key=f"item:{item.uid}:event:{event.pk}",
        subject=lambda: _("%(what)s：%(text)s") % {"what": Kind(kind).label, "text": item.text[:100]},
        body=lambda: " ".join(filter(None, [item.code, str(item.unit), text() if callable(text) else text])),
        link=item.get_absolute_url(),
        matter=item.step_matter,
    )


def named(item):
    """The item as the trail names it."""
    return f"item {item.code}"


def unit_people(item):
    return letters.people_of(item.unit, [item.subject.official_id])
