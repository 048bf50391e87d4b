"""What people read for each code of the rules. The codes are the spec's, the words are ours."""

from django.utils.translation import gettext_lazy as _

FOUND = _("%(text)s，现在是 %(found)s")
FOUND_OF = {
    "group_not_here": _("%(text)s；会议的票种编号是 %(found)s"),
    "quota_small_pool": _("%(text)s：分散会议最多 %(found)s 人"),
}

ERRORS = {
    "type_invalid": _("内容的类型不对"),
    "field_missing": _("缺少必填内容"),
    "unknown_field": _("没有这个字段"),
    "number_not_exact": _("须填整数，或写成 “0.5”“1/3” 的准确数"),
    "code_invalid": _("编码须以字母开头，只含字母、数字和下划线"),
    "duplicate_code": _("编码重复"),
    "range": _("数值超出允许范围"),
    "policy_unknown": _("不是可选的取值"),
    "mode_unknown": _("计分方式只能是分值、档次或混合"),
    "total_not_positive": _("满分须大于 0"),
    "step_invalid": _("步长须是 0.1 的整数倍"),
    "criteria_empty": _("至少要有一项指标"),
    "criteria_sum": _("各项指标满分之和须等于总分"),
    "max_not_on_step": _("指标满分须是步长的整数倍"),
    "grades_missing": _("缺少档次"),
    "grade_value_missing": _("计分的档次须有分值"),
    "grade_value_forbidden": _("不计分的档次不能有分值"),
    "grade_value_range": _("档次分值须在 0 与档次满分之间"),
    "grades_all_uncounted": _("至少要有一个计分的档次"),
    "side_unknown": _("两层主体时每个主体须归入一侧，单层时不得归侧"),
    "groups_empty": _("至少要有一类评议主体"),
    "groups_many": _("评议主体最多 26 类：一类一个票箱，按字母编号"),
    "weight_range": _("权重须在 0% 与 100% 之间"),
    "weights_sum": _("同一层的权重之和须等于 100%"),
    "min_ballots_low": _("不记名主体的最低票数不得少于 5"),
    "merge_unknown": _("并入的主体不存在"),
    "merge_cycle": _("并组首尾相接，成了环"),
    "merge_mismatch": _("只能并入同侧、同算法、不记名的另一主体"),
    "group_unknown": _("没有这个主体或侧"),
    "aggregator_unknown": _("没有这种算法"),
    "aggregator_mode": _("这种算法与计分方式不合"),
    "option_unknown": _("算法所指的档次不存在"),
    "step_table": _("分段表须由高到低，比率在 0% 与 100% 之间，得分在 0 与满分之间"),
    "trim_range": _("去掉的票数不对：不能都为 0，也不能把票去完"),
    "trim_needs_mean": _("只有求平均分时才能去掉最高分和最低分"),
    "trim_below_k": _("去掉最高分和最低分后，不记名主体可能不足 5 票"),
    "abstention_needs_share": _("弃权计入分母只适用于得票率算法"),
    "rounding_invalid": _("保留位数须在 0 与 4 之间，四舍五入，只在最后一步"),
    "band_order": _("等次须由高到低排列"),
    "band_gap": _("等次之间有空隙"),
    "band_overlap": _("等次之间有重叠"),
    "band_floor": _("最低等次须从 0 起"),
    "quota_label": _("名额所指的等次不存在，或没有可以降入的等次"),
    "quota_range": _("名额须是 0% 与 100% 之间的比例，或一个人数，二者取一"),
    "quota_shares_sum": _("强制分布的比例之和须等于 100%"),
    "threshold_invalid": _("处置线须写明低于多少分或末几名，以及建议的措施"),
    "components_empty": _("至少要有一个组成部分"),
}

WARNINGS = {
    "no_merge_rule": _("这类不记名主体票数不足时没有可并入的主体，不足 5 票就不出分"),
    "category_unknown": _("另定权重的干部类别须是名册里有的，否则用不上"),
    "group_not_here": _("会议的参会人员里没有这个编号的票种，不改就不能用于会议"),
    "single_anonymous_group": _("只有一类不记名主体，隐去它的得分时没有别的主体可以遮护"),
    "cover_too_light": _("一类不记名主体的权重超过其余之和的 10 倍，其余的遮不住它"),
    "heavy_named_group": _("实名主体的权重达到 20%"),
    "straight_line_on": _("方案把整票同样打分的票判为无效，可能误伤认真评议的人"),
    "straight_line_on_grades": _("档次票用这条规则，会把诚实的“全部满意”判为无效"),
    "grades_alike": _("有几个档次同名，评议人只能凭分值区分"),
    "quota_small_pool": _("人数少时名额不足 1 人，本规则可能不起作用"),
    "quota_of_nobody": _("名额是 0 个：“不超过”的谁也得不到这一等次，“不少于”的不起作用"),
    "bottom_without_floor": _("末位名次没有分数条件，得分很高的人也会列入"),
}

REASONS = {
    "void_round": _("收回的票多于实发的票卡，该票箱作废，须重新测评"),
    "no_quorum": _("收回票没有超过规定比例"),
    "group_too_small": _("有评议主体的票数不足，又没有可并入的主体"),
    "group_missing": _("缺少评议主体，按方案不出分"),
    "no_counted_ballot": _("没有可以计分的票"),
    "too_few_counted": _("计分的不记名票不足 5 张"),
    "figure_range": _("外部数据超出允许范围"),
    "no_component": _("没有可以计算的组成部分"),
    "component_missing": _("缺少组成部分，按方案不出分"),
    "component_range": _("组成部分的得分超出允许范围"),
}

# Outside the scrutineers' table nobody learns how few slips counted: of a box in which none did, that would tell how each rater voted.
_FEW = _("可以计分的票不够")
PUBLIC_REASONS = REASONS | dict.fromkeys(["group_missing", "no_counted_ballot", "too_few_counted"], _FEW)

INVALID = {
    "straight_line": _("整票满分或整票同分"),
    "wrong_group": _("评议了不属于本票箱的对象"),
    "foreign_mark": _("作了记号或内容不能辨认"),
    "over_max": _("超过满分"),
    "below_zero": _("低于 0 分"),
    "off_step": _("不合步长"),
    "missing_criterion": _("漏填指标"),
}

REFUSALS = {
    "invalid_scheme": _("计分方案有错误，不能计分"),
    "unknown_official": _("没有这个评议对象：%(what)s"),
    "unknown_box": _("没有这个票箱：%(what)s"),
    "unknown_group": _("没有这类外部数据：%(what)s"),
    "unknown_code": _("方案里没有这个编码：%(what)s"),
    "bad_count": _("次数和加分须是不小于 0 的准确数：%(what)s"),
    "bad_decision": _("裁定与需要裁定的名额不符：%(what)s"),
}
