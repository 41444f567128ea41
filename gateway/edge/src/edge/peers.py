"""What the views of the edge ask of other services; its identity part asks nobody."""

import asyncio
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from chassis.rpc.client import Channels
from edge.settings import Settings

_PATIENCE: Final = 2.0


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
