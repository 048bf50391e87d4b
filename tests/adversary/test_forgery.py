"""T11: somebody who may write anything into the database forges; tablets or the opening refuse, and honest ballots are unharmed."""

import copy
import json
import random

import pytest
from nacl.signing import SigningKey

from ballots import actions, codec, reference, verify
from ballots.models import Envelope, Refused, Transcript
from tests.adversary import node, vote
from tests.adversary.vote import LETTER

pytestmark = pytest.mark.django_db(databases=["ballots"])


@pytest.fixture
def ballot(booth):
    made = vote.prepare(random.Random(6), raters=5, officials=2)
    vote.cast_all(made, made.raters, lambda sid, body, rater: booth.cast(sid, body).status_code)
    return made


def envelope(body):
    sent = codec.parse(body)
    ct = codec.unb64(sent["e"])
    return Envelope(sid=sent["s"], outer_pk=codec.unb64(sent["c"]), h=codec.sha256(ct), ct=ct, z=codec.unb64(sent["z"]))


def honest(ballot):
    return {(rater.card.slip_pub(o), json.dumps(marks)) for rater in ballot.raters for o, marks in rater.answers.items()}


def counted(ballot):
    return {(slip["p"], json.dumps(json.loads(slip["b"])["a"])) for slip in ballot.transcript["slips"]}


def set_aside(ballot, browser):
    """Codes given by the opening in Python, once the browser's opening has given the same."""
    ballot.close()
    rows = json.loads(actions.urn(ballot.sid, drawn={LETTER: 5}, named=[]))["received"]
    ballot.open()
    mh = codec.b64(reference.manifest_hash(ballot.manifest))
    urn = bytes(ballot.keys.urn).hex()
    codes = browser("open", manifest=ballot.manifest, credentials=ballot.credentials, mh=mh, rows=rows, urn=urn)
    found = [entry["code"] for entry in ballot.transcript["invalid"]]
    assert sorted(code for code in codes if isinstance(code, str)) == sorted(found)
    return found


def test_an_envelope_of_a_card_nobody_printed_is_set_aside(ballot, browser):
    stranger = reference.Card(ballot.sid, LETTER, bytes(15))
    envelope(reference.cast_body(stranger, ballot.manifest, ballot.raters[0].answers)).save(force_insert=True)

    assert set_aside(ballot, browser) == ["sig"]
    assert counted(ballot) == honest(ballot)


def test_an_envelope_for_an_undrawn_card_cannot_be_signed(ballot, browser):
    sent = codec.parse(ballot.body(ballot.raters[0]))
    sent["c"] = ballot.spares[0].outer_pub
    sent["z"] = codec.b64(SigningKey(bytes(32)).sign(b"whatever").signature)
    envelope(codec.canonical(sent)).save(force_insert=True)

    assert set_aside(ballot, browser) == ["sig"]
    assert counted(ballot) == honest(ballot)


def test_a_copied_ciphertext_harms_only_the_card_that_lends_its_signature(ballot, browser):
    victim = Envelope.objects.filter(sid=ballot.sid).first()
    envelope(reference.envelope_body(ballot.spares[0], victim.ct)).save(force_insert=True)

    assert set_aside(ballot, browser) == ["body"]
    assert counted(ballot) == honest(ballot)


def test_slips_of_one_card_in_the_envelope_of_another_are_set_aside(ballot, browser):
    """A forger who even has an undrawn card cannot spoil the ballot of another with it."""
    spare, rater = ballot.spares[0], ballot.raters[0]
    forged = reference.Card(ballot.sid, LETTER, rater.card.secret[::-1])
    slips = [reference.make_slip(forged, o, marks) | {"p": rater.card.slip_pub(o)} for o, marks in rater.answers.items()]
    text = codec.canonical({"v": 1, "c": spare.outer_pub, "slips": sorted(slips, key=lambda slip: slip["p"])})
    sealed = reference.seal(reference.pad7816(text, ballot.manifest["pad"]), codec.unb64(ballot.manifest["urn_pub"]))
    envelope(reference.envelope_body(spare, sealed)).save(force_insert=True)

    assert set_aside(ballot, browser) == ["body"]
    assert counted(ballot) == honest(ballot)


