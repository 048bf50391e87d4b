"""The pages of the booth: the same shell for everybody."""

import pytest

PAGES = {
    "/": "()", "/b": "(self)", "/check": "(self)", "/papers": "(self)", "/void": "(self)", "/sealed": "(self)", "/about": "()", "/end": "()",
}  # fmt: skip


@pytest.mark.parametrize(("path", "camera"), PAGES.items())
def test_pages_need_no_database_and_name_their_use_of_the_camera(booth, path, camera):
    page = booth.get(path)

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert f"camera={camera}," in page.headers["Permissions-Policy"]
    assert ("Clear-Site-Data" in page.headers) == (path == "/end")


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_script_or_style_of_their_own(booth, path):
    html = booth.get(path).content.decode()

    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')
    assert "http://" not in html.replace("http://www.w3.org/", "")
    assert "https://" not in html


def test_page_is_the_same_for_everybody(booth):
    assert len({booth.get("/b", {"card": n}, headers={"User-Agent": f"Tablet {n}"}).content for n in range(3)}) == 1


def test_unknown_page_offers_the_start_page(booth):
    page = booth.get("/nothing")

    assert page.status_code == 404
    assert page.content.decode() == booth.get("/").content.decode()


def test_pages_are_only_read(booth):
    assert booth.post("/b").status_code == 405
