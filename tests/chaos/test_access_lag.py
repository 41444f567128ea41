"""A change of access holds in every service within a second, whatever else is queued.

On a machine too slow for a second the same promise is held to by what is still queued: whatever
came after ten thousand events and holds before half of them are through has overtaken them.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import nats
import pytest

from chassis import stream
from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.product import Person, Product
from tests.world import World, joined

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
QUEUED = 10_000
ROUNDS = 15
_DUE = 1.0
# A machine that is slow with nothing queued is no fault of the queue.
_MOST_TIMES = 3
# What is queued: events of another company, which the relay takes first as they are older.
_EXAMPLES = {"clients": "clients.client.created", "edge": "edge.session.started"}
_FILL = """
with example as (
    select tenant_id, subject, event::jsonb as event from outbox
     where tenant_id = $1 and subject like $2 order by position limit 1
), missing as (
    select greatest($3 - count(*), 0)::int as number from outbox where sent_at is null
)
insert into outbox (id, tenant_id, ordering_key, subject, event, created_at)
select id, tenant_id, id::text, subject, jsonb_set(event, '{id}', to_jsonb(id::text))::text, now()
  from example, (
    select gen_random_uuid() as id from missing, generate_series(1, missing.number)
  ) as made
"""
_UNTOLD = "select count(*) from outbox where sent_at is null"
_FORGET = "delete from outbox where tenant_id = $1 and sent_at is null"
_log = logging.getLogger(__name__)
Change = Callable[[], Awaitable[None]]


class Calm:
    """Nothing queued."""

    async def fill(self) -> None:
        """Leave it so."""

    async def waiting(self) -> int:
        """How many."""
        return 0


@dataclass
class Queue(Calm):
    """Ten thousand untold events in the outboxes that tell of access."""

    tenant_id: str
    outboxes: dict[str, asyncpg.Connection]

    async def fill(self) -> None:
        """Top up."""
        for name, outbox in self.outboxes.items():
            subject = f"events.{_EXAMPLES[name]}.%"
            await outbox.execute(_FILL, self.tenant_id, subject, QUEUED)

    async def waiting(self) -> int:
        """How many are not told yet, in the outbox that is further through.

        What consumers have before them does not count: it grows from round to round, and whoever
        compared with it would never be late.
        """
        return min([await outbox.fetchval(_UNTOLD) for outbox in self.outboxes.values()])


@asynccontextmanager
async def queue(stack: Stack, other: World) -> AsyncIterator[Queue]:
    """They are gone afterwards: whoever comes next does not wait until all are worked through."""
    tenant_id = other.ids["tenant_id"]
    outboxes = {
        name: await asyncpg.connect(stack.database_url(name, "superuser")) for name in _EXAMPLES
    }
    connection = await nats.connect(stack.nats.url)
    jetstream = connection.jetstream()
    try:
        yield Queue(tenant_id, outboxes)
    finally:
        for outbox in outboxes.values():
            await outbox.execute(_FORGET, tenant_id)
            await outbox.close()
        for example in _EXAMPLES.values():
            await jetstream.purge_stream(stream.STREAM, subject=f"events.{example}.{tenant_id}")
        await connection.close()


@dataclass(order=True)
class Lag:
    """How long a service took to hold to a change, and what was still queued then."""

    seconds: float
    name: str
    waiting: int


@dataclass
class Scene:
    """A colleague, and what they see in each service for as long as they may."""

    world: World
    colleague: Person
    principal: str
    role_id: str
    paths: dict[str, str]
    lags: list[Lag] = field(default_factory=list)

    async def changes(self, change: Change, queued: Calm, *, seen: bool) -> None:
        """Make a change, and note how long each service takes to hold to it."""
        await queued.fill()
        await change()
        started = time.monotonic()
        await asyncio.gather(*(self._holds(name, started, seen) for name in self.paths))
        waiting = await queued.waiting()
        for lag in self.lags[-len(self.paths) :]:
            lag.waiting = waiting

    async def _holds(self, name: str, started: float, seen: bool) -> None:
        async def is_so() -> bool:
            answer = await self.colleague.ask("GET", self.paths[name])
            return (answer.status_code == 200) is seen

        await eventually(is_so, within=120, every=0.02)
        self.lags.append(Lag(time.monotonic() - started, name, 0))

    async def measured(self, give: Change, take: Change, queued: Calm) -> float:
        """The 99th percentile of some rounds, in seconds."""
        self.lags.clear()
        for _ in range(ROUNDS):
            await self.changes(give, queued, seen=True)
            await self.changes(take, queued, seen=False)
        return self.percentile(0.99)

    def percentile(self, part: float) -> float:
        """Of the lags measured last."""
        ordered = sorted(self.lags)
        return ordered[max(0, round(len(ordered) * part) - 1)].seconds

    def judge(self, kind: str, calm: float, busy: float) -> None:
        """All but one in a hundred came in time, or overtook at least half of the queue."""
        _log.info("%s: p99 %.3f s with nothing queued, %.3f s with %d, half of them in %.3f s",
                  kind, calm, busy, QUEUED, self.percentile(0.5))  # fmt: skip
        due = max(_DUE, _MOST_TIMES * calm)
        late = [lag for lag in self.lags if lag.seconds >= due and lag.waiting < QUEUED // 2]
        assert len(late) <= len(self.lags) // 100 + 1, f"{kind}: {calm}, {sorted(late)[-5:]}"


@pytest.fixture
async def scene(world: World) -> Scene:
    """Somebody who sees by folders only, and one record of a client in each service."""
    held = ["clients:read", "comms:read", "automation:read"]
    role = await world.made(
        "/v1/roles", {"name": world.text(), "permissions": held, "visibility": "folders"}
    )
    user, person = await joined(world, role)
    paths = {
        "clients": f"/v1/clients/{world.ids['client_id']}",
        "comms": f"/v1/messages/{world.ids['message_id']}",
        "automation": f"/v1/runs/{world.ids['run_id']}",
    }
    return Scene(world, person, f"user:{user}", role, paths)


async def put(scene: Scene, level: str) -> None:
    path = f"/v1/folders/{scene.world.ids['folder_id']}/access"
    entries = [{"principal": scene.principal, "level": level}]
    answer = await scene.world.person.ask("PUT", path, json=entries)
    assert answer.is_success, answer.text


async def assign(scene: Scene, *, away: bool) -> None:
    user = scene.principal.partition(":")[2]
    body = {"remove": [user]} if away else {"add": [{"user_id": user, "role": "watcher"}]}
    await scene.world.person.post(f"/v1/clients/{scene.world.ids['client_id']}/staff", body)


async def see_by(scene: Scene, visibility: str) -> None:
    path = f"/v1/roles/{scene.role_id}"
    answer = await scene.world.person.ask("PATCH", path, json={"visibility": visibility})
    assert answer.is_success, answer.text


async def join(scene: Scene, team: str, *, out: bool) -> None:
    user = scene.principal.partition(":")[2]
    answer = await scene.world.person.ask(
        "PATCH", f"/v1/users/{user}", json={"team_ids": [] if out else [team]}
    )
    assert answer.is_success, answer.text


@pytest.mark.parametrize("kind", ["folder", "staff", "role", "team"])
async def test_a_change_of_access_overtakes_ten_thousand_events(
    stack: Stack, scene: Scene, other_world: World, kind: str
) -> None:
    """GW-02, GW-03, GW-04: within a second at the 99th percentile, in every service."""
    team = scene.world.ids["team_id"]
    if kind == "team":
        entries = [{"principal": f"team:{team}", "level": "read"}]
        path = f"/v1/folders/{scene.world.ids['folder_id']}/access"
        assert (await scene.world.person.ask("PUT", path, json=entries)).is_success
    giving: dict[str, tuple[Change, Change]] = {
        "folder": (lambda: put(scene, "read"), lambda: put(scene, "none")),
        "staff": (lambda: assign(scene, away=False), lambda: assign(scene, away=True)),
        "role": (lambda: see_by(scene, "all"), lambda: see_by(scene, "assigned")),
        "team": (lambda: join(scene, team, out=False), lambda: join(scene, team, out=True)),
    }
    give, take = giving[kind]
    calm = await scene.measured(give, take, Calm())
    async with queue(stack, other_world) as queued:
        busy = await scene.measured(give, take, queued)
    scene.judge(kind, calm, busy)


async def test_a_revoked_key_is_refused_at_once(
    stack: Stack, product: Product, world: World, other_world: World, scene: Scene
) -> None:
    """GW-05: in every service, with as much queued."""
    made = {"id": ""}

    async def give() -> None:
        body = {"name": world.text(),
                "permissions": ["clients:read", "comms:read", "automation:read"]}  # fmt: skip
        made.update(await world.person.post("/v1/api-keys", body))
        tokens = {"access_token": made["secret"]}
        scene.colleague = Person(product.http, "", tokens, world.person.tenant)

    async def revoke() -> None:
        answer = await world.person.ask("DELETE", f"/v1/api-keys/{made['id']}")
        assert answer.is_success, answer.text

    calm = await scene.measured(give, revoke, Calm())
    async with queue(stack, other_world) as queued:
        busy = await scene.measured(give, revoke, queued)
    scene.judge("key", calm, busy)
