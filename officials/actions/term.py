"""The term of the district's Party committee (本届), against which coverage is measured."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.calendar import written
from core.errors import RuleViolation
from officials.models import Term


@transaction.atomic
def set_term(*, name: str, starts_on: dt.date, ends_on: dt.date, by) -> Term:
    """Enter a term, or correct the days of the one of this name. Refuses days of another term: a day lies in one at most."""
    term = Term.objects.select_for_update().filter(name=name).first() or Term(name=name)
    if other := Term.objects.exclude(pk=term.pk).filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first():
        days = {"name": other.name, "from": written(other.starts_on), "to": written(other.ends_on)}
        raise RuleViolation(_("与“%(name)s”（%(from)s至%(to)s）重叠") % days)
    term.starts_on, term.ends_on = starts_on, ends_on
    term.full_clean()
    term.save()
    audit.record("set_term", term, by=by, starts_on=starts_on, ends_on=ends_on)
    return term
