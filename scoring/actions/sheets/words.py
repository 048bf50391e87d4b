"""Words and figures as every paper writes them."""

import os
import re
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.calendar import written
from core.days import day_weekday
from officials.models import Unit
from scoring import rules

# Not the 市 of 城市, 市场 and 市政, nor the 区 of 开发区, 城区, 园区 and 社区.
DISTRICT = re.compile("(?:[^市区县]{2,}市(?<!城市)(?![场政]))?(?:[^市区县]+(?:(?<!开发)(?<![城园社])区|县))?")


def short_units(names):
    """The units without the city and district of all that begin with any; whoever reads knows where he or she is."""
    districts = [district for name in names if (district := DISTRICT.match(name)[0])]
    together = os.path.commonprefix(districts)  # noqa: RUF071 names, not paths
    district = DISTRICT.match(together)[0]
    rests = [name.removeprefix(district) for name in names]
    return names if any(rest[:1] in ("", "委") for rest in rests) else rests  # 区委 is one word


def moment(at):
    return date_format(localtime(at), "Y年n月j日 H:i") if at else rules.MISSING


def clock(at):
    return date_format(localtime(at), "H:i") if at else rules.MISSING


def grouped(digest):
    """The first 16 characters of a hash in groups of four."""
    return " ".join(digest[n : n + 4] for n in range(0, 16, 4))


def category_name(subject):
    """In words, as the register calls it."""
    return str(dict(Unit.Category.choices).get(subject.category, subject.category))


def band_word(band):
    return _("待裁定") if band == rules.PENDING else band or ""


def band_note(result, row):
    """“80 分以上，不满 90 分”, of the row of a table; a quota may have moved it to another band than the score reaches, or a ruling over
    those who are equal at its edge has."""
    if not row.get("score") or band_word(row["band"]) in ("", band_word(rules.PENDING)):
        return ""
    bands, code = result.count.round.scheme.body.get("bands", []), result.subject.code
    reached = next((n for n, band in enumerate(bands) if rules.number(row["score"]) >= rules.number(band["min"])), None)
    if reached is None:
        return ""
    if any(code in ruling.get("candidates", ruling["chosen"]) for ruling in result.count.decisions):
        return _("经裁定列入")
    return band_range(bands, reached) if bands[reached]["label"] == row["band"] else _("按名额规则列入")


def band_range(bands, n):
    """The words of the n-th band: of the highest its lower edge, of the lowest, which begins at 0, its upper one."""
    edges = {"low": bands[n]["min"], "top": bands[n - 1]["min"]}
    if not n:
        return _("%(low)s 分以上") % edges
    if not rules.number(bands[n]["min"]):
        return _("不满 %(top)s 分") % edges
    return _("%(low)s 分以上，不满 %(top)s 分") % edges


def adjusted(row):
    """“加 5 分，扣 2 分” of a row of a table: what came from outside the box; "" for nothing."""
    said = [points] if (points := points_of(row)) else []
    return _("，").join([*said, *([_("一票否决")] if row.get("vetoed") else [])])


def points_of(row):
    """The same without the veto."""
    parts = [("bonus", _("加 %(n)s 分")), ("deducted", _("扣 %(n)s 分"))]
    return _("，").join(text % {"n": rules.numbers.shown(rules.number(row[name]))} for name, text in parts if row.get(name))


def no_score(row):
    return _("按公布规则暂不公布") if "held" in row else _("不出分")


def reasons(result, *, exact=False):
    """Why this official has no score, a sentence each; `exact` for the scrutineers. A score that is held is held without a reason."""
    words = rules.REASONS if exact else rules.PUBLIC_REASONS
    found = result.count.result["subjects"][result.subject.code]["reasons"]
    return list(dict.fromkeys(str(words[reason]) for reason in found))


def ranked_where(count, subject):
    """The base of the rank: the category, or all of them where the scheme says so."""
    return _("全场") if is_ranked_together(count) else category_name(subject)


