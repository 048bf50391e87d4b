"""What the benchmarks take from the product without starting it."""

from benchmarks import opening


def test_the_page_of_the_opening_can_be_drawn_outside_the_site():
    page = opening.opening_page()

    assert 'data-urn="/urn"' in page
    assert 'data-do="fetch"' in page
