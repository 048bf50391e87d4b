"""自动跟随: what the page of everybody in the hall shows. Plain values in and out."""

BEFORE = ("DRAFT", "PLANNED", "APPROVED", "CANVASSING", "REPORTS_DUE", "READY")
VOTE = ("VOTING_OPEN", "VOTING_CLOSED", "COUNTED", "CONFIRMED", "FED_BACK")


def hangs_on_vote(state: str) -> bool:
    """Whether it depends on the ballot's own moments what is shown."""
    return state in VOTE


def scene(
    state: str,
    *,
    is_opened: bool = False,
    is_closing: bool = False,
    is_closed: bool = False,
    is_void: bool = False,
    may_object: bool = False,
) -> str:
    """before, halted, stage (the meeting itself), wait (for the vote), again (for the next, after a void one), vote, closing (ballots are
    still taken), counting, check (the own ballot, once the result is out) or over.

    Once the result is out, everybody checks as long as objections are taken, however far the session is. A second round finds the
    session further on than the vote; so the moments of the round that counts decide, not the state.
    """
    if state in BEFORE:
        return "before"
    if state in ("POSTPONED", "CANCELLED"):
        return "halted"
    if state == "IN_PROGRESS":
        return "stage"
    if not hangs_on_vote(state):
        return "check" if may_object else "over"
    if not is_opened:
        return "again" if is_void else "wait"
    if is_closed:
        return "check" if state == "FED_BACK" else "counting"
    return "closing" if is_closing else "vote"
