"""The stack's secrets: made once, kept in a file only its owner can read."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from local.files import write_atomically

DATABASE_ROLES = ("owner", "app", "worker")


def _token() -> str:
    return secrets.token_urlsafe(32)


def _master_key() -> str:
    return f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass
class Secrets:
    """Keys shared by the services and the passwords of their database roles."""

    service_key: str = field(default_factory=_token)
    master_keys: str = field(default_factory=_master_key)
    database_passwords: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, services: list[str]) -> Self:
        """Read the file, make what is missing in it, and keep it."""
        kept = cls(**json.loads(path.read_text())) if path.exists() else cls()
        for role in (f"{service}_{kind}" for service in services for kind in DATABASE_ROLES):
            kept.database_passwords.setdefault(role, secrets.token_urlsafe(18))
        write_atomically(path, json.dumps(asdict(kept), indent=1), mode=0o600)
        return kept
