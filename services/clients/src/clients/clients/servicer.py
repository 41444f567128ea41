"""gRPC door of clients: the same use cases as behind HTTP."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from diwan.clients.v1 import clients_pb2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.json_format import ParseDict
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chassis.caller import system
from chassis.context import Context
from chassis.errors import FieldError, Invalid
from chassis.i18n import validation_message
from chassis.rpc.declare import SERVICE_ONLY, SIGNED_IN, rpc, rpc_stream
from chassis.shapes import Shape
from chassis.work import UnitOfWork
from clients import peers
from clients.clients.events import client_data
from clients.clients.repository.activity import last_contact
from clients.clients.repository.rows import ClientRepository
from clients.clients.repository.seen import clients_of, visible_clients
from clients.clients.rules.failures import ClientNotFound
from clients.clients.rules.keys import KEYS
from clients.clients.schemas.actions import StatusChange, TagChange
from clients.clients.schemas.records import ClientCreate
from clients.clients.tables import Client
from clients.clients.use_cases import changing, meeting, placing
from clients.clients.use_cases.finding import find_clients
from clients.folders.repository import FolderRepository, every_tenant
from clients.visible_fields.repository import hidden_fields
from clients.visible_fields.rules import HiddenFields
from refs.visibility import EVERYTHING, Sight, sight_of

ShapeT = TypeVar("ShapeT", bound=Shape)
_MOST_ASKED: Final = 500
_STATUSES: Final = ("status_id", "pinned_status_id", "follow_up_status_id")
_LEGAL: Final = ("tax_number", "registration_number", "addresses")
_ADDRESS: Final = tuple(field.name for field in clients_pb2.Address.DESCRIPTOR.fields)


class NotAnId(Invalid):
    """A field that names a record holds something else."""

    code = "not_an_id"
    detail = "This is not an id."


class UnknownKey(Invalid):
    """Clients are not found by this."""

    code = "unknown_key"
    detail = "Clients are found by code, external_id, phone or email."


class TooManyKeys(Invalid):
    """More of them than one question may name."""

    code = "too_many_keys"
    detail = "At most {most} keys may be named at a time."


class TooManyIds(Invalid):
    """More records than one question may name."""

    code = "too_many_ids"
    detail = "At most {most} ids may be named at a time."


class Clients:
    """What the other services ask and do about clients."""

    contract: ClassVar[ServiceDescriptor] = clients_pb2.DESCRIPTOR.services_by_name[
        "ClientsService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("clients:read")
    async def GetClient(
        self, work: UnitOfWork, request: clients_pb2.GetClientRequest
    ) -> clients_pb2.GetClientResponse:
        """One client that the caller may see."""
        client = await ClientRepository(work).get(_id(request.client_id, "client_id"))
        answer = clients_pb2.GetClientResponse(client=await _shown(work, client))
        if request.with_legal_profile:
            answer.legal_profile.CopyFrom(_legal_profile(await hidden_fields(work), client))
        return answer

    @rpc("clients:read")
    async def GetClients(
        self, work: UnitOfWork, request: clients_pb2.GetClientsRequest
    ) -> clients_pb2.GetClientsResponse:
        """Those of some clients that the caller may see: for who writes to many at once."""
        found = await clients_of(work, _ids(request.client_ids))
        if not found:
            raise ClientNotFound()
        hidden, sight = await hidden_fields(work), await sight_of(work)
        answer = clients_pb2.GetClientsResponse()
        for asked_id, client in found.items():
            shown = hidden.without(client.folder_id, _told(client, sight))
            one = answer.clients.add(asked_id=str(asked_id))
            ParseDict(shown, one.client)
            if request.with_legal_profile:
                one.legal_profile.CopyFrom(_legal_profile(hidden, client))
        return answer

    @rpc(SIGNED_IN)
    async def ListVisibleClients(
        self, work: UnitOfWork, request: clients_pb2.ListVisibleClientsRequest
    ) -> clients_pb2.ListVisibleClientsResponse:
        """Which of some clients the caller may see and change: for what others keep about them."""
        seen = await visible_clients(work, _ids(request.client_ids))
        if not seen:
            raise ClientNotFound()
        return clients_pb2.ListVisibleClientsResponse(
            client_ids=[str(one) for one in seen],
            writable_client_ids=[str(one) for one, is_writable in seen.items() if is_writable],
        )

    @rpc("clients:read")
    async def FindClients(
        self, work: UnitOfWork, request: clients_pb2.FindClientsRequest
    ) -> clients_pb2.FindClientsResponse:
        """Whom some keys name among the clients that the caller sees: for rows of files."""
        asked = _keys(request.keys)
        found = await find_clients(work, asked)
        answer = clients_pb2.FindClientsResponse()
        for key, value in asked:
            ids = found.get((key, value), set())
            answer.found.add(
                key=clients_pb2.ClientKey(key=key, value=value), is_ambiguous=len(ids) > 1,
                client_id=str(next(iter(ids))) if len(ids) == 1 else "",
            )  # fmt: skip
        return answer

    @rpc("clients:write")
    async def CreateClient(
        self, work: UnitOfWork, request: clients_pb2.CreateClientRequest
    ) -> clients_pb2.CreateClientResponse:
        """A new client, for who meets somebody for the first time."""
        await peers.know_tenant(self._context, work.tenant_id)
        given = {
            "phones": [{"number": request.phone}] if request.phone else [],
            "emails": [{"address": request.email}] if request.email else [],
            "language": request.language or None, "source": request.source or None,
        }  # fmt: skip
        told = {name: value for name, value in given.items() if value}
        body = _body(ClientCreate, id=_id(request.id, "id"), name=request.name, **told)
        client_id = await meeting.meet(work, body, unless_phone_known=request.unless_phone_known)
        client = await ClientRepository(work).get(client_id)
        return clients_pb2.CreateClientResponse(client=await _shown(work, client))

    @rpc("clients:write")
    async def TagClient(
        self, work: UnitOfWork, request: clients_pb2.TagClientRequest
    ) -> clients_pb2.TagClientResponse:
        """Add and remove tags."""
        body = _body(TagChange, add=list(request.add), remove=list(request.remove))
        client = await changing.tag_client(work, _id(request.client_id, "client_id"), body)
        return clients_pb2.TagClientResponse(client=await _shown(work, client))

    @rpc("clients:write")
    async def ChangeStatus(
        self, work: UnitOfWork, request: clients_pb2.ChangeStatusRequest
    ) -> clients_pb2.ChangeStatusResponse:
        """Choose one of the folder's statuses, a pinned or a follow-up status."""
        given = {name: getattr(request, name) for name in _STATUSES}
        chosen = {name: _id(value, name) for name, value in given.items() if value}
        body = _body(StatusChange, **chosen, reason=request.reason or None)
        client = await placing.change_status(work, _id(request.client_id, "client_id"), body)
        return clients_pb2.ChangeStatusResponse(client=await _shown(work, client))

    @rpc("clients:write")
    async def MoveClient(
        self, work: UnitOfWork, request: clients_pb2.MoveClientRequest
    ) -> clients_pb2.MoveClientResponse:
        """Move a client to another folder."""
        status_id = _id(request.status_id, "status_id") if request.status_id else None
        client = await placing.move_client(
            work, _id(request.client_id, "client_id"), _id(request.folder_id, "folder_id"),
            status_id,
        )  # fmt: skip
        return clients_pb2.MoveClientResponse(client=await _shown(work, client))

    @rpc_stream(SERVICE_ONLY)
    async def SnapshotClients(
        self, context: Context, _: clients_pb2.SnapshotClientsRequest
    ) -> AsyncIterator[clients_pb2.SnapshotClientsResponse]:
        """Every client of every tenant, for a service that starts with an empty copy."""
        async for tenant_id in every_tenant(context):
            async with context.database.work(system(tenant_id, context.service)) as work:
                async for piece in ClientRepository(work).pieces():
                    messages = [_message(client) for client in piece]
                    yield clients_pb2.SnapshotClientsResponse(
                        tenant_id=str(tenant_id), clients=messages
                    )

    @rpc_stream(SERVICE_ONLY)
    async def SnapshotFolderAccess(
        self, context: Context, _: clients_pb2.SnapshotFolderAccessRequest
    ) -> AsyncIterator[clients_pb2.SnapshotFolderAccessResponse]:
        """Every access entry of every folder, for a service that starts with an empty copy."""
        async for tenant_id in every_tenant(context):
            async with context.database.work(system(tenant_id, context.service)) as work:
                folders = await FolderRepository(work).all_access()
            for folder in folders:
                yield clients_pb2.SnapshotFolderAccessResponse(
                    tenant_id=str(tenant_id), folder_id=str(folder["id"]),
                    parent_id=str(folder["parent_id"] or ""), version=folder["version"],
                    access=[clients_pb2.FolderAccess(**e) for e in folder["access"] or ()],
                )  # fmt: skip


