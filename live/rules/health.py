"""体检: what would stop or disturb the meeting, told before it begins. Red stops it, yellow disturbs it; what is well is said too."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.rules.session import Blocker, named

GIGABYTE = 1_000_000_000


@dataclass(frozen=True)
class Point:
    """One thing looked at: "bad", "warn" or "ok", and the page (URL name; takes the session) where it is cured."""

    level: str
    text: str
    cure: str = ""
    label: str = ""


def preparation(blockers: list[Blocker], *, is_ready: bool, is_approved: bool) -> list[Point]:
    """The preparation: what the session's own rule says, and whether somebody has said that it is ready."""
    if not is_approved:
        return [Point("bad", _("会议还没有批准"), "reviews:session", _("看筹备"))]
    points = [Point("ok" if b.met else "bad", b.text, b.cure, b.label) for b in blockers]
    if is_ready:
        points.append(Point("ok", _("已确认准备就绪")))
    elif all(b.met for b in blockers):
        points.append(Point("bad", _("筹备已齐，还没有确认准备就绪"), "reviews:session", _("去确认")))
    return points


def people(groups: list[tuple[str, int, int]], *, missing_roles: list[str]) -> list[Point]:
    """Who is expected, as (group, expected, on the list), and which parts of the ballot nobody can take."""
    points = [Point("bad", _("没有启用的%(role)s账号") % {"role": role}) for role in missing_roles]
    if not groups:
        points.append(Point("bad", _("还没有列明参会人员"), "reviews:session_audience", _("列明人员")))
    for name, expected, listed in groups:
        words = {"name": name, "expected": expected, "listed": listed}
        if not expected:
            points.append(Point("warn", _("%(name)s应到 0 人") % words, "reviews:session_audience", _("列明人员")))
        elif listed and listed != expected:
            text = _("%(name)s应到 %(expected)d 人，名单上有 %(listed)d 人") % words
            points.append(Point("warn", text, "reviews:session_audience", _("列明人员")))
    if not points:
        points.append(Point("ok", _("各票种应到人数已列明，各种身份都有人")))
    return points


def ballot(stop: str, groups: list[tuple[str, int, int]]) -> list[Point]:
    """How far the ballot is (`stop`: none, box, keys, cards, ready, begun or void), and of each group the cards made for and the
    people expected."""
    missing = {
        "none": _("计分方案还没有锁定"),
        "box": _("票箱还没有建立"),
        "keys": _("开箱钥匙还没有制作"),
        "cards": _("票卡还没有打印"),
        "void": _("票箱已经作废，票卡不能再用，须另立一轮"),
    }
    if stop in missing:
        return [Point("bad", missing[stop], "scoring:ballot", _("去准备评议票"))]
    if stop == "begun":
        return [Point("ok", _("投票已经开始"))]
    short = [
        Point(
            "warn",
            _("%(name)s按 %(made)d 人备卡，应到 %(n)d 人") % {"name": name, "made": made, "n": n},
            "scoring:ballot",
            _("看票卡"),
        )
        for name, made, n in groups
        if made < n
    ]
    return short or [Point("ok", _("票卡已备好"))]


def outside(reasons: list[str], *, takes_any: bool) -> list[Point]:
    """What comes into the scores from outside the box: whatever is still open stops the opening, though not the meeting."""
    if reasons:
        return [Point("warn", text, "scoring:occasion_list", _("去办会外事项")) for text in reasons]
    return [Point("ok", _("会外事项没有待办的"))] if takes_any else []


def comments(*, leaders: int, orphans: list[str], undrafted: list[tuple[str, int]]) -> list[Point]:
    """Whether there is somebody to comment on everybody, and who has comments still to prepare, as (leader, how many)."""
    if not leaders:
        return [Point("bad", _("没有区领导名册，点评无人可记，会议走不到评议"))]
    points = []
    if orphans:
        points.append(Point("warn", _("%(names)s的单位没有分管区领导，点评时须当场选人") % {"names": named(orphans)}))
    if undrafted:
        lines = [_("%(who)s %(n)d 人") % {"who": who, "n": n} for who, n in undrafted]
        points.append(Point("warn", _("点评稿还没有备好：%(lines)s") % {"lines": _("、").join(lines)}))
    return points or [Point("ok", _("点评稿全部备好"))]


def rehearsal(*, is_rehearsal: bool, was_rehearsed: bool) -> list[Point]:
    if is_rehearsal:
        return []
    if was_rehearsed:
        return [Point("ok", _("会前三十日内做过演练"))]
    return [Point("warn", _("会前三十日内没有做过演练"))]


def machine(shortcomings: list[tuple[str, str]], *, free: int, is_silent: bool, swept_at: str, stuck: int) -> list[Point]:
    """The server: what paper needs, as (check, words); bytes free on the disk; whether the worker has been silent for long, and when
    it was last at work; notices that should have gone long ago."""
    points = [Point("bad" if check == "core.W001" else "warn", text) for check, text in shortcomings]
    if free < GIGABYTE:
        text = _("服务器磁盘只剩 %(n)d MB") % {"n": free // 1_000_000}
        points.append(Point("bad" if free < GIGABYTE / 5 else "warn", text))
    if is_silent and swept_at:
        points.append(Point("warn", _("后台程序 %(at)s 以后没有运行：提醒发不出，文件做不出") % {"at": swept_at}))
    elif is_silent:
        points.append(Point("warn", _("后台程序还没有运行过：提醒发不出，文件做不出")))
    elif stuck:
        points.append(Point("warn", _("%(n)d 条提醒过了时候没有发出，请查看后台程序的日志") % {"n": stuck}))
    return points or [Point("ok", _("字体、磁盘、后台程序正常"))]


def to_look_at() -> list[str]:
    """What no program sees; a person walks round and looks."""
    return [
        _("平板充满电，连上会场网络，用无痕窗口打开投票地址；多备两台"),
        _("大屏打开“大屏”页面，全屏，从最后一排看得清名字"),
        _("控制台接电源，不锁屏；旁边另备一台登录好的电脑"),
        _("票卡按票种装盒，备用卡、纸票、笔放在监票席"),
        _("监票手册、会场公告、纸票已从“评廉”页打印；打印机有纸"),
        _("钥匙卡在三位监票人手里，没有放在一起"),
    ]
