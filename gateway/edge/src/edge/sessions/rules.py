"""Refresh tokens: what they look like, and when a session is over."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

PREFIX: Final = "dwr_"
_PART: Final = 24


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from."""

    address: str
    user_agent: str


def device_of(address: str, headers: Mapping[str, str]) -> Device:
    """Where the gateway says that it comes from."""
    return Device(address, headers.get("user-agent", ""))


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Names its session; `family` stays for the session's life, `turn` is new at every refresh.

    So a token that was used before is known for one of ours by its family, however long ago,
    without keeping every token ever given out.
    """

    session_id: UUID
    family: bytes
    turn: bytes

    def __str__(self) -> str:
        raw = self.session_id.bytes + self.family + self.turn
        return PREFIX + base64.urlsafe_b64encode(raw).decode()


def first(session_id: UUID) -> RefreshToken:
    """The token a new session starts with."""
    return RefreshToken(session_id, secrets.token_bytes(_PART), secrets.token_bytes(_PART))


def following(token: RefreshToken) -> RefreshToken:
    """The token that takes its place."""
    return RefreshToken(token.session_id, token.family, secrets.token_bytes(_PART))


def read(text: str) -> RefreshToken | None:
    """A token as it was written; None for anything else."""
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX), b"-_", validate=True)
    except ValueError:
        return None
    if not text.startswith(PREFIX) or len(raw) != 16 + 2 * _PART:
        return None
    return RefreshToken(UUID(bytes=raw[:16]), raw[16 : 16 + _PART], raw[16 + _PART :])


def digest(part: bytes) -> bytes:
    """What is kept of a part: it is random, so a plain hash cannot be turned back."""
    return sha256(part).digest()
