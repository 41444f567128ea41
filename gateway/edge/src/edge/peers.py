"""What the views of the edge ask of other services; its identity part asks nobody."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import httpcore
import orjson
from diwan.common.v1 import audit_pb2
from diwan.scheduling.v1 import agendas_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from chassis import telemetry
from chassis.errors import Failure, NotFound, Unavailable
from chassis.rpc.client import Asker, Channels
from chassis.rpc.method import ResponseT, Unary, unary
from edge.settings import Settings

Headers: TypeAlias = list[tuple[str | bytes, str | bytes]]
AuditPage: TypeAlias = audit_pb2.ListAuditEntriesResponse
# The first to ask has it made.
_PATIENCE: Final = 15.0
_LIST_AUDIT_ENTRIES: Final = unary(
    "diwan.common.v1.AuditService.ListAuditEntries", AuditPage, safe=True
)
_AGENDAS: Final = "diwan.scheduling.v1.AgendasService"
_NEXT_STEPS: Final = unary(
    f"{_AGENDAS}.ListNextSteps", agendas_pb2.ListNextStepsResponse, safe=True
)  # fmt: skip
_DAY: Final = unary(f"{_AGENDAS}.GetDay", agendas_pb2.GetDayResponse, safe=True)
# What a caller sends that a page read in their name depends on.
_PASSED_ON: Final = ("authorization", "accept-language", "x-request-id")
_BROKEN: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """What a service answered to a question in the caller's own name.

    `down_since` is for no answer: since when there is none from this service.
    """

    status: int
    body: dict[str, Any]
    down_since: datetime | None = None

    @property
    def is_down(self) -> bool:
        """Whether the service did not answer."""
        return self.down_since is not None

    @property
    def is_found(self) -> bool:
        """Whether it is there for this caller."""
        return self.status == 200


class Views:
    """The services behind the edge, for pages that show all of them at once."""

    def __init__(self, channels: Channels, settings: Settings) -> None:
        self._peers = {
            "clients": channels.peer("clients"),
            "comms": channels.peer("comms"),
            "billing": channels.peer("billing"),
            "memberships": channels.peer("memberships"),
            "scheduling": channels.peer("scheduling"),
            "automation": channels.peer("automation"),
        }
        self._settings = settings
        self._http = httpcore.AsyncConnectionPool(max_connections=200, keepalive_expiry=10)
        self._down: dict[str, datetime] = {}
        self._looking: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> list[str]:
        """The services, in the order in which pages show them."""
        return list(self._peers)

    async def ready(self) -> dict[str, bool]:
        """Which of the services say that they serve."""
        answers = await asyncio.gather(*(peer.healthy(1.0) for peer in self._peers.values()))
        return dict(zip(self._peers, answers, strict=True))

    async def read(
        self, name: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Page:
        """A page of a service, with the rights of the caller whose headers these are.

        A service that is known not to answer is not asked.
        """
        if (since := self._down.get(name)) is not None:
            return Page(Unavailable.status, {}, since)
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            with telemetry.client_span(f"GET {name}", {"peer.service": name}):
                async with asyncio.timeout(self._settings.section_seconds):
                    return await self._read(name, target, _passed_on(headers))
        except (Unavailable, TimeoutError, ValueError):
            return Page(Unavailable.status, {}, self._is_down(name))

    async def next_steps(self, by: Asker, client_id: UUID, most: int) -> Page:
        """What comes next of a client, of each type so much, as scheduling tells it."""
        request = agendas_pb2.ListNextStepsRequest(client_ids=[str(client_id)], most=most)
        return await self._ask("scheduling", _NEXT_STEPS, request, by)

    async def day(self, by: Asker, user_id: UUID) -> Page:
        """What somebody has to do today, as scheduling tells it."""
        request = agendas_pb2.GetDayRequest(user_id=str(user_id))
        return await self._ask("scheduling", _DAY, request, by)

    async def _ask(
        self, name: str, method: Unary[ResponseT], request: Message, by: Asker
    ) -> Page:  # fmt: skip
        """The same over gRPC, its answer by its fields' names."""
        if (since := self._down.get(name)) is not None:
            return Page(Unavailable.status, {}, since)
        try:
            answer = await self._peers[name].call(
                method, request, by, within=self._settings.section_seconds
            )
        except Unavailable:
            return Page(Unavailable.status, {}, self._is_down(name))
        except Failure as refused:
            return Page(refused.status, {})
        return Page(200, MessageToDict(
            answer, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        ))  # fmt: skip

    async def _read(self, name: str, target: str, headers: Headers) -> Page:
        """From any replica that answers; one that is draining or broken is no answer."""
        addresses = self._addresses(name)
        random.shuffle(addresses)
        for address in addresses:
            with suppress(*_BROKEN):
                answer = await self._http.request(
                    "GET", f"http://{address}{target}", headers=headers
                )
                if answer.status < 500:
                    return Page(answer.status, orjson.loads(answer.content))
        raise Unavailable()

    def _is_down(self, name: str) -> datetime:
        """Since when, and have it looked after until it is back."""
        if (since := self._down.get(name)) is not None:
            return since
        task = asyncio.create_task(self._look_after(name))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)
        return self._down.setdefault(name, datetime.now(UTC))

    async def _look_after(self, name: str) -> None:
        while True:
            with suppress(Unavailable, TimeoutError, ValueError):
                async with asyncio.timeout(self._settings.section_seconds):
                    if (await self._read(name, "/internal/readyz", [])).is_found:
                        break
            await asyncio.sleep(_LOOK_SECONDS)
        del self._down[name]

    async def descriptions(self) -> dict[str, dict[str, Any]]:
        """The OpenAPI documents of those that answer."""
        found = await asyncio.gather(
            *(asyncio.to_thread(_description, self._addresses(name)) for name in self._peers)
        )
        return {name: one for name, one in zip(self._peers, found, strict=True) if one}

    async def audit_pages(
        self, by: Asker, names: Iterable[str], request: audit_pb2.ListAuditEntriesRequest
    ) -> dict[str, AuditPage | None]:
        """What each service shows of its own audit log; None for one that does not answer."""
        asked = list(names)
        pages = await asyncio.gather(*(self._audit_page(by, name, request) for name in asked))
        return dict(zip(asked, pages, strict=True))

    async def _audit_page(
        self, by: Asker, name: str, request: audit_pb2.ListAuditEntriesRequest
    ) -> AuditPage | None:
        try:
            return await self._peers[name].call(_LIST_AUDIT_ENTRIES, request, by)
        except NotFound:  # of a client that the service does not know
            return AuditPage()
        except Unavailable:
            return None

    def _addresses(self, name: str) -> list[str]:
        listed: dict[str, list[str]] = {}
        if (file := self._settings.peers_file) is not None:
            try:
                listed = orjson.loads(file.read_bytes())
            except (OSError, ValueError):
                listed = {}
        known = self._settings.http_peers.get(name)
        return listed.get(f"{name}.http") or ([urlsplit(known).netloc] if known else [])


def _passed_on(headers: Mapping[str, str]) -> Headers:
    passed: Headers = [(name, headers[name]) for name in _PASSED_ON if name in headers]
    here = telemetry.traceparent()
    return [*passed, ("traceparent", here)] if here else passed


def _description(addresses: list[str]) -> dict[str, Any] | None:
    """From the first replica that answers; the standard library will do for one small question."""
    for address in addresses:
        connection = HTTPConnection(address, timeout=_PATIENCE)
        try:
            connection.request("GET", "/internal/openapi.json")
            answer = connection.getresponse()
            if answer.status == 200:
                document: dict[str, Any] = orjson.loads(answer.read())
                return document
        except (OSError, HTTPException, ValueError):
            continue
        finally:
            connection.close()
    return None
