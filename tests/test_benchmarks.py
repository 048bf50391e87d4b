"""What the benchmarks take from the product without starting it."""

import json

from benchmarks import opening, scoring


def test_the_page_of_the_opening_can_be_drawn_outside_the_site():
    page = opening.opening_page()

    assert 'data-urn="/urn"' in page
    assert 'data-do="fetch"' in page


def test_the_count_of_the_benchmark_counts_every_ballot():
    scheme = json.loads((scoring.ROOT / "scoring/schemes/SCH-2026-01.json").read_text(encoding="utf-8"))
    found = scoring.result(scoring.session(200, 2, scheme))

    assert [official.ballots for official in found.officials.values()] == [200, 200]
    assert all(official.score for official in found.officials.values())
