"""The order of the run sheet, on paper: no database."""

from dataclasses import dataclass

import pytest

from live.rules import hall as hall_rules
from live.rules import run_sheet as rules


@dataclass
class Item:
    kind: str
    subject: str | None = None
    state: str = "TODO"

    @property
    def key(self):
        return f"{self.kind}-{self.subject}" if self.subject else self.kind


def sheet(*subjects, extras=(), done=0):
    items = [Item(kind, who) for kind, who, _minutes in hall_rules.agenda(list(subjects), extras=extras)]
    for item in items[:done]:
        item.state = "DONE"
    return items


def short(items):
    return " ".join(item.subject or item.kind.title() for item in items if item.kind not in ("QUESTIONS", "COMMENT"))


def test_a_template_puts_a_break_in_the_middle_and_the_briefing_before_the_vote():
    told = [short(sheet("甲", "乙", "丙", extras=extras)) for extras in rules.TEMPLATES.values()]

    assert told == [
        "Opening 甲 乙 丙 Scoring Closing",
        "Opening 甲 乙 丙 Briefing Scoring Count Announcement Closing",
        "Opening 甲 乙 Break 丙 Briefing Scoring Count Announcement Closing",
    ]
    assert short(sheet("甲", extras=("BREAK",))) == "Opening 甲 Scoring Closing"  # no break after the last


@pytest.mark.parametrize(
    ("key", "by", "told"),
    [
        ("STATEMENT-乙", -1, "Opening 乙 甲 Break 丙 Scoring Closing"),
        ("COMMENT-乙", 1, "Opening 甲 Break 乙 丙 Scoring Closing"),
        ("BREAK", 1, "Opening 甲 乙 丙 Break Scoring Closing"),
        ("STATEMENT-甲", -1, "Opening 甲 乙 Break 丙 Scoring Closing"),  # nothing before the opening
        ("STATEMENT-丙", 1, "Opening 甲 乙 Break 丙 Scoring Closing"),  # nobody is commented on after the vote
        ("SCORING", 1, "Opening 甲 乙 Break 丙 Scoring Closing"),
        ("OPENING", -1, "Opening 甲 乙 Break 丙 Scoring Closing"),
        ("NOBODY", 1, "Opening 甲 乙 Break 丙 Scoring Closing"),
    ],
)
def test_an_official_is_moved_with_all_three_items(key, by, told):
    assert short(rules.moved(sheet("甲", "乙", "丙", extras=("BREAK",)), key, by)) == told


def test_what_has_begun_stays_where_it_is():
    items = sheet("甲", "乙", "丙", done=3)  # the first is under way

    assert rules.moved(items, "STATEMENT-乙", -1) is items
    assert short(rules.moved(items, "STATEMENT-乙", 1)) == "Opening 甲 丙 乙 Scoring Closing"


def test_every_reason_why_an_order_cannot_be():
    opening, closing, scoring, comment = Item("OPENING"), Item("CLOSING"), Item("SCORING"), Item("COMMENT", "甲")
    briefing = Item("BRIEFING")

    assert rules.order_blockers([opening, comment, briefing, scoring, closing]) == []
    assert rules.order_blockers([comment, opening, scoring, closing]) == ["开场在最前，会议结束在最后"]
    assert rules.order_blockers([opening, scoring, comment, closing]) == ["评议打分要在全部点评之后"]
    assert rules.order_blockers([opening, scoring, briefing, closing]) == ["说明评议办法要在评议打分之前"]
    count, announcement = Item("COUNT"), Item("ANNOUNCEMENT")
    assert rules.order_blockers([opening, scoring, count, announcement, closing]) == []
    for order in ([count, scoring], [announcement, scoring], [scoring, announcement, count]):
        assert rules.order_blockers([opening, *order, closing]) == ["评议打分以后才能计票，计票以后才能宣布结果"]


@pytest.mark.parametrize(
    ("done", "place"),
    [(0, 1 + 2 * 3), (2, 1 + 2 * 3), (9, 1 + 3 * 3), (1 + 3 * 3 + 1, 1 + 3 * 3 + 1), (1 + 3 * 3 + 2, None)],
)
def test_a_break_goes_between_what_is_still_to_come_nearest_to_the_middle(done, place):
    assert rules.place_of_break(sheet("甲", "乙", "丙", done=done)) == place
