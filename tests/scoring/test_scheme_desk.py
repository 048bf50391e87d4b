"""The scheme desk: begin from a way of counting that is in use, write, see what it would do, save, follow on, compare."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.errors import RuleViolation
from scoring import rules
from scoring.actions import scheme as actions
from scoring.forms.scheme import SchemeForms
from scoring.models import Scheme
from scoring.views import scheme_words
from tests import factories
from tests.markup import tight

pytestmark = pytest.mark.django_db
PRESETS = actions.presets()


def posted(body, **changes):
    """What a browser sends of the desk with this scheme in it."""
    forms, data = SchemeForms(body), {}
    for name, formset in forms.lists.items():
        data[f"{name}-TOTAL_FORMS"] = data[f"{name}-INITIAL_FORMS"] = formset.initial_form_count()
    for form in [forms.basics, *(form for formset in forms.lists.values() for form in formset)]:
        for name, field in form.fields.items():
            value = form.get_initial_for_field(field, name)
            if value is True:
                data[form.add_prefix(name)] = "on"
            elif value not in (None, False):
                data[form.add_prefix(name)] = str(value)
            elif getattr(field, "choices", None):
                data[form.add_prefix(name)] = field.choices[0][0]
    return data | changes


@pytest.fixture
def draft(clerk):
    return actions.draft_scheme(PRESETS[0], code="SCH-T", name="试用方案", by=clerk)


def test_the_sample_and_the_nine_schemes_found_in_practice_are_offered():
    assert len(PRESETS) == 10
    assert [preset.key for preset in PRESETS if rules.validate(preset.body)[0]] == []


def test_every_preset_has_an_english_name_and_description():
    assert {preset.name for preset in PRESETS} == set(actions.PRESET_NAMES)
    assert {preset.note for preset in PRESETS if preset.note} == set(actions.PRESET_NOTES)
    with override("en"):
        said = [words for preset in PRESETS for words in (preset.label, preset.about)]
    assert [words for words in said if re.search(r"[一-鿿]", words)] == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_goes_through_the_form_without_loss(preset):
    forms = SchemeForms(preset.body, posted(preset.body))
    assert forms.is_valid(), [formset.errors for formset in forms.lists.values()]
    body = forms.body()

    assert rules.validate(body) == rules.validate(preset.body)
    assert rules.read(body).groups == rules.read(preset.body).groups
    said = [line for line in rules.differences(preset.body, body) if str(line.old) != str(line.new)]
    assert said == []


OUTSIDE = {
    "bonus": {"cap": "2.5"}, "ceiling": "none", "deductions": [{"code": "late", "name": "迟交报告", "points": 1, "cap": 3}],
    "veto": [{"code": "v1", "name": "瞒报"}],
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_comes_from_outside_is_written_at_the_desk_and_kept(name):
    rule = {name: OUTSIDE[name]} | ({"bonus": OUTSIDE["bonus"]} if name == "ceiling" else {})
    body = PRESETS[0].body | rule
    forms = SchemeForms(body, posted(body))

    assert forms.is_valid()
    assert {key: forms.body()[key] for key in rule} == rule
    assert SchemeForms(PRESETS[0].body, posted(PRESETS[0].body)).basics.initial["bonus_cap"] is None


def test_a_bonus_below_nothing_is_refused_beside_its_field():
    body = PRESETS[0].body
    forms = SchemeForms(body, posted(body, bonus_cap="-1"))
    assert forms.is_valid()
    forms.show(rules.validate(forms.body())[0])
    assert forms.basics.errors["bonus_cap"] == ["数值超出允许范围"]


def test_a_group_may_take_figures_instead_of_ballots():
    body = PRESETS[0].body
    forms = SchemeForms(body, posted(body, **{"rater_groups-0-source": "figures", "rater_groups-0-anonymous": "on"}))

    assert forms.is_valid()
    first, second = forms.body()["rater_groups"][:2]
    assert (first["source"], first["anonymous"], "source" in second) == ("figures", False, False)
    assert rules.validate(forms.body())[0] == []


def test_the_worked_example_shows_what_comes_from_outside(client, clerk, draft):
    client.force_login(clerk)
    body = draft.body | OUTSIDE
    page = client.post(address("scheme_try", draft), posted(body)).context

    assert page["outside"] == "甲加分 2.5 分，甲扣分 1 次，丙一票否决"
    assert [row["rank"] for row in page["rows"]][2] is None
    assert any("＋ 加分 2.5 − 扣分 1" in step["text"] for step in page["trace"])
    plain = client.post(address("scheme_try", draft), posted(draft.body)).context
    assert plain["outside"] == ""


def test_a_twenty_seventh_group_is_refused_with_what_was_typed():
    group = {"name": "实名", "weight": "1/27", "anonymous": False}
    body = PRESETS[0].body | {"rater_groups": [{**group, "code": f"N{n}"} for n in range(27)]}
    forms = SchemeForms(body, posted(body))

    assert not forms.is_valid()
    assert "26" in str(forms.lists["rater_groups"].non_form_errors())
    assert forms.lists["rater_groups"][26]["code"].value() == "N26"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_the_worked_example_scores_everybody_and_is_the_same_each_time(preset):
    first, again = rules.example(preset.body), rules.example(preset.body)

    assert first.result_hash == again.result_hash
    assert all(row.score for row in first.officials.values())
    assert len({row.score for row in first.officials.values()}) > 1


def test_rows_are_added_and_left_out(draft):
    body = draft.body
    n = len(body["bands"])
    data = posted(body) | {
        "bands-TOTAL_FORMS": n + 2, "bands-0-DELETE": "on",
        f"bands-{n}-label": "很差", f"bands-{n}-min": "0", f"bands-{n + 1}-label": "", f"bands-{n + 1}-min": "",
    }  # fmt: skip
    forms = SchemeForms(body, data)
    assert forms.is_valid()
    assert [band["label"] for band in forms.body()["bands"]] == ["较好", "一般", "差", "很差"]


def test_a_long_name_has_room_and_stays_one_line(draft):
    forms = SchemeForms(draft.body, posted(draft.body, **{"criteria-0-name": " 报告质量\r\n（真实、具体） "}))

    assert forms.is_valid()
    assert forms.body()["criteria"][0]["name"] == "报告质量 （真实、具体）"
    assert "<textarea" in str(forms.lists["criteria"].forms[0]["name"])


@pytest.mark.parametrize(("typed", "kept"), [("12", 12), ("０.５", "0.5"), ("1/3", "1/3"), ("012", 12), (" 8 ", 8)])
def test_numbers_are_kept_exactly(draft, typed, kept):
    forms = SchemeForms(draft.body, posted(draft.body, **{"criteria-0-max_points": typed}))
    assert forms.is_valid()
    assert forms.body()["criteria"][0]["max_points"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("40%", "0.40"), ("４０％", "0.40"), ("1/3", "1/3"), ("100%", "1.00"), ("2.5%", "0.025")]
)
def test_weights_are_typed_as_percent(draft, typed, kept):
    forms = SchemeForms(draft.body, posted(draft.body, **{"rater_groups-0-weight": typed}))
    assert forms.is_valid()
    assert forms.body()["rater_groups"][0]["weight"] == kept


@pytest.mark.parametrize("typed", ["30", "0.3", "%", "-5%", "1/0"])
def test_a_weight_that_could_mean_two_things_is_refused(draft, typed):
    forms = SchemeForms(draft.body, posted(draft.body, **{"rater_groups-0-weight": typed}))
    assert not forms.is_valid()
    assert "请填百分数" in str(forms.lists["rater_groups"].errors[0])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_no_weight_stands_as_a_decimal_on_the_desk(preset):
    shown = {
        name: value
        for name, value in posted(preset.body).items()
        if name.endswith(("-weight", "-max_ratio", "-shares", "quorum"))
    }

    assert shown
    assert [value for value in shown.values() if "0." in value] == []


def test_a_saved_share_keeps_its_spelling():
    yijun = next(preset for preset in PRESETS if preset.key == "yijun").body
    forms = SchemeForms(yijun, posted(yijun))
    assert forms.is_valid()
    assert forms.body()["rater_groups"][0]["weight"] == "1/5"


@pytest.mark.parametrize(("mode", "typed", "kept"), [("share", "10%", "0.10"), ("count", "2", 2)])
def test_what_is_cut_off_is_a_count_or_a_share(draft, mode, typed, kept):
    forms = SchemeForms(draft.body, posted(draft.body, trim_mode=mode, trim_high=typed, trim_low=typed))
    assert forms.is_valid()
    assert forms.body()["trimming"]["high"] == kept
    assert SchemeForms(forms.body()).basics.initial["trim_high"] in (typed, kept)


@pytest.mark.parametrize("typed", ["十", "1,5", "1/0", "1e3", "NaN", "--1"])
def test_what_is_no_exact_number_is_refused_where_it_was_typed(draft, typed):
    forms = SchemeForms(draft.body, posted(draft.body, **{"criteria-0-max_points": typed}))
    assert not forms.is_valid()
    assert "请填整数、小数或分数" in str(forms.lists["criteria"].errors[0])


def test_shares_are_typed_in_one_line(draft):
    fuyang = next(preset for preset in PRESETS if preset.key == "fuyang").body
    assert "优秀 20%、合格 70%、基本合格 10%" in posted(fuyang).values()
    forms = SchemeForms(fuyang, posted(fuyang, **{"forced_quota-0-shares": "优秀20%"}))
    assert not forms.is_valid()


# --- pages ---------------------------------------------------------------------------------------------------


def address(name, scheme):
    return reverse(f"scoring:{name}", args=[scheme.uid])


def test_a_draft_is_begun_written_saved_and_shown(client, clerk):
    client.force_login(clerk)
    page = client.get(reverse("scoring:scheme_new")).content.decode()
    assert all(preset.name in page for preset in PRESETS)
    answer = client.post(reverse("scoring:scheme_new"), {"preset": "fxgw", "name": "十级量化", "code": "SCH-9"})
    made = Scheme.objects.get(code="SCH-9")
    assert answer.url == address("scheme_edit", made)

    before = client.get(address("scheme_edit", made)).context["before"]
    data = posted(made.body, before=before, **{"criteria-0-name": "政治品德"})
    assert client.post(address("scheme_edit", made), data).url == made.get_absolute_url()
    made.refresh_from_db()
    assert made.body["criteria"][0]["name"] == "政治品德"
    assert "政治品德" in client.get(made.get_absolute_url()).content.decode()


def test_a_code_in_use_is_refused_and_what_was_typed_stays(client, clerk, draft):
    client.force_login(clerk)
    page = client.post(reverse("scoring:scheme_new"), {"preset": "fxgw", "name": "又一个", "code": "SCH-T"}).content.decode()
    assert "另立新版本" in page
    assert 'value="又一个"' in page
    assert Scheme.objects.count() == 1


def test_a_fault_of_the_rules_stands_beside_its_field_and_nothing_is_saved(client, clerk, draft):
    client.force_login(clerk)
    data = posted(
        draft.body, before=rules.scheme_hash(draft.body), **{"rater_groups-1-weight": "50%", "rater_groups-1-min_ballots": "3"}
    )
    forms = client.post(address("scheme_edit", draft), data).context["forms"]

    assert "不得少于 5" in str(forms.lists["rater_groups"].forms[1].errors["min_ballots"])
    draft.refresh_from_db()
    assert draft.body["rater_groups"][1].get("min_ballots", 5) == 5


def test_a_scheme_of_grades_shows_what_is_rated_and_no_step(client, clerk):
    client.force_login(clerk)
    shown = {}
    for key in ("jinxiang", actions.SAMPLE):
        made = actions.draft_scheme(next(preset for preset in PRESETS if preset.key == key), code=f"X-{key}", name="试", by=clerk)
        page = tight(client.get(made.get_absolute_url()).content.decode())
        criteria = page.split('id="criteria-title"')[1].split("</section>")[0]
        shown[key] = ("<td>总体评价</td>" in criteria, "步长" in page)

    assert shown == {"jinxiang": (True, False), actions.SAMPLE: (False, True)}


def test_the_form_names_the_way_of_counting_that_the_mode_takes(client, clerk):
    said = {preset.key: SchemeForms(preset.body).basics.fields["aggregator"].choices[0] for preset in PRESETS}

    assert said["zhuxi"] == ("", "按票数平均各档分值")
    assert said[actions.SAMPLE] == ("", "平均分")


def test_faults_of_rows_are_told_on_top_and_mark_their_section(client, clerk, draft):
    client.force_login(clerk)
    data = posted(draft.body, before=rules.scheme_hash(draft.body), **{"criteria-1-max_points": "二"})
    page = client.post(address("scheme_edit", draft), data).content.decode()

    summary = page.split("处要改</h2>")[1].split("</div>")[0]
    assert 'href="#id_criteria-1-max_points">评议指标第 2 行　满分</a>' in summary
    section = page.split("<h2>评议指标</h2>")[1].split("</summary>")[0]
    assert "有错误" in section
    assert "有错误" not in page.split("<h2>等次</h2>")[1].split("</summary>")[0]


def test_all_that_is_wrong_is_told_at_once(client, clerk, draft):
    client.force_login(clerk)
    wrong = {"name": "", "places": "9", "criteria-1-max_points": "二", "rater_groups-0-weight": "50%", "bands-0-min": "10"}
    data = posted(draft.body, before=rules.scheme_hash(draft.body), **wrong)
    page = client.post(address("scheme_edit", draft), data)
    summary = [
        line.strip()
        for line in re.sub("<[^>]+>", "", page.content.decode().split("处要改</h2>")[1].split("</div>")[0]).split("\n")
    ]

    assert [line for line in summary if line] == [
        "同一层的权重之和须等于 100%，现在是 120%",
        "方案名称：请填写",
        "保留小数：最多 4",
        "评议指标第 2 行　满分：请填整数、小数或分数，例如 12、0.5、1/3",
        "等次第 2 行　多少分以上：等次须由高到低排列",
    ]
    draft.refresh_from_db()
    assert draft.body["rounding"]["places"] != 9


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_what_cannot_be_read_breaks_nothing(preset):
    for name in posted(preset.body):
        forms = SchemeForms(preset.body, posted(preset.body) | ({} if name.endswith("_FORMS") else {name: "\u00a0?"}))
        forms.is_valid()
        forms.show(rules.validate(forms.body())[0])


def test_a_fault_of_a_whole_list_marks_its_section(client, clerk, draft):
    client.force_login(clerk)
    data = posted(draft.body, before=rules.scheme_hash(draft.body), **{"criteria-0-max_points": "9"})
    page = client.post(address("scheme_edit", draft), data).content.decode()

    assert "有错误" in page.split("<h2>评议指标</h2>")[1].split("</summary>")[0]


def test_the_lowest_band_says_only_what_it_stays_under(client, clerk, draft):
    client.force_login(clerk)
    page = client.get(draft.get_absolute_url()).content.decode()

    assert ("不满 60 分" in page, "0 分以上，不满 60" in page.replace("60 分以上", "")) == (True, False)


def test_who_saves_second_overwrites_nothing(client, clerk, draft):
    client.force_login(clerk)
    before = rules.scheme_hash(draft.body)
    actions.change_scheme(draft, draft.body | {"name": "别人改的名"}, before=before, by=clerk)
    page = client.post(address("scheme_edit", draft), posted(draft.body, before=before, name="我改的名")).content.decode()

    assert "方案刚被他人改过" in page
    assert 'value="我改的名"' in page
    draft.refresh_from_db()
    assert draft.name == "别人改的名"


def test_a_locked_scheme_is_not_said_to_be_ready_for_the_lock(client, clerk, draft, approver):
    client.force_login(clerk)
    assert "可以锁定，但请留意" in client.get(address("scheme", draft)).content.decode()

    factories.lock(draft, clerk=clerk, approver=approver, now=timezone.now())
    assert "可以锁定" not in client.get(address("scheme", draft)).content.decode()


def test_beside_the_form_stands_what_it_would_do(client, clerk, draft):
    client.force_login(clerk)
    page = client.post(address("scheme_try", draft), posted(draft.body)).content.decode()
    assert all(words in page for words in ("示例选票", "贯彻决策部署", "甲的分数怎样算出来", "可以锁定，但请留意"))

    page = client.post(address("scheme_try", draft), posted(draft.body, **{"criteria-0-max_points": "9"})).content.decode()
    assert "各项指标满分之和须等于总分" in page
    page = client.post(address("scheme_try", draft), posted(draft.body, **{"criteria-0-max_points": "九"})).content.decode()
    assert "有填错的地方" in page
    draft.refresh_from_db()
    assert draft.body == PRESETS[0].body | {"code": "SCH-T", "name": "试用方案", "version": 1}


def test_a_locked_scheme_is_followed_by_one_draft(client, clerk, approver, draft):
    client.force_login(clerk)
    factories.lock(draft, clerk=clerk, approver=approver, now=timezone.now())
    assert client.get(address("scheme_edit", draft)).url == draft.get_absolute_url()
    with pytest.raises(RuleViolation, match="已经锁定"):
        actions.change_scheme(draft, draft.body, before=rules.scheme_hash(draft.body), by=clerk)

    for _twice in (1, 2):
        client.post(address("scheme_version", draft))
    made = Scheme.objects.get(code="SCH-T", version=2)
    assert not made.is_locked
    assert rules.differences(draft.body, made.body) == []


def test_two_versions_are_compared_in_words(client, clerk, approver, draft):
    client.force_login(clerk)
    factories.lock(draft, clerk=clerk, approver=approver, now=timezone.now())
    made = actions.new_version(draft, by=clerk)
    page = client.get(address("scheme_compare", made)).content.decode()
    assert "两版内容相同" in page

    body = made.body | {
        "step": 1,
        "bands": [*made.body["bands"][:-1], {"label": "较差", "min": "0"}],
        "missing_group_policy": "zero",
    }
    actions.change_scheme(made, body, before=rules.scheme_hash(made.body), by=clerk)
    lines = client.get(address("scheme_compare", made)).context["lines"]
    said = {(str(line["section"]), str(line["entry"])): (line["old"], line["new"]) for line in lines}

    assert said[("打分步长", "")] == ("0.5", "1")
    assert said[("有票种没有票时", "")] == ("权重分给其他票种", "按零分算")
    assert said[("等次", "差")][1] == "–"
    assert "较差" in said[("等次", "较差")][1]


def test_a_scheme_with_one_version_has_nothing_to_compare_with(client, clerk, draft):
    client.force_login(clerk)
    assert "只有一版" in client.get(address("scheme_compare", draft)).content.decode()


@pytest.mark.parametrize("garbage", [{}, {"criteria-TOTAL_FORMS": "x"}, {"mode": "?"}, {"places": "99999999999999"}])
def test_garbage_is_no_breakdown(client, clerk, draft, garbage):
    client.force_login(clerk)
    for name in ("scheme_edit", "scheme_try"):
        assert client.post(address(name, draft), garbage).status_code == 200
    assert client.get(address("scheme_compare", draft) + "?with=x").status_code == 200


def test_the_page_says_of_a_quota_what_it_is(client, clerk, draft):
    quota = {
        "kind": "at_least",
        "label": "差",
        "max_count": 1,
        "base": "category",
        "rounding": "ceil",
        "tie_policy": "include",
    }
    bottom = {"bottom": 1, "only_below": "70", "base": "session", "action": "约谈"}
    Scheme.objects.filter(pk=draft.pk).update(body=draft.body | {"forced_quota": quota, "thresholds": [bottom]})
    client.force_login(clerk)

    told = {
        table["name"]: dict(zip(map(str, table["heads"]), table["rows"][0], strict=True))
        for table in shown(client, draft)["tables"]
    }

    assert told["forced_quota"] == {
        "名额": "不少于", "等次": "差", "或人数": "1", "范围": "同类别", "不足一人": "进一", "线上同分": "都列入", "算出不足 1 人": "不限",
    }  # fmt: skip
    assert told["thresholds"] == {"或末几名": "1", "且低于": "70", "末位范围": "全场", "建议措施": "约谈"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_the_page_of_every_preset_leaves_nothing_of_it_out(client, clerk, preset):
    draft = actions.draft_scheme(preset, code="SCH-U", name="试", by=clerk)
    client.force_login(clerk)
    context = shown(client, draft)

    said = {str(value) for _label, value in context["settings"]}
    said |= {value for table in context["tables"] for row in table["rows"] for value in row}
    assert {str(entry["action"]) for entry in draft.body.get("thresholds", [])} <= said
    assert {entry["name"] for name in ("sides", "deductions", "veto") for entry in draft.body.get(name, [])} <= said
    lists = ("grades", "sides", "category_weights", "forced_quota", "thresholds", "deductions", "veto")
    assert {table["name"] for table in context["tables"]} == {name for name in lists if draft.body.get(name)}
    assert ("bonus" in draft.body) == ("加分合计最多" in {str(label) for label, _value in context["settings"]})
    straight = {"对全部对象都打满分的票无效", "对全部对象都打同分的票无效"}
    assert len(straight & {str(label) for label, _value in context["settings"]}) == len(
        {"straight_line_full_marks_all_subjects", "straight_line_all_equal"} & set(draft.body.get("invalid_rules", []))
    )


def shown(client, scheme):
    return client.get(scheme.get_absolute_url()).context


def test_rows_of_many_fields_stand_on_more_lines_than_one(client, clerk, draft):
    client.force_login(clerk)
    page = client.get(address("scheme_edit", draft))
    assert [s["name"] for s in page.context["forms"].sections() if s["is_long"]] == ["rater_groups", "forced_quota"]
    assert page.content.decode().count('class="block section long"') == 2


# --- how a group is scored -----------------------------------------------------------------------------------


def preset(key):
    return next(entry for entry in PRESETS if entry.key == key).body


def test_how_every_group_is_scored_stands_in_words_on_the_page(client, clerk):
    made = next(entry for entry in PRESETS if entry.key == "ruian")
    client.force_login(clerk)
    context = shown(client, actions.draft_scheme(made, code="SCH-U", name="试", by=clerk))

    ratio, places, steps = [row["way"] for row in context["groups"]]
    assert ratio == "与同类别第一名之比"
    assert places == "登记名次，每低一名扣 2%"
    assert steps == (
        "满分 200，优秀的得票率达 90% 得 200，达 80% 得 190，达 70% 得 180，达 60% 得 170，其余得 160；基本称职、不称职合计达 1/3 时只得 130"
    )


def test_a_share_of_votes_for_the_whole_scheme_stands_in_words(client, clerk):
    made = next(entry for entry in PRESETS if entry.key == "yijun")
    client.force_login(clerk)
    context = shown(client, actions.draft_scheme(made, code="SCH-U", name="试", by=clerk))
    assert ("怎样计分", "满意的得票率") in [(str(label), value) for label, value in context["settings"]]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"aggregator": "mean"}, {"kind": "mean"}),
        ({"aggregator": "places", "per_place": "5%"}, {"kind": "rank_decrement", "of": "places", "per_place": "0.05"}),
        (
            {"aggregator": "rank_decrement", "per_place": "5%", "place_base": "session"},
            {"kind": "rank_decrement", "per_place": "0.05", "base": "session"},
        ),
        ({"aggregator": "ratio_to_first", "place_base": "category"}, {"kind": "ratio_to_first"}),
        ({"aggregator": ""}, None),
    ],
)
def test_the_way_figures_are_scored_is_chosen_at_the_desk(typed, kept):
    body = PRESETS[0].body
    changes = {f"rater_groups-0-{name}": value for name, value in typed.items()}
    forms = SchemeForms(body, posted(body, **{"rater_groups-0-source": "figures"} | changes))

    assert forms.is_valid(), forms.lists["rater_groups"].errors
    assert forms.body()["rater_groups"][0].get("aggregator") == kept
    assert rules.validate(forms.body())[0] == []


@pytest.mark.parametrize(("kind", "field"), [("places", "per_place"), ("rank_decrement", "per_place"), ("share", "top")])
def test_a_way_without_its_number_is_refused_beside_the_field(kind, field):
    body = PRESETS[0].body
    forms = SchemeForms(body, posted(body, **{"rater_groups-0-aggregator": kind}))

    assert not forms.is_valid()
    assert list(forms.lists["rater_groups"].errors[0]) == [field]


def test_a_way_of_scoring_that_the_scheme_states_though_it_is_the_usual_one_stays():
    """Left out, a scheme of grades would count by the votes of each."""
    body = preset("106") | {"aggregator": {"kind": "mean"}}
    forms = SchemeForms(body, posted(body))

    assert forms.is_valid()
    assert forms.body()["aggregator"] == {"kind": "mean"}


def test_a_table_of_steps_stays_as_it_was_spelt():
    body = preset("ruian")
    forms = SchemeForms(body, posted(body, **{"rater_groups-2-code": "N"}))

    assert forms.is_valid()
    assert forms.body()["rater_groups"][2]["aggregator"] == body["rater_groups"][2]["aggregator"]


def test_a_table_of_steps_is_written_at_the_desk_and_compared():
    body = preset("ruian")
    changes = {"steps": "９５％ 200\n\n80%　190.5\n2/3 1/3", "full": "200", "otherwise": "0", "overrides": "b、c 50% 10\nd 1/3 0"}
    forms = SchemeForms(body, posted(body, **{f"rater_groups-2-{name}": text for name, text in changes.items()}))

    assert forms.is_valid(), forms.lists["rater_groups"].errors
    new = forms.body()
    assert rules.validate(new)[0] == []
    rule = new["rater_groups"][2]["aggregator"]
    assert rule["steps"] == [
        {"at_least": "0.95", "points": "200"}, {"at_least": "0.80", "points": "190.5"}, {"at_least": "2/3", "points": "1/3"},
    ]  # fmt: skip
    assert rule["overrides"] == [
        {"options": ["b", "c"], "at_least": "0.50", "points": 10}, {"options": ["d"], "at_least": "1/3", "points": 0},
    ]  # fmt: skip
    assert (rule["full"], rule["otherwise"]) == ("200", 0)
    assert any("达 95% 得 200" in str(line) for line in scheme_words.compared(body, new))
    without = SchemeForms(body, posted(body, **{"rater_groups-2-overrides": ""}))
    assert without.is_valid()
    assert "overrides" not in without.body()["rater_groups"][2]["aggregator"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("steps", ""), ("steps", "90%"), ("steps", "200 90%"), ("steps", "0.9 200"), ("steps", "a 90% 200"), ("full", ""),
        ("otherwise", ""), ("overrides", "1/3 130"), ("overrides", "c x 130"), ("top", ""),
    ],
)  # fmt: skip
def test_a_table_of_steps_that_cannot_be_read_is_refused_beside_its_field(field, typed):
    body = preset("ruian")
    forms = SchemeForms(body, posted(body, **{f"rater_groups-2-{field}": typed}))

    assert not forms.is_valid()
    assert list(forms.lists["rater_groups"].errors[2]) == [field]


def test_a_table_of_steps_that_rises_is_refused_beside_its_row(client, clerk, draft):
    body = preset("ruian")
    client.force_login(clerk)
    page = client.post(address("scheme_edit", draft), posted(body, **{"rater_groups-2-steps": "60% 170\n90% 200"}))
    assert "分段表须由高到低" in page.context["forms"].lists["rater_groups"][2].errors["aggregator"][0]


def test_a_group_of_figures_keeps_nothing_that_is_about_ballots():
    body = preset("ruian")
    forms = SchemeForms(body, posted(body, **{"rater_groups-0-min_ballots": "3", "rater_groups-0-merge_into": "M"}))
    assert forms.is_valid()
    assert forms.body()["rater_groups"][0] == body["rater_groups"][0]
    assert body["rater_groups"][0]["source"] == "figures"


@pytest.mark.parametrize(("cap", "is_fit"), [("", True), ("5", True), ("1/2", True), ("0", False), ("0.0", False)])
def test_a_bonus_of_which_none_counts_is_left_blank(cap, is_fit):
    forms = SchemeForms(PRESETS[0].body, posted(PRESETS[0].body, bonus_cap=cap))
    assert forms.is_valid() is is_fit
    assert ("bonus_cap" in forms.basics.errors) is not is_fit


def test_a_way_that_does_not_fit_the_ballots_is_refused_beside_it(client, clerk, draft):
    client.force_login(clerk)
    page = client.post(address("scheme_edit", draft), posted(draft.body, **{"rater_groups-0-aggregator": "grade_mean"}))
    row = page.context["forms"].lists["rater_groups"][0]
    assert row.errors["aggregator"] == ["这种算法与计分方式不合"]


def test_the_share_of_votes_of_the_whole_scheme_is_written_at_the_desk():
    body = preset("yijun")
    forms = SchemeForms(body, posted(body, top="a、x"))
    assert forms.is_valid()
    assert forms.body()["aggregator"] == {"kind": "share", "top": ["a", "x"]}


def test_grades_of_one_name_are_told_apart_by_their_values(client, clerk, draft):
    client.force_login(clerk)
    page = client.post(address("scheme_try", draft), posted(preset("fxgw"))).context

    assert page["grades"][:4] == ["优秀 100", "优秀 95", "优秀 90", "称职 85"]
    assert {line["mark"] for line in page["ballot"]} <= set(page["grades"])
    assert "有几个档次同名，评议人只能凭分值区分" in [str(warning["text"]) for warning in page["warnings"]]


@pytest.mark.parametrize("section", ["rater_groups", "forced_quota", "criteria", "thresholds", "veto"])
def test_a_row_added_and_left_alone_is_no_fault(section):
    body = PRESETS[0].body
    n = SchemeForms(body).lists[section].initial_form_count()
    data = posted(body) | {f"{section}-TOTAL_FORMS": n + 1}
    for name, field in SchemeForms(body).lists[section].empty_form.fields.items():
        if getattr(field, "choices", None):
            data[f"{section}-{n}-{name}"] = field.choices[0][0]
        elif name == "anonymous":
            data[f"{section}-{n}-{name}"] = "on"
    forms, before = SchemeForms(body, data), SchemeForms(body, posted(body))

    assert forms.is_valid(), forms.lists[section].errors
    assert before.is_valid()
    assert forms.body() == before.body()


def test_the_example_says_what_was_typed_wrongly(client, clerk, draft):
    client.force_login(clerk)
    wrong = client.post(address("scheme_try", draft), posted(draft.body, **{"criteria-1-max_points": "二"})).content.decode()
    lacking = client.post(address("scheme_try", draft), posted(draft.body, **{"criteria-1-max_points": ""})).content.decode()

    many = client.post(address("scheme_try", draft), posted(draft.body, places="9")).content.decode()

    assert "保留小数：最多 4" in re.sub(r"\s*\n\s*", "", many)
    assert "评议指标第 2 行　满分：请填整数、小数或分数" in re.sub(r"\s*\n\s*", "", wrong)
    assert ("还没填全" in wrong, "还没填全" in lacking) == (False, True)


def test_the_page_of_a_locked_scheme_shows_the_worked_example_and_names_its_digest(client, clerk, approver, draft):
    factories.lock(draft, clerk=clerk, approver=approver, now=timezone.now())
    client.force_login(clerk)
    page = client.get(address("scheme", draft)).content.decode()

    assert all(words in page for words in ("示例选票", "示例结果", "甲的分数怎样算出来"))
    draft.refresh_from_db()
    assert f'方案摘要 <span class="mono">{draft.hash[:14]}' in page


def test_versions_are_compared_by_the_names_of_before_and_ways_in_words(client, clerk):
    old = preset("ruian") | {"version": 1, "veto": [{"code": "V1", "name": "瞒报"}], "bonus": {"cap": 5}}
    groups = [dict(group) for group in old["rater_groups"]]
    groups[1]["aggregator"] = {"kind": "rank_decrement", "of": "places", "per_place": "0.05"}
    lines = scheme_words.compared(
        old, old | {"veto": [{"code": "V1", "name": "漏报"}], "bonus": {"cap": 6}, "rater_groups": groups}
    )
    said = {str(line["section"]): (str(line["member"]), line["entry"], line["old"], line["new"]) for line in lines}

    assert said["一票否决"] == ("名称", "V1 瞒报", "瞒报", "漏报")
    assert said["评议主体"] == ("怎样计分", "L 领导排名", "登记名次，每低一名扣 2%", "登记名次，每低一名扣 5%")
    assert said["加分"] == ("最多", "", "5", "6")


def test_trimmed_shares_and_the_way_of_the_scheme_are_compared_in_words(client, clerk, draft):
    old = preset("yijun") | {"trimming": {"mode": "share", "high": "0.1", "low": "0.1", "min_n": 10}}
    new = old | {"trimming": old["trimming"] | {"high": "0.05"}, "aggregator": {"kind": "grade_mean"}}
    said = {(str(line["section"]), str(line["member"])): (line["old"], line["new"]) for line in scheme_words.compared(old, new)}

    assert said[("去最高分、最低分", "去最高")] == ("10%", "5%")
    assert said[("怎样计分", "办法")] == ("得票率", "按票数平均各档分值")


def test_what_differs_of_a_member_stands_in_the_column_of_its_own(client, clerk, approver, draft):
    client.force_login(clerk)
    actions.change_scheme(draft, draft.body | {"bonus": {"cap": 5}}, before=rules.scheme_hash(draft.body), by=clerk)
    draft.refresh_from_db()
    factories.lock(draft, clerk=clerk, approver=approver, now=timezone.now())
    made = actions.new_version(draft, by=clerk)
    actions.change_scheme(made, made.body | {"bonus": {"cap": 6}}, before=rules.scheme_hash(made.body), by=clerk)
    page = client.get(address("scheme_compare", made)).content.decode()

    assert [cell.strip() for cell in re.findall(r"<td>(.*?)</td>", page)] == ["加分", "最多", "5", "6"]
