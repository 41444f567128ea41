"""Tokens of invitations, and why one is not accepted."""

import secrets
from hashlib import sha256
from typing import Final

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
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token: it is random, so a plain hash cannot be turned back."""
    return sha256(token.encode()).digest()
