"""HTTP doors of runs: those of a flow, and the runs themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from automation.runs.repository import LIST, RunRepository
from automation.runs.schemas import RunFilters, RunRequest, RunView, TrialRequest, TrialView
from automation.runs.use_cases import change, rehearse, start
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page

of_flows = router("/v1/flows", "Flows")
routes = router("/v1/runs", "Runs")

_CLIENT = {"client_id": "01920000-0000-7000-8000-000000000001"}


@of_flows.post("/{flow_id}/run", permission="automation:write", status=201, example=_CLIENT)
async def run_flow(work: Work, flow_id: UUID, body: RunRequest) -> RunView:
    """Run a flow for a client by hand."""
    return await _view(work, await start.request_run(work, flow_id, body.client_id))


@of_flows.post(
    "/{flow_id}/test", permission="automation:write",
    example={"event": {"type": "clients.client.created",
                       "data": {"client": {"name": "سارة", "source": "expo"}}}},
)  # fmt: skip
async def test_flow(context: Context, work: Work, flow_id: UUID, body: TrialRequest) -> TrialView:
    """Try a flow out on a client or a made-up event; nothing is sent, changed or kept."""
    on = body.client_id or rehearse.MadeUpEvent(**dict(body.event or ()))
    return TrialView.model_validate(await rehearse.rehearse_run(context, work, flow_id, on))


@routes.get("", permission="automation:read", response_model=Page[RunView])
async def list_runs(work: Work, pages: Pages, filters: Annotated[RunFilters, Query()]) -> Json:
    """List runs, the newest first."""
    values = await RunRepository(work).scope_values()
    return Json(await LIST.page(work, pages, filters.model_dump(), **values))


@routes.get("/{run_id}", permission="automation:read")
async def get_run(work: Work, run_id: UUID) -> RunView:
    """Read a run: where it stands, what each step did, or why it did not."""
    return RunView.model_validate_json(await RunRepository(work).read(run_id))


@routes.post("/{run_id}/cancel", permission="automation:write")
async def cancel_run(work: Work, run_id: UUID) -> RunView:
    """Stop a run."""
    return await _view(work, (await change.cancel_run(work, run_id)).id)


@routes.post("/{run_id}/retry", permission="automation:write")
async def retry_run(work: Work, run_id: UUID) -> RunView:
    """Try a run again from the step that failed."""
    return await _view(work, (await change.retry_run(work, run_id)).id)


async def _view(work: Work, run_id: UUID) -> RunView:
    return RunView.model_validate_json(await RunRepository(work).shown(run_id))
