"""Accounts for the people of the register, many at once: who has none yet, what it will be called, and making them."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from officials.actions.account import create_account, hold_accounts
from officials.models import LeadingMember, Official, Unit, User
from officials.roles import Role
from officials.rules import username as rules


@dataclass
class Person:
    """Somebody of the register without an account, and what the account will hold. `role` is what the register makes of the person."""

    role: Role
    code: str
    name: str
    office: str
    unit: Unit | None
    links: dict = field(default_factory=dict)
    username: str = ""

    @property
    def key(self):
        return f"{self.role.value}-{self.code}"


def people_without_account() -> list[Person]:
    """Officials and leading members in office and the units' liaisons: whoever has no account. What one of them is to be called
    does not hang on who else gets an account."""
    people = [*officials(), *liaisons(), *leading_members()]
    taken = User.objects.annotate(lower=Lower("username")).values_list("lower", flat=True)
    for person, username in zip(people, rules.propose([person.name for person in people], taken=taken), strict=True):
        person.username = username
    return people


def officials():
    accounts = User.objects.filter(official=OuterRef("pk"))
    for official in Official.objects.in_office().filter(~Exists(accounts)).select_related("unit"):
        links = {"official": official, "unit": official.unit}
        yield Person(Role.SUBJECT, official.code, official.name, official.post, official.unit, links)


def liaisons():
    """Known to the register by name: whose account names the unit is one."""
    accounts = User.objects.filter(unit=OuterRef("pk"), name=OuterRef("liaison_name"))
    for unit in Unit.objects.exclude(liaison_name="").filter(~Exists(accounts)):
        yield Person(Role.LIAISON, unit.code, unit.liaison_name, unit.short_name, unit, {"unit": unit})


def leading_members():
    accounts = User.objects.filter(leading_member=OuterRef("pk"))
    for leader in LeadingMember.objects.in_office().filter(~Exists(accounts)):
        yield Person(Role.LEADER, leader.code, leader.name, leader.post, None, {"leading_member": leader})


@transaction.atomic
def create_accounts(keys: set[str], *, by) -> int:
    """An account for each of these people of the register; who has one by now is left out. Returns how many were made."""
    hold_accounts()
    people = [person for person in people_without_account() if person.key in keys]
    for person in people:
        create_account(username=person.username, name=person.name, office=person.office, by=by, **person.links)
    return len(people)
