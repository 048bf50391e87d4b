"""The cards as the browser prints them: each QR code is there module by module, on white, whatever is printed behind it."""

import re

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
DPI = 300
MM = 96 / 25.4  # of the page's pixels
LEFT, TOP, WIDTH = 16, 18, 210 - 2 * 16  # mm; the margins of print.css
DARK, WHITE = 100, 250
QUIET = 4  # modules, as ISO/IEC 18004 wants them

CODES = """() => [...document.querySelectorAll(".qr")].map((code) => {
  const { x, y, width } = code.getBoundingClientRect();
  return { x, y: y + scrollY, width, size: code.viewBox.baseVal.width, runs: code.firstElementChild.getAttribute("d") };
})"""


def modules(runs):
    """Every dark module (x, y) of the path that draws the code."""
    found = re.findall(r"M(\d+) (\d+)h(\d+)", runs)
    return {(int(x) + step, int(y)) for x, y, n in found for step in range(int(n))}


def print_of(page, bottom):
    """(codes of the first sheet, that sheet as the printer gets it); `bottom` mm is where the sheet ends."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(WIDTH * MM), "height": 1000})
    codes = [code for code in page.evaluate(CODES) if code["y"] / MM < bottom]
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    return codes, pdf[0].render(scale=DPI / 72).to_pil().convert("L")


def faults(code, sheet):
    """Where the printed code is not what it should be; nothing for a good one."""
    dark = modules(code["runs"])
    left, top = code["x"] / MM + LEFT, code["y"] / MM + TOP
    module = code["width"] / MM / code["size"]

    def ink(x, y):
        return sheet.getpixel((round((left + x * module) * DPI / 25.4), round((top + y * module) * DPI / 25.4)))

    border = min(x for x, _y in dark)
    inside = range(border, code["size"] - border)
    for x in inside:
        for y in inside:
            shade = ink(x + 0.5, y + 0.5)
            if (shade < DARK) is not ((x, y) in dark) or DARK <= shade < WHITE:
                yield "module", x, y, shade
    around = [n / 2 for n in range(2 * (border - QUIET) + 1, 2 * (code["size"] - border + QUIET))]
    for x in around:
        for y in around:
            is_outside = min(x, y) < border - 0.4 or max(x, y) > code["size"] - border + 0.4
            if is_outside and ink(x, y) < WHITE:
                yield "quiet zone", x, y, ink(x, y)


@pytest.mark.parametrize("is_rehearsal", [False, True])
def test_the_printed_codes_can_be_scanned(stage, make_hall, is_rehearsal):
    hall = make_hall(until="prepare", is_rehearsal=is_rehearsal)
    page = stage.enter(hall.scrutineer)
    page.goto(reverse("scoring:ballot_keys", args=[hall.session.uid]))
    page.get_by_role("button", name="产生钥匙").click()
    expect(page.locator(".key-card")).to_have_count(3)
    codes, sheet = print_of(page, bottom=122)
    assert [list(faults(code, sheet)) for code in codes] == [[]] * len(codes)
    assert len(codes) == 1  # each key card has a sheet of its own
    page.on("dialog", lambda dialog: dialog.accept())  # the keys of this window are given up

    hall.make_keys()
    page.emulate_media(media="screen")
    page.goto(reverse("scoring:ballot_cards", args=[hall.session.uid]))
    page.get_by_label("钥匙卡上的公钥码").fill(hall.round.box.urn_code)
    page.get_by_role("button", name="产生票卡").click()
    expect(page.get_by_role("button", name="打印票卡")).to_be_enabled()
    codes, sheet = print_of(page, bottom=255)
    assert len(codes) >= 8
    assert [list(faults(code, sheet)) for code in codes] == [[]] * len(codes)
