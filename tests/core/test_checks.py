import ctypes

import pytest
from django.core.checks.registry import registry

from core import checks, fonts


def ids():
    return [problem.id for problem in checks.papers(None)]


@pytest.fixture
def bare_machine(monkeypatch):
    """No font, no library."""

    def refuse(name):
        raise OSError(name)

    monkeypatch.setattr(fonts, "installed", lambda: {})
    monkeypatch.setattr(fonts, "covering", lambda chars: set())
    monkeypatch.setattr(fonts, "fandol", lambda name: None)
    monkeypatch.setattr(ctypes, "CDLL", refuse)


def test_a_bare_machine_gets_every_warning_with_its_remedy(bare_machine):
    problems = checks.papers(None)

    assert [problem.id for problem in problems] == ["core.W001", "core.W002", "core.W003", "core.W004"]
    assert all(problem.hint for problem in problems)


def test_missing_fandol_is_named_and_nothing_else(monkeypatch):
    monkeypatch.setattr(fonts, "fandol", lambda name: None)

    assert ids() == ["core.W002"]
    assert "FandolFang-Regular.otf" in checks.papers(None)[0].msg


def test_licensed_faces_make_fandol_unnecessary(monkeypatch):
    monkeypatch.setattr(fonts, "fandol", lambda name: None)
    monkeypatch.setattr(fonts, "licensed", lambda role: fonts.ROLES[role].licensed[0])

    assert ids() == []


def test_rare_characters_need_a_face_in_every_stack(monkeypatch):
    able = fonts.covering(fonts.RARE_NAMES)
    monkeypatch.setattr(fonts, "covering", lambda chars: {family for family in able if "Serif" in family})

    assert "core.W003" in ids()


@pytest.mark.parametrize(
    ("is_on", "is_demo", "key", "found"),
    [
        (True, False, "k", []),
        (True, False, "", ["core.E001"]),
        (False, False, "", ["core.W005"]),
        (False, True, "", []),
        (True, True, "k", []),
    ],
)
def test_a_deployment_without_a_second_factor_or_its_key_is_minded(settings, is_on, is_demo, key, found):
    settings.SECOND_FACTOR, settings.DEMO, settings.SECOND_FACTOR_KEY = is_on, is_demo, key

    problems = checks.second_factor_key(None) + checks.second_factor(None)

    assert [problem.id for problem in problems] == found


def test_the_switch_is_minded_in_a_deployment_only_the_key_everywhere():
    assert checks.second_factor in registry.deployment_checks
    assert checks.second_factor_key in registry.registered_checks
