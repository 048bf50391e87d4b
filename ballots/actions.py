"""Everything the main site does to a box. Who may, and who has to agree, is decided above; here only what the protocol allows.

Each action is one transaction on the box's own database, which nothing above can roll back; so each is safe to repeat: a step
already taken is no error.
"""

import secrets
from collections.abc import Iterable

from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from ballots import codec, counting, keys, locks, rules, verify
from ballots.models import Box, Conflict, Envelope, Publication, Refused, Transcript, Void
from ballots.router import DB

State = Box.State

# --- before the meeting (B0) --------------------------------------------------------------------------------


def new_sid() -> str:
    return secrets.token_hex(8)


def create_box(sid: str, *, mode: str) -> None:
    """An empty box with its receipt key. `mode`, "formal" or "rehearsal", can never be changed."""
    box = Box.objects.filter(sid=sid).first()
    if box is None:
        manifest = {"v": 1, "suite": "ARS1", "sid": sid, "mode": mode, "rcpt_pub": codec.b64(keys.make(sid))}
        box, _created = Box.objects.get_or_create(sid=sid, defaults={"manifest": codec.canonical(manifest), "receipt_key": sid})
    if box.document["mode"] != mode:
        raise Refused(_("正式票箱与演练票箱不能互换"))


def store_keys(sid: str, *, urn_pub: str, board_pub: str, shares: tuple[int, int] = (2, 3)) -> None:
    """The public keys of the key page. They may be made anew until the setup is sealed."""
    with locks.alone(sid) as box:
        _demand_draft(box)
        manifest = box.document
        try:
            rules.check_keys(list(shares), urn_pub, board_pub, mode=manifest["mode"])
        except verify.Fault as fault:
            raise Refused(_("开箱钥匙的公钥或份数不符合要求")) from fault
        manifest |= {"urn_pub": urn_pub, "board_pub": board_pub, "shares": list(shares)}
        Box.objects.filter(sid=sid).update(manifest=codec.canonical(manifest))


def store_draft(
    sid: str, *, date: str, officials: list[dict], groups: list[dict], scheme: dict, client: str, k_pub: int = rules.K_PUB
) -> bytes:
    """The manifest as the card page gets it, without `cred`; pad and scheme hash are computed here."""
    with locks.alone(sid) as box:
        _demand_draft(box)
        manifest = box.document
        if "urn_pub" not in manifest:
            raise Refused(_("请先制作开箱钥匙"))
        manifest |= {"date": date, "officials": officials, "groups": groups, "scheme": scheme, "client": client, "k_pub": k_pub}
        try:
            given = codec.canonical(rules.completed(manifest))
        except verify.Fault as fault:
            raise Refused(_("测评设置不能用于无记名投票：%s") % fault) from fault
        Box.objects.filter(sid=sid).update(manifest=given)
        return given


def store_setup(sid: str, *, manifest: bytes, credentials: bytes) -> None:
    """Seal what the card page made: stored byte for byte if it is what was given out, completed. Only then cards are printed."""
    with locks.alone(sid) as box:
        if box.state != State.DRAFT and (box.manifest, box.credentials) == (manifest, credentials):
            return
        _demand_draft(box)
        try:
            rules.check_setup(box.manifest, manifest, credentials)
        except verify.Fault as fault:
            raise Refused(_("票卡清单未通过核对，请重新制作票卡：%s") % fault) from fault
        box.move_to(State.SEALED_SETUP, manifest=manifest, credentials=credentials)


def _demand_draft(box):
    if box.state != State.DRAFT:
        raise Refused(_("票卡已备，设置不能再改；需要修改时请新建票箱、重印票卡"))


# --- the vote (B5, B6) --------------------------------------------------------------------------------------


def open_box(sid: str) -> None:
    _take_step(sid, State.OPEN)


def start_closing(sid: str) -> None:
    """The box still takes ballots, so that tablets can send what they hold."""
    _take_step(sid, State.CLOSING)


