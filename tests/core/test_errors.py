import datetime as dt
import errno

import pytest
from django.db import OperationalError
from django.utils.translation import override

from core.calendar import written
from core.errors import RuleViolation, fitting, is_disk_full, needed


def test_what_is_needed_comes_back_without_the_space_around_it():
    assert needed("  数字不实 \n", "请写明理由") == "数字不实"
    assert needed("长" * 350, "请写明理由", 350) == "长" * 350


def test_what_does_not_fit_its_field_is_refused_and_never_cut():
    with pytest.raises(RuleViolation, match="最多 300 字，现在有 301 字，请改短"):
        needed("长" * 301, "请写明理由")
    with pytest.raises(RuleViolation, match="最多 10 字"):
        fitting(" " + "长" * 11, 10)
    assert fitting(" ", 10) == ""


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_nothing_typed_is_refused_in_the_words_given(text):
    with pytest.raises(RuleViolation, match="请写明理由"):
        needed(text, "请写明理由")


class DiskFull(Exception):
    sqlstate = "53100"  # as psycopg's of this name


@pytest.mark.parametrize(
    ("problem", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EIO, "Input/output error"), False),
        (OperationalError("database or disk is full"), True),
        (OperationalError("database is locked"), False),
        (ValueError("disk is full"), False),
    ],
)
def test_a_full_disk_is_told_from_other_trouble(problem, is_full):
    assert is_disk_full(problem) is is_full


def test_a_full_disk_of_postgresql_is_known_by_its_code():
    problem = OperationalError("could not extend file")
    problem.__cause__ = DiskFull()
    assert is_disk_full(problem) is True


def test_a_day_is_written_as_the_language_writes_it():
    assert written(dt.date(2026, 9, 5)) == "2026年9月5日"
    with override("en"):
        assert written(dt.date(2026, 9, 5)) == "5 Sep 2026"
