"""The rules of codes, against the vectors of RFC 6238 (appendix B, SHA-1, the last six of eight digits)."""

import base64

import pytest

from officials.rules import second_factor as rules

SEED = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(now, code):
    assert rules.accepted_step(SEED, code, now=now, after=0) == now // 30


@pytest.mark.parametrize(("late", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_either_way_is_good(late, is_good):
    step = 1234567890 // 30

    assert rules.accepted_step(SEED, "005924", now=1234567890 + late, after=0) == (step if is_good else None)


@pytest.mark.parametrize(("after", "is_good"), [(-1, True), (0, False), (1, False), (1000, False)])
def test_only_steps_after_the_last_used_are(after, is_good):
    step = 1234567890 // 30

    assert (rules.accepted_step(SEED, "005924", now=1234567890, after=step + after) == step) == is_good


@pytest.mark.parametrize("code", ["", "00592", "0059241", "五九二四", "000000"])
def test_nothing_else_is(code):
    assert rules.accepted_step(SEED, code, now=1234567890, after=0) is None


@pytest.mark.parametrize(
    ("typed", "code", "is_of_app"),
    [
        (" 005 924 ", "005924", True),
        ("００５９２４", "005924", True),
        ("ABCD-efgh-2345", "abcdefgh2345", False),
        ("٠٠٥٩٢٤", "٠٠٥٩٢٤", False),
        ("00592", "00592", False),
    ],
)
def test_codes_are_compared_as_they_are_meant(typed, code, is_of_app):
    assert rules.plain(typed) == code
    assert rules.is_of_app(code) == is_of_app


def test_the_app_learns_whose_code_it_is():
    address = rules.address(SEED, account="mu", issuer="述责")

    assert address.startswith("otpauth://totp/%E8%BF%B0%E8%B4%A3:mu?")
    assert f"secret={SEED}" in address


def test_a_key_is_typed_in_groups():
    assert rules.in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"
