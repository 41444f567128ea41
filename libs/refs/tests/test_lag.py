"""When a service is late with changes of access: the rule, and a broker that does not answer."""

import asyncio
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from nats.errors import NoServersError

from chassis.caller import Caller
from chassis.testing.eventually import eventually
from refs import lag
from refs.lag import LATE_SECONDS, Progress

# Seconds until the event comes, whether it is of access, and seconds until it is handled.
_EVENTS = st.lists(
    st.tuples(st.floats(0, 4), st.booleans(), st.floats(0.01, 20)), min_size=1, max_size=30
)


def looks(*looked: tuple[float, int, int | None]) -> list[bool]:
    progress = Progress()
    return [progress.look(at, end, {"access": floor}) for at, end, floor in looked]


def test_late_is_who_has_not_handled_what_came_five_seconds_ago() -> None:
    """GW-02"""
    idle = looks((0, 100, None), (1, 120, None), (9, 500, None))
    assert idle == [False, False, False]
    # An event of others' moves the stream on, one of access waits for longer than it may.
    dead = looks((0, 100, None), (1, 101, 90), (5, 140, 90), (6, 150, 90), (7, 151, None))
    assert dead == [False, False, False, True, False]
    # It goes on, and is far behind all the same, until it has come near enough.
    slow = looks((0, 0, None), (1, 900, 0), (7, 900, 400), (8, 900, 899), (9, 901, 900))
    assert slow == [False, False, True, True, False]
    # What was there before the first look may be of any age.
    assert looks((0, 10, 4), (1, 11, 4), (2, 12, 10)) == [True, True, False]


def test_one_late_consumer_is_enough() -> None:
    progress = Progress()
    assert not progress.look(0, 5, {"folders": None, "people": None})
    assert not progress.look(1, 9, {"folders": None, "people": 3})
    assert progress.look(7, 9, {"folders": None, "people": 3})


@given(_EVENTS)
def test_whatever_comes_it_is_noticed_within_a_look_and_never_of_who_is_idle(
    events: list[tuple[float, bool, float]],
) -> None:
    """GW-02"""
    came, handled, now, free = [], [], 0.5, 0.0
    for gap, _, takes in events:
        now += gap
        free = max(free, now) + takes
        came.append(now)
        handled.append(free)
    ours = [position for position, (_, is_ours, _) in enumerate(events, 1) if is_ours]
    progress, idle_at = Progress(), 0.0
    for at in range(int(free) + 9):
        end = sum(one <= at for one in came)
        done = [p for p in ours if handled[p - 1] <= at]
        waiting = [p for p in ours if p <= end and p not in done]
        floor = (done[-1] if done else 0) if waiting else None
        idle_at = idle_at if waiting else at
        is_late = progress.look(at, end, {"access": floor})
        if waiting and at - came[waiting[0] - 1] > LATE_SECONDS + 1:
            assert is_late
        if at - idle_at < LATE_SECONDS:
            assert not is_late


class _Broker:
    """A connection to NATS that answers, or does not."""

    def __init__(self) -> None:
        self.is_away = True

    def jetstream(self, **_: Any) -> "_Broker":
        return self

    async def stream_info(self, _: str) -> Any:
        if self.is_away:
            raise NoServersError()
        return SimpleNamespace(state=SimpleNamespace(last_seq=7))

    async def consumer_info(self, *_: str) -> Any:
        return SimpleNamespace(num_pending=0, num_ack_pending=0, ack_floor=None)


async def test_whoever_cannot_ask_nats_is_late(context: Any, caller: Any) -> None:
    """GW-02: an owner is not asked about, nobody takes anything from them."""
    assert not lag.is_late(context.database)
    context.nats, context.draining = _Broker(), False
    await lag.watch(context)

    async def is_in_time() -> bool:
        return not lag.is_late(context.database)

    assert lag.is_late(context.database)
    context.nats.is_away = False
    await eventually(is_in_time, within=60)
    context.nats.is_away = True
    await eventually(lambda: _later(context), within=60)
    owner: Caller = caller(is_owner=True)
    async with context.database.work(owner) as work:
        assert await lag.is_visible(work, owner.tenant_id)
    context.draining = True
    await asyncio.wait_for(_ended(context), 30)


async def _later(context: Any) -> bool:
    return lag.is_late(context.database)


async def _ended(context: Any) -> None:
    task = lag._watches[context.database].task
    assert task is not None
    await task
