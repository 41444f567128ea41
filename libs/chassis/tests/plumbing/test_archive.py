"""The archive gives back every event that was ever published, in its order."""

from chassis.archive import read_archive
from chassis.context import Context
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.testing.eventually import eventually
from libs.chassis.tests.plumbing.parts import happened, publish, running, unsent


async def test_the_archive_holds_all_events_and_those_of_some_types(
    context: Context, settings: ChassisSettings, signals: Signals, name: str
) -> None:
    async def all_sent() -> bool:
        return await unsent(settings) == 0

    kinds = [f"{name}.note.added", f"{name}.note_x.added", f"{name}.file.added"]
    events = [happened(kinds[n % 3], n) for n in range(2400)]
    async with running(Relay(context, signals)):
        for start in range(0, 2400, 600):
            await publish(context, new_id(), *events[start : start + 600])
        await eventually(all_sent)
    await publish(context, new_id(), happened(kinds[0], -1))

    async with context.database.plumbing() as connection:
        read = [(p, e.data["number"]) async for p, e in read_archive(connection)]
        assert [number for _, number in read] == list(range(2400))
        later = [e.data["number"] async for _, e in read_archive(connection, read[999][0])]
        assert later == list(range(1000, 2400))
        some = [e.type async for _, e in read_archive(connection, 0, [kinds[0], f"{name}.file.>"])]
        assert set(some) == {kinds[0], kinds[2]}
        assert len(some) == 1600
