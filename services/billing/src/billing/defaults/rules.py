"""What documents take where they say nothing, and what a client may owe."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.errors import Conflict


class CreditLimitMode(StrEnum):
    """What becomes of an invoice by which a client owes more than they may."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"


class CreditLimitExceeded(Conflict):
    """The company gives credit, and so much of it: how much, the client's folder may not show."""

    code = "credit_limit_exceeded"
    detail = "With this invoice the client would owe more than their credit limit."


def chosen(text: Mapping[str, str], *languages: str) -> str:
    """A text in the first of these languages that it is in, else in the one it is in."""
    return next((text[one] for one in languages if one in text), next(iter(text.values())))


def exceeds(limit_minor: int, owed_minor: int) -> bool:
    """Whether a client would owe more than they may; all of it is no more."""
    return owed_minor > limit_minor