def close_box(sid: str) -> None:
    """Waits for casts in flight, then takes no more. Whoever has a receipt is in the list; nobody else gets one."""
    _take_step(sid, State.CLOSED, receipt_key="")
    keys.destroy(sid)


def _take_step(sid, state, **changes):
    with locks.alone(sid) as box:
        if box.state != state:
            box.move_to(state, **changes)


def turnout(sid: str) -> int:
    return counting.turnout(get(sid))


def received(sid: str) -> tuple[list[dict], str]:
    """The sorted list of entries and its root, from CLOSED on."""
    return counting.received(get(sid))


def counts(sid: str) -> dict[str, dict[str, int]]:
    """{letter: {printed, cast, voided}} for the scrutineers, from CLOSED on."""
    return counting.counts(get(sid))


def get(sid: str) -> Box:
    try:
        return Box.objects.defer("credentials").get(sid=sid)
    except Box.DoesNotExist:
        raise Refused(_("没有这个票箱")) from None


# --- opening, publication, end (B7–B10) ---------------------------------------------------------------------


def urn(sid: str, *, drawn: dict[str, int], named: list[dict]) -> bytes:
    """What the opening page loads: the envelopes in the order of the received list, and everything the transcript repeats.

    `drawn` is the number of cards drawn for each box, `named` the marks of the named groups, without names. After the publication
    the box is opened once more only to sign a correction.
    """
    box = get(sid)
    if box.state not in Box.COUNTED or box.state == State.ARCHIVED:
        raise Refused(_("投票截止后、宣布终局前才能开箱"))
    document = _known(box, drawn, named)
    sealed = dict(Envelope.objects.filter(sid=sid).values_list("outer_pk", "ct"))
    for entry in document["received"]:
        entry["e"] = codec.b64(sealed[codec.unb64(entry["c"], 32)])
    return codec.canonical({"v": 1, **document})


def _known(box, drawn, named):
    """What a transcript of this box must repeat."""
    entries, root = counting.received(box)
    return {
        "manifest": box.document,
        "credentials": codec.parse(box.credentials),
        "received": entries,
        "received_root": root,
        "voided": counting.voided(box),
        "drawn": drawn,
        "named": sorted(named, key=codec.canonical),
    }


def store_transcript(sid: str, document: bytes, *, drawn: dict[str, int], named: list[dict]) -> None:
    """Store what the opening page sends, if everything that can be seen from outside is right and it is about this box.

    The same bytes again are no error; others are a Conflict.
    """
    if _is_stored(sid, document):
        return
    transcript = _checked(document)
    with locks.alone(sid) as box:
        if _is_stored(sid, document):  # by somebody who was faster
            return
        box.demand_next(State.OPENED)
        _demand_known(transcript, _known(box, drawn, named))
        Transcript.objects.create(sid=sid, document=document)
        box.move_to(State.OPENED)


def _checked(document):
    try:
        transcript = verify.parse(document)
        verify.check_transcript(transcript)
    except verify.Fault as fault:
        raise Refused(_("开箱结果未通过核验：%s") % fault) from fault
    return transcript


def _demand_known(transcript, known):
    if differing := [name for name in known if transcript[name] != known[name]]:
        raise Refused(_("开箱结果与票箱或会议记录不一致：%s") % ", ".join(differing))


def _is_stored(sid, document):
    stored = Transcript.objects.filter(sid=sid)
    if stored and document not in [transcript.document for transcript in stored]:
        raise Conflict(_("已存有另一份开箱结果"))
    return bool(stored)


CORRECTED = {"drawn", "named", "board_sig"}  # all else of a transcript was signed by cards or follows from what was


