"""Making and changing flows."""

from typing import Any
from uuid import UUID

from automation.flows import events, rules
from automation.flows.repository import FlowRepository
from automation.flows.tables import Flow
from automation.steps.rules import walk
from automation.steps.rules.shapes import Step
from chassis.work import UnitOfWork

Json = dict[str, Any]


async def create_flow(
    work: UnitOfWork, values: Json, trigger: rules.Trigger, steps: list[Step]
) -> Flow:
    """Make a flow; it acts with the rights of whoever changed it last."""
    rules.check(trigger, steps)
    flows = FlowRepository(work)
    flow, is_new = await flows.add_once(
        **values, number=1, trigger=stored(trigger), steps=[stored(step) for step in steps],
        editor=rules.editor_of(work.caller),
    )  # fmt: skip
    if is_new:
        await flows.keep_version(flow)
        await flows.raise_revision()
        work.publish(events.flow_changed("created", flow))
    return flow


async def update_flow(
    work: UnitOfWork, flow_id: UUID, changes: Json, steps: list[Step] | None
) -> Flow:
    """Change a flow; who changes trigger or steps, or enables it, answers for it from then on."""
    flows = FlowRepository(work)
    flow = await flows.get_for_update(flow_id)
    trigger = rules.read_trigger(rules.merged(flow.trigger, changes.pop("trigger", {})))
    kept = [stored(step) for step in steps] if steps is not None else flow.steps
    rules.check(trigger, walk.read(kept))
    definition = {"trigger": stored(trigger), "steps": kept}
    is_taken_over = (
        definition != {"trigger": flow.trigger, "steps": flow.steps}
        or changes.get("is_enabled") is True
        or steps is not None
    )
    if is_taken_over:
        changes |= {"editor": rules.editor_of(work.caller), "number": flow.number + 1}
    changed = await flows.update(flow, **changes, **definition)
    if changed.version != flow.version:
        if is_taken_over:
            await flows.keep_version(changed)
        await flows.raise_revision()
        work.publish(events.flow_changed("updated", changed))
    return changed


async def delete_flow(work: UnitOfWork, flow_id: UUID) -> None:
    """Remove a flow; its runs stay to be read, those that wait are cancelled in their time."""
    flows = FlowRepository(work)
    flow = await flows.get_for_update(flow_id)
    await flows.delete(flow)
    await flows.raise_revision()
    work.publish(events.flow_changed("deleted", flow))


async def disown(work: UnitOfWork, principal: str) -> None:
    """Take the rights from whatever a revoked API key edited: its flows fail until somebody else
    answers for them."""
    flows = FlowRepository(work)
    if await flows.disown(principal):
        await flows.raise_revision()


def stored(shape: Any) -> Json:
    """A trigger or step as kept and shown: what was given, and nothing that was not."""
    kept: Json = shape.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return kept
