"""The relay: everything committed is published, in the order of its key, whatever dies."""

import asyncio
import signal
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import orjson
import pytest
from nats.aio.msg import Msg

from chassis.caller import system
from chassis.context import Context
from chassis.events import Event
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.settings import ChassisSettings
from chassis.signals import CHANNEL, Signals
from chassis.slots import SLOTS
from chassis.testing.eventually import eventually
from libs.chassis.tests.plumbing.parts import (
    SERVICE,
    happened,
    process,
    program,
    publish,
    query,
    running,
    unsent,
)
from local.servers.backing import BackingServers


class Listener:
    """What arrives on a subject, as a subscriber outside of JetStream sees it."""

    def __init__(self) -> None:
        self.messages: list[Msg] = []

    async def listen(self, context: Context, kind: str) -> None:
        await context.nats.subscribe(f"events.{kind}.*", cb=self._take)
        await context.nats.flush()

    async def has(self, number: int) -> bool:
        return len(self.messages) >= number

    async def _take(self, message: Msg) -> None:
        self.messages.append(message)


async def stored(context: Context, kind: str) -> int:
    """How many messages of the kind the stream has, doubles left out by it."""
    info: Any = await context.nats.jetstream().stream_info(
        "EVENTS", subjects_filter=f"events.{kind}.*"
    )
    return sum((info.state.subjects or {}).values())