def store_correction(sid: str, document: bytes, *, drawn: dict[str, int], named: list[dict]) -> None:
    """Store the next version of a transcript: other numbers drawn or named marks, the same ballots, signed with the board key again.

    Only until the key cards are shredded (B10). The last version again is no error.
    """
    transcript = _checked(document)
    with locks.alone(sid) as box:
        if box.state not in {State.OPENED, State.PUBLISHED}:
            raise Refused(_("开箱后、宣布终局前才能更正"))
        last = Transcript.objects.newest(sid)
        if last.document == document:
            return
        before = codec.parse(last.document)
        _demand_known(transcript, {name: before[name] for name in before if name not in CORRECTED})
        _demand_known(transcript, _known(box, drawn, named))
        if last.version == LAST_VERSION:
            raise Refused(_("这个票箱不能再更正了"))
        Transcript.objects.create(sid=sid, version=str(int(last.version) + 1), document=document)


LAST_VERSION = "9"


def publish(sid: str, *, version: str, shown: Iterable[tuple[str, str]] = ()) -> None:
    """Make the copy for the room of this version of the transcript. `shown` are the (group letter, official) whose slips may be seen; a
    rehearsal shows all.

    Of every other slip only the key and the leaf hash are in the copy: its card still finds it, and the signed root still holds.
    """
    with locks.alone(sid) as box:
        if Publication.objects.filter(sid=sid, version=version).exists():
            return
        if box.state != State.PUBLISHED:
            box.move_to(State.PUBLISHED)
        document = codec.parse(Transcript.objects.get(sid=sid, version=version).document)
        if not box.is_rehearsal:
            _hide(document, set(shown))
        Publication.objects.create(sid=sid, version=version, document=codec.canonical(document))


def _hide(document, shown):
    """`shown` is taken at its word except where the floor of `k_pub` slips per official cannot be met."""
    bodies = [codec.parse(slip["b"].encode()) for slip in document["slips"]]
    visible = [(body["o"], slip) for body, slip in zip(bodies, document["slips"], strict=True) if (body["g"], body["o"]) in shown]
    for official in {o for o, slip in visible}:
        if sum(o == official for o, slip in visible) < document["manifest"]["k_pub"]:
            raise Refused(_("公开的小票少于规定下限"))
    kept = {slip["p"] for o, slip in visible}
    document["slips"] = [
        slip if slip["p"] in kept else {"p": slip["p"], "hash": codec.b64(codec.leaf(codec.canonical(slip)))}
        for slip in document["slips"]
    ]


def archive(sid: str) -> None:
    """After the objection window: the envelopes are deleted for good; the transcript stays."""
    with locks.alone(sid) as box:
        if box.state != State.ARCHIVED:
            box.move_to(State.ARCHIVED)
        Envelope.objects.filter(sid=sid).delete()
    _forget(sid)


def abort(sid: str) -> None:
    """Give the box up. Nothing in it can be opened any more."""
    with locks.alone(sid) as box:
        if box.state != State.ABORTED:
            box.move_to(State.ABORTED, receipt_key="")
        Envelope.objects.filter(sid=sid).delete()
    _forget(sid)


def wipe_rehearsal(sid: str) -> None:
    """Remove every trace of a rehearsal, in any state. A formal box is refused."""
    if Box.objects.filter(sid=sid).exists():
        with locks.alone(sid) as box:
            if not box.is_rehearsal:
                raise Refused(_("正式票箱不能清除"))
            if State.ABORTED in Box.NEXT[box.state]:
                box.move_to(State.ABORTED)  # on PostgreSQL only what is over may be forgotten (`grant_desk`)
            for model in (Envelope, Void, Transcript, Publication, Box):
                model.objects.filter(sid=sid).delete()
    _forget(sid)


def _forget(sid):
    """Leave nothing of the deleted envelopes: SQLite overwrites them (secure_delete), PostgreSQL writes the table anew without them."""
    keys.destroy(sid)
    connection = connections[DB]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            try:
                cursor.execute("SELECT ballots_rewrite()")
            except OperationalError as problem:  # it waits three seconds for others, less than a cast would wait for it
                raise Refused(_("封好的票已删除，但数据库正忙（例如在备份），旧数据还没有清净，请过几分钟再办一次")) from problem
        elif not connection.in_atomic_block:  # only a test's: the actions above are durable, so they end their transaction
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
