"""The demonstration district: fictional people and units, and the meetings of a term, the last three laid relative to today.

Everything that has an action is done through the action, in the order of a real meeting, by the account whose step it is. The
audit trail therefore says truly that it was all done at load time. Where a page shows when something happened, the moments that
actions take from the clock (report versions, reviews, notices) are set back afterwards, in `clock.py`, and nowhere else.
"""
