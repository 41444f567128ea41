"""gRPC door of a service's own audit log: what the caller may see of it."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final, TypeAlias
from uuid import UUID

import orjson
from diwan.common.v1 import audit_pb2
from google.protobuf.descriptor import ServiceDescriptor
from pydantic import ValidationError
from sqlalchemy import Boolean, ColumnElement, Uuid, bindparam, or_, select

from chassis.audit_log import AuditFilters, audit_entries, audit_log
from chassis.errors import Invalid, NotFound
from chassis.paging import Paging
from chassis.rpc.declare import rpc
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.lag import is_visible
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

CheckClient: TypeAlias = Callable[[UnitOfWork, UUID], Awaitable[None]]
_MOST: Final = 200
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_SHOWS_FIELDS: Final = bindparam("shows_fields", type_=Boolean)
# How the company's records are made up: what one of them holds does not stand there.
_IS_DEFINITION: Final = audit_log.c.client_id.is_(None) & or_(*(
    audit_log.c.entity == name
    for name in ("folders", "statuses", "tags", "categories", "follow_up_statuses",
                 "custom_fields", "layouts", "products", "taxes", "branches", "series")
))  # fmt: skip
_VISIBLE: Final = statement(
    select(client_refs.c.id).where(
        client_refs.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        client_refs.c.id == _CLIENT, about_visible_client(_CLIENT),
    )
)  # fmt: skip


async def check_client(work: UnitOfWork, client_id: UUID) -> None:
    """Raises NotFound for a client that is not known here, or not seen by the caller."""
    if not await is_visible(work, client_id):
        raise NotFound()
    values = (await sight_of(work)).values()
    known = await work.fetchval(_VISIBLE, tenant_id=work.tenant_id, client_id=client_id, **values)
    if known is None:
        raise NotFound()


class AuditLog:
    """What a service tells of its own writes, and of reads of what is sensitive.

    `about_client` says which clients' entries the caller sees, as a clause over a column. Entries
    about no client are for those from whom nothing is hidden: they may name folders. What a field
    became is told to whom no folder's list of visible fields binds: a change holds the value.
    """

    contract: ClassVar[ServiceDescriptor] = audit_pb2.DESCRIPTOR.services_by_name["AuditService"]

    def __init__(
        self, service: str,
        about_client: Callable[[ColumnElement[Any]], ColumnElement[bool]],
        check: CheckClient,
    ) -> None:  # fmt: skip
        named = audit_log.c.client_id
        everything = bindparam("sees_everything", type_=Boolean)
        seen = everything | (named.is_not(None) & about_client(named))
        self._list = audit_entries(seen, everything & (_SHOWS_FIELDS | _IS_DEFINITION))
        self._service, self._check = service, check

    @rpc("audit:read")
    async def ListAuditEntries(
        self, work: UnitOfWork, request: audit_pb2.ListAuditEntriesRequest
    ) -> audit_pb2.ListAuditEntriesResponse:
        """A page of this service's entries that the caller may see."""
        filters = filters_of(request)
        if filters.client_id is not None:
            await self._check(work, filters.client_id)
        sight = await sight_of(work)
        limit = min(request.limit, _MOST) if request.limit > 0 else _MOST
        paging = Paging(limit, request.cursor or None, request.sort or None, request.count)
        given = filters.model_dump()
        shows_fields = work.caller.is_owner or work.caller.may("clients:manage")
        values = sight.values() | {"own_service": self._service, "shows_fields": shows_fields}
        page = orjson.loads(await self._list.page(work, paging, given, **values))
        return audit_pb2.ListAuditEntriesResponse(
            service=self._service, entries=[_entry(one) for one in page["items"]],
            has_more=page["next_cursor"] is not None, total=page.get("total") or 0,
            sees_everything=sight.sees_everything,
        )  # fmt: skip


def filters_of(request: audit_pb2.ListAuditEntriesRequest) -> AuditFilters:
    """The filters as the list takes them; raises Invalid for what is no id and no instant."""
    given = {
        "service": list(request.services), "actor": list(request.actors),
        "action": list(request.actions), "entity": list(request.entities),
        "entity_id": request.entity_id, "client_id": request.client_id,
        "at_from": request.at_from, "at_to": request.at_to,
    }  # fmt: skip
    try:
        return AuditFilters.model_validate({name: one for name, one in given.items() if one})
    except ValidationError as error:
        raise Invalid(field=str(error.errors()[0]["loc"][0])) from error


def _entry(item: dict[str, Any]) -> audit_pb2.AuditEntry:
    plain = ("id", "at", "service", "actor", "action", "entity", "entity_id")
    return audit_pb2.AuditEntry(
        **{name: item[name] for name in plain}, client_id=item["client_id"] or "",
        changes=orjson.dumps(item["changes"]).decode(), request_id=item["request_id"] or "",
        trace_id=item["trace_id"] or "",
    )  # fmt: skip
