"""Forms through our own pack: what a person reads and what a screen reader is told."""

import re
from datetime import date

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from core.widgets import DayInput, FilesField
from tests.markup import tight


class PlanForm(forms.Form):
    measure = forms.CharField(label="整改措施", help_text="写做什么、做到什么程度", max_length=100)
    way = forms.ChoiceField(label="会议形式", choices=[("together", "集中"), ("apart", "分散")], widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(
        label="征求方式", choices=[("visit", "走访"), ("talk", "座谈")], widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label="整改时限", widget=DayInput, required=False)
    story = forms.CharField(label="情况说明", widget=forms.Textarea, min_length=10, max_length=200, required=False)
    paper = forms.FileField(label="佐证", required=False)
    sure = forms.BooleanField(label="我已核对")
    token = forms.CharField(widget=forms.HiddenInput, initial="t1")

    def clean(self):
        if self.data.get("measure") == "重复":
            self.add_error(None, "同一单位已有相同的整改措施。")


def render(form):
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def test_label_mark_control_and_help_stand_in_this_order():
    html = render(PlanForm())

    label, mark, control, advice = (html.index(text) for text in ("整改措施", "必填", 'name="measure"', "写做什么"))
    assert label < mark < control < advice
    assert '<label for="id_measure">' in html


def test_help_is_announced_with_its_control():
    html = render(PlanForm())

    control = re.search(r'<input[^>]*name="measure"[^>]*>', html)[0]
    assert 'aria-describedby="id_measure_helptext"' in control
    assert 'id="id_measure_helptext"' in html


def test_an_optional_field_says_so_in_words():
    html = tight(render(PlanForm()))

    assert '整改时限<small class="opt">选填</small>' in html


def test_an_error_stands_at_its_field_and_in_the_summary_with_a_link():
    form = PlanForm({"measure": "", "way": "together", "groups": ["visit"], "sure": "on", "token": "t1"})
    html = tight(render(form))

    assert "有 1 处要改" in html
    assert '<a href="#id_measure">整改措施</a>' in html
    assert html.count('id="id_measure_error"') == 1
    control = re.search(r'<input[^>]*name="measure"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in control
    assert "id_measure_error" in control
    assert 'class="field has-error" id="div_id_measure"' in html


def test_the_summary_counts_errors_of_the_whole_form_too():
    form = PlanForm({"measure": "重复", "way": "together", "groups": ["visit"], "token": "t1"})
    html = render(form)

    assert "有 2 处要改" in html
    assert "同一单位已有相同的整改措施。" in html


def test_a_form_without_errors_has_no_summary():
    assert "要改" not in render(PlanForm())


def test_summary_links_of_choices_lead_to_something():
    html = render(PlanForm({"measure": "做好"}))

    for anchor in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{anchor}"' in html, anchor


def test_radio_buttons_are_large_choices_in_a_named_group():
    html = tight(render(PlanForm()))

    group = re.search(r"<fieldset[^>]*id=\"div_id_way\".*?</fieldset>", html)[0]
    assert "<legend" in group
    assert "会议形式" in group
    assert 'class="either"' in group
    assert group.count('type="radio"') == 2
    assert '<label for="id_way_0">' in group


def test_several_choices_are_boxes_in_a_named_group():
    group = re.search(r"<fieldset[^>]*id=\"div_id_groups\".*?</fieldset>", tight(render(PlanForm())))[0]

    assert group.count('type="checkbox"') == 2
    assert 'class="options"' in group


def test_long_text_has_a_count_with_its_limits():
    html = render(PlanForm())

    count = re.search(r"<span data-count[^>]*>[^<]*", html)[0]
    assert 'data-count="id_story"' in count
    assert 'data-min="10" data-max="200"' in count
    assert "10 至 200 字" in count


def test_a_file_has_a_place_to_drop_it_and_a_button_in_the_language_of_the_page():
    place = (
        r'data-drop>\s*<input type="file" name="paper"[^>]*>\s*<p class="offer"><label class="btn" for="id_paper">([^<]+)</label>'
    )

    assert re.search(place, render(PlanForm())).group(1) == "选择文件"
    with override("en"):
        assert re.search(place, render(PlanForm())).group(1) == "Choose a file"


def test_hidden_fields_have_no_label():
    html = render(PlanForm())

    assert '<input type="hidden" name="token" value="t1" id="id_token">' in html
    assert "div_id_token" not in html


def test_a_day_is_shown_as_browsers_want_it():
    assert 'type="date" name="x" value="2026-09-25"' in DayInput().render("x", date(2026, 9, 25))


def test_a_layout_groups_fields_and_ends_in_a_button():
    form = PlanForm()
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("基本情况", Row("measure", "due_on")),
        Submit("save", "提交审查"),
    )
    html = tight(render_crispy_form(form, context={"csrf_token": "tok"}))

    assert '<fieldset class="group" ><legend>基本情况</legend><div class="side" >' in html
    assert re.search(r'<button type="submit" name="save" value="1" class="btn primary"[^>]*>提交审查</button>', html)
    assert 'name="csrfmiddlewaretoken" value="tok"' in html
    assert 'enctype="multipart/form-data"' in html
    assert "data-once" in html
    assert 'name="token"' not in html, "a layout shows only what it names"


class WeightForm(forms.Form):
    name = forms.CharField(label="票种")
    weight = forms.DecimalField(label="权重")


WeightFormSet = forms.formset_factory(WeightForm, extra=1, max_num=4)


def render_table(formset):
    helper = FormHelper()
    helper.form_tag = False
    helper.template = "shuze/table_inline_formset.html"
    return tight(render_crispy_form(formset, helper, {"csrf_token": "tok"}))


def test_a_formset_is_a_table_with_a_row_to_copy():
    html = render_table(WeightFormSet())

    assert html.count('<th scope="col">') == 2
    assert 'name="form-0-weight"' in html
    assert 'name="form-TOTAL_FORMS" value="1"' in html
    assert 'name="form-__prefix__-weight"' in html[html.index("<template>") : html.index("</template>")]


def test_a_formset_keeps_its_errors_in_their_row():
    formset = WeightFormSet({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "委员", "form-0-weight": "很多"})
    html = render_table(formset)

    assert 'id="id_form-0-weight_error"' in html
    assert 'id="id_form-0-name_error"' not in html


def test_several_files_are_a_list_and_none_is_an_empty_one(rf):
    class Upload(forms.Form):
        papers = FilesField(label="佐证", required=False)

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    two = [SimpleUploadedFile("a.pdf", b"1"), SimpleUploadedFile("b.pdf", b"2")]
    full, none = Upload({}, MultiValueDict({"papers": two})), Upload({}, MultiValueDict())
    assert full.is_valid(), full.errors
    assert none.is_valid(), none.errors

    assert [file.name for file in full.cleaned_data["papers"]] == ["a.pdf", "b.pdf"]
    assert none.cleaned_data["papers"] == []
    assert " multiple" in str(Upload()["papers"])


def test_several_files_together_are_no_more_than_one_request_takes(settings):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    class Upload(forms.Form):
        papers = FilesField(label="佐证")

    settings.UPLOAD_TOTAL = 5
    three = [SimpleUploadedFile(f"{n}.jpg", b"12") for n in range(3)]

    assert Upload({}, MultiValueDict({"papers": three[:2]})).is_valid()
    assert "请分几次上传" in str(Upload({}, MultiValueDict({"papers": three})).errors["papers"])
    assert 'data-most="' in str(Upload()["papers"])


def test_several_files_may_be_required():
    class Upload(forms.Form):
        papers = FilesField(label="佐证")

    assert not Upload({}, {}).is_valid()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"measure": ""}, "请填写整改措施"),
        ({"way": ""}, "请选择会议形式"),
        ({"groups": []}, "请选择征求方式"),
        ({"sure": ""}, "请勾选我已核对"),
        ({"measure": "长" * 101}, "最多 100 字，现在 101 字"),
        ({"story": "短"}, "至少 10 字，现在 1 字"),
    ],
)
def test_what_any_field_may_refuse_names_this_one(given, said):
    form = PlanForm({"measure": "写清", "way": "apart", "groups": ["talk"], "sure": "on", "token": "t1", **given})

    html = tight(render(form))

    assert html.count("有 1 处要改") == 1
    assert f"<span>{said}</span>" in html


