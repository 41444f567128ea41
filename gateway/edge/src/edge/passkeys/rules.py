"""Passkeys: whose site they are for, and challenges that hold once and for a few minutes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from chassis.errors import Conflict, Invalid

MOST: Final = 20
HOLDS: Final = timedelta(minutes=5)
SIGN_IN: Final = "sign_in"
_SECONDS, _NONCE = 4, 16
_BODY: Final = _SECONDS + _NONCE


class PasskeyRefused(Invalid):
    """Not made for this site, for another challenge, or without proving who holds it."""

    code = "passkey_refused"
    detail = "This passkey could not be verified; begin anew."


class TooManyPasskeys(Conflict):
    """Somebody who needs more devices than this deletes one first."""

    code = "too_many_passkeys"
    detail = "You have {most} passkeys already; delete one first."


@dataclass(frozen=True, slots=True)
class Site:
    """What authenticators bind a passkey to (WebAuthn level 3, 5.1.3 and 13.4.9)."""

    rp_id: str
    origins: list[str]


def site_of(public_url: str, rp_id: str, origins: Sequence[str]) -> Site:
    """The site of the product's address; apps and other hosts of the same domain beside it."""
    url = urlsplit(public_url)
    return Site(rp_id or url.hostname or "", [f"{url.scheme}://{url.netloc}", *origins])


def registering(tenant_id: UUID, user_id: UUID) -> str:
    """What a challenge for a new passkey is for: another user's does not hold."""
    return f"register {tenant_id} {user_id}"


@dataclass(frozen=True, slots=True)
class Challenge:
    """When it ends, and random bits by which its use is remembered; then a keyed hash of both."""

    expires_at: datetime
    nonce: UUID

    @property
    def body(self) -> bytes:
        """What the keyed hash is over."""
        return int(self.expires_at.timestamp()).to_bytes(_SECONDS, "big") + self.nonce.bytes


def new_challenge(now: datetime) -> Challenge:
    """One that holds from now on."""
    return Challenge(now + HOLDS, UUID(bytes=secrets.token_bytes(_NONCE)))


def read_challenge(raw: bytes, now: datetime) -> Challenge | None:
    """A challenge that has not ended; None for anything else."""
    if len(raw) <= _BODY:
        return None
    ends = datetime.fromtimestamp(int.from_bytes(raw[:_SECONDS], "big"), now.tzinfo)
    return Challenge(ends, UUID(bytes=raw[_SECONDS:_BODY])) if ends > now else None


def is_genuine(raw: bytes, hashes: Sequence[bytes]) -> bool:
    """Whether the challenge ends in one of the keyed hashes of its body."""
    return any(compare_digest(raw[_BODY:], one) for one in hashes)
