"""A software authenticator: what a phone does with passkeys (WebAuthn level 3)."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one passkey; its counter goes up at every use unless it is a synced one."""

    origin: str
    rp_id: str
    verifies: bool = True
    counts: bool = True
    id: bytes = field(default_factory=lambda: uuid4().bytes)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: bytes = b""
    counter: int = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create()`."""
        self.user_handle = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({
            1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")
        })  # fmt: skip
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        stated = cbor2.dumps({
            "fmt": "none", "attStmt": {}, "authData": self._state(_ATTESTED) + credential,
        })  # fmt: skip
        said = self._said("webauthn.create", options["challenge"])
        return self._answer(
            clientDataJSON=encoded(said), attestationObject=encoded(stated), transports=["internal"]
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get()`."""
        self.counter += self.counts
        said, state = self._said("webauthn.get", options["challenge"]), self._state()
        signature = self.key.sign(state + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=encoded(said), authenticatorData=encoded(state),
            signature=encoded(signature), userHandle=encoded(self.user_handle),
        )  # fmt: skip

    def _said(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _state(self, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _answer(self, **response: Any) -> dict[str, Any]:
        return {
            "id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key",
            "response": response, "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        }  # fmt: skip


def encoded(raw: bytes) -> str:
    """As WebAuthn writes bytes in JSON."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """And back."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
