"""会议记录: the words of each section, from what happened. Plain values in and out; moments come as they are to be written."""

from django.utils.translation import gettext as _

from core.calendar import written
from reviews.rules.comment import problem_lines


def lines(*found: str) -> str:
    """A section: one line a fact, those that did not happen left out."""
    return "\n".join(line for line in found if line)


def opening(
    *, day, planned, at: str, title: str, place: str, chair: str, present: int, expected: int, needed: int, subjects: list
) -> str:
    """How the meeting began, on which `day`, and for which it was `planned` where that is another; `subjects` as (name, unit, post)."""
    told = {"day": written(day), "planned": written(planned), "at": at, "title": title, "place": place, "chair": chair}
    here = {"present": present, "expected": expected}
    names = _("、").join(_("%(name)s（%(unit)s%(post)s）") % {"name": n, "unit": u, "post": p} for n, u, p in subjects)
    return lines(
        (
            _("%(day)s %(at)s，%(title)s在%(place)s召开，%(chair)s主持。") % told
            if day == planned
            else _("%(day)s %(at)s，%(title)s在%(place)s召开（原定%(planned)s），%(chair)s主持。") % told
        ),
        (
            _("应到 %(expected)d 人，实到 %(present)d 人，超过应到人数的三分之二。") % here
            if present >= needed
            else _("应到 %(expected)d 人，实到 %(present)d 人，不足应到人数的三分之二。") % here
        )
        if expected
        else "",
        _("依次述责述廉：%(names)s。") % {"names": names} if names else "",
    )


def attendance(groups: list[tuple]) -> str:
    """Who was there, as (group, expected, present, names, absent): a list of names where there is one."""
    return lines(*(group_line(*group) for group in groups))


def group_line(name, expected, present, names, absent):
    told = {"name": name, "expected": expected, "present": present}
    line = _("%(name)s：应到 %(expected)d 人，实到 %(present)d 人。") % told
    if names:
        line += _("出席：%(names)s。") % {"names": _("、").join(names)}
    if names and absent:
        line += _("缺席：%(names)s。") % {"names": _("、").join(absent)}
    return line


def statement(name: str, *, began: str, ended: str, used: int, planned: int, away: int) -> str:
    """`away` are the minutes of other items in between."""
    if not (began and ended):
        return ""
    told = {"name": name, "began": began, "ended": ended, "used": used, "planned": planned, "away": away}
    if away:
        said = _(
            "%(began)s 至 %(ended)s，%(name)s述责述廉，用时 %(used)d 分钟（计划 %(planned)d 分钟），其间另有 %(away)d 分钟转入其他环节。"
        )
        return said % told
    return _("%(began)s 至 %(ended)s，%(name)s述责述廉，用时 %(used)d 分钟（计划 %(planned)d 分钟）。") % told


def absence(name: str, reason: str) -> str:
    return _("%(name)s没有到会：%(reason)s。没有述责述廉、质询和点评。") % {"name": name, "reason": reason.rstrip("。")}


def question(n: int, text: str, *, is_from_floor: bool, answer: str, is_unsatisfactory: bool, inquiry_due_on=None) -> str:
    """A question with its answer, whether the hall was not content, and by when it is to be answered in writing."""
    told = {"n": n, "text": text}
    asked = _("第 %(n)d 问（现场提问）：%(text)s") if is_from_floor else _("第 %(n)d 问：%(text)s")
    return lines(
        asked % told,
        _("答复：%(text)s") % {"text": answer} if answer else "",
        discontent(is_unsatisfactory, inquiry_due_on),
    )


def discontent(is_unsatisfactory, inquiry_due_on):
    if inquiry_due_on:
        return _("对这一答复不满意，提出质询书，%(due)s前书面答复，列入整改问题。") % {"due": written(inquiry_due_on)}
    return _("对这一答复不满意，列入整改问题。") if is_unsatisfactory else ""


def commitment(text: str, due) -> str:
    return _("承诺：%(text)s，%(due)s前完成。") % {"text": text.rstrip("。；"), "due": written(due)}


def comment(leader: str, post: str, *, strengths: str, problems: str) -> str:
    said = _("%(leader)s（%(post)s）点评：") % {"leader": leader, "post": post}
    if strengths:
        said += _("肯定：%(text)s。") % {"text": strengths.strip().rstrip("。")}
    found = [line.rstrip("。；") for line in problem_lines(problems)]
    found = [f"{n}．{line}" for n, line in enumerate(found, 1)] if len(found) > 1 else found
    return said + _("存在问题：%(text)s。") % {"text": "；".join(found)}


