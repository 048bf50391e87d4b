"""The hall's real cases on the main site: cards lost and handed back, papers, groups with too few, void rounds."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from ballots import actions as box
from ballots import casting, codec, reference
from ballots.models import Box, Void
from core.errors import RuleViolation
from core.models import AuditEvent
from live.models import Hall
from reviews.models import ReviewSession
from scoring.actions import clearing, count, opening, rehearsal, scheme, setup, sheets, small_groups, steps, table
from scoring.actions.recount import recount
from scoring.models import BallotRound, Ending, Scheme, SubjectResult, TableMinutes
from tests import factories
from tests.core import reading
from tests.markup import tight
from tests.scoring.conftest import NUMBERS

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def closed(hall, **votes):
    return hall.prepare().make_keys().make_cards().open().vote(**votes).close()


def void(card):
    sent = codec.parse(reference.void_body(card))
    return casting.void(sent["s"], card=codec.unb64(sent["c"], 32), z=codec.unb64(sent["z"], 64))


def note(hall, *, lost=0, papers=0, invalid=0):
    clearing.note_table(hall.round, lost={"b": lost}, paper_ballots=papers, invalid_parts=invalid, by=hall.teller)


# --- cards -----------------------------------------------------------------------------------------------------


def test_the_running_list_counts_down_as_cards_are_voided(hall):
    closed(hall)
    assert [(row["printed"], row["cast"], row["voided"], row["missing"]) for row in clearing.left(hall.round)] == [
        (10, 7, 0, 3), (8, 5, 0, 3), (10, 6, 0, 4),
    ]  # fmt: skip

    assert void(hall.cards["b"][9]) == casting.STORED

    assert [row["missing"] for row in clearing.left(hall.round)] == [2, 3, 4]


def test_a_card_lost_before_casting_is_drawn_and_stays_missing(hall):
    """Two handed out, none handed back: eight drawn by seven raters, and the lost one has its reason."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    lost = hall.cards["b"][9]
    Void.objects.filter(outer_pk=codec.unb64(lost.outer_pub, 32)).delete()  # it never came back to the table
    table.note_cards(hall.round, {"b": (8, "声明丢失 1 张，未找到"), "c": (5, ""), "d": (6, "")}, by=hall.teller)
    note(hall, lost=1)

    assert opening.opening_blockers(hall.round) == []
    hall.tally()
    assert hall.count.sheet["boxes"][0]["unaccounted"] == 1
    assert next(row for row in hall.count.sheet["groups"] if row["code"] == "B")["missing"] == 1
    assert "声明丢失票卡 1 张，已另发备用卡，计入实发。" in sheets.count_sheet(hall.count)["decisions"]


def test_a_lost_card_that_was_cast_stops_the_opening(hall):
    """Eight ballots of seven raters: whoever found the card has voted with it."""
    closed(hall, b=8).clear_table()
    note(hall, lost=1)

    (blocker,) = opening.opening_blockers(hall.round)
    assert "有人用它投了票" in blocker
    with pytest.raises(RuleViolation, match="声明丢失 1 张"):
        opening.urn(hall.round, by=hall.scrutineer, now=hall.now)


def test_a_lost_card_that_was_found_is_voided_and_no_longer_lost(hall):
    closed(hall).clear_table()
    note(hall, lost=1)
    assert opening.opening_blockers(hall.round)
    note(hall, lost=0)
    assert opening.opening_blockers(hall.round) == []


def test_a_rater_who_leaves_hands_the_card_back_and_it_is_not_drawn(hall):
    """Six of seven cast; the seventh card is handed back, voided, and the box balances without a reason."""
    closed(hall, b=6).clear_table()
    row = clearing.left(hall.round)[0]
    assert (row["cast"], row["voided"], row["missing"], row["group"].drawn) == (6, 4, 0, 6)
    assert opening.opening_blockers(hall.round) == []


def test_a_card_carried_away_needs_a_reason(hall):
    closed(hall, b=6)
    for letter, cards in hall.cards.items():
        for card in cards[{"b": 7, "c": 5, "d": 6}[letter] :]:
            void(card)
    table.note_cards(hall.round, {"b": (7, ""), "c": (5, ""), "d": (6, "")}, by=hall.teller)
    assert any("区纪委委员有 1 张票卡既没有收回也没有作废" in text for text in opening.opening_blockers(hall.round))


