import datetime as dt

import pytest
from django.template.loader import render_to_string

from rectification import rules
from reviews.rules.session import later

DUE = dt.date(2026, 12, 11)
LEFT = ["unproposed", "undecided", "unlettered", "unfinished", "open_items"]


@pytest.mark.parametrize(
    ("served", "promised", "due"),
    [
        (dt.date(2026, 11, 10), None, dt.date(2026, 12, 10)),
        (dt.date(2027, 1, 31), None, dt.date(2027, 2, 28)),  # no such day: the month's last
        (dt.date(2028, 1, 31), None, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), None, dt.date(2027, 1, 31)),
        (dt.date(2026, 11, 10), dt.date(2026, 12, 31), dt.date(2026, 12, 31)),  # promised for later
        (dt.date(2026, 11, 10), dt.date(2026, 11, 20), dt.date(2026, 11, 20)),  # promised for sooner
        (dt.date(2026, 11, 10), dt.date(2026, 11, 1), dt.date(2026, 12, 10)),  # the promised day has passed
    ],
)
def test_whole_period_is_one_calendar_month_or_what_was_promised(served, promised, due):
    assert rules.due(served, 1, promised) == due


def test_a_rule_set_may_give_more_months():
    assert rules.due(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)


@pytest.mark.parametrize(("months", "words"), [(1, "一"), (2, "两"), (6, "六"), (12, "12")])
def test_months_are_written_as_one_says_them(months, words):
    assert rules.months_in_words(months) == words


@pytest.mark.parametrize(
    ("served", "due"),
    [
        (dt.date(2026, 11, 10), dt.date(2026, 11, 20)),  # a Friday
        (dt.date(2026, 11, 11), dt.date(2026, 11, 23)),  # the 21st is a Saturday
        (dt.date(2026, 9, 21), dt.date(2026, 10, 8)),  # 1 October falls into the holiday week
    ],
)
def test_plan_is_due_ten_days_after_service_on_a_working_day(served, due):
    assert rules.plan_due(served, 10) == due


@pytest.mark.parametrize(
    ("day", "today", "is_long_term", "said"),
    [
        (dt.date(2026, 12, 1), dt.date(2026, 12, 1), False, []),  # today
        (DUE, dt.date(2026, 12, 1), False, []),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 1), False, ["已经过去"]),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 1), True, ["已经过去"]),
        (dt.date(2026, 12, 12), dt.date(2026, 12, 1), False, ["长期整改"]),
        (dt.date(2026, 12, 12), dt.date(2026, 12, 1), True, []),
        (DUE, dt.date(2026, 12, 20), False, []),  # handed in after the period: the item is overdue, and stays so
        (dt.date(2026, 12, 10), dt.date(2026, 12, 20), False, ["已经过去"]),
    ],
)
def test_a_plan_promises_a_day_to_come_within_the_period(day, today, is_long_term, said):
    faults = rules.plan_day_faults(day, today=today, due_on=DUE, is_long_term=is_long_term)

    assert len(faults) == len(said)
    assert all(word in fault for word, fault in zip(said, faults, strict=True))


def test_a_rule_set_may_give_more_days_for_the_plan():
    assert rules.plan_due(dt.date(2026, 11, 10), 15) == dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("days_late", "level", "code", "kind", "word"),
    [
        (-30, 0, "NONE", "", "正常"),
        (-6, 0, "NONE", "", "正常"),
        (-5, 1, "BLUE", "info", "蓝 还有 5 天"),
        (-1, 1, "BLUE", "info", "蓝 还有 1 天"),
        (0, 1, "BLUE", "info", "蓝 今天到期"),
        (1, 2, "YELLOW", "warn", "黄 逾期 1 天"),
        (9, 2, "YELLOW", "warn", "黄 逾期 9 天"),
        (10, 3, "RED", "bad", "红 逾期 10 天"),
        (19, 3, "RED", "bad", "红 逾期 19 天"),
        (20, 4, "PROPOSAL", "bad", "红 逾期 20 天"),
        (300, 4, "PROPOSAL", "bad", "红 逾期 300 天"),
    ],
)
def test_warning_follows_from_days_alone(days_late, level, code, kind, word):
    found = rules.warning(DUE, DUE + dt.timedelta(days=days_late))

    assert (found.level, found.code, found.kind, found.word, found.proposes) == (level, code, kind, word, level == 4)


