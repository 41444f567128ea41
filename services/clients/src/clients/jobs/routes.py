"""HTTP door of jobs."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from background.jobs import use_cases
from background.jobs.repository import LIST, JobRepository
from background.jobs.rules import Status
from background.jobs.schemas import JobView
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/jobs", "Jobs")

SERVICE = "clients"
READ, WRITE = "clients:read", "clients:write"
Kinds = Annotated[list[Annotated[str, Field(max_length=60)]] | None, Query(max_length=10)]


@routes.get("", permission=READ, response_model=Page[JobView])
async def list_jobs(
    work: Work, pages: Pages,
    status: Annotated[list[Status] | None, Query(max_length=5)] = None, kind: Kinds = None,
) -> Json:  # fmt: skip
    """List the background work that you started; who manages all clients sees everybody's."""
    values = await JobRepository(work, SERVICE).scope_values()
    return Json(await LIST.page(work, pages, {"status": status, "kind": kind}, **values))


@routes.get("/{job_id}", permission=READ, response_model=JobView)
async def get_job(work: Work, job_id: UUID) -> Json:
    """See how far background work is, and what came of it."""
    return Json(*await JobRepository(work, SERVICE).read(job_id))


@routes.post("/{job_id}/cancel", permission=WRITE, response_model=JobView)
async def cancel_job(work: Work, job_id: UUID) -> Json:
    """Stop background work; what is done already stays, and can be undone."""
    await use_cases.cancel_job(work, SERVICE, job_id)
    return Json(*await JobRepository(work, SERVICE).read(job_id))
