"""What somebody signs in as, proposed from the name."""

import re

from pypinyin import lazy_pinyin

LONGEST = 30  # a number may follow; on a slip of paper it stands in one line
NO_SOUND = "user"  # a name of signs alone


def propose(names: list[str], *, taken) -> list[str]:
    """One user name for each name, in order: its pinyin, with a number from the second person on. `taken` are in small letters."""
    taken, proposed = set(taken), []
    for name in names:
        letters = re.sub("[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:LONGEST] or NO_SOUND
        proposed.append(first_free(letters, taken))
        taken.add(proposed[-1])
    return proposed


def first_free(letters, taken):
    number, username = 1, letters
    while username in taken:
        number += 1
        username = f"{letters}{number}"
    return username
