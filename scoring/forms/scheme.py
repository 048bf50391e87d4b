"""The scheme desk: a scheme as a form and back (scoring.md §3).

What the form does not show, such as what the sample's authors noted, is kept as it was.
"""

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.widgets import NameField
from officials.models import Unit
from scoring.forms import aggregator
from scoring.forms.number import CutField, ExactField, PercentField, SharesField, percent
from scoring.models import Scheme, categories
from scoring.rules.numbers import is_number, number
from scoring.rules.scheme import LETTERS, STRAIGHT

FULL, EQUAL = "straight_line_full_marks_all_subjects", "straight_line_all_equal"
KEPT = ("code", "version", "note", "source", "thresholds_mode")
DASH = [("", "—")]
SHARES = {
    "weight",
    "max_ratio",
    "share",
    "quorum",
    "high",
    "low",
    "per_place",
    "at_least",
}  # members of a scheme that are shown as percent
SPELT = SHARES | {"full", "points", "otherwise"}  # those that a form may spell otherwise than they are kept


class NewSchemeForm(forms.Form):
    """What a new scheme begins from."""

    preset = forms.ChoiceField(label=gettext_lazy("从哪个样式开始"), widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("方案名称"), max_length=100)
    code = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9-]{0,39}$", label=gettext_lazy("方案编号"), max_length=40,
        help_text=gettext_lazy("字母开头，可用字母、数字和连字符，例如 SCH-2027-01；以后各版本都用它"),
        error_messages={"invalid": gettext_lazy("编号须以字母开头，只含字母、数字和连字符")},
    )  # fmt: skip

    def __init__(self, *args, presets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = [(preset.key, preset.label) for preset in presets]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Scheme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("已有方案 %(code)s；要修改它，请打开它另立新版本") % {"code": code})
        return code


class BasicsForm(aggregator.AggregatorFields):
    """Everything of a scheme that is not a list."""

    default = dict(aggregator.KINDS)["mean"]
    left_out = ("mean", "grade_mean", aggregator.PLACES)

    MODES = [("points", gettext_lazy("打分")), ("grades", gettext_lazy("划档次")), ("mixed", gettext_lazy("打分和划档次都有"))]
    CUTS = [("none", gettext_lazy("不去")), ("count", gettext_lazy("按票数去")), ("share", gettext_lazy("按比例去"))]
    MISSING = [
        ("renormalize", gettext_lazy("权重分给其他票种")),
        ("zero", gettext_lazy("按零分算")),
        ("block", gettext_lazy("不出分")),
    ]
    INCOMPLETE = [("invalid", gettext_lazy("该位无效")), ("average_answered", gettext_lazy("只算填了的指标"))]
    ABSTENTION = [("exclude_from_denominator", gettext_lazy("不算")), ("in_denominator", gettext_lazy("算进分母"))]
    BASES = [("category", gettext_lazy("同类别内")), ("session", gettext_lazy("全场"))]
    CEILING = [("total", gettext_lazy("不超过总分")), ("none", gettext_lazy("可以超过"))]

    name = forms.CharField(label=gettext_lazy("方案名称"), max_length=100)
    mode = forms.ChoiceField(label=gettext_lazy("怎样评"), choices=MODES, widget=forms.RadioSelect)
    total = ExactField(label=gettext_lazy("总分"))
    step = ExactField(label=gettext_lazy("打分步长"), required=False)
    grade_full = ExactField(label=gettext_lazy("档次满值"), required=False, help_text=gettext_lazy("档次分值是系数的填 1"))
    incomplete_policy = forms.ChoiceField(label=gettext_lazy("漏填指标"), choices=INCOMPLETE)
    abstention_policy = forms.ChoiceField(label=gettext_lazy("弃权"), choices=ABSTENTION)
    straight_full = forms.BooleanField(label=gettext_lazy("对全部对象都打满分的票无效"), required=False)
    straight_equal = forms.BooleanField(label=gettext_lazy("对全部对象都打同分的票无效"), required=False)
    min_subjects = forms.IntegerField(label=gettext_lazy("至少评几人才查"), required=False, min_value=2, max_value=99)
    trim_mode = forms.ChoiceField(label=gettext_lazy("去最高分、最低分"), choices=CUTS)
    trim_high = CutField(label=gettext_lazy("去最高"), required=False)
    trim_low = CutField(label=gettext_lazy("去最低"), required=False)
    trim_from = forms.IntegerField(label=gettext_lazy("满多少票才去"), required=False, min_value=0, max_value=999)
    missing_group_policy = forms.ChoiceField(label=gettext_lazy("有票种没有票时"), choices=MISSING)
    quorum = PercentField(
        label=gettext_lazy("收回须超过发出的"), required=False, help_text=gettext_lazy("不限的留空；过半填 50%")
    )
    bonus_cap = ExactField(
        label=gettext_lazy("加分合计最多"), required=False, help_text=gettext_lazy("没有加分的留空；加分在会议的“会外事项”里登记")
    )
    ceiling = forms.ChoiceField(label=gettext_lazy("加分以后"), choices=CEILING)
    places = forms.IntegerField(label=gettext_lazy("保留小数"), min_value=0, max_value=4)
    rank_base = forms.ChoiceField(label=gettext_lazy("名次排在"), choices=BASES)

    def __init__(self, *args, **kwargs):
        """Where nothing is chosen, that stands there which the mode takes (§3)."""
        super().__init__(*args, **kwargs)
        if self["mode"].value() == "grades":
            usual = dict(aggregator.KINDS)["grade_mean"]
            self.fields["aggregator"].choices = [("", usual), *self.fields["aggregator"].choices[1:]]

    def clean_bonus_cap(self):
        """A bonus of which none counts could be entered and would do nothing."""
        cap = self.cleaned_data["bonus_cap"]
        if cap is not None and not number(cap):
            raise forms.ValidationError(_("没有加分的留空，不填 0"))
        return cap


