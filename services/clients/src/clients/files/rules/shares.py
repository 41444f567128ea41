"""Links that lead strangers to one file, until they die."""

import hashlib
import hmac
import os
from datetime import datetime, timedelta
from typing import Final

from chassis.errors import Invalid

LASTS: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=365)
MOST: Final = 50
# More wrong passwords than a person types by mistake end the link.
MOST_GUESSES: Final = 20
_SALT_BYTES: Final = 16
_COST: Final = {"n": 2**14, "r": 8, "p": 1}  # OWASP's first choice for scrypt asks for 16 MiB


class EndNotPossible(Invalid):
    """Over already, or nearly never."""

    code = "expiry_not_possible"
    detail = "A link ends in the future, within a year."


def password_hash(password: str) -> bytes:
    """Salt and digest; takes some milliseconds of a processor."""
    salt = os.urandom(_SALT_BYTES)
    return salt + _digest(password, salt)


def is_password(stored: bytes, given: str) -> bool:
    """Whether it is the one that was hashed."""
    salt, digest = stored[:_SALT_BYTES], stored[_SALT_BYTES:]
    return hmac.compare_digest(_digest(given, salt), digest)


def is_over(
    now: datetime, expires_at: datetime, downloads: int, most: int | None, guesses: int
) -> bool:
    """Whether the link leads nowhere any more."""
    is_used_up = most is not None and downloads >= most
    return expires_at <= now or is_used_up or guesses >= MOST_GUESSES


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_COST, dklen=32)


def end_of(now: datetime, asked: datetime | None) -> datetime:
    """When a link is over; raises Invalid for a moment that has passed or is too far off."""
    end = asked or now + LASTS
    if not now < end <= now + LONGEST:
        raise EndNotPossible(field="expires_at")
    return end
