"""What an appointment may become, and when it takes whom it needs."""

from enum import StrEnum
from typing import Final, Literal

from scheduling.appointments.rules.failures import (
    AppointmentNotOpen,
    AppointmentOpen,
    AppointmentTookPlace,
)


class Status(StrEnum):
    """How it stands."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


# What an appointment may be about besides its client.
LinkedType = Literal["invoice", "estimate", "work_cycle", "booking"]
# What billing is asked about.
BILLED: Final = ("invoice", "estimate")
Scope = Literal["this", "following", "all"]
OPEN: Final = frozenset({Status.SCHEDULED.value, Status.CONFIRMED.value})
# What was is kept: it took place, or was waited for.
KEPT: Final = frozenset({Status.DONE.value, Status.NO_SHOW.value})
# In these nobody is elsewhere because of it.
_FREE: Final = frozenset({Status.CANCELLED.value, Status.NO_SHOW.value})


def check_open(status: str) -> None:
    """Raises AppointmentNotOpen."""
    if status not in OPEN:
        raise AppointmentNotOpen()


def check_over(status: str) -> None:
    """Raises AppointmentOpen."""
    if status in OPEN:
        raise AppointmentOpen()


def check_removable(status: str) -> None:
    """Raises AppointmentTookPlace."""
    if status in KEPT:
        raise AppointmentTookPlace()


def takes(status: str) -> bool:
    """Whether whom it needs is taken by it."""
    return status not in _FREE
