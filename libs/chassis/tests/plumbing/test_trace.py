"""One trace from a request through outbox, stream and handler to a job; and what people read."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import orjson
import pytest

from chassis import dead_letters, held_jobs, telemetry
from chassis.consumer import Consumers
from chassis.consumer_runner import ConsumerRunner
from chassis.context import Context
from chassis.events import Event
from chassis.ids import new_id
from chassis.job_runner import JobRunner
from chassis.jobs import Jobs
from chassis.outbox import Relay
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.testing.eventually import eventually
from chassis.work import UnitOfWork
from libs.chassis.tests.plumbing.parts import happened, publish, running


async def test_event_and_job_stay_in_the_trace_of_the_request(
    context: Context, signals: Signals, name: str, kind: str
) -> None:
    traces: dict[str, str | None] = {}
    jobs, consumers = Jobs(), Consumers(name)

    @consumers.on(kind)
    async def on_event(work: UnitOfWork, _: Event) -> None:
        traces["event"] = telemetry.trace_id()
        work.enqueue("plumbing.follow_up", {})

    @jobs.job("plumbing.follow_up")
    async def follow_up(_: Context, __: UUID, ___: dict[str, Any]) -> None:
        traces["job"] = telemetry.trace_id()

    async def both() -> bool:
        return len(traces) == 2

    parts = (
        ConsumerRunner(context, [consumers]), JobRunner(context, signals, [jobs]),
        Relay(context, signals),
    )  # fmt: skip
    async with running(*parts):
        with telemetry.server_span("POST /v1/things"):
            here = telemetry.trace_id()
            await publish(context, new_id(), happened(kind))
        await eventually(both)
    assert traces == {"event": here, "job": here}


Print = Callable[..., Awaitable[list[Any]]]


@pytest.fixture
def jobs_and_consumers(name: str, kind: str) -> tuple[Jobs, Consumers, set[str]]:
    """An event that enqueues a job; each fails while the set names it."""
    jobs, consumers, broken = Jobs(), Consumers(name), {"event", "job"}

    @consumers.on(kind)
    async def on_event(work: UnitOfWork, _: Event) -> None:
        if "event" in broken:
            raise ValueError("not today")
        work.enqueue("plumbing.follow_up", {"number": 1})

    @jobs.job("plumbing.follow_up", attempts=1)
    async def follow_up(_: Context, __: UUID, ___: dict[str, Any]) -> None:
        if "job" in broken:
            raise ValueError("nor now")

    return jobs, consumers, broken


@pytest.fixture
def printed(
    context: Context,
    jobs_and_consumers: tuple[Jobs, Consumers, set[str]],
    capsys: pytest.CaptureFixture[str],
) -> Print:
    """What a maintenance command prints."""

    async def run(*arguments: str) -> list[Any]:
        if arguments[0] == "held-jobs":
            await held_jobs.command(context, arguments[1:])
        else:
            await dead_letters.command([jobs_and_consumers[1]], context, arguments[1:])
        return [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


async def test_commands_print_what_waits_for_a_person(
    context: Context,
    settings: ChassisSettings,
    signals: Signals,
    jobs_and_consumers: tuple[Jobs, Consumers, set[str]],
    printed: Print,
) -> None:
    jobs, consumers, broken = jobs_and_consumers
    context.chassis_settings = settings.model_copy(  # type: ignore[misc]
        update={"consumer_max_deliveries": 1}
    )
    parts = (
        ConsumerRunner(context, [consumers]), JobRunner(context, signals, [jobs]),
        Relay(context, signals),
    )  # fmt: skip
    async with running(*parts):
        await publish(context, new_id(), happened(consumers.subscriptions[0].types[0]))
        [letter] = await eventually(lambda: printed("dead-letters", "list"))
        assert letter["error"] == "ValueError: not today"
        [again] = await printed("dead-letters", "replay-all")
        assert "not today" in again["error"]
        broken.remove("event")
        await printed("dead-letters", "replay", letter["id"])
        [held] = await eventually(lambda: printed("held-jobs", "list"))
        assert (held["payload"], held["error"]) == ({"number": 1}, "nor now")
        broken.remove("job")
        await printed("held-jobs", "requeue-all")
        assert await printed("held-jobs", "list") == []


@pytest.mark.parametrize("command", ["dead-letters", "held-jobs"])
async def test_an_unknown_command_is_refused(printed: Print, command: str) -> None:
    with pytest.raises(SystemExit, match=command):
        await printed(command, "burn")
