"""复算记录: what a recount compared, beside the one table of the result (ballots.md §9.8)."""

from django.utils.translation import gettext as _

from scoring.actions.sheets.result import MISSING, numeric, rehearsed, result_table
from scoring.actions.sheets.words import edition, moment


def recount(count, found, *, has_result, by, now):
    """Sheets of the workbook: (title, headings, rows); the result among them where `has_result`."""
    table = result_table(count)
    checks = [[check.name, check.frozen, check.found, _("相同") if check.is_same else _("不同")] for check in found.checks]
    people = [
        [
            row["name"],
            row["unit"],
            row["category"],
            numeric(row["score"] or MISSING),
            row["band"] or MISSING,
            row["rank"] or MISSING,
        ]
        for row in table["rows"]
    ]
    about = [
        *rehearsed(count),
        (_("结论"), _("不一致，请停止使用这份结果") if found.differing else _("一致")),
        (_("会议"), table["session"]["title"]),
        (_("日期"), table["session"]["date"]),
        *([(_("更正"), said)] if (said := edition(count)) else []),
        (_("计分方案"), table["scheme"]),
        (_("校验码"), count.sheet["roots"]["manifest"]),
        (_("重新计算的票数"), found.ballots),
        (_("重新计算的对象数"), found.officials),
        (_("复算人"), str(by)),
        (_("复算时间"), moment(now)),
    ]
    return [
        (_("复算"), [_("项目"), _("内容")], about),
        (_("逐项对照"), [_("项目"), _("封存的摘要"), _("这次算出的摘要"), _("结果")], checks),
        *(
            [(_("评议结果"), [_("姓名"), _("单位"), _("类别"), _("得分"), _("等次"), _("类别名次")], people)]
            if has_result
            else []
        ),
    ]
