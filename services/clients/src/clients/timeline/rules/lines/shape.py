"""What a line of the timeline is written as."""

from collections.abc import Mapping

# Event type → Arabic, English. {placeholders} are filled from the event's data.
Lines = Mapping[str, tuple[str, str]]
