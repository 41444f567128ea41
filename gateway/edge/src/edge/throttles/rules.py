"""When too many sign-ins failed."""

from chassis.errors import TooMany


class TooManyFailures(TooMany):
    """Wrong credentials too often for this account or from this address."""

    code = "too_many_failed_sign_ins"
    detail = "Too many failed attempts to sign in; try again later."
