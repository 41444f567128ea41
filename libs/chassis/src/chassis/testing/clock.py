"""A clock that stands still until a test moves it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@dataclass
class FrozenClock:
    """Call it for the time it stands at."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        """Move on by the parts of a timedelta: `advance(hours=2)`."""
        self.now += timedelta(**step)
