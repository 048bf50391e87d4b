"""What the demonstration says of itself holds together: its reports add up, and nobody's post is held twice."""

import re

from desk.management.demo import texts
from desk.management.demo.district import data
from reviews.rules import canvass


def test_the_numbers_of_every_report_add_up():
    for official in data()["officials"]:
        said = {name: text.format(unit="", issue="", **texts.drawn(official["code"])) for name, text in texts.ITEMS.items()}

        tasks = numbers(r"交办的(\d+)项重点任务已完成(\d+)项，其余(\d+)项", said["A1"])
        faults = numbers(r"发现问题(\d+)个，已整改(\d+)个，未完成的(\d+)个", said["B3"])
        requests = numbers(r"请示报告(\d+)件，其中涉及大额资金安排(\d+)件、机构和人员事项(\d+)件", said["A2"])

        assert tasks[0] == tasks[1] + tasks[2]
        assert faults[0] == faults[1] + faults[2]
        assert requests[0] >= requests[1] + requests[2]


def numbers(pattern, text):
    return [int(number) for number in re.search(pattern, text).groups()]


def test_no_line_of_a_digest_repeats_the_words_of_an_opinion():
    said = data()["opinions"]
    lines = [row["digest"] for row in said if "digest" in row]

    assert canvass.copied_runs(lines, [row["text"] for row in said]) == [""] * len(lines)


def test_the_district_has_one_secretary_of_the_commission():
    leaders = [leader["name"] for leader in data()["district_leaders"] if leader["post"].endswith("区纪委书记")]
    members = [member["name"] for member in data()["committee_members"] if member["title"] == "区纪委书记"]

    assert leaders + members == ["袁秉柏"]
