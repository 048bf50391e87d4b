"""The secret ballot of a demonstration meeting, with the reference client in the part of the pages and the tablets.

Only a demonstration may do this: here one program holds key cards and ballot cards, which in a real meeting no server ever sees.
"""

import datetime as dt
import random
from dataclasses import dataclass

from ballots import actions as boxes
from ballots import casting, codec, reference
from desk.management.demo.preparation import Meeting
from officials.models import LeadingMember
from scoring import rules
from scoring.actions import count as counting
from scoring.actions import ending, opening, scheme, setup, signing, steps, table
from scoring.models import BallotRound, Count, Scheme

QUALITIES = (0.93, 0.88, 0.9, 0.84, 0.91, 0.87, 0.82, 0.89, 0.86, 0.9)


@dataclass
class Vote:
    """A round, and what its pages would have held."""

    meeting: Meeting
    round: BallotRound
    keys: reference.Keys
    manifest: dict
    credentials: dict
    cards: dict
    rng: random.Random
    left: dict  # letter → cards not used yet

    def fresh(self):
        self.round = BallotRound.objects.select_related("scheme", "session").get(pk=self.round.pk)
        return self.round


def sample_scheme(cast, *, now):
    """The sample scheme, locked; made once."""
    made = scheme.install_sample_scheme(by=cast.clerk)
    if not made.is_locked:
        scheme.submit_scheme(made, seen=rules.scheme_hash(made.body), by=cast.clerk, now=now)
        scheme.lock_scheme(made, seen=rules.scheme_hash(made.body), by=cast.approver, now=now)
    return Scheme.objects.get(pk=made.pk)


def set_up(meeting, *, now) -> Vote:
    """B0 and B1: box, keys, cards. Everybody expected gets a card, and some are spare."""
    cast = meeting.cast
    numbers = {group.code: (group.expected, 0) for group in meeting.session.audience.all()}
    round = setup.prepare_round(meeting.fresh(), scheme=sample_scheme(cast, now=now), numbers=numbers, by=cast.clerk)
    take(round, "SETUP", cast.clerk, cast.scrutineer, now=now)
    round = BallotRound.objects.select_related("scheme", "session").get(pk=round.pk)
    keys = reference.make_keys(round.sid)
    setup.save_keys(round, urn_pub=keys.urn_pub, board_pub=keys.board_pub, by=cast.scrutineer)
    round.refresh_box()
    draft = round.box.document
    credentials, cards = reference.make_cards(draft)
    manifest = reference.complete(draft, credentials)
    texts = {"manifest": codec.canonical(manifest).decode(), "credentials": codec.canonical(credentials).decode()}
    setup.save_cards(round, **texts, by=cast.scrutineer, today=now.date())
    meeting.fresh()
    rng = random.Random(meeting.session.date.toordinal())  # noqa: S311, the marks of people who do not exist
    return Vote(meeting, round, keys, manifest, credentials, cards, rng, left=dict(cards))


def take(round, step, first, second, *, now, seen=""):
    """A step of two persons (S19)."""
    request = steps.ask(round, step, by=first, now=now, seen=seen)
    steps.confirm(request, by=second, now=now + dt.timedelta(minutes=1))


def open_voting(vote, *, now):
    take(vote.fresh(), "OPEN", vote.meeting.cast.clerk, vote.meeting.cast.scrutineer, now=now)
    named_marks(vote)


def cast(vote, numbers):
    """`numbers` of the cards of each box are used, each as a tablet would do it."""
    for letter, cards in vote.cards.items():
        for card in cards[: numbers[letter]]:
            sent = codec.parse(reference.cast_body(card, vote.manifest, marks(vote, letter)))
            sealed = codec.unb64(sent["e"])
            casting.cast(
                vote.round.sid, card=codec.unb64(sent["c"], 32), h=codec.sha256(sealed), ct=sealed, z=codec.unb64(sent["z"], 64)
            )
        vote.left[letter] = cards[numbers[letter] :]


def marks(vote, letter):
    """One ballot: every official marked around what the hall thought of the performance."""
    answers = {}
    for place, code in enumerate(reference.boxed(vote.manifest)[letter]["scope"]):
        quality = QUALITIES[place % len(QUALITIES)]
        answers[code] = reference.random_answers(vote.manifest, letter, rng=vote.rng, quality=quality)[code]
    return answers


