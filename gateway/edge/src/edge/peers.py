"""What the views of the edge ask of other services; its identity part asks nobody."""

import asyncio
from typing import Any, Final

import httpx
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
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as http:
            found = await asyncio.gather(*(self._describe(http, name) for name in self._peers))
        return {name: one for name, one in zip(self._peers, found, strict=True) if one}

    async def _describe(self, http: httpx.AsyncClient, name: str) -> dict[str, Any] | None:
        for address in self._addresses(name):
            try:
                answer = await http.get(f"{address}/internal/openapi.json")
                answer.raise_for_status()
                document: dict[str, Any] = orjson.loads(answer.content)
            except (httpx.HTTPError, ValueError):
                continue
            return document
        return None

    def _addresses(self, name: str) -> list[str]:
        listed: dict[str, list[str]] = {}
        if (file := self._settings.peers_file) is not None:
            try:
                listed = orjson.loads(file.read_bytes())
            except (OSError, ValueError):
                listed = {}
        addresses = [f"http://{address}" for address in listed.get(f"{name}.http", ())]
        known = self._settings.http_peers.get(name)
        return addresses or ([known] if known else [])
