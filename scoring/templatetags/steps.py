"""What the frame of a session, which knows nothing of the ballot, shows of it on every tab."""

from django import template

from scoring.views.waiting import waits_in

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_steps(context):
    """The steps of two persons in this session that whoever looks may confirm (lifecycles.md 5.4)."""
    return waits_in(context["session"], context["user"])