def test_a_closed_item_warns_of_nothing():
    assert rules.warning(DUE, DUE + dt.timedelta(days=99), is_closed=True).level == 0


@pytest.mark.parametrize("days_late", range(-7, 25))
def test_the_days_of_a_warning_are_those_that_show_it(days_late):
    """The list filters by days, the badge computes the colour: they may not disagree on any day."""
    today = DUE + dt.timedelta(days=days_late)
    shown = rules.warning(DUE, today).code

    for code in ("BLUE", "YELLOW", "RED", "PROPOSAL"):
        first, last = rules.due_days(code, today)
        assert ((first is None or first <= DUE) and last >= DUE) == (code == shown)


def test_reminders_go_out_on_the_days_of_the_timers():
    days = rules.reminder_days(plan_due_on=dt.date(2026, 11, 20), due_on=dt.date(2026, 12, 10))

    assert days == {
        "PLAN": dt.date(2026, 11, 20),
        "BLUE": dt.date(2026, 12, 5),
        "YELLOW": dt.date(2026, 12, 11),
        "RED": dt.date(2026, 12, 20),
        "PROPOSAL": dt.date(2026, 12, 30),
    }


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (dt.date(2026, 11, 10), ["PLAN", "BLUE", "YELLOW", "RED", "PROPOSAL"]),
        (dt.date(2026, 12, 5), ["PLAN", "BLUE", "YELLOW", "RED", "PROPOSAL"]),
        (dt.date(2026, 12, 12), ["PLAN", "YELLOW", "RED", "PROPOSAL"]),
        (dt.date(2026, 12, 21), ["PLAN", "RED", "PROPOSAL"]),
        (dt.date(2027, 2, 1), ["PLAN", "PROPOSAL"]),
    ],
)
def test_of_levels_already_passed_only_the_highest_is_worth_a_word(today, codes):
    days = rules.reminder_days(plan_due_on=dt.date(2026, 11, 20), due_on=dt.date(2026, 12, 10))

    assert list(rules.to_remind(days, today)) == codes


def test_who_brought_the_evidence_does_not_verify_it():
    assert rules.verifier_faults(verifier=3, submitters={1, 2}) == []
    assert rules.verifier_faults(verifier=2, submitters={1, 2}) == ["经手方案或佐证的人不能核验，请由另一位核查人员核验"]


@pytest.mark.parametrize(
    ("closer", "proposer", "faults"),
    [(4, None, 0), (1, None, 1), (3, None, 1), (5, 4, 0), (4, 4, 1), (3, 3, 2)],
)
def test_four_pairs_of_eyes(closer, proposer, faults):
    assert len(rules.closer_faults(closer=closer, submitters={1, 2}, verifier=3, proposer=proposer)) == faults


@pytest.mark.parametrize(
    ("counts", "reasons"),
    [((0, 0, 0, 0, 0), []), ((0, 2, 0, 0, 1), ["还有 2 个问题没有确认或排除", "还有 1 项整改没有销号"]),
     ((0, 0, 3, 4, 0), ["还有 3 个已确认的问题没有拟函", "还有 4 份提醒函没有送达"]),
     ((5, 0, 0, 0, 0), ["会议记录里还有 5 个问题没有提出"])],
)  # fmt: skip
def test_what_keeps_a_session_open(counts, reasons):
    assert rules.session_blockers(**dict(zip(LEFT, counts, strict=True))) == reasons