class Row(forms.Form):
    """One row of a list of a scheme. Ticking 删除 leaves it out."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        """A choice begins with its first, so that a row added and left alone counts as blank."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.initial = field.choices[0][0]

    def line(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "DELETE" and value not in (None, "", [])}


class CriterionRow(Row):
    KINDS = [*DASH, ("points", gettext_lazy("打分")), ("grades", gettext_lazy("划档次"))]

    code = forms.CharField(label=gettext_lazy("编号"), max_length=20)
    name = NameField(label=gettext_lazy("指标"), max_length=60)
    max_points = ExactField(label=gettext_lazy("满分"))
    stage = forms.CharField(label=gettext_lazy("环节"), max_length=20, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("评法（两样都有时）"), choices=KINDS, required=False)


class GradeRow(Row):
    code = forms.CharField(label=gettext_lazy("编号"), max_length=20)
    label = forms.CharField(label=gettext_lazy("档次"), max_length=20)
    value = ExactField(label=gettext_lazy("分值"), required=False)
    counts = forms.BooleanField(label=gettext_lazy("计分"), required=False, initial=True)

    def line(self):
        line = super().line()
        if line.pop("counts"):
            return line
        return line | {"counts": False}


class SideRow(Row):
    code = forms.CharField(label=gettext_lazy("编号"), max_length=20)
    name = forms.CharField(label=gettext_lazy("一侧"), max_length=40)
    weight = PercentField(label=gettext_lazy("权重"))


class GroupRow(Row, aggregator.AggregatorFields):
    field_order = ("code", "name", "source", "weight", "anonymous", "min_ballots", "merge_into", "side", *aggregator.FIELDS)
    SOURCES = [("ballots", gettext_lazy("投票")), ("figures", gettext_lazy("外部数据"))]

    code = forms.CharField(label=gettext_lazy("票种编号"), max_length=10)
    name = NameField(label=gettext_lazy("评议主体"), max_length=40)
    source = forms.ChoiceField(label=gettext_lazy("来源"), choices=SOURCES)
    weight = PercentField(label=gettext_lazy("权重"))
    anonymous = forms.BooleanField(label=gettext_lazy("不记名"), required=False, initial=True)
    min_ballots = forms.IntegerField(label=gettext_lazy("最低票数"), required=False, min_value=0, max_value=99)
    merge_into = forms.CharField(label=gettext_lazy("不足时并入"), max_length=10, required=False)
    side = forms.CharField(label=gettext_lazy("归哪一侧"), max_length=20, required=False)

    def line(self):
        """Figures are nobody's ballots: nothing of them is secret, none can be too few; that a group votes goes without saying (§3)."""
        line = {name: value for name, value in super().line().items() if name not in aggregator.FIELDS}
        if rule := self.aggregator_of():
            line["aggregator"] = rule
        if line["source"] == "figures":
            return {name: value for name, value in line.items() if name not in ("min_ballots", "merge_into")} | {
                "anonymous": False
            }
        return {name: value for name, value in line.items() if name != "source"}


