"""When a document's date is near or past, where its company is."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# So long before its date a file's renewal is called for.
NOTICE: Final = timedelta(days=30)
_DEFAULT_ZONE: Final = "Asia/Riyadh"


def today(now: datetime, zone: str | None) -> date:
    """The day it is now in a company's time zone."""
    try:
        return now.astimezone(ZoneInfo(zone or _DEFAULT_ZONE)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return now.astimezone(ZoneInfo(_DEFAULT_ZONE)).date()