@pytest.mark.parametrize(
    ("state", "facts", "key", "target"),
    [
        ("CONFIRMED", {}, None, None),
        ("FED_BACK", {"unproposed": 3}, "letters", "rectification:findings_propose"),
        ("RECTIFYING", {"unproposed": 1, "open_items": 2}, "letters", "rectification:findings_propose"),
        ("FED_BACK", {"undecided": 2, "unlettered": 3}, "letters", "rectification:letters_draft"),
        ("RECTIFYING", {"unlettered": 1}, "letters", "rectification:letters_draft"),
        ("RECTIFYING", {"open_items": 1}, "rectify", "rectification:session_papers"),
        ("FED_BACK", {}, "finish", "rectification:session_close"),
        ("RECTIFYING", {}, "finish", "rectification:session_close"),
        ("CLOSED", {}, "archive", "rectification:session_archive"),
        ("ARCHIVED", {}, None, None),
    ],
)
def test_there_is_one_next_step_from_the_feedback_on(state, facts, key, target):
    step = next_step(state, **facts)

    assert (step and step.key, step and step.target) == (key, target)


def next_step(state, *, on_papers=False, unarchivable=(), **facts):
    left = dict.fromkeys(LEFT, 0) | facts
    return rules.next_step(state, left=left, unarchivable=list(unarchivable), on_papers=on_papers)


def test_what_is_only_looked_at_leads_to_the_other_page():
    assert next_step("RECTIFYING", open_items=1, on_papers=True).target == "rectification:session_items"


@pytest.mark.parametrize(("state", "facts"), [("RECTIFYING", {"open_items": 1}), ("CLOSED", {})])
def test_the_own_tab_and_all_others_name_the_same_step(state, facts):
    here, elsewhere = next_step(state, **facts), later(state)

    assert (here.key, here.title) == (elsewhere.key, elsewhere.title)


def test_what_the_others_name_is_the_whole_way_to_the_close():
    for state in ("FED_BACK", "RECTIFYING"):
        assert next_step(state).title == "办结本场会议的整改"
        assert later(state).title.endswith("办结")


def test_what_keeps_the_papers_from_the_archive_stands_at_its_step():
    assert [b.text for b in next_step("CLOSED", unarchivable=["没有制作"]).blockers] == ["没有制作"]


def test_what_is_undecided_keeps_letters_from_being_drafted_and_what_is_unlettered_does_not():
    undecided = next_step("RECTIFYING", undecided=2, unlettered=1).blockers

    assert [b.text for b in undecided] == ["还有 2 个问题没有确认或排除"]
    assert next_step("RECTIFYING", unlettered=1).blockers == []


@pytest.mark.parametrize(
    ("is_ended", "is_minuted", "has_file", "reasons"),
    [
        (True, True, True, []),
        (True, True, False, ["会议档案还没有制作；票箱终局、会议记录确认以后制作的才完整"]),
        (True, False, True, ["会议记录还没有确认"]),
        (False, True, True, ["评议票箱还没有宣布终局，密封票还没有销毁"]),
        (False, False, False, ["评议票箱还没有宣布终局，密封票还没有销毁", "会议记录还没有确认"]),
    ],
)
def test_papers_go_to_the_archive_once_the_box_is_ended_the_minutes_are_confirmed_and_the_file_is_made(
    is_ended, is_minuted, has_file, reasons
):
    assert rules.archive_blockers(is_ended=is_ended, is_minuted=is_minuted, has_file=has_file) == reasons


@pytest.mark.parametrize(("is_plan_late", "words"), [(False, ["正常"]), (True, ["方案逾期"])])
def test_an_item_whose_plan_is_late_is_not_called_in_order(is_plan_late, words):
    due_on = dt.date(2027, 3, 1)
    item = {
        "warning": rules.warning(due_on, due_on - dt.timedelta(days=60)),
        "is_plan_late": is_plan_late,
        "plan_due_on": dt.date(2026, 1, 1),
    }

    shown = render_to_string("rectification/_warning.html", {"item": item})

    assert [word for word in ("正常", "方案逾期") if word in shown] == words
