"""What the main site does to a box, from the empty box to the deleted envelopes."""

import copy
import resource
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from nacl.signing import SigningKey

from ballots import actions, codec, keys
from ballots.models import Box, Conflict, Envelope, Publication, Refused, State, Transcript, Void

pytestmark = pytest.mark.django_db(databases=["ballots"])
SID = "0123456789abcdef"


def set_state(sid, state):
    Box.objects.filter(sid=sid).update(state=state)


def state(sid):
    return Box.objects.get(sid=sid).state


# --- setup --------------------------------------------------------------------------------------------------


@pytest.fixture
def made_keys(vectors, receipt_keys):
    """The receipt key of the vectors, so that a box made here can become theirs."""
    receipt_keys.mkdir()
    (receipt_keys / SID).write_bytes(bytes.fromhex(vectors["receipt_key_seed_hex"]))


def draft(vectors, **changes):
    members = {name: vectors["manifest"][name] for name in ("date", "officials", "groups", "scheme", "client")}
    return actions.store_draft(SID, **members | changes)


def test_setup_of_the_vectors_step_by_step(vectors, made_keys):
    manifest = vectors["manifest"]
    actions.create_box(SID, mode="rehearsal")
    actions.store_keys(SID, urn_pub=manifest["urn_pub"], board_pub=manifest["board_pub"])

    given = codec.parse(draft(vectors))
    sealed = codec.canonical(given | {"cred": manifest["cred"]})
    credentials = codec.canonical(vectors["credentials"])
    for _again in range(2):
        actions.store_setup(SID, manifest=sealed, credentials=credentials)

    box = Box.objects.get()
    assert (box.state, box.manifest.decode(), box.credentials) == (State.SEALED_SETUP, vectors["manifest_bytes"], credentials)
    assert codec.b64(box.manifest_hash) == vectors["mh"]


def test_receipt_key_is_a_file_of_its_owner_and_is_made_once(receipt_keys):
    actions.create_box(SID, mode="formal")
    seed = (receipt_keys / SID).read_bytes()

    actions.create_box(SID, mode="formal")

    assert (receipt_keys / SID).read_bytes() == seed
    assert stat.S_IMODE((receipt_keys / SID).stat().st_mode) == 0o400
    assert stat.S_IMODE(receipt_keys.stat().st_mode) == 0o700
    assert len(seed) == 32


