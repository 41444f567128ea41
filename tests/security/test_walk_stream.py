"""The permission walk of the live stream: what happens, told to everybody who listens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.events import published
from tests.openapi import operations
from tests.product import Json, Person, Product
from tests.shelves import Base, Persona, Stage
from tests.world import MAKERS

pytestmark = pytest.mark.timeout(240)
# Of nobody's client or folder: told by rules of their own, which the edge's own tests walk.
_PERSONAL = ("comms.notification.", "edge.session.", "clients.segment.")


@dataclass
class Ear:
    """What somebody has heard so far."""

    persona: Persona
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def events(self) -> list[Json]:
        lines = [line for line in self.text.splitlines() if line.startswith("data: ")]
        return [one for one in map(json.loads, (line[6:] for line in lines)) if "id" in one]

    async def listen(self, product: Product) -> None:
        """Read until cancelled."""
        token = self.persona.person.tokens["access_token"]
        asked = product.http.stream(
            "GET", "/v1/stream", headers={"Authorization": f"Bearer {token}"}, timeout=None
        )
        async with asked as answer:
            assert answer.status_code == 200, await answer.aread()
            self.headers = dict(answer.headers)
            async for part in answer.aiter_text():
                self.text += part


@asynccontextmanager
async def listening(product: Product, persona: Persona) -> AsyncIterator[Ear]:
    """The stream, open as long as the block."""
    ear = Ear(persona)
    task = asyncio.create_task(ear.listen(product))

    async def opened() -> bool:
        if task.done():
            task.result()
        return bool(ear.text)

    await eventually(opened)
    yield ear
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def happen(stage: Stage) -> None:
    """One of everything on each shelf, and the changes that a client goes through."""
    for shelf in stage.shelves:
        for name in MAKERS:
            if shelf is stage.base or name in stage.base.of_clients | stage.base.of_folders:
                await shelf.fresh(name)
        await _change(shelf.person, await shelf.fresh("client_id"), shelf)


async def _change(person: Person, client: str, shelf: Base) -> None:
    path = f"/v1/clients/{client}"
    answer = await person.ask("PATCH", path, json={"business_name": shelf.text()})
    assert answer.is_success, answer.text
    await person.post(f"{path}/tags", {"add": ["VIP"]})
    await person.post(f"{path}/tags", {"remove": ["VIP"]})
    await person.post(f"{path}/archive")
    await person.post(f"{path}/restore")
    # Out of a hidden folder, which those who see the new one hear nothing of.
    await person.post(f"{path}/move", {"folder_id": shelf.ids["folder_id"]})


async def test_everybody_hears_what_they_may_see_and_nothing_else(
    stack: Stack, product: Product, stage: Stage
) -> None:
    """CL-58, GW-02, GW-03, GW-04: whatever is published, by ids and marker words."""
    owner = Persona("owner", stage.base.person)
    everybody = [owner, *stage.personas, stage.stranger]
    known = len(await published(stack, stage.base.ids["tenant_id"]))
    async with AsyncExitStack() as opened:
        ears = [await opened.enter_async_context(listening(product, one)) for one in everybody]
        await happen(stage)
        news = [one.body for one in await published(stack, stage.base.ids["tenant_id"])][known:]
        assert len({one["type"] for one in news}) > 25
        await eventually(lambda: _all_heard(ears[0], news), within=180)
        for ear in ears[1:-1]:
            await eventually(partial(_heard, ear, _due(stage, ear.persona, news)))
    assert ears[0].headers.get("content-encoding") is None
    for ear in ears:
        assert not ear.persona.leaked(ear.text), ear.persona.name
    assert not ears[-1].events
    for ear in ears[1:-1]:
        about = {one["clientid"] for one in ear.events if "clientid" in one}
        assert about, ear.persona.name
        assert about & _clients(stage, ear.persona, news) == about, ear.persona.name


async def _heard(ear: Ear, due: set[str]) -> bool:
    return due <= {one["id"] for one in ear.events}


async def _all_heard(ear: Ear, news: list[Json]) -> bool:
    due = {one["id"] for one in news if not one["type"].startswith((*_PERSONAL, "edge."))}
    return await _heard(ear, due)


def _clients(stage: Stage, persona: Persona, news: list[Json]) -> set[str]:
    """The clients that lie on a shelf the persona sees, by the folder they came into."""
    folders = {stage.shelf(name).ids["folder_id"] for name in persona.sees}
    staff = persona.principal.partition(":")[2]
    found = set()
    for one in news:
        client = one["data"].get("client")
        if client is None:
            continue
        of_staff = any(member["user_id"] == staff for member in client["staff"])
        is_hidden = not any(
            stage.shelf(name).ids["folder_id"] == client["folder_id"] for name in persona.knows
        )
        if client["folder_id"] in folders or (of_staff and not is_hidden):
            found.add(str(client["id"]))
    return found | {stage.shelf(name).ids["client_id"] for name in persona.sees}


def _due(stage: Stage, persona: Persona, news: list[Json]) -> set[str]:
    """What they have to hear: about clients on shelves they see, in services they may read."""
    seen = {stage.shelf(name).ids["client_id"] for name in persona.sees}
    return {
        one["id"] for one in news
        if one.get("clientid") in seen
        and persona.may(f"{one['type'].partition('.')[0]}:read")
        and not one["type"].startswith(_PERSONAL)
    }  # fmt: skip


async def test_the_stream_is_the_only_endless_answer(document: Json) -> None:
    """GW-04: whatever goes on for ever is walked here, not by the walk over all operations."""
    endless = [one for one in operations(document) if one.is_endless]
    assert [(one.name, one.permission) for one in endless] == [("GET /v1/stream", "signed_in")]


async def test_nobody_hears_nothing(product: Product) -> None:
    """GW-04"""
    for headers in ({}, {"Authorization": "Bearer nothing"}):
        answer = await product.http.get("/v1/stream", headers=headers)
        assert answer.status_code == 401, answer.text


async def test_a_stream_ends_when_its_session_does(product: Product) -> None:
    """GW-05: through the gateway, at once."""
    person = await product.sign_up()
    heard: list[Any] = []

    async def read() -> None:
        token = {"Authorization": f"Bearer {person.tokens['access_token']}"}
        asked = product.http.stream("GET", "/v1/stream", headers=token, timeout=None)
        async with asked as answer:
            async for part in answer.aiter_text():
                heard.append(part)

    task = asyncio.create_task(read())
    await eventually(lambda: _true(bool(heard)))
    await person.ask("POST", "/v1/auth/logout")
    await asyncio.wait_for(task, 3)


async def _true(value: bool) -> bool:
    return value
