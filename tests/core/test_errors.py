import datetime as dt

import pytest
from django.utils.translation import override

from core.calendar import written
from core.errors import RuleViolation, needed


def test_what_is_needed_comes_back_without_the_space_around_it_and_fits_its_field():
    assert needed("  数字不实 \n", "请写明理由") == "数字不实"
    assert needed("长" * 400, "请写明理由") == "长" * 300
    assert needed("长" * 400, "请写明理由", 350) == "长" * 350


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_nothing_typed_is_refused_in_the_words_given(text):
    with pytest.raises(RuleViolation, match="请写明理由"):
        needed(text, "请写明理由")


def test_a_day_is_written_as_the_language_writes_it():
    assert written(dt.date(2026, 9, 5)) == "2026年9月5日"
    with override("en"):
        assert written(dt.date(2026, 9, 5)) == "5 Sep 2026"