def named_marks(vote):
    """The leading members sign their marks; they are no part of the box."""
    group = vote.round.groups.get(is_named=True)
    scheme = reference.verify.Scheme(vote.manifest["scheme"])
    for attendee in vote.meeting.session.audience.get(code=group.code).attendees.all():
        leader = LeadingMember.objects.get(name=attendee.name)
        entered = {}
        for place, subject in enumerate(vote.meeting.subjects):
            share = QUALITIES[(place + leader.pk) % len(QUALITIES)]
            entered[subject] = {
                code: int(share * float(criterion.most / scheme.step)) * int(scheme.step * 10)
                for code, criterion in scheme.criteria.items()
            }
        table.enter_named(group, rater=attendee.name, marks=entered, by=vote.meeting.cast.clerk)


def close(vote, drawn, *, now):
    """Two persons close; after the grace nothing more is taken. Cards not used are declared void but for one, which is missing."""
    cast_ = vote.meeting.cast
    take(vote.fresh(), "CLOSE", cast_.clerk, cast_.scrutineer, now=now)
    steps.finish_close(vote.fresh(), by=cast_.scrutineer, now=now + dt.timedelta(minutes=2))
    for letter, cards in vote.cards.items():
        for card in cards[drawn[letter] :]:
            sent = codec.parse(reference.void_body(card))
            casting.void(vote.round.sid, card=codec.unb64(sent["c"], 32), z=codec.unb64(sent["z"], 64))
    reasons = {letter: (drawn[letter], "") for letter in vote.cards}
    for letter, row in boxes.counts(vote.round.sid).items():
        if row["printed"] - row["cast"] - row["voided"]:
            reasons[letter] = (drawn[letter], "一名参会人员提前离会，票卡随身带走，监票人当场登记")
    table.note_cards(vote.fresh(), reasons, by=cast_.scrutineer)
    vote.meeting.fresh()


def open_urn(vote, *, now) -> Count:
    """B7 and B8: two key cards, the transcript, the count."""
    urn = codec.parse(opening.urn(vote.fresh(), by=vote.meeting.cast.scrutineer, now=now))
    drawn, named = table.joined(vote.round)
    transcript = reference.open_rows(
        vote.manifest, vote.credentials, urn["received"], vote.keys.cards[:2], drawn=drawn, voided=urn["voided"], named=named
    )
    return opening.save_transcript(vote.fresh(), codec.canonical(transcript), by=vote.meeting.cast.scrutineer, now=now)


def settle(vote, count, *, now):
    """Two signatures, the leader's confirmation, publication by leader and scrutineer."""
    cast_ = vote.meeting.cast
    for needed in count.decisions_needed:
        counting.decide(
            count, label=needed["label"], pool=needed["pool"], chosen=sorted(needed["candidates"])[: needed["seats"]],
            by=cast_.approver, now=now,
        )  # fmt: skip
        count = Count.objects.get(pk=count.pk)
    seen = count.result_hash
    signing.sign(count, "teller", seen=seen, by=cast_.teller, now=now)
    signing.sign(count, "scrutineer", seen=seen, by=cast_.scrutineer, now=now + dt.timedelta(minutes=3))
    signing.confirm_count(count, seen=seen, by=cast_.approver, now=now + dt.timedelta(minutes=20))
    take(vote.fresh(), "PUBLISH", cast_.approver, cast_.scrutineer, now=now + dt.timedelta(minutes=30), seen=seen)
    vote.meeting.fresh()


def end(vote, *, now):
    """B10: nobody objected; key cards shredded, tablets cleared, and two persons destroy the sealed ballots."""
    cast_, made = vote.meeting.cast, len(vote.keys.cards)
    said = {"declared_by": vote.meeting.session.chair, "objections": "", "missing_key_cards": "", "tablets": 24}
    ending.note_ending(vote.fresh(), key_cards=made, **said, by=cast_.scrutineer, now=now)
    take(vote.fresh(), "ARCHIVE", cast_.clerk, cast_.scrutineer, now=now)
    vote.meeting.fresh()
