"""Comms asks clients itself about a client, while it hears late who sees what."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.caller import Caller
from chassis.consumer_runner import ConsumerRunner
from chassis.errors import NotFound, Unavailable
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asker
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from refs import consumers, lag, peers
from refs.audits import check_client
from services.comms.tests.factories import FakeClients, make_client, make_client_ref, make_tenant

pytestmark = pytest.mark.timeout(300)
TEXT = {"channel": "email", "subject": "x", "body": "x"}


@dataclass
class Answers:
    """Stands for clients, which knows at once; nobody answers while it is away."""

    visible: set[UUID] = field(default_factory=set)
    writable: set[UUID] = field(default_factory=set)
    asked: list[UUID] = field(default_factory=list)
    is_away: bool = False

    async def visible_clients(self, _: Any, by: Asker, client_ids: Iterable[UUID]) -> peers.Seen:
        assert not getattr(by, "has_begun", False)
        self.asked += client_ids
        if self.is_away:
            raise Unavailable()
        some = frozenset(client_ids)
        return peers.Seen(some & self.visible, some & self.visible & self.writable)


@dataclass
class Scene:
    """A colleague who sees one client by its folder, and messages to it and to an address."""

    comms: Harness
    answers: Answers
    colleague: Caller
    client_id: UUID
    folder_id: UUID
    about: str
    other: str

    async def is_late(self) -> bool:
        return lag.is_late(self.comms.context.database)

    async def is_in_time(self) -> bool:
        return not await self.is_late()

    async def tell(self, level: str, version: int) -> None:
        """What the event says that takes access or gives it."""
        entry = {"principal": f"user:{self.colleague.user_id}", "level": level}
        data = {"folder_id": str(self.folder_id), "parent_id": "", "access": [entry]}
        told = Event("clients.folder.access_changed", self.folder_id, data, version=version,
                     tenant_id=self.colleague.tenant_id)  # fmt: skip
        await self.comms.context.nats.jetstream().publish(told.nats_subject, told.to_json())

    async def statuses(self, http: httpx.AsyncClient) -> list[int]:
        """Of a read and a write of the message to the client, and of one to an address."""
        return [
            (await http.get(f"/v1/messages/{self.about}")).status_code,
            (await http.post(f"/v1/messages/{self.about}/retry")).status_code,
            (await http.get(f"/v1/messages/{self.other}")).status_code,
        ]

    async def listed(self, http: httpx.AsyncClient) -> set[str]:
        return {one["id"] for one in (await http.get("/v1/messages")).json()["items"]}


@asynccontextmanager
async def following(comms: Harness) -> AsyncIterator[None]:
    """The worker of comms, as far as it follows access."""
    followed = [consumers.people("comms"), consumers.folder_access("comms")]
    runner = ConsumerRunner(comms.context, followed)
    running = asyncio.create_task(runner.run())
    yield
    await runner.stop()
    await asyncio.wait([running], timeout=30)


@pytest.fixture
async def scene(
    comms: Harness, clients: FakeClients, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    answers = Answers()
    monkeypatch.setattr(peers, "visible_clients", answers.visible_clients)
    tenant_id, folder_id = await make_tenant(comms), new_id()
    sara = make_client(folder_id=folder_id)
    clients.known[sara.id] = sara
    await make_client_ref(comms.context, tenant_id, sara.id, folder_id=str(folder_id))
    colleague = comms.caller(
        tenant_id, is_owner=False, visibility="folders",
        permissions=frozenset({"comms:read", "comms:write"}),
    )  # fmt: skip
    made = []
    for by, to in (
        (comms.caller(tenant_id), {"client_id": str(sara.id)}), (colleague, {"to": "x@example.com"})
    ):  # fmt: skip
        async with comms.http(by) as http:
            made.append((await http.post("/v1/messages", json={**TEXT, **to})).json()["id"])
    answers.visible.add(sara.id)
    answers.writable.add(sara.id)
    await lag.watch(comms.context)
    yield Scene(comms, answers, colleague, sara.id, folder_id, *made)
    comms.context.draining = True


async def test_a_dead_worker_lets_nobody_read_or_write_what_was_taken_from_them(
    scene: Scene,
) -> None:
    """GW-02: single reads and writes ask clients while changes come late, and only then."""
    async with scene.comms.http(scene.colleague) as http:
        async with following(scene.comms):
            await scene.tell("write", 1)
            await eventually(lambda: _sees(http, scene), within=60)
            await eventually(scene.is_in_time, within=60)
            scene.answers.asked.clear()
            # Not failed, so not to be retried: visible all the same.
            assert await scene.statuses(http) == [200, 409, 200]
            assert scene.answers.asked == []
        await scene.tell("none", 2)
        await eventually(scene.is_late, within=60)
        # Clients still says yes: what is remembered here allows it too.
        assert await scene.statuses(http) == [200, 409, 200]
        assert scene.answers.asked == [scene.client_id] * 2
        scene.answers.writable.clear()
        assert await scene.statuses(http) == [200, 403, 200]
        about = {**TEXT, "client_id": str(scene.client_id)}
        assert (await http.post("/v1/messages", json=about)).status_code == 403
        scene.answers.visible.clear()
        assert await scene.statuses(http) == [404, 404, 200]
        assert await scene.listed(http) == {scene.about, scene.other}
        async with scene.comms.context.database.work(scene.colleague) as work:
            with pytest.raises(NotFound):  # nor its audit log
                await check_client(work, scene.client_id)
        scene.answers.is_away = True
        assert await scene.statuses(http) == [503, 503, 200]
        assert (await http.post("/v1/messages", json={**TEXT, "to": "y@example.com"})).is_success
        async with following(scene.comms):
            await eventually(scene.is_in_time, within=60)
            scene.answers.asked.clear()
            assert await eventually(lambda: _hidden(http, scene), within=60)
            assert await scene.statuses(http) == [404, 404, 200]
            assert scene.answers.asked == []
        assert scene.about not in await scene.listed(http)


async def test_an_owner_is_never_asked_about(scene: Scene) -> None:
    """GW-02: without clients, without NATS, nothing is taken from them."""
    scene.answers.is_away = True
    await scene.tell("none", 1)
    await eventually(scene.is_late, within=60)
    async with scene.comms.http(scene.comms.caller(scene.colleague.tenant_id)) as http:
        assert await scene.statuses(http) == [200, 409, 200]
    assert scene.answers.asked == []


async def _sees(http: httpx.AsyncClient, scene: Scene) -> bool:
    return scene.about in await scene.listed(http)


async def _hidden(http: httpx.AsyncClient, scene: Scene) -> bool:
    return not await _sees(http, scene)
