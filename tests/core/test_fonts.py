import json

import pytest
from django.conf import settings

from core import fonts
from tests.core import reading


def names_of_the_register():
    """Every name of the fictional district, with some rare characters that living people carry."""
    names = ["赵䶮", "陶喆", "陈堃", "李玥", "毕昇", "张翀", "周赟"]
    path = settings.ROOT / "desk" / "demo" / "domain_data.json"
    if path.exists():
        data = json.loads(path.read_text())
        people = ("officials", "district_leaders", "committee_members", "representatives")
        names += [person["name"] for group in people for person in data[group]]
        names += [unit["name"] + unit["liaison_name"] for unit in data["units"]]
    return names


@pytest.mark.slow
@pytest.mark.parametrize("role", list(fonts.ROLES))
def test_every_name_prints_with_visible_glyphs(role):
    assert reading.invisible("".join(names_of_the_register()), role) == []


def test_a_character_no_font_knows_is_reported_once():
    assert reading.invisible("赵\U000f1234\U000f1234", "fang") == ["\U000f1234"]


def test_a_blank_glyph_is_no_glyph():
    """AR PL UKai maps some characters to empty outlines; the ideographic space stands for them here."""
    assert fonts.face_for("\u3000", "fang").bounds("\u3000") is None
    assert reading.is_visible("\u3000", "fang") is False


@pytest.mark.parametrize("role", list(fonts.ROLES))
def test_licensed_faces_come_first_and_a_face_with_rare_characters_last(role, monkeypatch):
    monkeypatch.setattr(fonts, "fandol", lambda name: f"/somewhere/{name}")

    stack = fonts.stylesheet().split(f"--{role}: ")[1].split(";")[0].split(", ")
    ours = fonts.ROLES[role]

    assert stack == [f'"{family}"' for family in (*ours.licensed, ours.alias, *ours.free)] + [ours.generic]
    assert ours.free[-1].startswith(("Noto", "Source Han", "LXGW"))


def test_each_fandol_file_has_its_own_alias(monkeypatch):
    """Regular and bold both claim weight 400; under one family name every text came out bold."""
    monkeypatch.setattr(fonts, "fandol", lambda name: f"/somewhere/{name}")

    faces = [line for line in fonts.stylesheet().splitlines() if line.startswith("@font-face")]

    assert len(faces) == len({line.split('"')[1] for line in faces}) == len({line.split('"')[3] for line in faces}) == 5


def test_without_fandol_the_fallbacks_still_set_letters(monkeypatch):
    monkeypatch.setattr(fonts, "fandol", lambda name: None)

    assert "@font-face" not in fonts.stylesheet()
    assert fonts.sources("fang")
    assert fonts.has_chinese()