def test_a_used_card_cannot_be_voided(hall):
    closed(hall)
    assert void(hall.cards["b"][0]) == casting.CONFLICT
    assert clearing.left(hall.round)[0]["voided"] == 0


# --- papers ----------------------------------------------------------------------------------------------------


def test_papers_are_counted_like_any_ballot_and_minuted_as_numbers(hall):
    """What the table page casts with a spare card: one part left blank because it could not count."""
    hall.prepare().make_keys().make_cards().open().vote()
    answers = reference.random_answers(hall.manifest, "d", quality=0.8)
    hall.cast(reference.cast_body(hall.cards["d"][9], hall.manifest, answers | {"o02": {}}))
    hall.close().clear_table()
    note(hall, papers=1, invalid=1)
    hall.tally()

    assert next(row for row in hall.count.sheet["groups"] if row["code"] == "D")["returned"] == 7
    assert hall.count.sheet["table"] == {"papers": 1, "invalid_parts": 1, "lost": 0}
    assert "其中纸票 1 张" in sheets.count_sheet(hall.count)["decisions"][0]
    trail = AuditEvent.objects.filter(action="note_table")
    assert trail.count() == 1  # one line for all papers: none tells when a paper was cast


def test_nothing_is_noted_while_the_box_takes_ballots(hall):
    hall.prepare().make_keys().make_cards().open()
    with pytest.raises(RuleViolation, match="截止以后、开箱以前"):
        note(hall, papers=1)
    assert not TableMinutes.objects.exists()


def test_impossible_numbers_are_refused_whole(hall):
    closed(hall)
    for numbers, told in [
        ({"lost": 11}, "只印了 10 张"),
        ({"papers": 19}, "一共只有 18 张票"),
        ({"papers": 2, "invalid": 7}, "最多有 6 处"),
    ]:
        with pytest.raises(RuleViolation, match=told):
            note(hall, **numbers)
        assert not TableMinutes.objects.exists(), numbers
        assert hall.round.groups.get(letter="b").lost == 0, numbers


# --- groups with too few -----------------------------------------------------------------------------------------


@pytest.fixture
def lonely(hall):
    """A scheme in which the delegates merge nowhere, though only three will come."""
    body = hall.scheme.body | {"code": "LONELY"}
    groups = [{k: v for k, v in g.items() if k != "merge_into"} for g in body["rater_groups"]]
    made = Scheme.objects.create(code="LONELY", name="没有并组", body=body | {"rater_groups": groups})
    factories.lock(made, clerk=hall.clerk, approver=hall.approver, now=hall.now)
    return made


PRESENT = {"A": 1, "B": 7, "C": 5, "D": 3}


def test_a_group_with_too_few_is_named_with_its_ways_out(lonely):
    (small,) = small_groups.small_groups(lonely.body, PRESENT)
    assert (small.code, small.present, small.least, small.may_be_named) == ("D", 3, 5, True)
    assert [code for code, _name in small.neighbours] == ["B", "C"]
    assert small_groups.small_groups(lonely.body, PRESENT | {"D": 5}) == []


def test_merging_makes_one_new_locked_version_however_often_it_is_asked(hall, lonely):
    made = [
        small_groups.settle_small_groups(hall.session, lonely, {"D": "C"}, PRESENT, by=hall.clerk, now=hall.now)
        for _again in range(2)
    ]
    assert made[0] == made[1]
    assert (made[0].version, made[0].is_locked, made[0].plan().groups["D"].merge_into) == (2, True, "C")
    assert small_groups.small_groups(made[0].body, PRESENT) == []
    assert lonely.plan().groups["D"].merge_into is None


def test_a_draft_begun_before_is_gone_on_with_after_small_groups_were_settled(hall, lonely):
    draft = scheme.new_version(lonely, by=hall.clerk)
    settled = small_groups.settle_small_groups(hall.session, lonely, {"D": "C"}, PRESENT, by=hall.clerk, now=hall.now)

    assert (draft.version, settled.version) == (2, 3)
    assert scheme.new_version(settled, by=hall.clerk) == draft


