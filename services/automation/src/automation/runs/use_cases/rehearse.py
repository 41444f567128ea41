"""A dry run: the same engine, hands that do nothing, and nothing kept."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from automation.conditions.rules import tree
from automation.flows.repository import FlowRepository
from automation.flows.rules import Plan, plan
from automation.runs import rules
from automation.runs.rules import Reason, RunStatus
from automation.runs.use_cases.admit import editor_now
from automation.runs.use_cases.advance import Journey, advance
from automation.steps.rules.shapes import Effect
from automation.steps.use_cases import EFFECTS, Outcome
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MadeUpEvent:
    """An event to try a flow on."""

    type: str
    client_id: UUID | None
    time: datetime | None
    data: Json


class Recorder:
    """Hands that only imagine: they have no way to reach another service."""

    async def make(self, step: Effect, path: str, asked: Json, facts: Json) -> Outcome:
        """What the client would be like after the step."""
        # Steps with long texts take their time: others get a turn between two of them.
        await asyncio.sleep(0)
        client = facts.get("client")
        if client is None:
            return Outcome({})
        return Outcome({}, partial(EFFECTS[step.type].imagine, client, asked))


async def rehearse_run(
    context: Context, work: UnitOfWork, flow_id: UUID, on: UUID | MadeUpEvent
) -> Json:
    """What a run of the flow on a client or an event would do."""
    made = await _plan(work, flow_id)
    work.authorize()
    asking = Asking(work.caller, work.trail)
    now = context.database.clock
    if isinstance(on, UUID):
        client = await context.peers.get_client(asking, str(on))
        told = _about(made, client, work.caller.principal, now())
    else:
        client = _made_up_client(on)
        if client is None and on.client_id is not None:
            client = await context.peers.get_client(asking, str(on.client_id))
        told = _told(on, work.caller.principal, now())
    journey = Journey(made, rules.facts_of(told, client), now, skips_waits=True)
    refusal = _refusal(made, told, journey.facts) or await _no_access(context, made)
    if refusal is None:
        await advance(journey, Recorder())
    else:
        journey.stop(*refusal)
    return _shown(journey, starts=refusal is None)


async def _plan(work: UnitOfWork, flow_id: UUID) -> Plan:
    # A work of its own, closed before other services are asked.
    async with work.database.work(work.caller) as reading:
        flows = FlowRepository(reading)
        flow = await flows.get(flow_id)
        return plan(await flows.version(flow.id, flow.number))


def _about(made: Plan, client: Json, actor: str, now: datetime) -> Json:
    kind = (made.trigger.event or rules.MANUAL).removesuffix(".*")
    return {
        "id": str(new_id()), "type": kind, "time": now.isoformat(), "actor": actor,
        "subject": client["id"], "client_id": client["id"], "data": {"client": client},
    }  # fmt: skip


def _told(event: MadeUpEvent, actor: str, now: datetime) -> Json:
    about = event.client_id or (_made_up_client(event) or {}).get("id")
    return {
        "id": str(new_id()), "type": event.type, "time": (event.time or now).isoformat(),
        "actor": actor, "subject": str(about or new_id()),
        "client_id": str(about) if about else None, "data": event.data,
    }  # fmt: skip


def _made_up_client(event: MadeUpEvent) -> Json | None:
    client = event.data.get("client")
    return client if isinstance(client, dict) else None


def _refusal(made: Plan, told: Json, facts: Json) -> tuple[RunStatus, Reason] | None:
    pattern = (made.trigger.event or rules.MANUAL).removesuffix(".*")
    if told["type"] != pattern and not made.starts_on(told["type"]):
        return RunStatus.SKIPPED, Reason("another_event")
    if not made.accepts(facts):
        return RunStatus.SKIPPED, Reason("condition_not_met")
    return None


async def _no_access(context: Context, made: Plan) -> tuple[RunStatus, Reason] | None:
    if await editor_now(context, made) is not None:
        return None
    return RunStatus.FAILED, Reason("editor_has_no_access")


def _shown(journey: Journey, *, starts: bool) -> Json:
    reason, condition = journey.reason, journey.plan.condition
    findings = tree.explain(condition, journey.facts) if condition else []
    return {
        "status": journey.status, "reason": reason.code if reason else None,
        "detail": reason.detail if reason and reason.detail else None, "starts": starts,
        "findings": findings, "steps": list(journey.steps.values()),
    }  # fmt: skip
