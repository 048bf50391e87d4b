"""The outline that reports are written in."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from reviews.models import ReportTemplate
from reviews.rules import outline as rules

SHIPPED = Path(__file__).parent.parent / "outlines" / "three-aspects-nine-items.json"


@transaction.atomic
def adopt_outline(*, name: str, version: int, aspects: list, by) -> ReportTemplate:
    """Enter a version of the outline; reports begun from now on follow it. A version never changes; safe to repeat."""
    if faults := rules.faults(aspects):
        raise RuleViolation(faults)
    template = ReportTemplate(name=name, version=version, outline=rules.canonical(aspects))
    template.clean_fields()
    if kept := ReportTemplate.objects.filter(name=template.name, version=template.version).first():
        if kept.outline != template.outline:
            raise RuleViolation(_("%(outline)s已经录入，不能再改；改过的请用新的版本号") % {"outline": kept})
        return kept
    template.save()
    audit.record("adopt_outline", template, by=by, items=[item["code"] for item in template.items])
    return template
