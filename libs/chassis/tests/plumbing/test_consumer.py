"""Consumers: every event takes effect once, and none is lost, whatever dies or repeats."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from chassis import metrics
from chassis.clock import utc_now
from chassis.consumer import Consumers
from chassis.consumer_runner import ConsumerRunner
from chassis.context import Context
from chassis.dead_letters import list_dead_letters, replay, replay_all
from chassis.errors import Unavailable
from chassis.events import Event
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.testing.eventually import eventually
from chassis.work import UnitOfWork
from libs.chassis.tests.plumbing.parts import (
    STALLS,
    add_effect,
    effects,
    happened,
    process,
    program,
    publish,
    query,
    running,
)
from local.servers.backing import BackingServers

NOW = utc_now()
Handler = Callable[[UnitOfWork, Event], Awaitable[None]]


def consuming(name: str, handler: Handler, *kinds: str) -> Consumers:
    registry = Consumers(name)

    @registry.on(*kinds)
    async def on_event(work: UnitOfWork, event: Event) -> None:
        await handler(work, event)

    return registry


async def note(work: UnitOfWork, event: Event) -> None:
    await add_effect(work, str(event.data["number"]))


async def send(context: Context, kind: str, *events: Event | bytes, tenant: UUID) -> None:
    """Straight to the stream: what a relay does, without its care for doubles."""
    jetstream = context.nats.jetstream()
    for event in events:
        raw = event if isinstance(event, bytes) else _from(tenant, event).to_json()
        await jetstream.publish(f"events.{kind}.{tenant}", raw)


def _from(tenant: UUID, event: Event) -> Event:
    return replace(event, tenant_id=tenant, time=NOW)


async def seen(settings: ChassisSettings, *wanted: str) -> bool:
    return sorted(await effects(settings)) == sorted(wanted)


async def test_an_event_sent_thrice_takes_effect_once(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    tenant, event = new_id(), happened(kind, 1)
    runner = ConsumerRunner(context, [consuming(name, note, kind)])
    async with running(runner):
        await send(context, kind, event, event, tenant=tenant)
        await eventually(lambda: seen(settings, "1"))
        await send(context, kind, event, happened(kind, 2), tenant=tenant)
        await eventually(lambda: seen(settings, "1", "2"))


async def test_two_replicas_share_the_events(
    context: Context, other: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    by: dict[str, int] = {"one": 0, "two": 0}

    def counted(replica: str) -> Consumers:
        async def handler(work: UnitOfWork, event: Event) -> None:
            by[replica] += 1
            await note(work, event)

        return consuming(name, handler, kind)

    runners = [
        ConsumerRunner(context, [counted("one")]), ConsumerRunner(other, [counted("two")]),
    ]  # fmt: skip
    async with running(*runners):
        events = [happened(kind, number) for number in range(300)]
        for start in range(0, 300, 50):
            await send(context, kind, *events[start : start + 50], tenant=new_id())
        await eventually(lambda: seen(settings, *(str(n) for n in range(300))))
    assert by["one"] > 0
    assert by["two"] > 0


async def test_one_bad_event_does_not_hold_up_or_undo_its_neighbours(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    async def handler(work: UnitOfWork, event: Event) -> None:
        await note(work, event)
        if event.data["number"] == STALLS:
            raise ValueError("will never do")

    await send(context, kind, *(happened(kind, n) for n in range(20)), tenant=new_id())
    async with running(ConsumerRunner(context, [consuming(name, handler, kind)])):
        await eventually(lambda: seen(settings, *(str(n) for n in range(20) if n != STALLS)))


async def test_events_taken_together_take_effect_once_each(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    """In their order, whatever comes twice; one that fails does so alone."""
    registry, taken = Consumers(name), list[list[int]]()

    @registry.together(kind)
    async def on_events(work: UnitOfWork, events: Sequence[Event]) -> None:
        taken.append([event.data["number"] for event in events])
        # A chain that goes on here is no shorter: whoever stops long ones counts on it.
        assert work.trail.depth == max(event.depth for event in events) == taken[-1][-1]
        for event in events:
            await note(work, event)
        if STALLS in taken[-1]:
            raise ValueError("will never do")

    events = [replace(happened(kind, number), depth=number) for number in range(20)]
    await send(context, kind, *events, *events[:3], tenant=new_id())
    async with running(ConsumerRunner(context, [registry])):
        await eventually(lambda: seen(settings, *(str(n) for n in range(20) if n != STALLS)))
    assert max(map(len, taken)) > 1
    assert all(numbers == sorted(set(numbers)) for numbers in taken)


async def test_a_failing_event_rests_as_a_dead_letter_and_can_be_replayed(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    is_broken, times = True, []

    async def handler(work: UnitOfWork, event: Event) -> None:
        times.append(asyncio.get_running_loop().time())
        await note(work, event)
        if is_broken:
            raise ValueError("not today")

    quick = settings.model_copy(update={"consumer_max_deliveries": 3})
    context.chassis_settings = quick  # type: ignore[misc]
    registry = consuming(name, handler, kind)
    tenant, event = new_id(), happened(kind, 1)
    async with running(ConsumerRunner(context, [registry])):
        await send(context, kind, event, tenant=tenant)
        await eventually(lambda: list_dead_letters(context))
    [letter] = await list_dead_letters(context)
    assert (letter.event_id, letter.tenant_id, letter.deliveries) == (event.id, tenant, 3)
    assert letter.error == "ValueError: not today"
    assert times[1] - times[0] > 0.4
    assert times[2] - times[1] > 0.9
    assert await effects(settings) == []

    with pytest.raises(ValueError, match="not today"):
        await replay(context, [registry], letter.id)
    assert await effects(settings) == []
    assert len(await replay_all(context, [registry])) == 1

    is_broken = False
    assert await replay_all(context, [registry]) == []
    await replay(context, [registry], letter.id)
    assert await effects(settings) == ["1"]
    assert await list_dead_letters(context) == []
    assert len(await list_dead_letters(context, with_replayed=True)) == 1


async def test_what_cannot_be_read_is_a_dead_letter_at_once(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    async with running(ConsumerRunner(context, [consuming(name, note, kind)])):
        await send(context, kind, b"{not json\x00", happened(kind, 2), tenant=new_id())
        await eventually(lambda: seen(settings, "2"))
        await eventually(lambda: list_dead_letters(context))
    [letter] = await list_dead_letters(context)
    assert letter.tenant_id is None
    assert letter.event == "{not json\N{REPLACEMENT CHARACTER}"


async def test_an_outage_elsewhere_never_makes_a_dead_letter(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    is_away = True

    async def handler(work: UnitOfWork, event: Event) -> None:
        if is_away:
            raise Unavailable()
        await note(work, event)

    context.chassis_settings = settings.model_copy(  # type: ignore[misc]
        update={"consumer_max_deliveries": 1}
    )
    async with running(ConsumerRunner(context, [consuming(name, handler, kind)])):
        await send(context, kind, happened(kind, 1), tenant=new_id())
        await eventually(lambda: _failed_once(name))
        is_away = False
        await eventually(lambda: seen(settings, "1"))
    assert await list_dead_letters(context) == []


async def test_what_a_handler_publishes_and_enqueues_commits_with_it_and_names_its_cause(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    async def handler(work: UnitOfWork, event: Event) -> None:
        work.publish(happened(f"{kind}.again"))
        work.enqueue("plumbing.follow_up", {"number": event.data["number"]})
        await note(work, event)

    events = [happened(kind, n) for n in range(3)]
    await send(context, kind, *events, tenant=new_id())
    async with running(ConsumerRunner(context, [consuming(name, handler, kind)])):
        await eventually(lambda: seen(settings, "0", "1", "2"))
    causes = await query(settings, "select event::json ->> 'cause' as cause from outbox")
    assert {row["cause"] for row in causes} == {str(event.id) for event in events}
    jobs = await query(settings, "select entrypoint from pgqueuer")
    assert [row["entrypoint"] for row in jobs] == ["plumbing.follow_up"] * 3


async def test_only_the_types_asked_for_arrive(
    context: Context, settings: ChassisSettings, name: str
) -> None:
    kinds = [f"{name}.note.added", f"{name}.note.added.twice", f"{name}.file.added", "other.x.y"]
    registry = consuming(name, note, f"{name}.note.added", f"{name}.file.>")
    async with running(ConsumerRunner(context, [registry])):
        for number, kind in enumerate(kinds):
            await send(context, kind, happened(kind, number), tenant=new_id())
        await eventually(lambda: seen(settings, "0", "2"))


async def test_killed_in_a_handler_its_events_go_to_the_other_replica(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    tenant = new_id()
    async with program(settings, "consume", name, kind) as killed:
        await send(context, kind, *(happened(kind, n) for n in range(STALLS)), tenant=tenant)
        await eventually(lambda: seen(settings, *(str(n) for n in range(STALLS))))
        await send(context, kind, happened(kind, STALLS), happened(kind, 99), tenant=tenant)
        await eventually(lambda: _in_hand(context, name))
        killed.kill()
        await killed.wait()
    async with running(ConsumerRunner(context, [consuming(name, note, kind)])):
        await eventually(
            lambda: seen(settings, *(str(n) for n in range(STALLS + 1)), "99"), within=40
        )


async def test_nats_and_postgresql_may_go_away_and_come_back(
    fragile: BackingServers, fragile_settings: ChassisSettings, name: str, kind: str
) -> None:
    async with process(fragile_settings) as context:
        signals = Signals(context.database)
        signals.attach()
        runner = ConsumerRunner(context, [consuming(name, note, kind)])
        async with running(runner, Relay(context, signals)):
            await publish(context, new_id(), happened(kind, 1))
            await eventually(lambda: seen(fragile_settings, "1"))
            await fragile.nats.stop()
            await publish(context, new_id(), happened(kind, 2))
            await fragile.nats.start()
            await eventually(lambda: seen(fragile_settings, "1", "2"))
            await fragile.postgres.stop()
            await send(context, kind, happened(kind, 3), tenant=new_id())
            await eventually(lambda: _in_hand(context, name))
            await fragile.postgres.start()
            await eventually(lambda: seen(fragile_settings, "1", "2", "3"))
        assert await list_dead_letters(context) == []


async def test_a_deleted_durable_is_made_again(
    context: Context, settings: ChassisSettings, name: str, kind: str
) -> None:
    async with running(ConsumerRunner(context, [consuming(name, note, kind)])):
        await send(context, kind, happened(kind, 1), tenant=new_id())
        await eventually(lambda: seen(settings, "1"))
        await context.nats.jetstream().delete_consumer("EVENTS", f"{name}-on_event")
        await send(context, kind, happened(kind, 2), tenant=new_id())
        await eventually(lambda: seen(settings, "1", "2"))


def test_a_name_is_taken_once() -> None:
    registry = Consumers("twice")
    registry.on("a.b.c")(note)
    with pytest.raises(ValueError, match="twice-note"):
        registry.on("d.e.f")(note)


async def _in_hand(context: Context, name: str) -> bool:
    found: Any = await context.nats.jetstream().consumer_info("EVENTS", f"{name}-on_event")
    return bool(found.num_ack_pending)


async def _failed_once(name: str) -> bool:
    return bool(metrics.CONSUMED.labels(f"{name}-on_event", "failed")._value.get())
