"""Clock door of runs: the job that takes a run on, now or when its wait is over."""

from typing import Any
from uuid import UUID

from automation.runs.use_cases.execute import Machinery, continue_run
from automation.runs.use_cases.start import CONTINUE
from chassis.context import Context
from chassis.jobs import Jobs


def jobs(machinery: Machinery) -> Jobs:
    """The jobs of a process; they share what it remembers of flows."""
    made = Jobs()

    @made.job(CONTINUE, attempts=20)
    async def take_on(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
        await continue_run(context, machinery, tenant_id, UUID(payload["run_id"]))

    return made