def test_a_replaced_or_deleted_envelope_is_missed_by_its_receipt(ballot, browser):
    """The server can spoil an envelope, but the rater holds its word for another one, and the list shows what it holds."""
    replaced, deleted, *others = ballot.raters
    rows = {
        rater.name: Envelope.objects.get(sid=ballot.sid, outer_pk=bytes(rater.card.outer.verify_key)) for rater in ballot.raters
    }
    other = envelope(ballot.body(replaced))
    Envelope.objects.filter(sid=ballot.sid, outer_pk=rows[replaced.name].outer_pk).update(h=other.h, ct=other.ct)
    Envelope.objects.filter(sid=ballot.sid, outer_pk=rows[deleted.name].outer_pk).delete()

    assert set_aside(ballot, browser) == ["sig"]
    listed = {entry["h"] for entry in ballot.transcript["received"]}
    assert {rater.name: codec.b64(rows[rater.name].h) in listed for rater in ballot.raters} == {
        replaced.name: False,
        deleted.name: False,
        **dict.fromkeys((rater.name for rater in others), True),
    }
    assert {p for p, _marks in counted(ballot)} == {rater.card.slip_pub(o) for rater in others for o in ("o01", "o02")}


def raise_a_mark(transcript):
    slip = transcript["slips"][0]
    slip["b"] = slip["b"].replace('"K01":', '"K01":1', 1) if '"K01":0' in slip["b"] else slip["b"].replace('"K01":', '"K01":5', 1)


def drop_a_slip(transcript):
    transcript["slips"].pop()


def repeat_a_slip(transcript):
    transcript["slips"].insert(0, transcript["slips"][0])


def rename(transcript):
    transcript["manifest"]["officials"][0]["n"], transcript["manifest"]["officials"][1]["n"] = "对象o02", "对象o01"


def hide_an_entry(transcript):
    transcript["received"].pop()


@pytest.mark.parametrize("forge", [raise_a_mark, drop_a_slip, repeat_a_slip, rename, hide_an_entry])
@pytest.mark.parametrize("signer", ["nobody", "server"])
def test_a_forged_transcript_is_not_stored(ballot, forge, signer):
    """Neither as it is, nor signed by a key of the server's own: the board key stands on the cards' manifest."""
    ballot.close()
    ballot.open()
    Transcript.objects.all().delete()
    transcript = copy.deepcopy(ballot.transcript)
    forge(transcript)
    assert transcript != ballot.transcript
    if signer == "server":
        transcript = reference.sign_transcript(transcript, SigningKey(bytes(32)))

    with pytest.raises(Refused):
        actions.store_transcript(ballot.sid, codec.canonical(transcript), drawn={LETTER: 5}, named=[])


def test_a_forged_transcript_put_into_the_table_does_not_verify(ballot):
    ballot.close()
    ballot.open()
    raise_a_mark(ballot.transcript)

    with pytest.raises(verify.Fault):
        verify.check_transcript(verify.parse(codec.canonical(ballot.transcript)))


# --- what a tablet sees before anybody votes --------------------------------------------------------------------------------------


def swap_lists(manifest, credentials):
    credentials["groups"]["b"], credentials["groups"]["d"] = credentials["groups"]["d"], credentials["groups"]["b"]


def move_a_card(manifest, credentials):
    b, d = credentials["groups"]["b"]["outer"], credentials["groups"]["d"]["outer"]
    b[0], d[0] = d[0], b[0]
    b.sort(), d.sort()


def own_card(manifest, credentials):
    credentials["groups"]["d"]["outer"][0] = reference.Card(manifest["sid"], "d", bytes(15)).outer_pub
    credentials["groups"]["d"]["outer"].sort()


def swap_names(manifest, credentials):
    one, other = manifest["officials"]
    one["n"], other["n"] = other["n"], one["n"]


def own_urn(manifest, credentials):
    manifest["urn_pub"] = reference.make_keys(manifest["sid"]).urn_pub


def heavier_group(manifest, credentials):
    weights = manifest["scheme"]["rater_groups"]
    weights[1]["weight"], weights[2]["weight"] = weights[2]["weight"], weights[1]["weight"]
    manifest["scheme_hash"] = codec.b64(bytes.fromhex(verify.scheme_hash(manifest["scheme"])))


@pytest.mark.parametrize("forge", [swap_lists, move_a_card, own_card, swap_names, own_urn, heavier_group])
@pytest.mark.parametrize("completed", [False, True])
def test_a_tablet_refuses_what_its_card_does_not_name(vectors, browser, forge, completed):
    """Whether or not the server makes the manifest fit its forgery: the card carries the hash of the honest one."""
    manifest, credentials = copy.deepcopy(vectors["manifest"]), copy.deepcopy(vectors["credentials"])
    card = {"secret": vectors["cards"]["b1"]["secret_hex"], "g": "b", "mh": vectors["mh"]}
    assert browser("take", manifest=manifest, credentials=credentials, **card) is True
    forge(manifest, credentials)
    if completed:
        manifest = reference.complete({name: value for name, value in manifest.items() if name != "cred"}, credentials)

    with pytest.raises(node.Refused, match=r"does not fit|fit"):
        browser("take", manifest=manifest, credentials=credentials, **card)