def test_a_small_group_declared_named_has_no_cards(hall, lonely):
    settled = small_groups.settle_small_groups(hall.session, lonely, {"D": "named"}, PRESENT, by=hall.clerk, now=hall.now)
    round = setup.prepare_round(hall.session, scheme=settled, numbers=NUMBERS | {"D": (3, 0)}, by=hall.clerk)
    group = round.groups.get(code="D")
    assert (group.is_named, group.cards) == (True, 0)
    assert not hall.session.audience.get(code="D").is_anonymous


def test_whoever_merged_into_a_group_now_named_is_asked_about_too(hall):
    """In the sample scheme the unit's leaders merge into the delegates; with two of each neither is enough."""
    present, body = {"A": 1, "B": 7, "C": 2, "D": 2}, hall.scheme.body
    assert [small.code for small in small_groups.questions(body, present, {})] == ["D"]
    assert [small.code for small in small_groups.questions(body, present, {"D": "B"})] == ["D"]
    assert [small.code for small in small_groups.questions(body, present, {"D": "named"})] == ["D", "C"]

    with pytest.raises(RuleViolation, match="仍不足 5 人"):
        small_groups.settle_small_groups(hall.session, hall.scheme, {"D": "named"}, present, by=hall.clerk, now=hall.now)
    ways = {"D": "named", "C": "B"}
    made = small_groups.settle_small_groups(hall.session, hall.scheme, ways, present, by=hall.clerk, now=hall.now)
    assert (made.plan().groups["D"].named, made.plan().groups["C"].merge_into) == (True, "B")


def test_a_way_that_the_rules_of_schemes_forbid_is_refused(hall):
    """In the sample scheme C merges into D already: the other way round would be a circle."""
    with pytest.raises(RuleViolation, match="成了环"):
        small_groups.settle_small_groups(hall.session, hall.scheme, {"D": "C"}, PRESENT, by=hall.clerk, now=hall.now)
    assert Scheme.objects.count() == 1


def test_the_preparation_page_asks_before_cards_are_printed(client, hall, lonely):
    client.force_login(hall.clerk)
    address = reverse("scoring:ballot_prepare", args=[hall.session.uid])
    numbers = {f"attendants_{code}": n for code, n in PRESENT.items()} | {f"papers_{code}": 0 for code in "BCD"}
    typed = {"scheme": lonely.pk, **numbers}

    asked = client.post(address, typed)
    assert asked.status_code == 200
    assert "到会 3 人，不足 5 人" in asked.content.decode()
    assert not BallotRound.objects.exists()
    asked = client.post(address, typed | {"asked": "1"}).content.decode()
    assert "请选一种办法" in asked
    assert not re.search(r'name="way_D"[^>]*required', asked)  # a number mistyped can be corrected without a choice
    assert client.post(address, typed | {"way_D": "A"}).status_code == 200  # the named group is no neighbour

    assert client.post(address, typed | {"way_D": "C"}).status_code == 302
    assert hall.round.scheme.plan().groups["D"].merge_into == "C"


# --- void rounds -------------------------------------------------------------------------------------------------


def test_a_void_round_has_its_record_and_the_next_begins_with_its_numbers(client, hall):
    hall.prepare(B=(9, 2)).make_keys().make_cards().open().vote()
    hall.together("VOID", reason="两张丢失的票卡被人投了票")
    client.force_login(hall.scrutineer)
    record = client.get(reverse("scoring:void_record", args=[hall.session.uid, 1]))
    words = reading.words(b"".join(record))
    assert [
        w for w in ("本轮作废记录", "两张丢失的票卡被人投了票", str(hall.clerk), str(hall.scrutineer), "第三方") if w not in words
    ] == []
    assert "没有打开" in words
    assert client.get(reverse("scoring:void_record", args=[hall.session.uid, 2])).status_code == 404

    client.force_login(hall.clerk)
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()
    assert "收齐旧票卡和旧钥匙卡" in page
    assert "票没有打开，已经删除" in page
    form = client.get(reverse("scoring:ballot_prepare", args=[hall.session.uid])).context["form"]
    assert (form["attendants_B"].value(), form["papers_B"].value()) == (9, 2)