def category_choices():
    return list(zip(categories(), Unit.Category.labels, strict=True))


class CategoryWeightRow(Row):
    category = forms.ChoiceField(label=gettext_lazy("干部类别"), choices=category_choices)
    code = forms.CharField(label=gettext_lazy("票种或一侧"), max_length=20)
    weight = PercentField(label=gettext_lazy("权重"))

    def __init__(self, *args, **kwargs):
        """What the scheme of another district calls its categories stays until it is changed."""
        super().__init__(*args, **kwargs)
        field, kept = self.fields["category"], self.initial.get("category")
        if kept and kept not in dict(field.choices):
            field.choices = [*field.choices, (kept, kept)]


class BandRow(Row):
    label = forms.CharField(label=gettext_lazy("等次"), max_length=20)
    min = ExactField(label=gettext_lazy("多少分以上"))


class QuotaRow(Row):
    KINDS = [
        ("at_most", gettext_lazy("不超过")),
        ("at_least", gettext_lazy("不少于")),
        ("distribution", gettext_lazy("按名次划分")),
    ]
    BASES = [("session", gettext_lazy("全场")), ("category", gettext_lazy("同类别")), ("unit", gettext_lazy("同单位"))]
    ROUNDS = [("floor", gettext_lazy("舍去")), ("half_up", gettext_lazy("四舍五入")), ("ceil", gettext_lazy("进一"))]
    TIES = [("manual", gettext_lazy("领导裁定")), ("exclude", gettext_lazy("都不列入")), ("include", gettext_lazy("都列入"))]
    POOLS = [("skip", gettext_lazy("不限")), ("one", gettext_lazy("给 1 个")), ("zero", gettext_lazy("不给"))]

    kind = forms.ChoiceField(label=gettext_lazy("名额"), choices=KINDS)
    label = forms.CharField(label=gettext_lazy("等次"), max_length=20, required=False)
    max_ratio = PercentField(label=gettext_lazy("比例"), required=False)
    max_count = forms.IntegerField(label=gettext_lazy("或人数"), required=False, min_value=0, max_value=999)
    shares = SharesField(label=gettext_lazy("按名次划分的比例"), required=False, max_length=300)
    base = forms.ChoiceField(label=gettext_lazy("范围"), choices=BASES)
    rounding = forms.ChoiceField(label=gettext_lazy("不足一人"), choices=ROUNDS)
    tie_policy = forms.ChoiceField(label=gettext_lazy("线上同分"), choices=TIES)
    small_pool = forms.ChoiceField(label=gettext_lazy("算出不足 1 人"), choices=POOLS)

    def line(self):
        """Without what goes without saying (§3)."""
        said = {"kind": "at_most", "small_pool": "skip"}
        return {name: value for name, value in super().line().items() if said.get(name) != value}


class ThresholdRow(Row):
    BASES = [*DASH, ("category", gettext_lazy("同类别")), ("session", gettext_lazy("全场"))]

    below = ExactField(label=gettext_lazy("低于多少分"), required=False)
    bottom = forms.IntegerField(label=gettext_lazy("或末几名"), required=False, min_value=1, max_value=99)
    only_below = ExactField(label=gettext_lazy("且低于"), required=False)
    base = forms.ChoiceField(label=gettext_lazy("末位范围"), choices=BASES, required=False)
    action = NameField(label=gettext_lazy("建议措施"), max_length=60)


class DeductionRow(Row):
    code = forms.CharField(label=gettext_lazy("编号"), max_length=20)
    name = NameField(label=gettext_lazy("扣分事项"), max_length=60)
    points = ExactField(label=gettext_lazy("每次扣"))
    cap = ExactField(label=gettext_lazy("最多扣"))


