"""Which key signs, and when a new one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc.jwk import KeySetSerialization, OKPKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 pair; others know its public half before it signs anything."""

    id: str
    pair: OKPKey
    signs_from: datetime
    created_at: datetime


def generate(key_id: str) -> OKPKey:
    """A new pair."""
    return OKPKey.generate_key("Ed25519", {"kid": key_id, "use": "sig", "alg": "Ed25519"})


def current(keys: Sequence[SigningKey], now: datetime) -> SigningKey:
    """The newest key whose time has come; right after the first start, the only one there is."""
    ready = [key for key in keys if key.signs_from <= now] or keys[:1]
    return max(ready, key=lambda key: key.signs_from)


def is_due(keys: Sequence[SigningKey], now: datetime, days: int) -> bool:
    """Whether the newest key is old enough to be followed by another."""
    newest = max((key.created_at for key in keys), default=None)
    return newest is None or newest <= now - timedelta(days=days)


def published(keys: Sequence[SigningKey]) -> KeySetSerialization:
    """The public halves as a JWKS (RFC 7517)."""
    return {"keys": [key.pair.as_dict(private=False) for key in keys]}
