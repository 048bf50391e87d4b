"""Is the audit trail still what it was? The chain by itself, and against a head somebody has on paper (S25)."""

from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.models import AuditEvent

WORDS = {"missing": "is missing", "altered": "was altered, or does not follow from the line before it"}
LEAST = 16  # hexadecimal digits of a printed head


class Command(BaseCommand):
    help = "Verify the chain of the audit trail; exit code 1 names the first line that does not hold."

    def add_arguments(self, parser):
        parser.add_argument(
            "--head", nargs="+", metavar=("N", "DIGEST"), help='a head as printed on a count sheet: --head 1234 "9c41 7be0 …"'
        )

    def handle(self, head, **options):
        if faults := audit.faults():
            number, reason = faults[0]
            raise CommandError(f"Line {number} {WORDS[reason]}. Lines that do not hold: {len(faults)}.")
        if head:
            self.compare(*read(head))
        last = audit.head()
        self.stdout.write(f"The trail is whole. Its head: {last.n} {audit.printed(last)}" if last else "The trail is empty.")

    def compare(self, number, digest):
        """A trail cut off or written anew from some line on is whole in itself; only the head on paper tells."""
        line = AuditEvent.objects.filter(n=number).first()
        if line is None:
            raise CommandError(f"Line {number}, the printed head, is missing: the trail was cut off.")
        if not line.digest.startswith(digest):
            raise CommandError(f"Line {number} is not the printed head: the trail was written anew from some line on.")
        self.stdout.write(f"Line {number} is the printed head.")


def read(head):
    """(number, digits) of what was typed from paper, with or without spaces."""
    number, digest = head[0], "".join(head[1:]).replace(" ", "").lower()
    if not number.isdecimal() or len(digest) < LEAST or set(digest) - set("0123456789abcdef"):
        raise CommandError(f"A head is a number and at least {LEAST} hexadecimal digits, as printed.")
    return int(number), digest
