from types import SimpleNamespace

import pytest

from tests import skips


def left_out(*reasons):
    return [SimpleNamespace(nodeid=f"test_{n}", longrepr=("f.py", 1, f"Skipped: {reason}")) for n, reason in enumerate(reasons)]


@pytest.mark.parametrize("vendor", skips.MAY_SKIP)
def test_what_the_other_database_tries_may_be_left_out_here_and_nothing_else(vendor):
    (here, there) = (skips.MAY_SKIP[vendor], set.union(*skips.MAY_SKIP.values()) - skips.MAY_SKIP[vendor])

    assert skips.unexcused(left_out(*here), vendor) == []
    assert len(skips.unexcused(left_out(*there, "no Node here", ""), vendor)) == len(there) + 2


def test_no_reason_excuses_on_both_databases():
    assert set.intersection(*skips.MAY_SKIP.values()) == set()


def test_a_test_with_two_conditions_is_named():
    def item(*marks):
        return SimpleNamespace(nodeid=str(len(marks)), iter_markers=lambda name: iter(marks))

    assert skips.skippable_twice([item(), item("here"), item("here", "there")]) == ["2"]
