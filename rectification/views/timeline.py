"""The way of an item as a time line: what happened, where it stands, what is to come."""

from django.utils.translation import gettext as _

from core.calendar import written
from core.days import days_left, short_day
from rectification.models import ItemEvent, RectificationItem

State = RectificationItem.State


def labels():
    return {
        "PLAN": _("报送整改方案"),
        "APPROVAL": _("方案审定"),
        "EVIDENCE": _("整改，上传佐证"),
        "VERIFICATION": _("核验"),
        "CLOSE": _("销号"),
    }


NOW = {
    State.PENDING_PLAN: "PLAN",
    State.PLAN_RETURNED: "PLAN",
    State.PLAN_SUBMITTED: "APPROVAL",
    State.IN_PROGRESS: "EVIDENCE",
    State.EVIDENCE_RETURNED: "EVIDENCE",
    State.EVIDENCE_SUBMITTED: "VERIFICATION",
    State.UNDER_VERIFICATION: "VERIFICATION",
    State.VERIFIED: "CLOSE",
}


def hints():
    return {
        "APPROVAL": _("区纪委领导审定或退回。"),
        "VERIFICATION": _("由未经手佐证的核查人员办理。"),
        "CLOSE": _("党风政风室提出，区纪委领导批准。"),
    }


def steps(item):
    """For `components/timeline.html`."""
    events = list(item.events.select_related("by"))
    handed_in = [event.pk for event in events if event.kind == ItemEvent.Kind.PLAN_SUBMITTED]
    plans = dict(zip(handed_in, item.plans.all(), strict=False))  # each is handed in once
    line = [
        {
            "label": event.get_kind_display(),
            "state": "back" if event.is_back else "done",
            "at": event.at,
            "text": "　".join(filter(None, [said(item, event, plans), str(event.by or "")])),
        }
        for event in events
    ]
    if item.is_closed:
        return line
    words, hint = labels(), hints()
    deadlines = {"PLAN": item.plan_due_on, "EVIDENCE": item.due_on}  # of the unit; the commission's own steps have none
    ahead = list(words)[list(words).index(NOW[State(item.state)]) :]
    for place, step in enumerate(ahead):
        is_now = place == 0
        line.append(
            {
                "label": words[step],
                "state": "now" if is_now else "todo",
                "at": _("应于 %(day)s") % {"day": short_day(deadlines[step])} if is_now and step in deadlines else None,
                "text": now_words(item) if is_now and now_words(item) else hint.get(step, ""),
            }
        )
    return line


def said(item, event, plans):
    """What stands beside an event: the words of people as they were kept, our own in the reader's language."""
    if event.kind == ItemEvent.Kind.SERVED:
        told = {"number": item.letter.document_number, "plan": written(item.plan_due_on)}
        return _("%(number)s，方案应于%(plan)s前报送") % told
    if event.kind == ItemEvent.Kind.PLAN_SUBMITTED and (plan := plans.get(event.pk)):
        told = {"day": written(plan.due_on), "who": plan.signed_by}
        if event.by and event.by.name == plan.signed_by:  # who acted is named beside it
            return _("完成时限%(day)s，本人签字背书") % told
        return _("完成时限%(day)s，%(who)s签字背书") % told
    return event.text


def now_words(item):
    """What is missing just now."""
    if item.state == State.VERIFIED:
        return _("已提出销号，等待领导批准。") if item.pending_close else ""
    if item.state == State.UNDER_VERIFICATION:
        return _("%(who)s核验中。") % {"who": item.verifier}
    if item.state == State.EVIDENCE_RETURNED:
        return _("等待单位补充佐证。")
    if item.is_plan_late:
        return _("方案%(days)s。") % {"days": days_left(item.plan_due_on)}
    return ""
