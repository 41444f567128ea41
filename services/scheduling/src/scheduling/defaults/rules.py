"""What holds for all appointments and bookings of a company."""

from collections.abc import Mapping
from typing import Any, Final

from chassis.errors import Invalid

# How a company has it that said nothing.
NOTHING_SAID: Final[dict[str, Any]] = {
    "appointment_minutes": 30, "slot_minutes": 15, "holiday_countries": None,
    "is_public_booking": False, "quiet_from": None, "quiet_to": None, "is_hijri_shown": False,
}  # fmt: skip
# So that some hours are left of a day, also when the clocks are put forward.
LONGEST_QUIET: Final = 20 * 60
_DAY: Final = 24 * 60


class QuietHoursNotPossible(Invalid):
    """Begun and never ended, or all day."""

    code = "quiet_hours_not_possible"
    detail = "Quiet hours begin and end, and are at most 20 hours long."


def check_quiet(settings: Mapping[str, Any]) -> None:
    """Refuse quiet hours that have but one end or leave nothing of the day; raises
    QuietHoursNotPossible.
    """
    since, until = settings["quiet_from"], settings["quiet_to"]
    if since is None and until is None:
        return
    if since is None or until is None:
        raise QuietHoursNotPossible(field="quiet_from" if since is None else "quiet_to")
    if not 0 < (_minute(until) - _minute(since)) % _DAY <= LONGEST_QUIET:
        raise QuietHoursNotPossible(field="quiet_to")


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