async def test_an_event_is_published_with_its_id_and_trace_and_marked(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    listener = Listener()
    await listener.listen(context, kind)
    event = happened(kind)
    async with running(Relay(context, signals)):
        await publish(context, new_id(), event)
        await eventually(lambda: listener.has(1))
    headers = listener.messages[0].headers or {}
    assert headers["Nats-Msg-Id"] == str(event.id)
    assert await unsent(settings) == 0


async def test_stopping_publishes_what_is_committed(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    relay = Relay(context, signals)
    task = asyncio.create_task(relay.run())
    await publish(context, new_id(), *(happened(kind, n) for n in range(700)))
    await relay.stop()
    await task
    assert await unsent(settings) == 0
    assert await stored(context, kind) == 700


async def test_a_rolled_back_write_publishes_nothing(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    class Refused(Exception):
        pass

    async with running(Relay(context, signals)):
        try:
            async with context.database.work(system(new_id(), SERVICE)) as work:
                work.publish(happened(kind))
                await work.connection()
                raise Refused
        except Refused:
            await publish(context, new_id(), happened(kind, 1))
        await eventually(lambda: _is(unsent(settings), 0))
    assert await stored(context, kind) == 1


async def test_two_relays_publish_every_event_once_in_the_order_of_its_key(
    context: Context, other: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    listener = Listener()
    await listener.listen(context, kind)
    tenant_id, keys = new_id(), [new_id() for _ in range(20)]
    relays = [Relay(context, signals), Relay(other, Signals(other.database))]
    async with running(*relays):
        await eventually(lambda: _slots_are_shared(settings))
        for number in range(30):
            await publish(context, tenant_id, *(happened(kind, number, key) for key in keys))
        await eventually(lambda: listener.has(600))
        await eventually(lambda: _is(unsent(settings), 0))
    assert len(listener.messages) == 600
    for key in keys:
        numbers = [_number(message) for message in listener.messages if _key(message) == str(key)]
        assert numbers == list(range(30))


async def test_what_is_urgent_overtakes_all_but_what_stands_before_it_in_its_key(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    """GW-02: a change of access waits for no import."""
    listener = Listener()
    await listener.listen(context, kind)
    tenant_id, key = new_id(), new_id()
    await publish(context, tenant_id, *(happened(kind, n) for n in range(2_000)))
    await publish(context, tenant_id, happened(kind, 1, key))
    await publish(context, tenant_id, happened(kind, 0), happened(kind, 2, key).urgently())
    async with running(Relay(context, signals)):
        await eventually(lambda: listener.has(2_003))
        await eventually(lambda: _is(unsent(settings), 0))
    first = listener.messages[:2]
    assert [_key(message) for message in first] == [str(key)] * 2
    assert [_number(message) for message in first] == [1, 2]


async def test_an_urgent_event_too_large_holds_up_only_its_own_key(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    huge = Event(kind, new_id(), {"text": "x" * 5_000_000}, urgent=True)
    await publish(context, new_id(), huge, *(happened(kind, n) for n in range(5)))
    async with running(Relay(context, signals)):
        await eventually(lambda: _is(unsent(settings), 1))
        await publish(context, new_id(), happened(kind, 6).urgently())
        await eventually(lambda: _is(stored(context, kind), 6))


async def test_a_relay_takes_over_the_slots_of_one_that_died(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    async with program(settings, "relay") as killed, running(Relay(context, signals)):
        await eventually(lambda: _slots_are_shared(settings))
        killed.kill()
        await publish(context, new_id(), *(happened(kind, n) for n in range(50)))
        await eventually(lambda: _is(unsent(settings), 0))
    assert await stored(context, kind) == 50


async def test_killed_between_publish_and_mark_it_publishes_again_harmlessly(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str,
    servers: BackingServers,
) -> None:  # fmt: skip
    await publish(context, new_id(), happened(kind))
    database = urlsplit(settings.database_owner_url.get_secret_value()).path.lstrip("/")
    blocker = await asyncpg.connect(servers.postgres.url(database))
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("select from outbox for update")
    async with program(settings, "relay") as relay:
        await eventually(lambda: _is(stored(context, kind), 1))
        await eventually(lambda: _mark_waits(blocker))
        relay.kill()
        await relay.wait()
    # PostgreSQL would finish the dead relay's statement.
    await blocker.execute(f"select pg_terminate_backend(pid) {_WAITING}")
    await transaction.rollback()
    await blocker.close()
    assert await unsent(settings) == 1
    async with running(Relay(context, signals)):
        await eventually(lambda: _is(unsent(settings), 0))
    assert await stored(context, kind) == 1


@pytest.mark.long
async def test_a_relay_that_hangs_loses_its_slots_to_the_others(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    async with program(settings, "relay") as hung, running(Relay(context, signals)):
        await eventually(lambda: _slots_are_shared(settings))
        hung.send_signal(signal.SIGSTOP)
        await publish(context, new_id(), *(happened(kind, n) for n in range(50)))
        await eventually(lambda: _is(unsent(settings), 0))


async def test_an_event_too_large_holds_up_only_its_own_key(
    context: Context, settings: ChassisSettings, signals: Signals, kind: str
) -> None:
    huge = Event(kind, new_id(), {"text": "x" * 5_000_000})
    async with running(Relay(context, signals)):
        await publish(context, new_id(), huge, happened(kind, 1))
        await eventually(lambda: _is(unsent(settings), 1))
        await publish(context, new_id(), happened(kind, 2))
        await eventually(lambda: _is(stored(context, kind), 2))


async def test_a_write_in_another_process_wakes_the_relay_before_its_poll(
    context: Context, other: Context, settings: ChassisSettings, kind: str
) -> None:
    listening = asyncio.Event()
    hearing = await asyncpg.connect(settings.database_worker_url.get_secret_value())
    await hearing.add_listener(CHANNEL, lambda *_: listening.set())
    Signals(other.database).attach()
    async with running(Relay(context, Signals(context.database))):
        await publish(other, new_id(), *(happened(kind, n) for n in range(3)))
        await asyncio.wait_for(listening.wait(), 5)
        await eventually(lambda: _is(unsent(settings), 0))
    await hearing.close()


async def test_without_any_wake_up_call_the_poll_finds_it(
    context: Context, other: Context, settings: ChassisSettings, kind: str
) -> None:
    async with running(Relay(context, Signals(context.database))):
        await publish(other, new_id(), happened(kind))
        await eventually(lambda: _is(unsent(settings), 0))


async def test_nats_may_go_away_and_come_back(
    fragile: BackingServers, fragile_settings: ChassisSettings, kind: str
) -> None:
    async with process(fragile_settings) as context:
        signals = Signals(context.database)
        signals.attach()
        async with running(Relay(context, signals)):
            await publish(context, new_id(), *(happened(kind, n) for n in range(20)))
            await fragile.nats.stop()
            await publish(context, new_id(), *(happened(kind, n) for n in range(20)))
            await eventually(lambda: _is(_slots_held(fragile_settings), 0))
            await fragile.nats.start()
            await eventually(lambda: _is(unsent(fragile_settings), 0))
        assert await stored(context, kind) == 40


async def test_postgresql_may_restart(
    fragile: BackingServers, fragile_settings: ChassisSettings, kind: str
) -> None:
    async with process(fragile_settings) as context:
        signals = Signals(context.database)
        signals.attach()
        async with running(Relay(context, signals)):
            await publish(context, new_id(), happened(kind, 1))
            await fragile.postgres.stop()
            await fragile.postgres.start()
            await publish(context, new_id(), happened(kind, 2))
            await eventually(lambda: _is(unsent(fragile_settings), 0))
        assert await stored(context, kind) == 2


_WAITING = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


async def _mark_waits(connection: Any) -> bool:
    return bool(await connection.fetchval(f"select count(*) {_WAITING}"))


async def _is(asked: Any, value: object) -> bool:
    return bool(await asked == value)


async def _slots_held(settings: ChassisSettings) -> int:
    return len(await _slots(settings))


async def _slots_are_shared(settings: ChassisSettings) -> bool:
    held = [row["held"] for row in await _slots(settings)]
    return len(held) == 2 and set(held) == {SLOTS // 2}


async def _slots(settings: ChassisSettings) -> list[Any]:
    return await query(
        settings,
        """select count(*) as held from pg_locks
            where locktype = 'advisory' and granted and objid < 16 and classid <> 0
              and database = (select oid from pg_database where datname = current_database())
            group by pid""",
    )


def _number(message: Msg) -> int:
    return int(_envelope(message)["data"]["number"])


def _key(message: Msg) -> str:
    return str(_envelope(message)["clientid"])


def _envelope(message: Msg) -> Any:
    return orjson.loads(message.data)