def hands(outcome: str) -> str:
    return _("满意度举手：%(outcome)s。") % {"outcome": outcome.rstrip("。")} if outcome else ""


def voting(*, opened: str, by: str, closing: str, closed: str, received: int | None, code: str) -> str:
    """The vote of a round that counts; how many ballots came in only once nothing more can."""
    return lines(
        _("%(at)s 宣布投票开始（%(by)s共同办理），票箱校验码 %(code)s。") % {"at": opened, "by": by, "code": code}
        if opened
        else "",
        _("%(at)s 宣布投票截止。") % {"at": closing} if closing else "",
        _("%(at)s 停止收票，票箱共收到 %(n)d 张。") % {"at": closed, "n": received} if closed and received is not None else "",
    )


def void(n: int, at: str) -> str:
    """A round given up. Why stands in its own record alone: a reason may hold numbers (ballots.md B5)."""
    return _("第 %(n)d 轮投票于 %(at)s 作废，另发票卡；理由见本轮作废记录。") % {"n": n, "at": at}


def counting(
    *, corrected: str, counted: str, signed: str, teller: str, scrutineer: str, confirmed: str, confirmed_by: str, published: str
) -> str:
    """One version of the count up to its publication, `corrected` the line of what led to another one, `signed` when both had; no
    score, for those stand in papers of their own."""
    signing = {"at": signed, "teller": teller, "scrutineer": scrutineer}
    return lines(
        corrected,
        _("%(at)s 开箱计票完成。") % {"at": counted} if counted else "",
        _("%(at)s 计票人%(teller)s、监票人%(scrutineer)s签字。") % signing if signed else "",
        _("%(at)s %(who)s确认评议结果。") % {"at": confirmed, "who": confirmed_by} if confirmed else "",
        _("%(at)s 公布结果，得分、等次见评议结果汇总表。") % {"at": published} if published else "",
    )


def correction(*, at: str, n: int, asked_by: str, confirmed_by: str) -> str:
    """What led to another version of the count. Why stands on the papers of that version alone: a reason may hold numbers."""
    told = {"at": at, "n": n, "asked_by": asked_by, "confirmed_by": confirmed_by}
    return _("%(at)s %(asked_by)s提出、%(confirmed_by)s同意更正，重新计票，另出第 %(n)d 版。") % told


def ending(at: str) -> str:
    return _("%(at)s 密封票当众销毁，见评议票箱终结记录。") % {"at": at} if at else ""


def step(what: str, began: str, ended: str) -> str:
    """An item of the run sheet of which nothing is noted but when it took place."""
    return _("%(began)s 至 %(ended)s %(what)s。") % {"what": what, "began": began, "ended": ended}


def closing(at: str, breaks: list[tuple[str, str, int]] = ()) -> str:
    """The end, and when the meeting paused, as (from, to, minutes of other items in between)."""
    return lines(*(pause(*one) for one in breaks), _("%(at)s 会议结束。") % {"at": at} if at else "")


def pause(began, ended, away):
    told = {"began": began, "ended": ended, "away": away}
    if away:
        return _("%(began)s 至 %(ended)s 休息，其间另有 %(away)d 分钟转入其他环节。") % told
    return _("%(began)s 至 %(ended)s 休息。") % told


# --- the record and one's own words ----------------------------------------------------------------------------------


def news(recorded: str, now: str) -> list[str]:
    """The lines that the record has now and had not when somebody wrote words of his or her own."""
    known = set(recorded.splitlines())
    return [line for line in now.splitlines() if line not in known]


def submit_blockers(*, has_begun: bool, is_over: bool, is_counted: bool, outdated: list[str]) -> list[str]:
    """Every reason why the minutes may not be handed in yet; `outdated` are sections with words of one's own and news."""
    if not has_begun:
        return [_("会议还没有开始")]
    reasons = [] if is_over else [_("会议还没有结束")]
    if not is_counted:
        reasons.append(_("还没有计票，会场记录还会变"))
    reasons += [_("“%(title)s”改写以后又有新的记录，请补入或者注明不补") % {"title": title} for title in outdated]
    return reasons
