"""How the ballots or figures of a group become one number (scoring.md §4.4): in words, and as fields.

Each kind asks for the numbers it takes; a table of steps is typed one row a line.
"""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.forms.number import ExactField, PercentField, StepsField, codes_of, percent, steps_text

PLACES = "places"  # rank_decrement of the places given: a choice of its own, for other people fill it in
RANKED = ("rank_decrement", PLACES)
KINDS = [
    ("mean", gettext_lazy("平均分")),
    ("grade_mean", gettext_lazy("按票数平均各档分值")),
    ("share", gettext_lazy("得票率")),
    ("step", gettext_lazy("得票率分段")),
    ("rank_decrement", gettext_lazy("按平均分排名，名次递减")),
    (PLACES, gettext_lazy("登记名次，名次递减")),
    ("ratio_to_first", gettext_lazy("与第一名之比")),
]
BASES = [("category", gettext_lazy("同类别")), ("session", gettext_lazy("全场"))]


class CodesField(forms.CharField):
    """“a、b”, codes of grades."""

    def clean(self, value):
        return codes_of(super().clean(value))


class AggregatorFields(forms.Form):
    """The rule of one group, or of all that have none of their own. The stored one comes as the initial `rule`."""

    aggregator = forms.ChoiceField(label=gettext_lazy("怎样计分"), choices=KINDS, required=False)
    top = CodesField(
        label=gettext_lazy("算得票的档次"), required=False, max_length=200, help_text=gettext_lazy("档次编号，用顿号隔开")
    )
    full = ExactField(label=gettext_lazy("分段满分"), required=False)
    steps = StepsField(label=gettext_lazy("分段表"), help_text=gettext_lazy("每行一档，由高到低：得票率、得分，例如 90% 200"))
    otherwise = ExactField(label=gettext_lazy("其余得"), required=False)
    overrides = StepsField(
        label=gettext_lazy("另有规定"),
        has_options=True,
        help_text=gettext_lazy("没有的留空；每行：档次、合计达、只得，例如 c、d 1/3 130"),
    )
    per_place = PercentField(label=gettext_lazy("每低一名扣"), required=False)
    place_base = forms.ChoiceField(label=gettext_lazy("比较范围"), choices=BASES, required=False)
    default = gettext_lazy("照全方案")
    left_out = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule = self.initial.get("rule") or {}
        offered = [choice for choice in KINDS if choice[0] not in self.left_out or choice[0] == self.rule.get("kind")]
        self.fields["aggregator"].choices = [("", self.default), *offered]

    def clean(self):
        given = super().clean()
        kind = given.get("aggregator")
        if kind in RANKED and given.get("per_place") is None and "per_place" not in self.errors:
            self.add_error("per_place", _("请填每低一名扣多少，例如 2%"))
        if kind in ("share", "step") and not given.get("top") and "top" not in self.errors:
            self.add_error("top", _("请填哪些档次算得票"))
        for name in ("full", "steps", "otherwise") if kind == "step" else ():
            if given.get(name) in (None, []) and name not in self.errors:
                self.add_error(name, _("得票率分段须填满分、分段表和其余得多少"))
        return given

    def aggregator_of(self):
        """The rule that was typed, as the scheme keeps it; None where nothing is said."""
        given = self.cleaned_data
        kind = "rank_decrement" if given["aggregator"] == PLACES else given["aggregator"]
        if not kind:
            return None
        old = self.rule if self.rule.get("kind") == kind else {}
        rule = {"kind": kind} | old
        if kind in ("share", "step"):
            rule["top"] = given["top"]
        if kind == "step":
            rule |= {name: given[name] for name in ("full", "steps", "otherwise")}
            rule.pop("overrides", None)
            rule |= {"overrides": given["overrides"]} if given["overrides"] else {}
        if kind == "rank_decrement":
            rule["per_place"] = given["per_place"]
            if given["aggregator"] == PLACES or "of" in old:
                rule["of"] = PLACES if given["aggregator"] == PLACES else "value"
        if kind in ("rank_decrement", "ratio_to_first") and (given["place_base"] == "session" or "base" in old):
            rule["base"] = given["place_base"] or "category"
        return rule


FIELDS = tuple(AggregatorFields.base_fields)


def initial_of(rule):
    """The stored rule as the fields show it."""
    if not isinstance(rule, dict):
        return {}
    kind = PLACES if rule.get("of") == PLACES else rule.get("kind")
    found = {"rule": rule, "aggregator": kind, "place_base": rule.get("base", "category")}
    if kind in ("share", "step"):
        found["top"] = _("、").join(rule["top"])
    if kind == "step":
        found |= {"full": rule["full"], "otherwise": rule["otherwise"]}
        found |= {name: steps_text(rule.get(name, [])) for name in ("steps", "overrides")}
    if kind in RANKED:
        found["per_place"] = percent(rule["per_place"])
    return found


def in_words(rule, grades):
    """“与同类别第一名之比”, “得票率（优秀）≥ 90% 得 200 分……”."""
    kind = rule.get("kind")
    base = dict(BASES)[rule.get("base", "category")]
    if kind == "share":
        return _("%(options)s的得票率") % {"options": options(rule["top"], grades)}
    if kind == "step":
        return steps(rule, grades)
    if kind == "rank_decrement":
        said = (
            _("登记名次，每低一名扣 %(share)s") if rule.get("of") == PLACES else _("按平均分在%(base)s排名，每低一名扣 %(share)s")
        )
        return said % {"base": base, "share": percent(rule["per_place"])}
    if kind == "ratio_to_first":
        return _("与%(base)s第一名之比") % {"base": base}
    return str(dict(KINDS).get(kind, kind))


def steps(rule, grades):
    """The table of shares in one sentence."""
    reached = [
        _("达 %(share)s 得 %(points)s") % {"share": percent(entry["at_least"]), "points": entry["points"]}
        for entry in rule["steps"]
    ]
    said = [
        _("满分 %(full)s，%(options)s的得票率%(steps)s，其余得 %(otherwise)s")
        % {
            "full": rule["full"],
            "options": options(rule["top"], grades),
            "steps": _("，").join(reached),
            "otherwise": rule["otherwise"],
        }
    ]
    for entry in rule.get("overrides", []):
        said.append(
            _("%(options)s合计达 %(share)s 时只得 %(points)s")
            % {
                "options": options(entry["options"], grades),
                "share": percent(entry["at_least"]),
                "points": entry["points"],
            }
        )
    return _("；").join(said)


def options(codes, grades):
    names = grade_names(grades)
    return _("、").join(names.get(code, code) for code in codes)


def grade_names(grades):
    """{code: label}, with its value where another grade is called the same."""
    labels = [grade.get("label") for grade in grades]
    return {
        grade["code"]: f"{grade.get('label', grade['code'])} {grade['value']}"
        if labels.count(grade.get("label")) > 1 and "value" in grade
        else grade.get("label", grade["code"])
        for grade in grades
    }
