"""Secrets of API keys."""

import secrets
from hashlib import sha256
from typing import Final

PREFIX: Final = "dwn_"
_SHOWN: Final = len(PREFIX) + 6


def new_secret() -> str:
    """256 random bits after the prefix by which scanners for leaked secrets know it."""
    return PREFIX + secrets.token_urlsafe(32)


def shown_part(secret: str) -> str:
    """Enough to tell keys apart, too little to guess the rest."""
    return secret[:_SHOWN]


def digest(secret: str) -> bytes:
    """What is kept of a secret: it is random, so a plain hash cannot be turned back."""
    return sha256(secret.encode()).digest()
