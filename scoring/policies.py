"""Who prepares, holds the keys, counts, signs, confirms and reads a result (lifecycles.md §5, ballots.md §9.2)."""

from django.db.models import Exists, OuterRef, Q

from officials.models import RoleGrant
from officials.roles import Role
from reviews.policies import session as sessions
from scoring.models import PaperJob, RoundGroup, StepRequest

Step = StepRequest.Step
OPERATES = {  # who stands beside the scrutineer in a step of two (S19)
    Step.SETUP: Role.ORGANISER,
    Step.OPEN: Role.ORGANISER,
    Step.CLOSE: Role.ORGANISER,
    Step.VOID: Role.ORGANISER,
    Step.PUBLISH: Role.APPROVER,
    Step.CORRECT: Role.APPROVER,
    Step.ARCHIVE: Role.ORGANISER,
}
L0, L1, L2 = "L0", "L1", "L2"


def can_see_ballot(user, session):
    return sessions.can_enter(user, session, "ballot")


def can_prepare(user, session):
    return user.has_role(Role.ORGANISER)


def can_hold_keys(user, session):
    """Keys, cards and the opening are the scrutineers' own pages."""
    return user.has_role(Role.SCRUTINEER)


def can_note_cards(user, session):
    """Numbers of cards drawn and the reasons for those missing."""
    return user.has_role(Role.SCRUTINEER, Role.TELLER)


def can_see_numbers(user, session):
    """Cards per group, once the box is closed."""
    return user.has_role(Role.SCRUTINEER, Role.TELLER)


def can_note_ending(user, session):
    """The end of the round: the chair's word, and what was destroyed."""
    return user.has_role(Role.ORGANISER, Role.SCRUTINEER)


def may_name_rater(user):
    """Staff type for anybody of the group; a leading member only for himself or herself."""
    return user.has_role(Role.ORGANISER)


def can_enter_named(user, group):
    """Staff for every named group; a leading member for the one whose roster has the own name, and there only the own marks."""
    return may_name_rater(user) or (is_leading_member(user) and RoundGroup.objects.listing(rater_name(user)).contains(group))


def is_leading_member(user):
    return bool(user.has_role(Role.LEADER) and user.leading_member_id)


def rater_name(user):
    """How a leading member stands on rosters: by the register, not by the account."""
    return user.leading_member.name


def sides(user, step):
    """The sides a person may take in a step of two: "operator", "scrutineer", both or none."""
    operator = {"operator"} if user.has_role(OPERATES[step]) else set()
    return operator | ({"scrutineer"} if user.has_role(Role.SCRUTINEER) else set())


def can_take_part(user, step):
    return bool(sides(user, step))


def counterparts(first, step):
    """The roles of those who complete a step that this person asked for."""
    taken = sides(first, step)
    return ({Role.SCRUTINEER} if "operator" in taken else set()) | ({OPERATES[step]} if "scrutineer" in taken else set())


def completes(first, second, step):
    """Whether these two persons together are an operator and a scrutineer."""
    return first.pk != second.pk and second.has_role(*counterparts(first, step))


def completable(user):
    """The requests this person completes: `completes` said to the database, for many at once."""
    found = Q(pk__in=[])
    for role in set(OPERATES.values()):
        steps = Q(step__in=[step for step, operator in OPERATES.items() if operator == role])
        found |= steps & asked_by(Role.SCRUTINEER) if user.has_role(role) else Q()
        found |= steps & asked_by(role) if user.has_role(Role.SCRUTINEER) else Q()
    return found & ~Q(asked_by=user)


def asked_by(role):
    return Q(Exists(RoleGrant.objects.filter(user=OuterRef("asked_by"), role=role)))


# --- what comes into the score from outside the box ---------------------------------------------------------


def can_enter_occasions(user):
    return user.has_role(Role.ORGANISER)


def can_confirm_occasions(user):
    return user.has_role(Role.APPROVER)


def can_confirm_occasion(user, occasion):
    """Nobody confirms or refuses what the same person has entered."""
    return can_confirm_occasions(user) and occasion.entered_by_id != user.pk


def can_withdraw_occasion(user, occasion):
    """Who enters takes back what nobody has confirmed; what is confirmed only an approver withdraws who has not entered it."""
    return can_enter_occasions(user) if occasion.is_waiting else can_confirm_occasion(user, occasion)


