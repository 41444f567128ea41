"""What others hear of work cycles."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from chassis.money import Money
from scheduling.work_cycles.tables import WorkCycle

Verb = Literal["created", "updated", "status_changed", "deleted"]


def cycle_changed(
    verb: Verb, cycle: WorkCycle, *, changed: Sequence[str] = (), before: UUID | None = None,
    reason: str | None = None,
) -> Event:  # fmt: skip
    """What became of a work cycle; of another status also the one before, and why."""
    budget = ""
    if cycle.budget_minor is not None:
        budget = Money(cycle.budget_minor, cycle.currency).format()
    payload = events_pb2.WorkCycleChanged(
        work_cycle=events_pb2.WorkCycle(
            id=str(cycle.id), version=cycle.version, client_id=str(cycle.client_id),
            work_cycle_type_id=str(cycle.work_cycle_type_id), number=cycle.number,
            title=cycle.title, status_id=str(cycle.status_id),
            is_closed=cycle.closed_at is not None,
            due_on=cycle.due_on.isoformat() if cycle.due_on else "", budget=budget,
            currency=cycle.currency, staff_ids=[str(one) for one in cycle.staff_ids],
            tags=cycle.tags,
        ),
        changed=sorted(changed), from_status_id=str(before or ""), reason=reason or "",
    )  # fmt: skip
    kind = f"scheduling.work_cycle.{verb}"
    return event(kind, payload, cycle.id, cycle.version, client_id=cycle.client_id)
