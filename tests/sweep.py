"""Who gets what at an address: one after another of the cast signs in and asks.

The fast suite asks one of each side for each answer, the slow one everybody; tests/test_matrix.py asks every address as every role.
"""

SIDES = {
    "clerk": "staff", "approver": "staff",
    "member": "commission", "leader": "commission", "scrutineer": "commission", "teller": "commission", "verifier": "commission",
    "petition_clerk": "petitions",
    "subject_user": "unit", "reviewed": "unit", "liaison": "unit",
    "colleague": "another subject of the same session",
    "outsider": "elsewhere",
    "sysadmin": "administration", "secadmin": "administration", "auditadmin": "administration",
}  # fmt: skip
CAST = [who for who in SIDES if who not in {"reviewed", "colleague"}]  # those two belong to some tests only


class Sweep:
    def __init__(self, client, user_of, *, is_whole):
        self.client, self.user_of, self.is_whole = client, user_of, is_whole

    def __call__(self, expected, *, last=()):
        """Who tries, signed in one after the other. Those in `last` come last, for they change what the others would get."""
        told = set()
        for who in sorted(expected, key=lambda who: who in last):
            answer = SIDES[who], repr(expected[who])
            if self.is_whole or who in last or answer not in told:
                told.add(answer)
                self.client.force_login(self.user_of(who))
                yield who

    def check(self, address, expected, *, post=None, last=()):
        """Each is answered with the status that is `expected`."""
        found = {}
        for who in self(expected, last=last):
            answer = self.client.get(address) if post is None else self.client.post(address, post)
            b"".join(answer)  # read to its end, which closes a file as the server would
            found[who] = answer.status_code
        assert found == {who: expected[who] for who in found}


class Cast:
    """Everybody by name, with an account from when first called on."""

    def __init__(self, user_of):
        self.user_of = user_of

    def __getitem__(self, who):
        return self.user_of(who)
