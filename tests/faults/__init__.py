"""Things break while people vote: processes, databases, disks, networks, clocks, operators (security.md §4).

`machines` starts what is broken, `tablets` votes as the browser does, `oracle` says what must hold whatever happens:
no signed receipt is ever missing, one row a card, every tablet can finish, the published slips are the ones that were cast.
A quick share of every test runs in CI; the full numbers: scripts/prove-ballot tests/faults (docs/guides/ballot-proof.md).
"""

import os

FULL = os.environ.get("GAMES") == "full"


def scale(quick, full):
    return full if FULL else quick
