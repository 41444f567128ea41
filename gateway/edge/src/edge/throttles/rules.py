"""When too many sign-ins failed, and what else is done only so often."""

from typing import Literal
from uuid import UUID

from chassis.errors import TooMany


def without_account(address: str) -> str:
    """What stands in an account's place where secrets name none; no e-mail address begins so."""
    return f"@{address}"


def not_an_account(typed: str) -> str:
    """What was typed where an e-mail address should be, told from all else that is counted."""
    return f"?{typed.strip().lower()}"


def signed_in(user_id: UUID) -> str:
    """What stands in an address's place for who proves anew who they are."""
    return f"user:{user_id}"


def is_signed_in(address: str) -> bool:
    """Whether it does: what strangers try is not held against them."""
    return address.startswith("user:")


class TooManyFailures(TooMany):
    """Wrong credentials too often for this account or from this address."""

    code = "too_many_failed_sign_ins"
    detail = "Too many failed attempts to sign in; try again later."


# Companies signed up from an address; mails of a company, to somebody, asked for from an address.
Kind = Literal["sign_ups", "mails_of", "mails_to", "mails_asked"]


class TooOften(TooMany):
    """More sign-ups or mails within an hour than one sender has need of."""

    code = "too_often"
    detail = "This was done too often; try again later."
