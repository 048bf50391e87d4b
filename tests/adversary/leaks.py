"""Leaks planted on purpose, beside the product and never in it (T9): what other systems do, and what ours must be seen not to do.

Those here store something in the databases of the games; those that change a model, an answer, a log or a document stand in
test_alarm.py, each beside the check that must catch it.
"""

import functools
import json

from ballots import codec, reference
from tests.adversary import games

SLIP = "p text PRIMARY KEY, b text, z text"


def planted(tables, *, at_cast=None, at_end=None):
    """`games.play` with tables of our own: `at_cast(run, ballot, rater)` behind every cast, `at_end(run, ballot, order)` in the end."""

    def play(ballot, order, send, collector):
        run = collector.run
        for name, columns in tables.items():
            run(f"DROP TABLE IF EXISTS {name}")
            run(f"CREATE TABLE {name} ({columns})")
        raters = {rater.name: rater for rater in order}

        def send_and_leak(sid, body, rater):
            status = send(sid, body, rater)
            if at_cast:
                at_cast(run, ballot, raters[rater.name])
            return status

        end = functools.partial(at_end, run, ballot, order) if at_end else lambda: None
        found = games.play(ballot, order, send_and_leak, collector, end)
        for name in tables:
            run(f"DROP TABLE {name}")
        return found

    return play


def slip_of(ballot, rater):
    return next(slip for slip in ballot.board() if slip["p"] == ballot.slip_of(rater))


def _insert(run, slip, **more):
    values = {**slip, **more}
    run(f"INSERT INTO planted ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", tuple(values.values()))


def unsorted_insert():
    """Slips as rows, in the order their ballots came."""

    def at_end(run, ballot, order):
        for rater in order:
            _insert(run, slip_of(ballot, rater))

    return planted({"planted": SLIP}, at_end=at_end)


def sorted_rows_with(column, value):
    """Slips as rows sorted by their random keys, each still with something of its arrival."""

    def at_end(run, ballot, order):
        arrived = [(slip_of(ballot, rater), value(number, rater)) for number, rater in enumerate(order)]
        for slip, extra in sorted(arrived, key=lambda entry: entry[0]["p"]):
            _insert(run, slip, **{column.split()[0]: extra})

    return planted({"planted": f"{SLIP.replace(' PRIMARY KEY', '')}, {column}"}, at_end=at_end)


def counter():
    """BigAutoField."""
    return sorted_rows_with("id bigint PRIMARY KEY", lambda number, rater: 1000 + number)


def moment():
    """auto_now."""
    return sorted_rows_with("changed_at double precision", lambda number, rater: rater.sent_at)


def roster_in_one_transaction(afterwards=lambda run: None):
    """The rater's name and the ballot in one transaction, as in the systems that were measured."""

    def at_cast(run, ballot, rater):
        slip = reference.make_slip(rater.card, "o01", rater.answers["o01"])
        run(
            "WITH signed AS (INSERT INTO roster VALUES (%s)) INSERT INTO planted VALUES (%s, %s, %s)",
            (rater.name, slip["p"], slip["b"], slip["z"]),
        )

    return planted({"planted": SLIP, "roster": "name text PRIMARY KEY"}, at_cast=at_cast, at_end=lambda run, *_: afterwards(run))


def rewrite(run):
    """Both tables rewritten in the order of their keys; the versions of the rows stay."""
    run("CLUSTER planted USING planted_pkey")
    run("CLUSTER roster USING roster_pkey")


def plain_envelope(sealed=lambda ballot, plaintext: plaintext):
    """An envelope beside each real one: in clear unless `sealed` says otherwise."""

    def at_cast(run, ballot, rater):
        text = reference.plaintext(rater.card, ballot.manifest, rater.answers)
        run("INSERT INTO planted VALUES (%s, %s)", (rater.card.outer_pub, sealed(ballot, text)))

    return planted({"planted": "c text PRIMARY KEY, ct bytea"}, at_cast=at_cast)


def envelope_without_padding():
    return plain_envelope(lambda ballot, text: reference.seal(text, codec.unb64(ballot.manifest["urn_pub"], 32)))


def of_many_lengths(number):
    """Ballots that differ in length before padding: abstentions, and marks of one to three digits."""
    digits = [5, 50, 500]
    return {
        "o01": {} if number == 7 else {"K01": digits[(number + 1) // 2 % 3], "K02": digits[number // 2 % 3] * 4 // 5 // 5 * 5}
    }


def statement_in_the_log():
    """A ballot written through a role whose statements are logged, values and all."""

    def at_cast(run, ballot, rater):
        slip = reference.make_slip(rater.card, "o01", rater.answers["o01"])
        run("SELECT %s", (json.dumps(slip),), name="shuze")

    return planted({}, at_cast=at_cast)