def ranked_among(count, subject, *, exact=False):
    """“共 8 人：7 人参加排名，1 人一票否决”, of whom a rank is one; where somebody's score is held only how many they are, but for the
    scrutineers (`exact`)."""
    subjects, table = count.result["subjects"], count.table_l0["rows"]
    pool = [
        code
        for code, row in subjects.items()
        if is_ranked_together(count) or row["category"] == subjects[subject.code]["category"]
    ]
    vetoed = sum(not subjects[code].get("award_eligible", True) for code in pool)
    blocked = sum(subjects[code]["status"] == "blocked" for code in pool)
    said = _("共 %(n)d 人") % {"n": len(pool)}
    if not vetoed + blocked or (not exact and any("held" in table[code] for code in pool)):
        return said
    parts = [_("%(n)d 人参加排名") % {"n": len(pool) - vetoed - blocked}]
    parts += [_("%(n)d 人一票否决") % {"n": vetoed}] if vetoed else []
    parts += [_("%(n)d 人不出分") % {"n": blocked}] if blocked else []
    return _("%(all)s：%(parts)s") % {"all": said, "parts": _("，").join(parts)}


def is_ranked_together(count):
    return count.round.scheme.body.get("rank_base") == "session"


def steps(result, *, exact=False):
    """From marks to band in numbered steps, for page and paper: printed values, or the exact ones, which are the scrutineers' (L2)."""
    return result.trace_l2 if exact else result.trace_l1


def weight_text(weight):
    """As the explain sheet writes it, so that one paper shows one weight."""
    return rules.weight_text(Fraction(weight))


def printed_means():
    """Why a pocket calculator gives another score than the one printed beside these means (scoring.md, publish)."""
    return _(
        "平均分四舍五入后印出：不记名票种计分不足 20 票的印整数，其余印一位小数；得分用没有四舍五入的准确值合成，所以用印出的平均分乘权重，会与得分略有出入。"
    )


def legend():
    """What the marks of a table mean, and why its means are not exact."""
    return [_("“*”按公布规则不单独公布，“–”没有单独的分数。"), printed_means()]


def tellers():
    return [_("监票人"), _("监票人"), _("计票人"), _("会议主持人")]


def signed(count):
    """Who signed and confirmed in the system, and when; the lines below it are for the pen."""
    if not count.is_confirmed:
        return ""
    times = [count.teller_at, count.scrutineer_at, count.confirmed_at]
    days = {localtime(at).date() for at in times}
    at = clock if len(days) == 1 else moment
    told = {"teller": count.teller, "scrutineer": count.scrutineer, "leader": count.confirmed_by}
    told |= dict(zip("tsc", map(at, times), strict=True))
    said = _("计票人%(teller)s %(t)s，监票人%(scrutineer)s %(s)s；审批领导%(leader)s %(c)s 确认。") % told
    on = _("（%(day)s）") % {"day": written(days.pop())} if len(days) == 1 else ""
    return _("系统内签字%(on)s：%(said)s") % {"on": on, "said": said}


def absence(subject):
    """What stands beside the score of an official who did not come, "" of the others; the reason stands in the session's file alone."""
    if not subject.absence:
        return ""
    return _("%(name)s没有到会述责述廉；票卡会前已经印好，票上仍有其名，得分是在缺席时评出的。") % {"name": subject.name}


def of_session(session):
    return {"title": session.title, "date": day_weekday(session.date), "place": session.place}


def edition(count, *, tells_why=True):
    """What a corrected paper says under its title, and one that a correction has replaced; "" for a first version that holds. Why, a
    paper that an official gets does not tell."""
    said = []
    if count.correction:
        why = _("，更正理由：%(reason)s") % {"reason": count.correction.reason} if tells_why else ""
        told = {"edition": count.edition, "why": why, "who": count.correction.asked_by, "second": count.correction.confirmed_by}
        said.append(_("%(edition)s%(why)s。%(who)s提出，%(second)s确认；选票不变，选票根码与前一版相同。") % told)
    if later := count.superseded_by:
        told = {"n": count.version, "later": later.version, "at": moment(later.publication.at)}
        said.append(_("本件为第 %(n)d 版，已由 %(at)s 公布的更正版第 %(later)d 版取代，只供查对。") % told)
    return "".join(said)


def document(count, code):
    session = count.round.session
    again = f"-{count.version}" if count.version > 1 else ""
    marking = _("演练，不作数") if session.is_rehearsal else _("内部")
    return {
        "code": f"{code}-{session.serial}-{count.round.number:02d}{again}",
        "marking": marking,
        "session": session.title,
        "producer": settings.COMMISSION,
        "at": moment(timezone.now()),
    }
