"""Projecting events onto the timeline."""

from collections.abc import Sequence
from typing import Any

from chassis.events import Event
from chassis.work import UnitOfWork
from clients.timeline import repository, rules


async def project(work: UnitOfWork, events: Sequence[Event], *, rebuilt: bool = False) -> None:
    """Put the events that are about a client onto its timeline, live or rebuilt."""
    if rows := [_entry(event) for event in events if event.client_id is not None]:
        await repository.add_entries(work, rows, rebuilt=rebuilt)


def _entry(event: Event) -> dict[str, Any]:
    return {
        "client_id": event.client_id, "at": event.time, "id": event.id, "event": event.type,
        "actor": event.actor, "summary": rules.summary(event.type, event.data),
        "source": rules.source(event.type, event.subject), "data": event.data,
        "permission": rules.permission(event.type),
    }  # fmt: skip
