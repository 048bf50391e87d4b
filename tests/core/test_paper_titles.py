"""Where a title on paper may break."""

from core.templatetags.paper import whole_brackets


def test_short_brackets_stay_in_one_line():
    assert whole_brackets("评议会（演练）") == '评议会&#8203;<span class="nowrap">（演练）</span>'


def test_a_title_is_escaped_and_long_brackets_may_break():
    assert whole_brackets("<b>会</b>（一二三四五六七八九）") == "&lt;b&gt;会&lt;/b&gt;（一二三四五六七八九）"