def test_of_a_round_void_after_its_opening_nobody_is_told_that_it_was_never_opened(client, hall):
    hall.counted()
    hall.together("VOID", reason="箱外发现票卡")
    client.force_login(hall.scrutineer)

    words = reading.words(b"".join(client.get(reverse("scoring:void_record", args=[hall.session.uid, 1]))))
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()

    assert ["没有打开" in words, "没有打开" in page] == [False, False]
    assert "取出开箱；结果作废" in words
    assert "已经开箱，结果作废" in page


def test_of_a_round_void_after_a_fetch_nobody_is_told_that_it_was_opened_or_was_not(client, hall):
    """Two key cards lost: the sealed ballots were out, and nothing came back."""
    hall.prepare().make_keys().make_cards().open().vote().close().clear_table()
    hall.transcript()
    hall.together("VOID", reason="丢了两张钥匙卡")
    client.force_login(hall.scrutineer)

    words = reading.words(b"".join(client.get(reverse("scoring:void_record", args=[hall.session.uid, 1]))))
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()

    false = ("没有打开", "已经开箱", "取出开箱", "留作查证")
    assert [[word for word in false if word in text] for text in (words, page)] == [[], []]
    assert "取出，准备开箱；没有存下开箱记录" in words
    assert "密封的票取出过，没有存下开箱记录" in page


# --- what hangs and lies in the hall -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "pages", "told"),
    [
        ("handbook", 1, ["监票手册", "换一台，扫同一张卡", "声明丢失1", "任意2张就能开", "15分钟为投票异议期"]),
        ("poster", 2, ["谁能看到什么", "我们挡不住的", "怎样自己核对"]),
        ("card_slip", 1, ["票卡清点单", "群众代表"]),
    ],
)
def test_papers_of_the_hall(client, hall, kind, pages, told):
    hall.prepare().make_keys().make_cards()
    client.force_login(hall.scrutineer)
    pdf = b"".join(client.get(reverse("scoring:handout", args=[hall.session.uid, kind])))
    assert len(list(reading.pages(pdf))) == pages
    code = codec.code(hall.round.box.manifest_hash, 80)
    wanted = told if kind == "card_slip" else [*told, code]
    assert [word for word in wanted if word not in reading.words(pdf)] == []


@pytest.mark.slow
def test_the_paper_ballot_is_one_for_the_whole_group(client, hall):
    hall.prepare()
    client.force_login(hall.clerk)
    address = reverse("scoring:paper_ballot", args=[hall.session.uid, "d"])
    first, second = (b"".join(client.get(address)) for _copy in range(2))
    words = reading.words(first)
    assert first == second
    assert [s.name for s in hall.session.subjects.all() if s.name.replace(" ", "") not in words] == []
    assert "无记名" in words
    assert client.get(reverse("scoring:paper_ballot", args=[hall.session.uid, "a"])).status_code == 404  # named: no paper ballot


@pytest.mark.slow
def test_a_rehearsal_says_so_on_every_paper_and_is_wiped_with_its_minutes(client, hall):
    ReviewSession.objects.filter(pk=hall.session.pk).update(is_rehearsal=True)
    hall.session.refresh_from_db()
    hall.counted().sign().confirm().publish().end()
    client.force_login(hall.clerk)
    for name, more in (("handout", "handbook"), ("handout", "poster"), ("handout", "card_slip"), ("paper_ballot", "d")):
        assert "演练，不作数" in reading.words(b"".join(client.get(reverse(f"scoring:{name}", args=[hall.session.uid, more]))))

    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
    assert [model for model in (BallotRound, TableMinutes, Ending, Box) if model.objects.exists()] == []


def test_a_tie_across_the_quota_is_decided_before_signing(hall):
    hall.tied()
    (needed,) = hall.count.decisions_needed
    assert (needed["seats"], sorted(needed["candidates"])) == (1, ["o01", "o02"])
    with pytest.raises(RuleViolation, match="裁定"):
        hall.sign()
    with pytest.raises(RuleViolation, match="选出 1 人"):
        count.decide(
            hall.count,
            label="好",
            pool=needed["pool"],
            chosen=["o01", "o02"],
            reason="集体研究决定",
            by=hall.approver,
            now=hall.now,
        )

    count.decide(
        hall.count, label="好", pool=needed["pool"], chosen=["o02"], reason="集体研究决定", by=hall.approver, now=hall.now
    )

    bands = {result.subject.code: result.band for result in SubjectResult.objects.select_related("subject")}
    assert (bands["o01"], bands["o02"]) == ("较好", "好")
    told = {
        r.subject.code: " ".join(step["text"] for step in r.trace_l1)
        for r in hall.again().count.subjects.select_related("subject")
    }
    assert "得分相同的 2 人跨过名额线，其中 1 人经裁定列为“好”，本人未列入，由好改列较好" in told["o01"]
    assert "得分相同的 2 人跨过名额线，其中 1 人经裁定列为“好”，本人列入，保留好" in told["o02"]
    hall.again().sign()
    assert recount(hall.count, by=hall.scrutineer).differing == []