@contextmanager
def no_room():
    """No file may grow: what a full disk does, for this process alone."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_receipt_key_that_found_no_room_is_made_the_next_time(receipt_keys):
    with no_room(), pytest.raises(OSError, match="too large"):
        keys.make(SID)
    assert list(receipt_keys.iterdir()) == []

    public = keys.make(SID)

    assert public == keys.make(SID) == bytes(SigningKey((receipt_keys / SID).read_bytes()).verify_key)
    assert [path.name for path in receipt_keys.iterdir()] == [SID]


def test_of_two_who_make_a_receipt_key_at_once_both_get_the_same(receipt_keys):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(keys.make, [SID] * 8))

    assert made == {keys.make(SID)}


def test_making_a_closed_box_again_gives_it_no_new_receipt_key(make_box, receipt_keys):
    card, *_ = make_box(state=State.CLOSING)
    actions.close_box(card.sid)

    actions.create_box(card.sid, mode="rehearsal")

    assert list(receipt_keys.iterdir()) == []
    assert state(card.sid) == State.CLOSED


def test_mode_of_a_box_cannot_be_changed(receipt_keys):
    actions.create_box(SID, mode="formal")

    with pytest.raises(Refused, match="不能互换"):
        actions.create_box(SID, mode="rehearsal")


def test_one_share_is_refused_in_a_formal_box(vectors, receipt_keys):
    public = {name: vectors["manifest"][name] for name in ("urn_pub", "board_pub")}
    actions.create_box(SID, mode="formal")

    with pytest.raises(Refused, match="开箱钥匙"):
        actions.store_keys(SID, **public, shares=(1, 1))

    actions.store_keys(SID, **public)
    assert Box.objects.get().document["shares"] == [2, 3]


@pytest.mark.parametrize("key", ["A" * 43, "A" * 42, "1.0"])
def test_key_that_is_none_is_refused(vectors, receipt_keys, key):
    actions.create_box(SID, mode="formal")

    with pytest.raises(Refused, match="开箱钥匙"):
        actions.store_keys(SID, urn_pub=vectors["manifest"]["urn_pub"], board_pub=key)


def test_draft_needs_keys_first_and_a_sound_scheme(vectors, made_keys):
    actions.create_box(SID, mode="rehearsal")
    with pytest.raises(Refused, match="请先制作开箱钥匙"):
        draft(vectors)
    actions.store_keys(SID, **{name: vectors["manifest"][name] for name in ("urn_pub", "board_pub")})

    with pytest.raises(Refused, match="no box for"):
        draft(vectors, groups=vectors["manifest"]["groups"][:2])
    with pytest.raises(Refused, match="不能用于无记名投票"):
        draft(vectors, scheme={})
    assert "scheme" not in Box.objects.get().document


def test_setup_that_does_not_fit_is_not_stored(vectors, made_keys):
    actions.create_box(SID, mode="rehearsal")
    actions.store_keys(SID, **{name: vectors["manifest"][name] for name in ("urn_pub", "board_pub")})
    given = codec.parse(draft(vectors))
    credentials = copy.deepcopy(vectors["credentials"])
    credentials["groups"]["b"]["outer"].pop()
    other = codec.canonical(credentials)
    cred = codec.b64(codec.digest("ars/cred/v1", other))

    with pytest.raises(Refused, match="as many keys as cards"):
        actions.store_setup(SID, manifest=codec.canonical(given | {"cred": cred}), credentials=other)

    assert (state(SID), Box.objects.get().credentials) == (State.DRAFT, b"")


def test_sealed_setup_cannot_be_changed(vectors, vector_box):
    set_state(SID, State.SEALED_SETUP)

    for change in (
        lambda: draft(vectors),
        lambda: actions.store_keys(SID, urn_pub=vectors["manifest"]["urn_pub"], board_pub=vectors["manifest"]["board_pub"]),
        lambda: actions.store_setup(SID, manifest=vector_box.manifest, credentials=b"{}"),
    ):
        with pytest.raises(Refused, match="设置不能再改"):
            change()


# --- states -------------------------------------------------------------------------------------------------

STEPS = {
    State.OPEN: (actions.open_box, {State.SEALED_SETUP}),
    State.CLOSING: (actions.start_closing, {State.OPEN}),
    State.CLOSED: (actions.close_box, {State.CLOSING}),
    State.ABORTED: (actions.abort, set(State) - {State.PUBLISHED, State.ARCHIVED, State.ABORTED}),
    State.ARCHIVED: (actions.archive, {State.PUBLISHED}),
}


@pytest.mark.parametrize("target", STEPS)
@pytest.mark.parametrize("start", State)
def test_each_step_has_its_start_and_repeats_quietly(make_box, start, target):
    step, starts = STEPS[target]
    card, *_ = make_box(state=start)

    if start in starts | {target}:
        step(card.sid)
        assert state(card.sid) == target
    else:
        with pytest.raises(Refused, match="不能转为"):
            step(card.sid)
        assert state(card.sid) == start


def test_of_two_steps_at_once_one_wins(make_box):
    card, *_ = make_box()
    one, other = Box.objects.get(sid=card.sid), Box.objects.get(sid=card.sid)
    one.move_to(State.CLOSING)

    with pytest.raises(Refused, match="刚被他人更新"):
        other.move_to(State.ABORTED)

    assert state(card.sid) == State.CLOSING


def test_unknown_box_is_refused(receipt_keys):
    for step in (actions.open_box, actions.close_box, actions.archive, actions.abort, actions.turnout, actions.received):
        with pytest.raises(Refused, match="没有这个票箱"):
            step("00000000000000ff")


def test_close_destroys_the_receipt_key(make_box, receipt_keys):
    card, *_ = make_box(state=State.CLOSING)
    assert (receipt_keys / card.sid).exists()

    actions.close_box(card.sid)

    assert not (receipt_keys / card.sid).exists()
    assert Box.objects.get().receipt_key == ""
    with pytest.raises(FileNotFoundError):
        keys.receipt(card.sid, bytes(64))


def test_list_and_numbers_exist_only_after_the_close(booth, make_box):
    cards = make_box(cards=4)
    for card in cards[:2]:
        booth.cast(card.sid, card.envelope())
    for step in (actions.received, actions.counts):
        with pytest.raises(Refused, match="截止后"):
            step(cards[0].sid)
    set_state(cards[0].sid, State.CLOSED)
    booth.void(cards[2].sid, cards[2].void())

    entries, root = actions.received(cards[0].sid)

    assert actions.counts(cards[0].sid) == {"b": {"printed": 4, "cast": 2, "voided": 1, "missing": 1}}
    assert [entry["h"] for entry in entries] == sorted(entry["h"] for entry in entries)
    assert {entry["c"] for entry in entries} == {codec.b64(card.public) for card in cards[:2]}
    assert root == codec.b64(codec.merkle_root([codec.unb64(e["h"]) + codec.unb64(e["c"]) for e in entries]))


# --- opening and publication --------------------------------------------------------------------------------


@pytest.fixture
def closed(booth, vectors, vector_box, vector_casts):
    """The box of the vectors, cast, closed and with its unused card voided."""
    for body in vector_casts.values():
        booth.cast(SID, body)
    actions.start_closing(SID)
    actions.close_box(SID)
    booth.void(SID, vectors["void"]["body"].encode())
    return vectors["transcript"]


def urn(transcript):
    return actions.urn(SID, drawn=transcript["drawn"], named=transcript["named"])


def test_urn_holds_the_envelopes_in_the_order_of_the_list_and_all_the_transcript_repeats(closed, vector_casts):
    document = codec.parse(urn(closed))

    envelopes = [row.pop("e") for row in document["received"]]
    assert document == {name: closed[name] for name in document}
    sealed = {codec.parse(body)["c"]: codec.parse(body)["e"] for body in vector_casts.values()}
    assert envelopes == [sealed[row["c"]] for row in closed["received"]]


@pytest.mark.parametrize("start", sorted(set(State) - {State.CLOSED, State.OPENED, State.PUBLISHED}))
def test_urn_is_given_only_between_close_and_end(make_box, start):
    card, *_ = make_box(state=start)

    with pytest.raises(Refused, match="才能开箱"):
        actions.urn(card.sid, drawn={}, named=[])


def store(transcript, **given):
    given = {"drawn": transcript["drawn"], "named": transcript["named"]} | given
    actions.store_transcript(SID, codec.canonical(transcript), **given)


def test_transcript_is_stored_once_and_the_same_again(closed):
    for _again in range(2):
        store(closed)

    assert state(SID) == State.OPENED
    assert codec.parse(Transcript.objects.get().document) == closed


def test_transcript_follows_only_the_close(closed):
    set_state(SID, State.CLOSING)

    with pytest.raises(Refused, match="不能转为"):
        store(closed)

    assert not Transcript.objects.exists()


def test_another_transcript_is_refused(closed, vectors):
    store(closed)
    other = closed | vectors["mutations"][0]["replace"]

    with pytest.raises(Conflict, match="已存有另一份"):
        store(other)

    assert codec.parse(Transcript.objects.get().document) == closed


def test_every_mutation_of_the_vectors_is_refused(closed, vectors):
    for mutation in vectors["mutations"]:
        with pytest.raises(Refused):
            store(closed | mutation["replace"])

    assert (state(SID), Transcript.objects.count()) == (State.CLOSED, 0)


@pytest.mark.parametrize("given", [{"drawn": {"b": 3, "d": 5}}, {"named": []}])
def test_transcript_with_other_numbers_or_named_marks_than_the_minutes_is_refused(closed, given):
    with pytest.raises(Refused, match="不一致"):
        store(closed, **given)


def test_transcript_of_another_urn_is_refused(closed):
    Envelope.objects.filter(outer_pk=codec.unb64(closed["received"][0]["c"])).delete()
    with pytest.raises(Refused, match="不一致"):
        store(closed)


def test_transcript_that_hides_a_void_is_refused(closed):
    Void.objects.all().delete()
    with pytest.raises(Refused, match="不一致"):
        store(closed)


def test_malformed_transcript_is_refused(closed):
    for document in (b"", b"[]", b"{}", codec.canonical(closed) + b"\n", codec.canonical({**closed, "slips": 5})):
        with pytest.raises(Refused):
            actions.store_transcript(SID, document, drawn=closed["drawn"], named=closed["named"])


def test_rehearsal_publishes_every_slip(booth, closed):
    store(closed)
    for _again in range(2):
        actions.publish(SID, version="1")

    assert codec.parse(booth.get(f"/v1/{SID}/transcript").content) == closed
    assert state(SID) == State.PUBLISHED


@pytest.fixture
def opened_formal(vectors, vector_box):
    """An opened box that calls itself formal and has twelve slips of each official in box d. The slips are not signed."""
    document = copy.deepcopy(vectors["transcript"])
    document["manifest"]["mode"] = "formal"
    document["slips"] = [
        {"p": f"{g}{o}{n:02}", "b": codec.canonical({"g": g, "o": o, "a": {}}).decode(), "z": "z"}
        for g, count in (("b", 3), ("d", 12))
        for o in ("o01", "o02")
        for n in range(count)
    ]
    Box.objects.update(state=State.OPENED, manifest=codec.canonical(document["manifest"]))
    Transcript.objects.create(sid=SID, document=codec.canonical(document))
    return document


def test_formal_copy_shows_only_the_slips_of_shown_groups(booth, opened_formal):
    actions.publish(SID, version="1", shown=[("d", "o01"), ("d", "o02"), ("b", "o02")])

    published = codec.parse(booth.get(f"/v1/{SID}/transcript").content)
    whole = {slip["p"]: slip for slip in opened_formal["slips"]}
    hidden = [slip for slip in published["slips"] if slip.keys() == {"p", "hash"}]
    assert [slip["p"] for slip in hidden] == ["bo0100", "bo0101", "bo0102"]
    assert [slip["hash"] for slip in hidden] == [codec.b64(codec.leaf(codec.canonical(whole[slip["p"]]))) for slip in hidden]
    assert all(slip == whole[slip["p"]] for slip in published["slips"] if slip not in hidden)
    assert [slip["p"] for slip in published["slips"]] == list(whole)
    assert {name: published[name] for name in published if name != "slips"} == {
        n: v for n, v in opened_formal.items() if n != "slips"
    }


def test_formal_copy_shows_nothing_unless_told(booth, opened_formal):
    actions.publish(SID, version="1")

    published = codec.parse(booth.get(f"/v1/{SID}/transcript").content)
    assert {frozenset(slip) for slip in published["slips"]} == {frozenset({"p", "hash"})}


def test_fewer_shown_slips_of_an_official_than_the_floor_are_refused(opened_formal):
    with pytest.raises(Refused, match="下限"):
        actions.publish(SID, version="1", shown=[("d", "o01"), ("b", "o02")])

    assert not Publication.objects.exists()
    assert state(SID) == State.OPENED


# --- end ----------------------------------------------------------------------------------------------------


def test_archive_deletes_the_envelopes_and_keeps_the_list(booth, closed):
    store(closed)
    actions.publish(SID, version="1")

    for _again in range(2):
        actions.archive(SID)

    assert not Envelope.objects.exists()
    assert actions.received(SID) == (closed["received"], closed["received_root"])
    for name in ("turnout", "received", "transcript"):
        assert booth.get(f"/v1/{SID}/{name}").status_code == 404
    assert actions.counts(SID)["d"] == {"printed": 5, "cast": 5, "voided": 0, "missing": 0}


def test_abort_leaves_nothing_to_open(booth, make_box, receipt_keys):
    card, *_ = make_box()
    booth.cast(card.sid, card.envelope())

    actions.abort(card.sid)

    assert not Envelope.objects.exists()
    assert not (receipt_keys / card.sid).exists()
    assert booth.cast(card.sid, card.envelope()).status_code == 410


def test_rehearsal_can_be_wiped_whole_and_only_it(booth, closed, make_box):
    store(closed)
    actions.publish(SID, version="1")
    other, *_ = make_box()
    booth.cast(other.sid, other.envelope())

    for _again in range(2):
        actions.wipe_rehearsal(SID)

    for model in (Box, Envelope, Void, Transcript, Publication):
        assert not model.objects.filter(sid=SID).exists()
    assert Envelope.objects.filter(sid=other.sid).count() == 1


def test_formal_box_is_never_wiped(opened_formal):
    with pytest.raises(Refused, match="正式票箱"):
        actions.wipe_rehearsal(SID)

    assert Transcript.objects.exists()