class VetoRow(Row):
    code = forms.CharField(label=gettext_lazy("编号"), max_length=20)
    name = NameField(label=gettext_lazy("否决事项"), max_length=60)


SECTIONS = {  # member of the scheme → (row, words above the list)
    "criteria": (CriterionRow, gettext_lazy("评议指标")),
    "grades": (GradeRow, gettext_lazy("档次")),
    "rater_groups": (GroupRow, gettext_lazy("评议主体")),
    "sides": (SideRow, gettext_lazy("两层主体")),
    "category_weights": (CategoryWeightRow, gettext_lazy("按干部类别另定权重")),
    "bands": (BandRow, gettext_lazy("等次")),
    "forced_quota": (QuotaRow, gettext_lazy("名额")),
    "thresholds": (ThresholdRow, gettext_lazy("建议措施")),
    "deductions": (DeductionRow, gettext_lazy("扣分")),
    "veto": (VetoRow, gettext_lazy("一票否决")),
}
FIELD_OF = {"bonus": "bonus_cap"}  # a member of the scheme that the form calls otherwise
UNREADABLE = {}
MOST_ROWS = 40
MOST = {"rater_groups": len(LETTERS)}


class SchemeForms:
    """All forms of one scheme together."""

    def __init__(self, body, data=None):
        self.old = body
        self.basics = BasicsForm(data, initial=basics_of(body))
        self.lists = {name: self._list(name, row, body, data) for name, (row, _words) in SECTIONS.items()}
        self.lines, self.pointed_at = {}, set()

    def _list(self, name, row, body, data):
        most = MOST.get(name, MOST_ROWS)
        made = forms.formset_factory(row, extra=0, can_delete=True, max_num=most, absolute_max=MOST_ROWS, validate_max=True)
        return made(data, initial=rows_of(body, name), prefix=name)

    def sections(self):
        for name, (row, words) in SECTIONS.items():
            formset = self.lists[name]
            yield {
                "name": name,
                "words": words,
                "formset": formset,
                "is_long": len(row.base_fields) > 8,  # a row takes more than one line
                "is_faulty": formset.total_error_count() or name in self.pointed_at,
            }

    def rows(self):
        """Every row, and what a summary calls it: “评议主体第 2 行”."""
        for section in self.sections():
            for n, form in enumerate(section["formset"].forms, 1):
                yield form, _("%(list)s第 %(n)d 行") % {"list": section["words"], "n": n}

    def is_valid(self):
        return all([self.basics.is_valid(), *(formset.is_valid() for formset in self.lists.values())])

    def body(self) -> dict:
        """The scheme that was typed, in the shape of scoring.md §3. In place of what cannot be read stands something the rules cannot
        read either: what hangs on it they leave aside, and find the other errors."""
        for form in [self.basics, *(form for formset in self.lists.values() for form in formset)]:
            form.cleaned_data |= {name: UNREADABLE for name in form.errors if name in form.fields}
        self.lines = {name: [form for form in formset if is_kept(form)] for name, formset in self.lists.items()}
        body = {name: self.old[name] for name in KEPT if name in self.old} | self._basics()
        for name, lines in self.lines.items():
            if lines:
                body[name] = [self._hidden(name, form) | form.line() for form in lines]
        return spelt_as(body, self.old)

    def _hidden(self, name, form):
        """What an entry of the same code has besides: anchors of a criterion, the note of a group."""
        shown = set(form.fields)
        same = (entry for entry in as_list(self.old.get(name)) if entry.get("code") == form.cleaned_data.get("code", object()))
        return {key: value for key, value in next(same, {}).items() if key not in shown}

    def _basics(self):
        given = self.basics.cleaned_data
        body = {name: given[name] for name in ("name", "mode")}
        if rule := self.basics.aggregator_of():
            body["aggregator"] = rule
        if given["total"] != 100 or "total" in self.old:
            body["total"] = given["total"]
        if given["mode"] != "grades" and given["step"] is not None:
            body["step"] = given["step"]
        for name in ("grade_full", "quorum", "min_subjects"):
            if given[name] is not None:
                body[name] = given[name]
        for name in ("incomplete_policy", "abstention_policy", "missing_group_policy", "ceiling", "rank_base"):
            if given[name] != self.basics.fields[name].choices[0][0] or name in self.old:
                body[name] = given[name]
        if given["bonus_cap"] is not None:
            body["bonus"] = {"cap": given["bonus_cap"]}
        if given["trim_mode"] != "none":
            cut = {"high": given["trim_high"], "low": given["trim_low"], "min_n": given["trim_from"]}
            scope = {name: value for name, value in self.old.get("trimming", {}).items() if name == "scope"}
            body["trimming"] = {"mode": given["trim_mode"]} | {n: value for n, value in cut.items() if value is not None} | scope
        straight = [rule for name, rule in (("straight_full", FULL), ("straight_equal", EQUAL)) if given[name]]
        before = [rule for rule in self.old.get("invalid_rules", []) if rule not in STRAIGHT or rule in straight]
        if before or straight:
            body["invalid_rules"] = before + [rule for rule in straight if rule not in before]
        if given["places"] != 2 or "rounding" in self.old:
            body["rounding"] = self.old.get("rounding", {}) | {"places": given["places"]}
        return body

    def show(self, problems):
        """Puts what the rules found beside the field it is about, where there is one; what the form says itself stands there already."""
        told = {"type_invalid", "number_not_exact"} if not self.is_valid() else ()
        for problem in (problem for problem in problems if problem.code not in told):
            section, index, member = parts_of(problem.path)
            section = FIELD_OF.get(section, section)
            lines = self.lines.get(section, [])
            self.pointed_at.add(section)
            form = lines[index] if index is not None and index < len(lines) else self.basics
            name = member if member in form.fields else section if section in form.fields else None
            if name not in form.errors:
                form.add_error(name, problem.text)


