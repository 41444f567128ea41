"""Who changed what: one row per write, made in the write's own transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`changes` maps a column to its new value; sensitive columns are left out.

    `client_id` says whom it is about, like that of an event: who does not see them does not see it.
    """

    action: str
    entity: str
    entity_id: UUID
    changes: dict[str, Any]
    client_id: UUID | None = None
