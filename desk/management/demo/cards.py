"""What the demonstration page shows: key cards and unused ballot cards of the rehearsals, in a file only its owner reads."""

import json

from django.conf import settings

from ballots import reference

PATH = settings.DEMO_ROOT / "cards.json"


def write(votes):
    """Replaces what an earlier loading left."""
    PATH.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    PATH.unlink(missing_ok=True)
    PATH.touch(mode=0o600)
    PATH.write_text(json.dumps([shown(vote) for vote in votes], ensure_ascii=False, indent=1))


def shown(vote):
    names = {group.letter: group.name for group in vote.round.groups.all()}
    return {
        "session": str(vote.meeting.session.uid),
        "round": vote.round.sid,
        "code": reference.mh_code(vote.manifest),
        "keys": list(vote.keys.cards),
        "groups": [
            {
                "letter": letter,
                "name": names[letter],
                "used": len(vote.cards[letter]) - len(cards),
                "cards": [{"printed": card.printed, "fragment": card.fragment(vote.manifest)} for card in cards],
            }
            for letter, cards in vote.left.items()
        ],
    }
