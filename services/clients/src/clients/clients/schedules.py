"""Clock door of clients: long changes, some clients at a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from chassis.work import Trail
from clients.clients.rules.failures import ClientNotFound
from clients.clients.use_cases import sweeps
from clients.due_follow_ups.use_cases import FALL_DUE

jobs = Jobs()


@jobs.job("clients.replace_tag")
async def replace_tag(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Rename a tag on the clients that have it, or remove it from them."""
    while True:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            if not await sweeps.replace_tag(work, payload["old"], payload["new"]):
                return


@jobs.job("clients.hand_over")
async def hand_over(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Assign the heir wherever somebody who left was assigned, in the name of who decided it."""
    caller = system(tenant_id, context.service).acting_as(payload["actor"])
    leaver_id, heir_id = UUID(payload["leaver_id"]), UUID(payload["heir_id"])
    trail = Trail(payload["cause"], payload["depth"])
    while True:
        async with context.database.work(caller, role="worker", trail=trail) as work:
            if not await sweeps.hand_over(work, leaver_id, heir_id):
                return


@jobs.job(FALL_DUE)
async def follow_up_due(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Say that a client waits for the follow-up its status called for some hours ago."""
    client_id, due_at = UUID(payload["client_id"]), datetime.fromisoformat(payload["due_at"])
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        try:
            await sweeps.follow_up_due(work, client_id, payload["field"], due_at)
        except ClientNotFound:
            return