def can_wipe(user):
    return user.has_role(Role.ORGANISER)


def can_see_schemes(user):
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.MEMBER, Role.SCRUTINEER, Role.TELLER)


def can_edit_scheme(user):
    return user.has_role(Role.ORGANISER)


def can_decide_schemes(user):
    """Lock them or send them back; the action refuses those who wrote or handed in."""
    return user.has_role(Role.APPROVER)


def can_decide_scheme(user, scheme):
    """Nobody locks what the same person wrote last or handed in."""
    return can_decide_schemes(user) and scheme.is_submitted and user.pk not in scheme.hands


# --- the result --------------------------------------------------------------------------------------------


def can_see_results(user, session):
    return sessions.can_enter(user, session, "results")


def can_sign_as(user, part):
    return user.has_role({"teller": Role.TELLER, "scrutineer": Role.SCRUTINEER}[part])


def can_confirm(user, session):
    return user.has_role(Role.APPROVER)


def can_see_ties(user, session):
    """Who is equal across a quota tells bands before anybody has signed: for those who count, and for the leader who decides."""
    return user.has_role(Role.SCRUTINEER, Role.TELLER) or can_confirm(user, session)


def level(user, count):
    """What of a count this person may read: None, L0, L1 or L2.

    Before it is confirmed only those who count see it; the leader who confirms it sees scores and bands once both have signed.
    """
    if user.has_role(Role.SCRUTINEER, Role.TELLER):
        return L2
    if user.has_role(Role.APPROVER):
        return L1 if count.is_confirmed else L0 if count.is_signed else None
    if user.has_role(Role.ORGANISER):
        return L1 if count.is_confirmed else None
    if user.has_role(Role.MEMBER, Role.LEADER, Role.VERIFIER):
        return L1 if count.is_published else None
    if user.has_role(Role.SUBJECT, Role.LIAISON):
        return L0 if count.is_published else None
    return None


def readable(user, counts):
    """Of the versions of a count, newest first, the one this person works with: the last of which he or she may read anything."""
    return next((count for count in counts if level(user, count)), counts[0] if counts else None)


def can_print_exact(user, count):
    """The scrutineers' record with exact values: for those who read them, of a count that both have signed."""
    return level(user, count) == L2 and count.is_signed


def can_recount(user, count):
    """Those who answer for the count, as soon as they may read it."""
    return bool(level(user, count)) and reads_before_publication(user)


def reads_before_publication(user):
    """Whether this person reads a result as soon as it is confirmed, or earlier."""
    return user.has_role(Role.SCRUTINEER, Role.TELLER, Role.APPROVER, Role.ORGANISER)


def sees_everybody(user):
    """Officials and their liaisons read only their own result."""
    return user.has_role(*(set(Role) - {Role.SUBJECT, Role.LIAISON}))


def can_read_reason(user):
    """Why a result was corrected: beside both versions it may tell what a named rater gave, so it is not for the officials."""
    return sees_everybody(user)


def can_see_result(user, result):
    """One official's result; `level` says how much of it."""
    if not can_see_results(user, result.subject.session) or level(user, result.count) is None:
        return False
    return _is_told(user, result)


def awaits_results(user, session):
    """Whether this person reads the results of the session, only not yet."""
    return sessions.can_enter_later(user, session, "results")


def awaits_result(user, result):
    """The same of one official's."""
    session = result.subject.session
    return (can_see_results(user, session) or awaits_results(user, session)) and _is_told(user, result)


def _is_told(user, result):
    return sees_everybody(user) or result.subject.session.subjects.of(user).filter(pk=result.subject_id).exists()


def can_get_paper(user, count, kind):
    """The count sheet for those who sign it, signed for the leader who confirms it; all else once the count offers it."""
    if kind == PaperJob.Kind.COUNT_SHEET:
        return (
            user.has_role(Role.SCRUTINEER, Role.TELLER)
            or (count.is_signed and user.has_role(Role.APPROVER))
            or (count.is_confirmed and user.has_role(Role.ORGANISER, Role.ARCHIVIST))
        )
    if not count.offers(kind):
        return False
    if kind == PaperJob.Kind.SESSION_FILE:
        return user.has_role(Role.ORGANISER, Role.APPROVER, Role.ARCHIVIST)
    return user.has_role(Role.ORGANISER, Role.APPROVER, Role.SCRUTINEER, Role.TELLER, Role.ARCHIVIST)
