"""Links by which somebody without an account sees one thing: what stands in one, and how it goes
out.
"""

import hashlib
import secrets
from typing import Final, Literal

from chassis.errors import MissingPermission

LONGEST_TOKEN: Final = 100
Channel = Literal["email", "link"]


def new_token() -> str:
    """What stands in the link: 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of it: who reads the database cannot open anything."""
    return hashlib.sha256(token.encode()).digest()


def channel_of(asked: Channel | None, *, has_address: bool, may_mail: bool) -> Channel:
    """How it goes out; raises MissingPermission."""
    if asked == "link" or not has_address:
        return "link"
    if asked == "email" and not may_mail:
        raise MissingPermission(permission="comms:write")
    return "email" if may_mail else "link"
