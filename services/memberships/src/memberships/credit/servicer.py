"""gRPC door of credit: the same use cases as behind HTTP, once for each cause."""

from typing import ClassVar
from uuid import UUID

from diwan.memberships.v1 import credit_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.context import Context
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of, shape_of
from chassis.work import UnitOfWork
from memberships.credit.schemas.asked import ChargeAsked, ReserveAsked, UseAsked
from memberships.credit.use_cases import charging, holding, reading, using
from memberships.credit.use_cases.using import Use
from memberships.credit_types.rules import written
from refs.about import ask_about, client_to_write
from refs.reading import ensure_tenant

READ, WRITE = "memberships:read", "memberships:write"


class Credit:
    """What the other services do with credit."""

    contract: ClassVar[ServiceDescriptor] = credit_pb2.DESCRIPTOR.services_by_name["CreditService"]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc(WRITE)
    async def Reserve(
        self, work: UnitOfWork, request: credit_pb2.ReserveRequest
    ) -> credit_pb2.ReserveResponse:
        """Keep credit for something."""
        asked = shape_of(ReserveAsked, request)
        client_id = await self._client(work, asked.client_id, asked.credit_type_id)
        wanted = Use(**asked.model_dump() | {"client_id": client_id, "source": "booking"})
        made = await holding.hold(work, wanted)
        return credit_pb2.ReserveResponse(credit_hold_id=str(made.id), status=made.status)

    @rpc(WRITE)
    async def Consume(
        self, work: UnitOfWork, request: credit_pb2.ConsumeRequest
    ) -> credit_pb2.ConsumeResponse:
        """Use what was kept."""
        await ensure_tenant(self._context, work.tenant_id)
        hold_id = id_of(request.credit_hold_id, "credit_hold_id")
        made = await holding.consume(work, hold_id, note=request.note or None)
        return credit_pb2.ConsumeResponse(credit_usage_id=str(made.id))

    @rpc(WRITE)
    async def Release(
        self, work: UnitOfWork, request: credit_pb2.ReleaseRequest
    ) -> credit_pb2.ReleaseResponse:
        """Let go of what was kept."""
        await ensure_tenant(self._context, work.tenant_id)
        hold_id = id_of(request.credit_hold_id, "credit_hold_id")
        made = await holding.release(work, hold_id, is_sure=False)
        return credit_pb2.ReleaseResponse(status=made.status)

    @rpc(WRITE)
    async def Charge(
        self, work: UnitOfWork, request: credit_pb2.ChargeRequest
    ) -> credit_pb2.ChargeResponse:
        """Charge a client with credit."""
        asked = shape_of(ChargeAsked, request)
        client_id = await self._client(work, asked.client_id)
        made = await charging.record_caused(work, client_id, asked.model_dump())
        return credit_pb2.ChargeResponse(credit_charge_id=str(made.id))

    @rpc(WRITE)
    async def Use(self, work: UnitOfWork, request: credit_pb2.UseRequest) -> credit_pb2.UseResponse:
        """Use credit of a client."""
        asked = shape_of(UseAsked, request)
        client_id = await self._client(work, asked.client_id, asked.credit_type_id)
        wanted = Use(**asked.model_dump() | {"client_id": client_id, "source": "service"})
        return credit_pb2.UseResponse(credit_usage_id=str((await using.use(work, wanted)).id))

    @rpc(READ)
    async def GetBalances(
        self, work: UnitOfWork, request: credit_pb2.GetBalancesRequest
    ) -> credit_pb2.GetBalancesResponse:
        """What a client has of each credit type."""
        asked = id_of(request.client_id, "client_id")
        await ensure_tenant(self._context, work.tenant_id)
        said = await ask_about(work, self._context, asked)
        client_id = await reading.seen_client(work, asked, said)
        return credit_pb2.GetBalancesResponse(client_id=str(client_id), balances=[
            credit_pb2.CreditBalance(
                credit_type_id=str(one.kind.id), balance=written(one.usable, one.kind.decimals),
                held=written(one.held, one.kind.decimals),
                shared=written(one.shared, one.kind.decimals),
            )
            for one in await reading.balances_of(work, client_id)
        ])  # fmt: skip

    async def _client(self, work: UnitOfWork, client_id: UUID, uses: UUID | None = None) -> UUID:
        """Who answers for a client whom the caller may change, and of whom a type is used next."""
        await ensure_tenant(self._context, work.tenant_id)
        said = await ask_about(work, self._context, client_id)
        if uses is not None:
            await using.look_ahead(work, client_id, uses)
        return (await client_to_write(work, client_id, said)).id
