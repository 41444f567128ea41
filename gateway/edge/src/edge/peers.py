"""What the views of the edge ask of other services; its identity part asks nobody."""

import asyncio
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import orjson
from diwan.common.v1 import audit_pb2

from chassis.errors import NotFound, Unavailable
from chassis.rpc.client import Asker, Channels
from chassis.rpc.method import unary
from edge.settings import Settings

AuditPage: TypeAlias = audit_pb2.ListAuditEntriesResponse
# The first to ask has it made.
_PATIENCE: Final = 15.0
_LIST_AUDIT_ENTRIES: Final = unary(
    "diwan.common.v1.AuditService.ListAuditEntries", AuditPage, safe=True
)


class Views:
    """The services behind the edge, for pages that show all of them at once."""

    def __init__(self, channels: Channels, settings: Settings) -> None:
        self._peers = {
            "clients": channels.peer("clients"),
            "comms": channels.peer("comms"),
            "automation": channels.peer("automation"),
        }
        self._settings = settings

    @property
    def names(self) -> list[str]:
        """The services, in the order in which pages show them."""
        return list(self._peers)

    async def ready(self) -> dict[str, bool]:
        """Which of the services say that they serve."""
        answers = await asyncio.gather(*(peer.healthy(1.0) for peer in self._peers.values()))
        return dict(zip(self._peers, answers, strict=True))

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
