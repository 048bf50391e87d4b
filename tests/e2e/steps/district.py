"""What stands on the server before the first meeting: leaders, the term, the rules by command, and ready accounts."""

from django.core.management import call_command

from officials.models import Official
from officials.roles import Role
from tests import factories

PASSWORD = factories.PASSWORD
NAMES = {
    "deputy": ("钟离越", Role.ORGANISER),
    "approver": ("袁秉柏", Role.APPROVER),
    "member": ("费泽川", Role.MEMBER),
    "scrutineer": ("俞舒源", Role.SCRUTINEER),
    "teller": ("倪松言", Role.TELLER),
    "verifier": ("尹桐石", Role.VERIFIER),
    "petition": ("信访甲", Role.PETITION_CLERK),
}


def lay_foundations():
    """What stands before the register comes in."""
    leader = factories.LeadingMemberFactory(code="L01", name="姜景舟", post="区委常委、副区长")
    factories.TermFactory()
    factories.ReportTemplateFactory()
    call_command(
        "add_rule_set", "述责述廉暂行办法", "--edition=1", "--citation=云纪发〔2024〕6号", "--from=2024-07-01", verbosity=0
    )
    people = {
        key: factories.UserFactory(username=key, name=name, roles=[role], password=PASSWORD, email=f"{key}@example.org")
        for key, (name, role) in NAMES.items()
    }
    people["leader"] = factories.UserFactory(
        username="leader", name="姜景舟", roles=[Role.LEADER], leading_member=leader, password=PASSWORD
    )
    return people


def accounts_of_the_reviewed():
    """Once the register is in: the official who answers, and the liaison of the unit."""
    official = Official.objects.get(name="章静澜")
    subject = factories.UserFactory(
        username="subject", name=official.name, roles=[Role.SUBJECT], official=official, password=PASSWORD
    )
    liaison = factories.UserFactory(
        username="liaison",
        name="闻知远",
        roles=[Role.LIAISON],
        unit=official.unit,
        password=PASSWORD,
        email="liaison@example.org",
    )
    return {"subject": subject, "liaison": liaison}
