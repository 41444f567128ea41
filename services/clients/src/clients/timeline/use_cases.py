"""Projecting events onto the timeline."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.events import Event
from chassis.work import UnitOfWork
from clients.timeline import repository
from clients.timeline.rules import entries
from clients.unread.repository import News, add_news
from clients.unread.rules import is_news


async def project(work: UnitOfWork, events: Sequence[Event], *, rebuilt: bool = False) -> None:
    """Put the events that are about a client onto its timeline, live or rebuilt."""
    if rows := [_entry(event) for event in events if event.client_id is not None]:
        added = await repository.add_entries(work, rows, rebuilt=rebuilt)
        if not rebuilt:
            await add_news(work, [
                News(row["client_id"], row["permission"], _user(row["actor"]))
                for row in added if is_news(row["event"])
            ])  # fmt: skip


def _user(actor: str) -> UUID | None:
    kind, _, identity = actor.partition(":")
    return UUID(identity) if kind == "user" else None


def _entry(event: Event) -> dict[str, Any]:
    return {
        "client_id": event.client_id, "at": event.time, "id": event.id, "event": event.type,
        "actor": event.actor, "summary": entries.summary(event.type, event.data),
        "source": entries.source(event.type, event.subject), "data": event.data,
        "permission": entries.permission(event.type),
    }  # fmt: skip
