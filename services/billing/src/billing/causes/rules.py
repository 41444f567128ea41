"""Causes: what makes another service ask for something, however often it asks."""

from typing import Final

from chassis.errors import Conflict, Invalid, NotFound

LONGEST: Final = 200


class CauseNeeded(Invalid):
    """What is asked twice must be known to be the same."""

    code = "cause_needed"
    detail = "Say what causes this, in 1 to {most} characters."


class CauseReused(Conflict):
    """One cause has one effect."""

    code = "cause_reused"
    detail = "This cause has made something else happen."


class CauseHidden(NotFound):
    """What it made is of a client that the caller does not see."""


def check_key(key: str) -> str:
    """Raises CauseNeeded."""
    if not 0 < len(key) <= LONGEST:
        raise CauseNeeded(field="cause", most=LONGEST)
    return key
