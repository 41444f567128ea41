"""Secrets of API keys."""

import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis.caller import Caller
from edge.roles.rules import BeyondOwnRights

PREFIX: Final = "dwn_"
_SHOWN: Final = len(PREFIX) + 6


def check_folders(caller: Caller, folder_ids: Iterable[UUID]) -> None:
    """A key sees no more than who makes it; raises BeyondOwnRights.

    Which folders a user sees is not known here, so a user who does not see all makes no key.
    """
    wanted = frozenset(folder_ids)
    if caller.is_owner or caller.visibility == "all":
        return
    if not wanted or not wanted <= frozenset(caller.folder_ids or ()):
        raise BeyondOwnRights()


def new_secret() -> str:
    """256 random bits after the prefix by which scanners for leaked secrets know it."""
    return PREFIX + secrets.token_urlsafe(32)


def shown_part(secret: str) -> str:
    """Enough to tell keys apart, too little to guess the rest."""
    return secret[:_SHOWN]


def digest(secret: str) -> bytes:
    """What is kept of a secret: it is random, so a plain hash cannot be turned back."""
    return sha256(secret.encode()).digest()
