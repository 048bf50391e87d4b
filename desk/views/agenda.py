"""Whose desk holds what: the lines of every role a person has, once each."""

from desk import policies
from desk.views import agenda_office, agenda_others, agenda_reader, agenda_unit
from desk.views.line import in_order
from officials.roles import Role

BY_ROLE = {
    Role.ORGANISER: agenda_office.office,
    Role.APPROVER: agenda_office.leader,
    Role.MEMBER: agenda_reader.member,
    Role.LEADER: agenda_reader.leader,
    Role.SUBJECT: agenda_unit.unit,
    Role.LIAISON: agenda_unit.unit,
    Role.VERIFIER: agenda_others.verifier,
    Role.SCRUTINEER: agenda_others.table,
    Role.TELLER: agenda_others.table,
    Role.PETITION_CLERK: agenda_others.petition,
    Role.ARCHIVIST: agenda_others.archive,
    Role.SYSADMIN: agenda_others.system,
    Role.SECADMIN: agenda_others.system,
    Role.AUDITADMIN: agenda_others.audit,
}


def lines(user, today):
    """Everything this person has to do, most urgent first."""
    sources = dict.fromkeys(BY_ROLE[role] for role in policies.desks(user))
    found = dict.fromkeys(line for source in sources for line in source(user, today))
    return in_order(found, today)
