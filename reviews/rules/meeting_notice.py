"""会议通知: what those are told who report in a meeting or come to it, once it is approved."""

from django.utils.translation import gettext as _

from core.calendar import written
from core.days import day_weekday


def paragraphs(session, *, subjects, groups, reports_due) -> list[str]:
    """The notice from its first sentence to its last. `subjects` in their order, `groups` of the audience with how many are expected;
    `reports_due`: the day by which reports are handed in, or None."""
    facts = {"day": day_weekday(session.date), "place": session.place, "title": session.title}
    coming = [group for group in groups if group.expected]
    matters = [
        _("述责述廉对象%(n)d人：%(people)s。")
        % {"n": len(subjects), "people": "；".join(f"{subject.unit_name}{subject.post}{subject.name}" for subject in subjects)},
        _("参会人员%(n)d人：%(groups)s。")
        % {
            "n": sum(group.expected for group in coming),
            "groups": "、".join(_("%(name)s%(n)d人") % {"name": group.name, "n": group.expected} for group in coming),
        },
        _("述责述廉对象于%(day)s前提交述责述廉报告，会上逐一述责述廉，回答提问，听取点评。") % {"day": written(reports_due)}
        if reports_due
        else _("述责述廉对象会上逐一述责述廉，回答提问，听取点评。"),
        _("参会人员提前十五分钟签到，会上听取述责述廉、提问和点评以后评议。票卡当场抽取，不代投，不拍照；手机关闭或者静音。"),
        _("不能参会的，会前一天书面请假。"),
    ]
    first = _("经批准，定于%(day)s在%(place)s召开%(title)s。现将有关事项通知如下。") % facts
    return [first, *(f"{number}、{matter}" for number, matter in zip("一二三四五", matters, strict=True))]