async def _shown(work: UnitOfWork, client: Client) -> clients_pb2.Client:
    """What the caller gets of a client: a hidden field is as one without a value."""
    told = _told(client, await sight_of(work))
    shown = (await hidden_fields(work)).without(client.folder_id, told)
    message = ParseDict(shown, clients_pb2.Client())
    if (at := await last_contact(work, client.id)) is not None:
        message.last_contact_at = at.isoformat()
        message.days_since_contact = (work.now - at).days
    return message


def _told(client: Client, sight: Sight) -> dict[str, Any]:
    """A client as others know it; who pays for it only where no client is hidden from who asks."""
    if client.bill_to_id is None or not sight.sees_everything:
        return client_data(client)
    return client_data(client) | {"bill_to_id": str(client.bill_to_id)}


def _legal_profile(hidden: HiddenFields, client: Client) -> clients_pb2.LegalProfile:
    """Whom papers are made out to, without what the folder hides from the caller."""
    known = {name: getattr(client, name) for name in _LEGAL}
    shown = hidden.without(client.folder_id, known)
    address: Mapping[str, str | None] = next(iter(shown.pop("addresses", ())), {})
    parts = {part: address.get(part) or "" for part in _ADDRESS}
    texts = {name: value or "" for name, value in shown.items()}
    return clients_pb2.LegalProfile(address=clients_pb2.Address(**parts), **texts)


def _message(client: Client) -> clients_pb2.Client:
    return ParseDict(_told(client, EVERYTHING), clients_pb2.Client())


def _body(shape: type[ShapeT], **values: object) -> ShapeT:
    """The same check as behind HTTP."""
    try:
        return shape(**values)
    except ValidationError as error:
        found = [(".".join(map(str, one["loc"])), *_said(one)) for one in error.errors()]
        raise Invalid(errors=tuple(FieldError(*one) for one in found)) from error


def _said(error: ErrorDetails) -> tuple[str, str]:
    return validation_message(dict(error), "en")


def _keys(given: Sequence[clients_pb2.ClientKey]) -> list[Any]:
    if len(given) > _MOST_ASKED:
        raise TooManyKeys(field="keys", most=_MOST_ASKED)
    if any(one.key not in KEYS for one in given):
        raise UnknownKey(field="keys.key")
    return [(one.key, one.value) for one in given]


def _ids(texts: Sequence[str]) -> list[UUID]:
    if len(texts) > _MOST_ASKED:
        raise TooManyIds(field="client_ids", most=_MOST_ASKED)
    return [_id(one, "client_ids") for one in texts]


def _id(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotAnId(field=field) from error
