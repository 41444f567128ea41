"""gRPC door of estimates: what the other services ask about them."""

from typing import ClassVar

from diwan.billing.v1 import estimates_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository
from chassis.context import Context
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of
from chassis.work import UnitOfWork
from refs.home import today
from refs.reading import ensure_tenant


class Estimates:
    """What clients were offered."""

    contract: ClassVar[ServiceDescriptor] = estimates_pb2.DESCRIPTOR.services_by_name[
        "EstimatesService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("billing:read")
    async def GetEstimate(
        self, work: UnitOfWork, request: estimates_pb2.GetEstimateRequest
    ) -> estimates_pb2.GetEstimateResponse:
        """An estimate that the caller sees."""
        await ensure_tenant(self._context, work.tenant_id)
        found = await EstimateRepository(work).get(id_of(request.estimate_id, "estimate_id"))
        status = rules.shown(found.status, found.expires_on, found.invoice_id, await today(work))
        return estimates_pb2.GetEstimateResponse(estimate=events.message(found, status))
