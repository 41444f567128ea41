"""A client who is erased: what a service does, besides forgetting what it remembers of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis import forgetting, traces
from chassis.consumer import Consumers
from chassis.context import Context
from chassis.events import Event
from chassis.jobs import Jobs
from chassis.work import UnitOfWork
from refs import clients

ERASED: Final = "clients.client.erased"
# Removes what a service keeps about a client.
Forget: TypeAlias = Callable[[UnitOfWork, UUID], Awaitable[None]]


def consumers(service: str, *forget: Forget) -> Consumers:
    """Erases in a service whom the clients service has erased."""
    made = Consumers(f"{service}-erasures")

    # Alone from its first message on: to be so only after it read with others would let two of
    # them wait for each other.
    @made.on(ERASED, alone=True)
    async def on_client_erased(work: UnitOfWork, event: Event) -> None:
        await forgetting.forget(work, [event.subject])
        await clients.forget_client(work, event.subject)
        for each in forget:
            await each(work, event.subject)
        enqueue(work, service, [event.subject], event.data["since"])

    return made


def jobs(service: str) -> Jobs:
    """Takes what its plumbing keeps of them out of a service."""
    made = Jobs()

    @made.job(_name(service))
    async def clear_traces(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
        await traces.clear(context, traces.Traces(
            tenant_id, ids=[UUID(one) for one in payload["ids"]],
            since=datetime.fromisoformat(payload["since"]), kept=ERASED,
            records=[UUID(one) for one in payload.get("records", ())],
        ))  # fmt: skip

    return made


def enqueue(
    work: UnitOfWork, service: str, ids: list[UUID], since: str, records: list[UUID] | None = None
) -> None:
    """Have the traces of clients taken out, from the time of the oldest on."""
    listed = {"ids": [str(one) for one in ids], "records": [str(one) for one in records or ()]}
    work.enqueue(_name(service), {**listed, "since": since})


def _name(service: str) -> str:
    return f"{service}.clear_traces"
