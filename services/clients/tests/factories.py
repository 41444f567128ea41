"""People who ask, and what they ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from chassis.caller import Caller
from chassis.testing.harness import Harness

Json = dict[str, Any]
AGENT = frozenset({"clients:read", "clients:write"})


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    service: Harness
    caller: Caller
    http: httpx.AsyncClient

    async def get(self, path: str, **parameters: Any) -> Json:
        """What a GET answers; fails on anything but 200."""
        response = await self.http.get(path, params=parameters)
        assert response.status_code == 200, response.text
        found: Json = response.json()
        return found

    async def post(self, path: str, body: Any = None) -> Json:
        """What a POST makes or changes; fails on anything but 2xx."""
        response = await self.http.post(path, json=body)
        assert response.is_success, response.text
        made: Json = response.json()
        return made

    async def patch(self, path: str, body: Json) -> Json:
        """What a PATCH makes of something; fails on anything but 200."""
        response = await self.http.patch(path, json=body)
        assert response.status_code == 200, response.text
        changed: Json = response.json()
        return changed

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a refusal."""
        response = await self.http.request(method, path, json=body)
        assert not response.is_success, response.text
        return response.status_code, response.json()["code"]

    async def make_client(self, name: str = "عميل", **fields: Any) -> Json:
        """A client."""
        return await self.post("/v1/clients", {"name": name, **fields})

    async def found(self, **parameters: Any) -> list[str]:
        """The names of the clients a list shows."""
        return [item["name"] for item in (await self.get("/v1/clients", **parameters))["items"]]

    async def folder(self, name: str) -> Json:
        """A folder by its English name."""
        folders = (await self.get("/v1/folders"))["items"]
        return next(folder for folder in folders if folder["name"].get("en") == name)

    @asynccontextmanager
    async def colleague(self, **rights: Any) -> AsyncIterator["Person"]:
        """Somebody else of the company, with fewer rights."""
        fewer = {"is_owner": False, "permissions": AGENT, "visibility": "all"} | rights
        caller = self.service.caller(self.caller.tenant_id, **fewer)
        async with self.service.http(caller) as http:
            yield Person(self.service, caller, http)
