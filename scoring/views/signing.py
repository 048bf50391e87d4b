"""What waits at a count for whom: the two signatures, the leader's decision and confirmation, the publication."""

from django.urls import reverse
from django.utils.translation import gettext as _

from scoring import policies
from scoring.actions import sheets
from scoring.actions import signing as actions
from scoring.views import checklist

PARTS = ("teller", "scrutineer")


def signing_context(user, session, round, count, now):
    others = parts_to_sign(user, count)[1:]  # the first is the next step of the page
    signed = [
        {
            "part": part,
            "label": part_name(part),
            "who": getattr(count, part),
            "at": getattr(count, f"{part}_at"),
            "offer": signature(count, part) if part in others else None,
        }
        for part in PARTS
    ]
    return {
        "signed": signed,
        "problems": actions.signing_blockers(count) if policies.can_see_ballot(user, session) else [],
    }


def ruling_context(user, session, newest):
    """Ties of the newest version, which the leader who settles them may not read yet."""
    return {
        "decisions": ties(session, newest) if policies.can_see_ties(user, session) else [],
        "may_decide": policies.can_confirm(user, session) and not newest.teller_at and not newest.scrutineer_at,
    }


def ties(session, count):
    """Those equal across a quota, of whom some get the places."""
    names = {subject.code: subject.name for subject in session.subjects.all()} if count.decisions_needed else {}
    return [
        {
            **needed,
            "people": [{"code": code, "name": names[code]} for code in needed["candidates"]],
            "n": n,
            "edition": count.edition,
        }
        for n, needed in enumerate(count.decisions_needed)
    ]


def step_of(user, session, round, count, waits, place, now):
    """Confirm, then publish; before the count the ballot's own step."""
    if round is None or not policies.can_see_ballot(user, session):
        return None
    if count is None or place.stop == "void":
        step = checklist.next_step(user, session, round, count, waits, place, now=now)
        here = reverse("scoring:ballot", args=[session.uid])
        return {"title": step["title"], "why": step["why"], "link": here, "button": _("去评廉"), "blockers": []}
    if round.correction:
        return checklist.next_step(user, session, round, count, waits, place, now=now)
    if count.decisions_needed and not count.is_confirmed:
        return ruling(user, session)
    if not count.is_confirmed:
        part = next(iter(parts_to_sign(user, count)), None)
        return signature(count, part) if part else confirmation(user, session, count)
    if not count.is_published:
        return checklist.next_step(user, session, round, count, waits, place, now=now)
    return None


def ruling(user, session):
    """Who of those equal across a quota gets the places, before anybody signs."""
    step = {
        "title": _("裁定同分者的名额"),
        "why": _("得分相同者跨过名额线，由审批领导裁定；裁定以后才能签字、确认。"),
        "blockers": [],
    }
    return step | ({"link": "#decide-0", "button": _("去裁定")} if policies.can_confirm(user, session) else {})


def part_name(part):
    return _("计票人") if part == "teller" else _("监票人")


def parts_to_sign(user, count):
    """The signatures that are this person's to give: not yet given, and none of them while the other is the own."""
    if actions.signing_blockers(count) or user.pk in (count.teller_id, count.scrutineer_id):
        return []
    return [part for part in PARTS if not getattr(count, f"{part}_at") and policies.can_sign_as(user, part)]


def seen(count):
    """What a question about a count sends back."""
    return {"hidden_name": "seen", "hidden_value": count.result_hash}


def signature(count, part):
    """The step of signing, with the question that says what is signed."""
    groups, session = count.sheet["groups"], count.round.session
    told = {
        "part": part_name(part),
        "title": f"{session.title}（{count.edition}）" if count.edition else session.title,
        "n": count.round.number,
        "issued": sum(group["issued"] for group in groups),
        "returned": sum(group["returned"] for group in groups),
        "people": len(count.sheet["officials"]),
        "hash": sheets.grouped(count.result_hash),
    }
    return {
        "title": _("核对计票，签字"),
        "button": _("以%(part)s身份签字") % told,
        "url": reverse("scoring:results_sign", args=[session.uid, part]),
        "why": _("请把计票报告单和结果表与现场记录逐项对照，无误后签字。"),
        "confirm": {
            "title": _("以%(part)s身份签字？") % told,
            "text": _(
                "您签字确认：%(title)s第 %(n)d 轮，实发 %(issued)d 张，收回 %(returned)d 张，%(people)d 位对象的结果已经核对，"
                "结果摘要 %(hash)s。签字不能撤回。"
            )
            % told
            + (_("签字以后，名额不能再裁定。") if count.decisions or count.decisions_needed else ""),
            "yes": _("签字"),
            **seen(count),
        },
    }


def confirmation(user, session, count):
    blockers = [{"text": text} for text in actions.confirm_blockers(count)]
    step = {
        "title": _("核对签字，确认结果"),
        "button": _("确认结果"),
        "why": _("计票人、监票人各自签字后，由审批领导确认。确认后只能由两人提出更正，另出一版。"),
        "blockers": blockers,
    }
    if not policies.can_confirm(user, session):
        return step
    told = {"teller": count.teller, "scrutineer": count.scrutineer, "hash": sheets.grouped(count.result_hash)}
    text = (_("%(edition)s。") % {"edition": count.edition} if count.edition else "") + (
        _(
            "计票人%(teller)s、监票人%(scrutineer)s已经签字，结果摘要 %(hash)s。确认以后可以公布；再发现差错，只能由两人提出更正，另出一版。"
        )
        % told
    )
    question = {"title": _("确认这次评议的结果？"), "text": text, "yes": _("确认结果"), **seen(count)}
    url = reverse("scoring:results_confirm", args=[session.uid])
    return step | {"url": url, "blocked": bool(blockers), "confirm": question}
