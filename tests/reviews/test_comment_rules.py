import pytest

from reviews.rules import comment as rules


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("警示教育不够经常", ["警示教育不够经常"]),
        ("1. 甲\n2、乙\n（3）丙\n四、丁\n(5) 戊", ["甲", "乙", "丙", "丁", "戊"]),
        ("- 甲\n• 乙\n\n  \n甲", ["甲", "乙"]),
        ("2026年上半年有3单补办手续", ["2026年上半年有3单补办手续"]),
        ("一岗双责落实不够", ["一岗双责落实不够"]),
        ("", []),
    ],
)
def test_each_line_of_a_comment_is_a_problem_without_its_number(text, lines):
    assert rules.problem_lines(text) == lines
