"""What must hold whatever breaks (security.md §4): the tablets' own record against the box, then against the published slips."""

from collections import Counter

from ballots import actions, codec, reference, verify

from .machines import pointed_at


def check_rows(tablets, box, database):
    """Every signed receipt is in the box as that very envelope, and nothing is there that nobody sent.

    Who holds a receipt is noted before the rows are read: in a storm more receipts come while they are.
    """
    held = [tablet for tablet in tablets if tablet.receipt]
    rows = database.rows()
    sent = {}
    for tablet in tablets:
        sent.setdefault((box.sid, bytes(tablet.card.outer.verify_key)), set()).add(tablet.h)
    for tablet in held:
        assert rows.get((box.sid, bytes(tablet.card.outer.verify_key))) == tablet.h, "a signed receipt is missing"
    strangers = {place for place, h in rows.items() if place[0] == box.sid and h not in sent.get(place, ())}
    assert strangers == set(), "an envelope nobody sent"


def check_finished(tablets):
    """Every tablet came to an end with a receipt of its own envelope."""
    assert Counter(tablet.status for tablet in tablets) == {200: len(tablets)}


def check_rivals(tablets):
    """Of several envelopes of one card one won, for everybody and for good; its receipt is the same bytes for all who sent it."""
    cards = {}
    for tablet in tablets:
        cards.setdefault(tablet.card.outer_pub, []).append(tablet)
    for rivals in cards.values():
        assert {tablet.status for tablet in rivals} <= {200, 409}
        assert len({(tablet.h, tablet.receipt) for tablet in rivals if tablet.receipt}) == 1


def check_count(tablets, box, database):
    """Close, open with two key cards, publish: the published marks are those of the receipts, slip by slip, and the count is theirs."""
    with pointed_at(database.url):
        actions.start_closing(box.sid)
        actions.close_box(box.sid)
        return count_closed(tablets, box)


def count_closed(tablets, box, *, voids=()):
    """From CLOSED to PUBLISHED, on the alias as it is now pointed."""
    cast = list({tablet.card.outer_pub: tablet for tablet in tablets if tablet.receipt}.values())
    urn = codec.parse(actions.urn(box.sid, drawn=box.drawn, named=[]))
    assert {(row["c"], row["h"]) for row in urn["received"]} == {(t.card.outer_pub, codec.b64(t.h)) for t in cast}
    document = reference.open_rows(
        box.manifest, box.credentials, urn["received"], box.keys.cards[:2], drawn=box.drawn, voided=urn["voided"], named=[]
    )
    data = codec.canonical(document)
    actions.store_transcript(box.sid, data, drawn=box.drawn, named=[])
    actions.publish(box.sid, version="1")
    checked, result = verify.verify(data, reference.mh_code(box.manifest))
    assert checked["invalid"] == []
    scopes = reference.boxed(box.manifest)
    assert len(checked["slips"]) == sum(len(scopes[tablet.card.group]["scope"]) for tablet in cast)
    for tablet in cast:
        assert reference.find_slips(tablet.card, checked) == tablet.answers, "other marks than were cast"
    assert result["subjects"] == expected(cast, box)["subjects"]
    return data


def expected(cast, box):
    """The count of the tablets' own record, without any box."""
    manifest = box.manifest
    subjects = [{"code": o["o"], "category": o["category"], "unit": o["unit"]} for o in manifest["officials"]]
    slips = [{"g": t.card.group, "o": official, "a": marks} for t in cast for official, marks in t.answers.items()]
    facts = {
        "boxes": {group["g"]: group["code"] for group in manifest["groups"]},
        "issued": box.drawn,
        "scope": {group["g"]: group["scope"] for group in manifest["groups"]},
    }
    return verify.count(manifest["scheme"], subjects, slips, **facts, returned=Counter(t.card.group for t in cast))