def test_each_tie_is_told_with_the_leader_who_settled_it(hall):
    hall.tied()
    (needed,) = hall.count.decisions_needed
    count.decide(
        hall.count, label="好", pool=needed["pool"], chosen=["o02"], reason="集体研究决定", by=hall.approver, now=hall.now
    )
    names = {subject.code: subject.name for subject in hall.session.subjects.all()}

    hall.again().count.decisions.append(
        {"label": "较好", "pool": "", "chosen": ["o03"], "by": "另一位领导", "reason": "看述职报告。"}
    )

    assert list(sheets.counting.decided_words(hall.count, names)) == [
        f"名额线上同分，由{hall.approver}裁定{names['o02']}列为“好”，理由：集体研究决定。",
        f"名额线上同分，由另一位领导裁定{names['o03']}列为“较好”，理由：看述职报告。",
    ]


def test_a_number_drawn_is_corrected(hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    spare, hall.cards["b"] = hall.cards["b"][-1], hall.cards["b"][:-1]  # neither cast nor void
    hall.clear_table()
    drawn = {letter: (row["cast"], "备用，未发出") for letter, row in box.counts(hall.round.sid).items()}
    table.note_cards(hall.round, drawn, by=hall.teller)
    hall.cards["b"].append(spare)
    hall.tally().sign().confirm().publish()

    hall.together("CORRECT", first=hall.approver, reason="清点时少数了一张")
    table.note_cards(hall.round, drawn | {"b": (8, "一张领出没有投")}, by=hall.teller)
    hall.tally()

    issued = {group["letter"]: group["issued"] for group in hall.count.sheet["groups"]}
    assert issued["b"] == 8


# --- the console after the last item -----------------------------------------------------------------------------


def test_after_the_last_item_the_console_tells_how_the_round_stands(client, hall):
    """Every state of a round, a void one and the one after it: a sentence that is true there, and the step that is next."""
    Hall.objects.create(session=hall.session)
    again, revote, over = "评议要重新投票", "评议正在重新投票", "会议已结束"

    def told():
        client.force_login(hall.clerk)
        text = tight(client.get(reverse("live:console", args=[hall.session.uid])))
        said = [words for words in (again, revote, over) if f"<p>{words}</p>" in text]
        assert (said == [over]) == ('id="vote-again"' not in text)
        return *said, "".join(re.findall(r'aria-current="step"><b>(.*?)</b>', text))

    assert told() == (again, "选定方案，确定票卡数")
    seen = []
    for step in ("prepare", "make_keys", "make_cards", "open"):
        getattr(hall, step)()
        seen.append(told())
    assert seen == [(again, "制作开箱钥匙"), (again, "制作、打印票卡"), (again, "开始投票"), (revote, "宣布截止")]

    hall.vote()
    hall.together("VOID", reason="票卡印错")
    assert told()[0] == again
    hall.bodies = []
    hall.prepare().make_keys().make_cards().open().vote()
    hall.together("CLOSE")
    assert told()[0] == revote
    hall.now += dt.timedelta(seconds=31)
    steps.finish_close(hall.round, by=hall.clerk, now=hall.now)
    seen = [told()]
    for step in ("clear_table", "tally", "confirm_signed", "publish", "end"):
        hall.sign().confirm() if step == "confirm_signed" else getattr(hall, step)()
        seen.append(told())
    assert {title for title, _next in seen} == {over}
    assert [words for _title, words in seen] == [
        "清点桌面：作废剩卡，登记实发数",
        "清点桌面：作废剩卡，登记实发数",  # whether the table is cleared is looked up on the page of the ballot
        "计票、签字、确认",
        "公布结果",
        "投票异议期满，宣布终局",
        "",
    ]
