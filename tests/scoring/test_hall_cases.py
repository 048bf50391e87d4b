"""The hall's real cases on the main site: cards lost and handed back, papers, groups with too few, void rounds, the end."""

import datetime as dt

import pytest
from django.urls import reverse

from ballots import actions as box
from ballots import casting, codec, reference
from ballots.models import Box, Envelope, Void
from core.errors import RuleViolation
from core.models import AuditEvent
from officials.models import RoleGrant
from reviews.models import ReviewSession
from scoring import rules
from scoring.actions import clearing, ending, opening, papers, rehearsal, scheme, setup, sheets, small_groups, table
from scoring.models import BallotRound, Ending, PaperJob, Scheme, TableMinutes
from tests.core import reading
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
        opening.urn(hall.round)


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
    scheme.lock_scheme(made, seen=rules.scheme_hash(made.body), by=hall.clerk, now=hall.now)
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
    assert client.get(reverse("scoring:void_record", args=[hall.session.uid, 2])).status_code == 404

    client.force_login(hall.clerk)
    page = client.get(reverse("scoring:ballot", args=[hall.session.uid])).content.decode()
    assert "收齐旧票卡和旧钥匙卡" in page
    form = client.get(reverse("scoring:ballot_prepare", args=[hall.session.uid])).context["form"]
    assert (form["attendants_B"].value(), form["papers_B"].value()) == (9, 2)


# --- the end -----------------------------------------------------------------------------------------------------


@pytest.fixture
def published(hall):
    return hall.counted().sign().confirm().publish()


def end(hall, **changes):
    said = {"declared_by": "沈知衡", "key_cards": 3, "missing_key_cards": "", "tablets": 20, "objections": ""} | changes
    ending.note_ending(hall.round, **said, by=hall.scrutineer, now=hall.now)


def test_nothing_ends_while_objections_are_taken(published, settings):
    settings.OBJECTION_MINUTES = 20
    hall = published
    hall.now += dt.timedelta(minutes=19, seconds=30)
    with pytest.raises(RuleViolation, match="异议期还有 1 分钟"):
        end(hall)
    with pytest.raises(RuleViolation, match="异议期还有 1 分钟"):
        hall.together("ARCHIVE")
    hall.now += dt.timedelta(seconds=30)
    end(hall)
    hall.together("ARCHIVE")
    assert (hall.round.state, Envelope.objects.count()) == (Box.State.ARCHIVED, 0)


def test_sealed_ballots_are_kept_until_the_end_is_noted(published):
    published.now += dt.timedelta(minutes=15)
    with pytest.raises(RuleViolation, match="还没有登记终局"):
        published.together("ARCHIVE")
    assert Envelope.objects.exists()


def test_an_end_that_leaves_a_way_back_is_refused(published):
    published.now += dt.timedelta(minutes=15)
    for changes, told in [
        ({"key_cards": 4}, "只做了 3 张"),
        ({"key_cards": 2}, "写明缺的在哪里"),
        ({"key_cards": 1, "missing_key_cards": "在家里"}, "仍能开箱"),
        ({"declared_by": " "}, "主持人"),
    ]:
        with pytest.raises(RuleViolation, match=told):
            end(published, **changes)
        assert not Ending.objects.exists(), changes


def test_one_key_card_may_be_missing_with_its_reason(published):
    published.now += dt.timedelta(minutes=15)
    end(published, key_cards=2, missing_key_cards="第三方监票人的一张会前受潮损毁")
    published.together("ARCHIVE")
    assert published.round.is_ended


@pytest.mark.slow
def test_the_record_of_the_end_says_what_was_destroyed(published):
    hall = published.end()
    job = papers.ask_for_paper(hall.count, PaperJob.Kind.ENDING, by=hall.scrutineer)
    papers.make(job.pk)
    job.refresh_from_db()
    with job.stored.content.open() as file:
        words = reading.words(file.read())
    code = codec.code(hall.round.box.manifest_hash, 80)
    told = ["评议票箱终结记录", "18张密封票", "当众粉碎3张", "20台平板", "无人提出异议", "沈知衡", "监票人（代表）", code]
    assert [word for word in told if word.replace(" ", "") not in words] == []


def test_the_record_of_the_end_waits_for_the_end(client, published):
    client.force_login(published.scrutineer)
    address = reverse("scoring:paper_make", args=[published.session.uid, "ENDING"])
    assert client.post(address).status_code == 403
    published.end()
    assert client.post(address).status_code == 302


def test_the_countdown_is_shown_until_the_window_is_over(client, published, time_machine):
    address = reverse("scoring:objection", args=[published.session.uid])
    time_machine.move_to(published.now + dt.timedelta(minutes=4))
    client.force_login(published.scrutineer)
    assert "异议期还有 <b>11</b> 分钟" in client.get(address).content.decode()
    time_machine.move_to(published.now + dt.timedelta(minutes=15))
    assert "异议期已满" in client.get(address).content.decode()
    published.end()
    assert "已经终局" in client.get(address).content.decode()


def test_the_end_is_noted_on_its_page_and_destroyed_by_two(client, published, time_machine):
    hall = published
    address = reverse("scoring:ballot_end", args=[hall.session.uid])
    typed = {
        "declared_by": "沈知衡",
        "key_cards": 3,
        "tablets": 12,
        "is_shredded": "on",
        "objections": "要求复算一次，当场复算相同",
    }
    time_machine.move_to(hall.now + dt.timedelta(minutes=2))
    client.force_login(hall.scrutineer)
    assert "异议期还有 13 分钟" in client.get(address).content.decode()
    time_machine.move_to(hall.now + dt.timedelta(minutes=16))
    assert client.post(address, {**typed, "is_shredded": ""}).status_code == 200
    assert not Ending.objects.exists()
    assert client.post(address, typed).status_code == 302
    for who, step in ((hall.scrutineer, "ask"), (hall.clerk, "confirm")):
        client.force_login(who)
        client.post(reverse(f"scoring:ballot_{step}", args=[hall.session.uid, "ARCHIVE"]))
    assert box.get(hall.round.sid).state == Box.State.ARCHIVED


# --- what hangs and lies in the hall -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "pages", "told"),
    [
        ("handbook", 1, ["监票手册", "换一台，扫同一张卡", "声明丢失1", "任意2张就能开", "15分钟内可以提异议"]),
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
    for name, more in (("handout", "handbook"), ("handout", "poster"), ("paper_ballot", "d")):
        assert "演练，不作数" in reading.words(b"".join(client.get(reverse(f"scoring:{name}", args=[hall.session.uid, more]))))

    rehearsal.wipe_rehearsal(hall.session, by=hall.clerk)
    assert [model for model in (BallotRound, TableMinutes, Ending, Box) if model.objects.exists()] == []


def test_one_person_with_both_roles_cannot_end_it_alone(published):
    RoleGrant.objects.create(user=published.clerk, role="scrutineer")
    published.now += dt.timedelta(minutes=15)
    end(published)
    with pytest.raises(RuleViolation, match="两个人"):
        published.together("ARCHIVE", first=published.clerk, second=published.clerk)