def basics_of(body):
    trimming, straight = body.get("trimming", {"mode": "none"}), set(body.get("invalid_rules", []))
    known = {name: body[name] for name in BasicsForm.base_fields if name in body}
    return {"total": 100, "step": 1} | known | aggregator.initial_of(body.get("aggregator")) | {
        "straight_full": FULL in straight, "straight_equal": EQUAL in straight, "trim_mode": trimming.get("mode", "count"),
        "trim_high": cut(trimming, "high"), "trim_low": cut(trimming, "low"), "trim_from": trimming.get("min_n"),
        "bonus_cap": body.get("bonus", {}).get("cap"), "places": body.get("rounding", {}).get("places", 2),
        "quorum": percent(body["quorum"]) if "quorum" in body else None,
    }  # fmt: skip


def cut(trimming, side):
    return percent(trimming[side]) if trimming.get("mode") == "share" and side in trimming else trimming.get(side)


def rows_of(body, name):
    rows = [dict(entry) for entry in as_list(body.get(name))]
    for row in rows:
        if name == "grades":
            row.setdefault("counts", True)
        if name == "rater_groups":
            row.setdefault("anonymous", True)
            row |= aggregator.initial_of(row.pop("aggregator", None))
        for member in ("weight", "max_ratio"):
            if member in row:
                row[member] = percent(row[member])
        if "shares" in row:
            row["shares"] = "、".join(f"{entry['label']} {percent(entry['share'])}" for entry in row["shares"])
    return rows


def spelt_as(new, old):
    """The new scheme with its numbers spelt as before where they are as great: 1/5 stays 1/5, though the form says 20%."""
    if isinstance(new, dict) and isinstance(old, dict):
        return {
            name: old[name] if name in SPELT & old.keys() and is_same(value, old[name]) else spelt_as(value, old.get(name))
            for name, value in new.items()
        }
    if isinstance(new, list):
        before = as_list(old)
        return [spelt_as(value, before[n] if n < len(before) else None) for n, value in enumerate(new)]
    return new


def is_same(one, other):
    return is_number(one) and is_number(other) and number(one) == number(other)


def as_list(value):
    return value if isinstance(value, list) else [value] if value else []


def is_kept(form):
    return bool(form.cleaned_data) and not form.cleaned_data.get("DELETE")


def parts_of(path):
    """("rater_groups", 2, "weight") of `rater_groups[2].weight`."""
    found = re.match(r"(\w*)(?:\[(\d+)\])?(?:\.(\w+))?", path)
    return found[1], None if found[2] is None else int(found[2]), found[3]
