"""When too many sign-ins failed."""

from chassis.errors import TooMany


def without_account(address: str) -> str:
    """What stands in an account's place where secrets name none; no e-mail address begins so."""
    return f"@{address}"


def not_an_account(typed: str) -> str:
    """What was typed where an e-mail address should be, told from all else that is counted."""
    return f"?{typed.strip().lower()}"


class TooManyFailures(TooMany):
    """Wrong credentials too often for this account or from this address."""

    code = "too_many_failed_sign_ins"
    detail = "Too many failed attempts to sign in; try again later."
