"""Who changed what: one row per write, made in the write's own transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`changes` maps a column to its new value; sensitive columns are left out."""

    action: str
    entity: str
    entity_id: UUID
    changes: dict[str, Any]
