"""Canonical bytes and exact numbers."""

from fractions import Fraction

import pytest

from scoring import rules
from scoring.rules.numbers import fixed, number, rounded, shown


def test_nulls_fall_away_and_keys_are_sorted_before_anything_is_hashed():
    assert rules.canonical({"b": None, "a": [{"y": None, "x": True}]}) == b'{"a":[{"x":true}]}'
    assert rules.canonical_scheme({"name": None, "mode": "points"}) == {"mode": "points"}


@pytest.mark.parametrize("value", [1.0, 2**53, {"键": 1}, {"1a": 1}, {1: 1}, "\ud800", "e\u0301", {"a": [Fraction(1, 2)]}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r"canonical|large"):
        rules.canonical(value)


@pytest.mark.parametrize("value", [1.0, True, None, "", ".5", "1.", "1e2", "1/0", "1/-3", "１", " 1", "NaN", 2**53, "1" * 40])
def test_only_integers_decimals_and_fractions_are_numbers(value):
    with pytest.raises(ValueError, match="not an exact number"):
        number(value)


@pytest.mark.parametrize(
    ("text", "value"), [(7, 7), ("-0.5", Fraction(-1, 2)), ("1/3", Fraction(1, 3)), ("84.865", Fraction(84865, 1000))]
)
def test_numbers_are_read_exactly(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("84.865", 2, "84.87"),
        ("0.5", 0, "1"),
        ("89.995", 2, "90.00"),
        ("0.04", 1, "0.0"),
        ("-1.5", 1, "-1.5"),
        ("-0.05", 1, "0.0"),
    ],
)
def test_rounding_is_half_up(value, places, text):
    assert fixed(number(value), places) == text
    assert rounded(number(value), places) == Fraction(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("84", "84"),
        ("88.5", "88.5"),
        ("1/3", "0.333333…"),
        ("1/1000000", "0.000001"),
        ("-1/3", "-0.333333…"),
        ("100", "100"),
        (0, "0"),
    ],
)
def test_the_sheet_shows_six_decimals_and_says_when_more_follow(value, text):
    assert shown(number(value)) == text
