"""Somebody signed in, who asks a service over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from chassis.caller import Caller
from chassis.testing.harness import Harness

Json = dict[str, Any]


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

    async def delete(self, path: str) -> None:
        """Remove something; fails on anything but 204."""
        response = await self.http.delete(path)
        assert response.status_code == 204, response.text

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a refusal."""
        response = await self.http.request(method, path, json=body)
        assert not response.is_success, response.text
        return response.status_code, response.json()["code"]

    async def wrong(self, method: str, path: str, body: Any) -> tuple[str, list[str]]:
        """The code of a 422 and the fields it names."""
        response = await self.http.request(method, path, json=body)
        assert response.status_code == 422, response.text
        problem = response.json()
        return problem["code"], [error["field"] for error in problem["errors"]]

    async def ids(self, path: str, **parameters: Any) -> list[str]:
        """The ids that a list shows; it counts as many."""
        page = await self.get(path, count=True, **parameters)
        assert page["total"] == len(page["items"])
        return [one["id"] for one in page["items"]]

    @asynccontextmanager
    async def colleague(
        self, *permissions: str, visibility: str = "all"
    ) -> AsyncIterator["Person"]:
        """Somebody of the same company who holds these permissions."""
        caller = self.service.caller(
            self.caller.tenant_id, permissions=frozenset(permissions), is_owner=False,
            visibility=visibility,
        )  # fmt: skip
        async with self.service.http(caller) as http:
            yield Person(self.service, caller, http)
