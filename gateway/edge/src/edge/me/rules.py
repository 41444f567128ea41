"""What only a person can do."""

from chassis.errors import Conflict, Invalid


class NotAUser(Conflict):
    """An API key has neither a name nor a password."""

    code = "not_a_user"
    detail = "An API key cannot do this: it is not a user."


class WrongPassword(Invalid):
    """The present password is asked for before another is set."""

    code = "wrong_password"
    detail = "This is not your present password."
