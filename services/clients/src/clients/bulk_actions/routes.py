"""HTTP door of bulk actions."""

from uuid import UUID

from chassis.http.router import Json, Work, router
from clients.bulk_actions import use_cases
from clients.bulk_actions.schemas import BulkAccepted, BulkCreate

routes = router("/v1/clients/bulk", "Clients")

WRITE = "clients:write"


@routes.post(
    "", permission=WRITE, status=202, response_model=BulkAccepted,
    example={"filter": {"tag": ["مستهدف للبيع الإضافي"]},
             "action": {"type": "tags", "add": ["VIP"]}},
)  # fmt: skip
async def change_clients(work: Work, body: BulkCreate) -> Json:
    """Move, tag, assign, archive or restore many clients, or change their status: a job."""
    return _accepted(await use_cases.begin_bulk(work, body))


@routes.post("/{job_id}/undo", permission=WRITE, status=202, response_model=BulkAccepted)
async def undo_bulk(work: Work, job_id: UUID) -> Json:
    """Take a bulk action back wherever nobody changed the client since: a job."""
    return _accepted(await use_cases.begin_undo(work, job_id))


def _accepted(job_id: UUID) -> Json:
    return Json(BulkAccepted(job_id=job_id).model_dump_json(), location=f"/v1/jobs/{job_id}")
