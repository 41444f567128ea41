"""Whom an appointment's own reminders go to, and how many of them one of a series has."""

from collections.abc import Collection
from typing import Final, Protocol

from scheduling.appointments.rules.failures import TooManyReminders

# A series is of 500 at most, set by one request: it is not to be thousands of mails.
MOST_IN_SERIES: Final = 3


class Reminding(Protocol):
    """What is looked at of an appointment."""

    @property
    def reminders(self) -> list[int]: ...
    @property
    def reminds_client(self) -> bool: ...


def check_in_series(minutes: Collection[int]) -> None:
    """Raises TooManyReminders."""
    if len(minutes) > MOST_IN_SERIES:
        raise TooManyReminders(field="reminders", most=MOST_IN_SERIES)


def reminds_client(minutes: Collection[int], known: Reminding, *, may_mail: bool) -> bool:
    """Whether its client is reminded too once it has these: what is new is for staff alone where
    who says so may not send messages; whoever only leaves some out changes nothing of that.
    """
    return may_mail or (known.reminds_client and set(minutes) <= set(known.reminders))
