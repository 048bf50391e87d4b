"""Planning arithmetic: can everybody be heard within a term? (scoring vectors, kind `coverage`; product.md, HB quota)."""


def coverage(*, max_per_year: int, years: int, officials: int) -> dict:
    """capacity of the term, how many officials are left over, and how many a year would be needed."""
    capacity = max_per_year * years
    return {"capacity": capacity, "gap": max(0, officials - capacity), "needed_per_year": -(-officials // years)}
