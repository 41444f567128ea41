"""What becomes of the credit that a booking takes: reserved, then consumed or released."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal

from scheduling.bookings.rules.status import Status

Step = Literal["reserve", "consume", "release"]


class CreditStatus(StrEnum):
    """How the credit of a booking stands at memberships, as far as it was heard."""

    NONE = "none"
    # Memberships is being asked, and may have answered what nobody heard.
    ASKED = "asked"
    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"
    REFUSED = "refused"


_OVER: Final = (CreditStatus.CONSUMED, CreditStatus.RELEASED, CreditStatus.REFUSED)


def wanted(
    status: str, policy: Mapping[str, Any], *, is_late: bool, is_vouched: bool
) -> CreditStatus | None:
    """What is to become of the credit of a booking that stands so; None: nothing is asked.

    Where nobody vouched for it nothing is taken until the client has come.
    """
    if status in (Status.REQUESTED, Status.CONFIRMED):
        return CreditStatus.HELD if is_vouched else None
    if status == Status.ATTENDED:
        return CreditStatus.CONSUMED
    if status == Status.NO_SHOW:
        return _kept(policy["no_show"]) if is_vouched else CreditStatus.RELEASED
    if status == Status.CANCELLED:
        return _kept(policy["late_cancellation"]) if is_late else CreditStatus.RELEASED
    return None


def next_step(status: str, goal: str | None) -> Step | None:
    """What memberships is asked next, until the goal is reached.

    What it was asked and nobody heard is asked once more, under the same cause, be it only to be
    released then.
    """
    if goal is None or status in _OVER or status == goal:
        return None
    if status == CreditStatus.NONE and goal == CreditStatus.RELEASED:
        return None
    if status in (CreditStatus.NONE, CreditStatus.ASKED):
        return "reserve"
    return "consume" if goal == CreditStatus.CONSUMED else "release"


def after(step: Step) -> CreditStatus:
    """How it stands once memberships has done so."""
    done = {"reserve": CreditStatus.HELD, "consume": CreditStatus.CONSUMED}
    return done.get(step, CreditStatus.RELEASED)


def _kept(said: str) -> CreditStatus:
    return CreditStatus.CONSUMED if said == "consume" else CreditStatus.RELEASED
