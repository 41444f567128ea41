"""Tokens of invitations, and why one is not accepted."""

from typing import Final

from chassis import links
from chassis.errors import Conflict, NotFound

PREFIX: Final = "dwi_"


class InvitationGone(NotFound):
    """Unknown, withdrawn, or too old."""

    code = "invitation_gone"
    detail = "This invitation does not exist or holds no longer."


class OtherPassword(Conflict):
    """The address has an identity already, and this is not its password."""

    code = "email_taken"
    detail = "This e-mail address is registered already: accept with its password."


def new_token() -> str:
    """256 random bits."""
    return PREFIX + links.new_token()
