"""Words and figures as every paper writes them."""

from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.days import day_weekday
from officials.models import Unit
from scoring import rules


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


def band_note(body, score):
    """“80 分以上，不满 90 分”."""
    if not score:
        return ""
    bands = body.get("bands", [])
    return next((band_range(bands, n) for n, band in enumerate(bands) if rules.number(score) >= rules.number(band["min"])), "")


def band_range(bands, n):
    """The words of the n-th band: of the highest its lower edge, of the lowest, which begins at 0, its upper one."""
    edges = {"low": bands[n]["min"], "top": bands[n - 1]["min"]}
    if not n:
        return _("%(low)s 分以上") % edges
    if not rules.number(bands[n]["min"]):
        return _("不满 %(top)s 分") % edges
    return _("%(low)s 分以上，不满 %(top)s 分") % edges


def no_score(row):
    return _("按公布规则暂不公布") if "held" in row else _("不出分")


def reasons(result, *, exact=False):
    """Why this official has no score, a sentence each; `exact` for the scrutineers. A score that is held is held without a reason."""
    words = rules.REASONS if exact else rules.PUBLIC_REASONS
    found = result.count.result["subjects"][result.subject.code]["reasons"]
    return list(dict.fromkeys(str(words[reason]) for reason in found))


def weight_text(weight):
    """As the explain sheet writes it, so that one paper shows one weight."""
    return rules.weight_text(Fraction(weight))


def printed_means():
    """Why a pocket calculator gives another score than the one printed beside these means (scoring.md, publish)."""
    return _(
        "平均分四舍五入后印出：不记名票种计分不足 20 票的印整数，其余印一位小数；得分用没有四舍五入的准确值合成，所以用印出的平均分乘权重，会与得分略有出入。"
    )


def tellers():
    return [_("监票人"), _("监票人"), _("计票人"), _("会议主持人")]


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
        "code": f"{code}-{session.date:%Y%m%d}-{count.round.number:02d}{again}",
        "marking": marking,
        "producer": settings.COMMISSION,
        "at": moment(timezone.now()),
    }
