"""gRPC door of segments: whom a campaign or a flow is for."""

from typing import ClassVar
from uuid import UUID

import orjson
from diwan.clients.v1 import segments_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.paging import Paging
from chassis.rpc.declare import rpc
from chassis.work import UnitOfWork
from clients.segments import use_cases
from clients.segments.repository import SegmentRepository
from clients.segments.rules import SegmentNotFound

_USUAL, _MOST = 200, 500


class Segments:
    """What the other services ask about segments."""

    contract: ClassVar[ServiceDescriptor] = segments_pb2.DESCRIPTOR.services_by_name[
        "SegmentsService"
    ]

    @rpc("clients:read")
    async def ListSegmentClients(
        self, work: UnitOfWork, request: segments_pb2.ListSegmentClientsRequest
    ) -> segments_pb2.ListSegmentClientsResponse:
        """A page of the segment's clients that the caller sees now, in the order of their age."""
        segment = await SegmentRepository(work).get(_id(request.segment_id))
        limit = min(request.limit, _MOST) if request.limit > 0 else _USUAL
        # By age: who changes meanwhile is neither passed over nor told twice.
        paging = Paging(limit, request.cursor or None, "created_at", request.count)
        page = orjson.loads(await use_cases.clients_of(work, segment, paging))
        return segments_pb2.ListSegmentClientsResponse(
            client_ids=[item["id"] for item in page["items"]],
            next_cursor=page["next_cursor"] or "", total=page.get("total") or 0,
        )  # fmt: skip


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SegmentNotFound() from None
