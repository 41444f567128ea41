"""Codes of a second factor: which of them hold, and why one does not."""

import base64
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal

import pyotp

from chassis.errors import Conflict, Invalid

Outcome = Literal["right", "missing", "wrong"]
# RFC 6238: 30 seconds a step; one step to either side for clocks that differ (5.2).
STEP_SECONDS: Final = 30
_NEIGHBOURS: Final = (-1, 0, 1)
_CODES: Final = 10
_GROUP: Final = 4


class AlreadyOn(Conflict):
    """Another secret would lock out whoever holds the present one."""

    code = "mfa_enabled"
    detail = "A second factor is set up already; disable it first."


class NotSetUp(Conflict):
    """There is nothing to confirm, or to disable."""

    code = "mfa_not_enabled"
    detail = "No second factor is set up."


class OwnFactor(Conflict):
    """One's own is turned off with both factors."""

    code = "own_mfa"
    detail = "Turn your own second factor off with your password and a code."


class WrongCode(Invalid):
    """Neither a code of this moment nor a recovery code that is left."""

    code = "wrong_code"
    detail = "This code is wrong, or was used already."


def new_seed() -> str:
    """160 random bits in base32 (RFC 4226, 4: R6)."""
    return pyotp.random_base32(32)


def provisioning_uri(seed: str, account: str, company: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=f"Diwan {company}")


def plain(code: str) -> str:
    """A code as it is compared: any script's digits, without spaces and dashes, lower case."""
    letters = (
        str(unicodedata.decimal(letter)) if unicodedata.decimal(letter, None) is not None
        else letter for letter in code.casefold()
    )  # fmt: skip
    return "".join(letter for letter in letters if letter.isalnum())


def step_of(seed: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step a code belongs to, later than the last one used; None where it is wrong."""
    typed, present = plain(code).encode(), int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(seed, interval=STEP_SECONDS)
    found = None
    for step in (present + shift for shift in _NEIGHBOURS):
        is_it = compare_digest(generator.generate_otp(step).encode(), typed)
        if is_it and step > last_step and found is None:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits each, in groups that can be read out."""
    return [_grouped(base64.b32encode(secrets.token_bytes(10)).decode()) for _ in range(_CODES)]


def digest(code: str) -> bytes:
    """What is kept of a recovery code: it is random, so a plain hash cannot be turned back."""
    return sha256(plain(code).encode()).digest()


def without(kept: Sequence[bytes], code: str) -> list[bytes] | None:
    """The recovery codes that are left after this one is used; None where it is none of them."""
    used = digest(code)
    return [one for one in kept if one != used] if used in kept else None


def _grouped(code: str) -> str:
    pieces = (code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
    return "-".join(pieces).lower()
