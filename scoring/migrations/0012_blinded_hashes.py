"""The hashes over marks that pages and papers show become commitments (ADR 0014), those of counts made before too."""

import hashlib
import json

from django.db import connections, migrations


def digest(tag, value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(tag.encode() + b"\0" + text.encode()).hexdigest()


def blind(apps, schema_editor):
    for count in apps.get_model("scoring", "Count").objects.select_related("round"):
        with connections["ballots"].cursor() as cursor:
            cursor.execute(
                "SELECT document FROM ballots_transcript WHERE sid = %s AND version = %s", [count.round.sid, str(count.version)]
            )
            if (row := cursor.fetchone()) is None:
                raise LookupError(f"no transcript of round {count.round.sid}, version {count.version}: are both databases of one day?")
            transcript = json.loads(bytes(row[0]))
        blinding = digest("score/blinding/v1", [slip["b"] for slip in transcript["slips"]])
        for name in ("input_hash", "result_hash"):
            setattr(count, name, digest("score/commitment/v1", {"blinding": blinding, "hash": count.result[name]}))
        tables = [count.table_l0, count.table_l1]
        count.save(update_fields=["input_hash", "result_hash", *bare(tables, "table_l0", "table_l1")])
        for publication in apps.get_model("scoring", "Publication").objects.filter(count=count):
            publication.save(update_fields=bare([publication.table_l0, publication.table_l1], "table_l0", "table_l1"))


def bare(tables, *names):
    """The tables without the hash they carried; the names of their fields."""
    for table in tables:
        table.pop("input_hash", None)
    return names


class Migration(migrations.Migration):
    dependencies = [("scoring", "0011_how_a_vote_stood")]

    operations = [migrations.RunPython(blind, migrations.RunPython.noop)]
