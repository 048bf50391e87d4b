"""The meeting in preparation: opinions coming in, one report returned, questions proposed. Four weeks from today."""

import datetime as dt

from core import calendar
from desk.management.demo import preparation
from desk.management.demo.district import data
from reviews.actions import opinion_form, tip_off
from reviews.models import Opinion
from reviews.rules.plan import usual_kind

QUARTERS = "一二三四"
TIP_OFF = "有人反映：窗口工作人员收取服务对象购物卡。时间、地点写在信里，请查一查。"
FORM_TEXTS = [
    ("施工公示牌上的电话还是没有人接，希望有人管一管", "P031"),
    ("农村公路修补以后，路边的土没有清走，下雨天不好走", "P031"),
    ("学校食堂的菜价公示看得见了，但是供货商名字还是没有", "P016"),
    ("自助机上的字太小，老人看不清楚", "P051"),
    ("购房维修资金去年问到现在，还差什么材料没有人说得清", "P029"),
]


def load(cast, *, now):
    today = now.date()
    date = calendar.days_after(today, 28)
    kind = usual_kind(date)
    codes = data()["sample_sessions"][1]["official_codes"]
    codes = codes if kind == "CONCENTRATED" else ["P031", "P016", "P051"]
    meeting = preparation.plan(
        cast, title=title(date, kind), kind=kind, date=date, place="区委礼堂", codes=codes,
        audience={"A": ("L04", "L07", "L10"), "B": 27, "C": 2 * len(codes), "D": 40}, today=today - dt.timedelta(days=9),
    )  # fmt: skip
    began = min(meeting.at("CANVASS"), calendar.days_before(today, 3))
    preparation.open_form(meeting, today=began)
    preparation.take_in(meeting, last=today - dt.timedelta(days=1))
    form_opinions(meeting, now=now)
    preparation.propose(meeting, each=2)
    reports(meeting, now=now)
    return meeting


def title(date, kind):
    if kind == "CONCENTRATED":
        return f"{date.year}年年终集中述责述廉评议会"
    return f"{date.year}年第{QUARTERS[(date.month - 1) // 3]}季度分散述责述廉会议"


def form_opinions(meeting, *, now):
    """What came by the anonymous form in the last days and waits to be sorted; one of it is a tip-off and was diverted."""
    form = meeting.session.opinion_form
    subjects = {subject.official.code: subject for subject in meeting.subjects}
    for n, (text, code) in enumerate(FORM_TEXTS):
        if code in subjects:
            opinion_form.receive(form, subject=subjects[code], texts=[text], now=now - dt.timedelta(days=n % 3))
    opinion_form.receive(form, subject=subjects["P051"], texts=[TIP_OFF], now=now - dt.timedelta(days=1))
    diverted = Opinion.objects.get(session=meeting.session, text=TIP_OFF)
    tip_off.divert(diverted, by=meeting.cast.clerk, today=now.date())


def reports(meeting, *, now):
    """One passed, one handed in, one returned; the others are being written."""
    subjects = {subject.official.code: subject for subject in meeting.subjects}
    first = preparation.write(meeting, subjects["P016"], now=now - dt.timedelta(days=3))
    preparation.approve(meeting, first, today=now.date() - dt.timedelta(days=2))
    preparation.write(meeting, subjects["P051"], now=now - dt.timedelta(days=1))
    thin = preparation.write(meeting, subjects["P031"], now=now - dt.timedelta(days=4), thin=True)
    preparation.send_back(meeting, thin, today=now.date() - dt.timedelta(days=2))
