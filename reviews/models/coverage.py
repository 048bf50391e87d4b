"""Who has been heard, who is planned, who waits: read from the sessions, stored nowhere."""

from django.db.models import Count, Exists, Max, OuterRef, Subquery

from officials.models import Official
from reviews.models.session import ReviewSession
from reviews.models.subject import SessionSubject
from reviews.rules import plan as rules


def by_need(officials, *, term):
    """Officials with `is_heard`, `is_planned` (this term) and `last_heard_on`, the neediest first.

    Neither heard nor planned before the others; then whose term ends soonest; then who has waited longest.
    """
    mine = SessionSubject.objects.filter(official=OuterRef("pk"))
    held = mine.present().filter(session__in=ReviewSession.objects.held())
    planned = mine.filter(session__in=ReviewSession.objects.counting_for_term().preparing())
    last = held.order_by().values("official").annotate(last=Max("session__date")).values("last")
    within = {"session__date__gte": term.starts_on, "session__date__lte": term.ends_on} if term else {}
    return officials.annotate(
        is_heard=Exists(held.filter(**within)), is_planned=Exists(planned.filter(**within)), last_heard_on=Subquery(last)
    ).order_by("is_heard", "is_planned", "term_ends_on", "term_starts_on", "code")


def coverage(term, rule_set, *, today):
    """The `rules.Coverage` of a term under a rule set."""
    people = by_need(Official.objects.in_office(), term=term)
    heard = people.filter(is_heard=True).count()
    planned = people.filter(is_heard=False, is_planned=True).count()
    places = rules.places_left(
        today=today,
        ends_on=term.ends_on,
        taken=taken(rule_set, today=today, term=term),
        dispersed=rule_set.dispersed_max,
        concentrated=rule_set.concentrated_max,
    )
    return rules.Coverage(total=people.count(), heard=heard, planned=planned, places=places)


def taken(rule_set, *, today, term):
    """Places already given, by quarter. A session past its draft has its line-up, so its whole quarter is given."""
    sessions = ReviewSession.objects.counting_for_term().filter(date__gte=today.replace(month=1, day=1), date__lte=term.ends_on)
    found = {}
    for session in sessions.annotate(people=Count("subjects")):
        quarter = rules.quarter_of(session.date)
        is_draft = session.state == ReviewSession.State.DRAFT
        found[quarter] = found.get(quarter, 0) + (session.people if is_draft else rule_set.limits(session.kind)[1])
    return found
