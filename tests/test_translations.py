"""The tool that keeps the English catalogue: it must find every marked text and mind every gap."""

import importlib.machinery
import importlib.util
import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "translations"


@pytest.fixture(scope="module")
def translations():
    loader = importlib.machinery.SourceFileLoader("translations", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("translations", loader))
    loader.exec_module(module)
    return module


PYTHON = """
def greeting(n):
    # Translators: at the door
    one = _("欢迎")
    two = ngettext_lazy("%(n)d 人", "%(n)d 人们", n)
    three = pgettext("会议", "开")
    return [one, two, three, plain("不译")]
"""
TEMPLATE = """
{% load i18n %}
<p title="{% translate "提示" %}">不译</p>
    {% include "x.html" with title=_("标题") only %}
  {% blocktranslate with name=person.name trimmed %}
      {{ name }} 的
      报告
  {% endblocktranslate %}
{% blocktranslate count n=people %}{{ n }} 份{% plural %}{{ n }} 份们{% endblocktranslate %}
"""


def test_every_marked_text_is_found(translations):
    found = translations.extracted([("reviews/views.py", PYTHON), ("templates/x.html", TEMPLATE)])

    assert {message.id for message in found if message.id} == {
        "欢迎",
        ("%(n)d 人", "%(n)d 人们"),
        "开",
        "提示",
        "标题",
        "%(name)s 的 报告",
        ("%(n)s 份", "%(n)s 份们"),
    }
    assert found.get("欢迎").auto_comments == ["Translators: at the door"]
    assert found.get("开", "会议").locations == [("reviews/views.py", 6)]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "还有 %(n)s 份"\nmsgstr "%(n)s left"', None),
        ("", "not translated"),
        ('msgid "还有 %(n)s 份"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "还有 %(n)s 份"\nmsgstr "%(n)s left"', "fuzzy"),
        ('msgid "还有 %(n)s 份"\nmsgstr "some left"', "placeholders differ"),
        ('msgid "还有 %(n)s 份"\nmsgstr "%(n)s left"\n\nmsgid "旧"\nmsgstr "old"', "no longer in the source"),
    ],
)
def test_every_gap_of_the_catalogue_is_named(translations, entry, problem):
    wanted = translations.extracted([("x.py", '_("还有 %(n)s 份")')])
    catalog = read_po(
        io.BytesIO(('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + entry).encode()), locale="en"
    )

    found = list(translations.problems(catalog, wanted))

    assert [line.split(":")[0] for line in found] == ([problem] if problem else [])