def test_the_summary_names_a_field_once():
    html = tight(render(PlanForm({"way": "apart", "groups": ["talk"], "sure": "on", "token": "t1"})))

    assert '<a href="#id_measure">整改措施</a>：请填写</li>' in html


class SpareForm(forms.Form):
    cards = forms.IntegerField(label="实发", min_value=0, max_value=18)
    way = forms.CharField(label="办法", error_messages={"required": "请选一种办法"})


@pytest.mark.parametrize(
    ("cards", "said"), [("19", "实发最多 18"), ("-1", "实发最少 0"), ("x", "输入整数。"), ("", "请填写实发")]
)
def test_a_bound_of_a_number_is_said_with_its_field(cards, said):
    assert said in render(SpareForm({"cards": cards, "way": "w"}))


def test_words_a_form_has_of_its_own_stay():
    html = render(SpareForm({"cards": "1"}))

    assert "请选一种办法" in html
    assert "请填写办法" not in html


def test_an_error_in_a_table_looks_as_it_does_elsewhere():
    html = tight(Template('{% include "shuze/cell.html" %}').render(Context({"field": SpareForm({"cards": "19"})["cards"]})))

    assert '<div class="field has-error"><label for="id_cards">实发</label>' in html
    assert '<p class="error" id="id_cards_error"><span>实发最多 18</span></p>' in html
