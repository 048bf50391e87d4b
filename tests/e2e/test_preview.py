"""The wall on other screens than its own: a smaller projector shows it smaller, and so does the preview on the console, into which
what the console's other style sheets say does not reach."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

STYLES = """() => [".who b", ".who span", ".place", ".score", ".band"].map(part => {
    const style = getComputedStyle(document.querySelector(".scores " + part));
    return [part, ...["display", "fontSize", "textAlign", "borderTopWidth", "paddingTop", "marginBottom"].map(name => style[name])];
})"""


def sheets(*templates):
    """The style sheets that these templates name, in order."""
    return [
        settings.ROOT / "static" / name
        for template in templates
        for name in re.findall(r"static '(css/[^']+)'", (settings.ROOT / "templates" / template).read_text())
    ]


def draw(page, content, *templates):
    page.set_content(f"<!doctype html>{content}")
    for sheet in sheets(*templates):
        page.add_style_tag(content=sheet.read_text())


def styles(page, content, *templates):
    draw(page, content, *templates)
    return page.evaluate(STYLES)


@pytest.mark.parametrize("officials", [3, 10])
def test_the_result_looks_on_the_console_as_it_does_on_the_wall(chromium, officials):
    row = {"subject": SimpleNamespace(name="时彦亦"), "unit": "区卫生健康局　局长", "rank": 1, "category": "区直部门"}
    rows = [row | {"score": "86.49", "band": "较好"}] * officials
    told = {"session": SimpleNamespace(title="评议会", is_rehearsal=False), "pages": [rows], "rows": rows, "note": ""}
    picture = render_to_string("scoring/_announced.html", told)
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})

    wall = styles(
        page, f'<body class="projector"><main class="picture">{picture}</main></body>', "projector.html", "live/projector.html"
    )
    preview = styles(
        page,
        f'<div class="console"><div class="preview"><div class="projector"><div class="picture">{picture}</div></div></div></div>',
        "components/_styles.html",
        "live/console.html",
    )
    page.close()

    assert len(wall) == 5
    assert preview == wall


PARTS = """() => ["h1", ".post", ".clock", ".stations", ".stations li", "aside svg"].map(part => {
    const found = document.querySelector(part);
    const { x, y, width, height } = found.getBoundingClientRect();
    return [parseFloat(getComputedStyle(found).fontSize), x, y, width, height].map(length => length / innerWidth);
})"""


def test_a_smaller_projector_shows_the_same_picture(chromium):
    subjects = [SimpleNamespace(name=name, unit_name="区卫生健康局", post="局长") for name in ("时彦亦", "郎泽松", "华钧桐")]
    told = {
        "session": SimpleNamespace(title="2026年年终集中述责述廉评议会", is_rehearsal=True),
        "item": SimpleNamespace(kind="QUESTIONS", get_kind_display="问廉", subject=subjects[0]),
        "question": SimpleNamespace(order=1, text="校服和食堂采购中家长代表参与监督的具体环节有哪些？"),
        "stations": [{"subject": subject, "state": "todo"} for subject in subjects],
        "place": 1,
        "shown": "08:00",
        "ring": {"what": "到会", "n": 46, "all": 48, "under": "应到 48"},
    }
    picture = render_to_string("live/_picture.html", told)
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    draw(page, f'<body class="projector"><main class="picture">{picture}</main></body>', "projector.html", "live/projector.html")

    usual = page.evaluate(PARTS)
    for width in (3840, 1280, 1024):
        page.set_viewport_size({"width": width, "height": width * 9 // 16})
        for part, drawn in zip(page.evaluate(PARTS), usual, strict=True):
            assert part == pytest.approx(drawn, abs=0.002)
    page.close()
