"""Term, rules, people and units of the fictional district, from `desk/demo/domain_data.json`, and the outline that comes along."""

import datetime as dt
import functools
import json

from django.conf import settings
from django.utils import timezone

from officials.actions import set_term
from officials.models import CommitteeMember, LeadingMember, Official, Representative, Unit
from reviews.actions import outline, plan

CATEGORIES = {str(label): value for value, label in Unit.Category.choices}
GENDERS = {str(label): value for value, label in Official.Gender.choices}
STATUSES = {str(label): value for value, label in Official.Status.choices}
KINDS = {str(label): value for value, label in Representative.Kind.choices}


@functools.cache
def data():
    return json.loads((settings.ROOT / "desk/demo/domain_data.json").read_text())


def day(text):
    return dt.date.fromisoformat(text)


def load():
    """Everything that stands before the first meeting."""
    term = data()["district"]["party_term"]
    next_year = timezone.localdate() + dt.timedelta(days=365)  # the meetings lie around today, whenever that is
    set_term(name=term["name"], starts_on=day(term["start"]), ends_on=max(day(term["end"]), next_year), by=None)
    plan.adopt_rule_set(
        name="科级党政主要负责人述责述廉暂行办法（样例）",
        version=1,
        citation="云纪发〔2024〕6号",
        in_force_from=day(term["start"]),
        dispersed=(1, 3),
        concentrated=(5, 10),
        questions=(2, 3),
        report_rounds=3,
        plan_days=10,
        rectification_months=1,
        by=None,
    )
    outline.adopt_outline(**json.loads(outline.SHIPPED.read_text()), by=None)
    load_raters()
    load_register()


def load_raters():
    LeadingMember.objects.bulk_create(LeadingMember(**leader) for leader in data()["district_leaders"])
    CommitteeMember.objects.bulk_create(CommitteeMember(**member) for member in data()["committee_members"])
    Representative.objects.bulk_create(
        Representative(code=r["code"], name=r["name"], kind=KINDS[r["kind"]]) for r in data()["representatives"]
    )


def load_register():
    """Units and officials, in bulk; the pages import the same from Excel."""
    leaders = dict(LeadingMember.objects.values_list("code", "pk"))
    Unit.objects.bulk_create(
        Unit(
            code=u["code"],
            name=u["name"],
            short_name=u["short_name"],
            category=CATEGORIES[u["category"]],
            sector=u["sector"],
            leading_member_id=leaders[u["leading_member_code"]],
            liaison_name=u["liaison_name"],
            staff_count=u["staff_count"],
            party_organisation=u["party_org_type"],
        )
        for u in data()["units"]
    )
    units = dict(Unit.objects.values_list("code", "pk"))
    officials = [official(o, units) for o in data()["officials"]]
    Official.objects.bulk_create(officials)


def official(o, units):
    made = Official(
        code=o["code"],
        name=o["name"],
        gender=GENDERS[o["gender"]],
        birth_year=o["birth_year"],
        unit_id=units[o["unit_code"]],
        post=o["post"],
        rank=o["rank"],
        is_party_head=o["is_party_head"],
        is_admin_head=o["is_admin_head"],
        term_starts_on=day(o["term_start"]),
        term_ends_on=day(o["term_end"]),
        status=STATUSES[o["status"]],
    )
    made.index_name()
    return made
