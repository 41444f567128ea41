"""Shapes of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from background.jobs.rules import Status
from chassis.shapes import Resource, View


class Accepted(View):
    """Background work has begun: `GET /v1/jobs/{job_id}` tells how far it is."""

    job_id: UUID


class Progress(View):
    """How much is done; the total is null while it is being counted."""

    done: int
    total: int | None
    percent: int | None


class JobView(Resource):
    """A job; `result` stands there once it has ended, `error` where it failed."""

    kind: str
    status: Status
    author: str
    progress: Progress
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    ended_at: datetime | None
    undo_of_id: UUID | None
