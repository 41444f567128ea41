"""What is held, and by whom it is let go."""

from typing import Final

from memberships.credit.rules.failures import KeptForRedemption

_REDEMPTION: Final = "redemption:"


def redemption_cause(redemption_id: object) -> str:
    """The cause of points that are held for a discount, and used by it."""
    return f"{_REDEMPTION}{redemption_id}"


def check_free(cause: str | None) -> None:
    """Whether anybody may end a hold of this cause; raises KeptForRedemption."""
    if cause is not None and cause.startswith(_REDEMPTION):
        raise KeptForRedemption()
