"""Encryption of sensitive values: a data key per tenant under master keys that can be rotated."""

import binascii
import hashlib
import hmac
import os
from base64 import b64decode
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12  # 96 bits, random: safe for 2**32 values a tenant (NIST SP 800-38D, 8.3)
HEADER_BYTES = len(FORMAT) + ID_BYTES


class CannotOpen(ValueError):
    """The token was changed, belongs to another tenant or place, or its master key is gone."""


class Crypto:
    """Seals and opens for a tenant. The setting is `1:<base64 of 32 bytes>[,2:…]`.

    The last master key seals, all of them open. A tenant's data keys are derived from a master key
    (HKDF), so no table of wrapped keys is needed: its number stands in each token.
    """

    def __init__(self, master_keys: str) -> None:
        self._masters: dict[int, bytes] = {}
        for entry in master_keys.split(","):
            number, _, encoded = entry.strip().partition(":")
            self._masters[int(number)] = _decode_master(number, encoded)
        self._current = list(self._masters)[-1]

    def seal(self, tenant_id: UUID, plaintext: bytes, context: str) -> bytes:
        """Encrypt for one tenant and one place, e.g. `clients.national_id`; only there it opens."""
        header = FORMAT + self._current.to_bytes(ID_BYTES, "big")
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self._derive(self._current, tenant_id, "data"))
        return header + nonce + cipher.encrypt(nonce, plaintext, header + context.encode())

    def open(self, tenant_id: UUID, token: bytes, context: str) -> bytes:
        """The plaintext of a token; raises CannotOpen."""
        header, rest = token[:HEADER_BYTES], token[HEADER_BYTES:]
        nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        cipher = AESGCM(self._derive(_master_number(token), tenant_id, "data"))
        try:
            return cipher.decrypt(nonce, sealed, header + context.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen("the token does not open here") from None

    def needs_reseal(self, token: bytes) -> bool:
        """Whether the token stands under an older master key than the current one."""
        return _master_number(token) != self._current

    def fingerprint(self, tenant_id: UUID, value: str) -> bytes:
        """A keyed hash to store beside a sealed value, so that it can be found by exact match."""
        return self._fingerprint(self._current, tenant_id, value)

    def fingerprints(self, tenant_id: UUID, value: str) -> list[bytes]:
        """The fingerprints under every master key: look for any of them while keys rotate."""
        return [self._fingerprint(number, tenant_id, value) for number in self._masters]

    def _fingerprint(self, number: int, tenant_id: UUID, value: str) -> bytes:
        key = self._derive(number, tenant_id, "fingerprint")
        return number.to_bytes(ID_BYTES, "big") + hmac.digest(key, value.encode(), hashlib.sha256)

    def _derive(self, number: int, tenant_id: UUID, purpose: str) -> bytes:
        if number not in self._masters:
            raise CannotOpen(f"master key {number} is not among the settings")
        label = f"diwan {purpose} ".encode() + tenant_id.bytes
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(self._masters[number])


def _decode_master(number: str, encoded: str) -> bytes:
    try:
        master = b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError(f"master key {number} is not base64") from None
    if len(master) != KEY_BYTES:
        raise ValueError(f"master key {number} must have {KEY_BYTES} bytes")
    return master


def _master_number(token: bytes) -> int:
    if len(token) < HEADER_BYTES + NONCE_BYTES or token[: len(FORMAT)] != FORMAT:
        raise CannotOpen("this is not a sealed token")
    return int.from_bytes(token[len(FORMAT) : HEADER_BYTES], "big")
