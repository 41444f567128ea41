"""gRPC door of balances."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from diwan.billing.v1 import balances_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.balances.repository import balances_of
from billing.balances.rules import MOST_ASKED, ClientNotFound, TooManyIds
from chassis.context import Context
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of
from chassis.work import UnitOfWork
from refs.clients import known_clients
from refs.reading import ensure_clients, ensure_tenant

_AMOUNTS: Final = tuple(one.name for one in balances_pb2.Balance.DESCRIPTOR.fields)


class Balances:
    """How clients stand."""

    contract: ClassVar[ServiceDescriptor] = balances_pb2.DESCRIPTOR.services_by_name[
        "BalancesService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("billing:read")
    async def GetBalance(
        self, work: UnitOfWork, request: balances_pb2.GetBalanceRequest
    ) -> balances_pb2.GetBalanceResponse:
        """One client that the caller may see, with those merged into it."""
        [found] = await self._balances(work, [id_of(request.client_id, "client_id")])
        return balances_pb2.GetBalanceResponse(client=found)

    @rpc("billing:read")
    async def GetBalances(
        self, work: UnitOfWork, request: balances_pb2.GetBalancesRequest
    ) -> balances_pb2.GetBalancesResponse:
        """Those of some clients that the caller may see."""
        if len(request.client_ids) > MOST_ASKED:
            raise TooManyIds(field="client_ids", most=MOST_ASKED)
        asked = [id_of(one, "client_ids") for one in request.client_ids]
        return balances_pb2.GetBalancesResponse(clients=await self._balances(work, asked))

    async def _balances(
        self, work: UnitOfWork, asked: Sequence[UUID]
    ) -> list[balances_pb2.ClientBalance]:
        await ensure_tenant(self._context, work.tenant_id)
        await ensure_clients(self._context, work.tenant_id, asked)
        found = await balances_of(work, asked)
        # Who sees everything would see any id: those there are, were heard of by now.
        known = await known_clients(work, list(found))
        if not known:
            raise ClientNotFound()
        return [_message(one, found[one]) for one in dict.fromkeys(asked) if one in known]


def _message(asked_id: UUID, found: tuple[UUID, list[dict[str, Any]]]) -> Any:
    client_id, standing = found
    return balances_pb2.ClientBalance(
        asked_id=str(asked_id), client_id=str(client_id), url=f"/v1/clients/{client_id}",
        balances=[
            balances_pb2.Balance(**{name: one[name] for name in _AMOUNTS}) for one in standing
        ],
    )  # fmt: skip
