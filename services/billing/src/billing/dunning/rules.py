"""When clients are reminded of what they owe, and in which words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import NotFound

EARLIEST: Final = -30
LATEST: Final = 365
CATCH_UP: Final = timedelta(days=3)
"""A reminder that nobody could send is late by so much at most; then it is not sent any more."""
_USUAL: Final = "Asia/Riyadh"
_LETTERS: Final = {
    "ar": (
        "تذكير بالفاتورة {number}",
        "{name}، تحية طيبة.\n\nنذكّركم بأن المتبقي من الفاتورة {number} هو {balance}، وتاريخ "
        "استحقاقها {due}.\nإن كنتم قد سددتموها فلا حاجة إلى الرد.\n\n{company}",
    ),
    "en": (
        "Reminder of invoice {number}",
        "Dear {name},\n\n{balance} of invoice {number} are still to be paid; it is due on {due}.\n"
        "If you have paid it meanwhile, there is nothing to do.\n\n{company}",
    ),
}


class DunningRuleNotFound(NotFound):
    """No such rule."""

    code = "dunning_rule_not_found"
    detail = "There is no such rule of reminders."


def zone(name: str) -> ZoneInfo:
    """The time zone of a company."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(_USUAL)


def local(moment: datetime, timezone: str) -> datetime:
    """A moment as the company's clocks show it."""
    return moment.astimezone(zone(timezone))


def letter(language: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text, in the client's language; facts are `number`, `name`, `balance`, `due` and
    `company`.
    """
    subject, body = _LETTERS["ar" if language.startswith("ar") else "en"]
    return subject.format_map(facts), body.format_map(facts)
