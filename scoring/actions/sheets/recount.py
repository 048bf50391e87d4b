"""复算记录: what a recount compared, beside the one table of the result (ballots.md §9.8)."""

from django.utils.translation import gettext as _

from scoring.actions.sheets.counting import count_sheet
from scoring.actions.sheets.result import MISSING, numeric, outside_sheet, rehearsed, result_table
from scoring.actions.sheets.words import edition, legend, moment, steps


def recount(count, found, *, has_result, by, now):
    """Sheets of the workbook: (title, headings, rows); the result among them where `has_result`."""
    table = result_table(count)
    checks = [[check.name, check.frozen, check.found, _("相同") if check.is_same else _("不同")] for check in found.checks]
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
        *((_("说明"), note) for note in legend() if has_result),
    ]
    return [
        (_("复算"), [_("项目"), _("内容")], about),
        (_("逐项对照"), [_("项目"), _("封存的摘要"), _("这次算出的摘要"), _("结果")], checks),
        *(result_sheets(count, table) if has_result else []),
    ]


def result_sheets(count, table):
    """What a recount by hand needs, as far as the hall may read it: values of the groups, what came from outside, every step."""
    has_veto = bool(count.round.scheme.body.get("veto"))
    heads = [_("姓名"), _("单位"), _("类别"), *(value_head(group) for group in table["groups"]), *table["outside"]]
    heads += [_("得分"), *([_("一票否决")] if has_veto else []), _("等次"), _("类别名次")]
    people = []
    for row in table["rows"]:
        values = [numeric(text) for text in (*(cells[-1] for cells in row["cells"]), *row["outside"], row["score"] or MISSING)]
        veto = [_("是") if row["is_vetoed"] else _("否")] if has_veto else []
        people.append([row["name"], row["unit"], row["category"], *values, *veto, row["band"] or MISSING, row["rank"] or MISSING])
    sheet = count_sheet(count)
    told = [
        [result.subject.name, step["n"], step["text"]]
        for result in count.subjects.select_related("subject")
        for step in steps(result)
    ]
    return [
        (_("评议结果"), heads, people),
        *([outside_sheet(sheet)] if sheet["grounds"] else []),
        (_("计算步骤"), [_("姓名"), _("步骤"), _("计算")], told),
    ]


def value_head(group):
    """“区纪委委员 平均分（0.4）”: which value, and its weight."""
    return _("%(name)s %(value)s（%(weight)s）") % {"name": group["name"], "value": group["heads"][-1], "weight": group["note"]}
