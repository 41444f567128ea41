"""Whether anything moves while somebody asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.events import published
from tests.openapi import PUBLIC, Operation
from tests.security.walk import LACKING, LOG, gathered
from tests.shelves import Base, Stage


async def everything(stage: Stage, every_operation: list[Operation]) -> dict[str, str]:
    """What the owner reads of every shelf."""
    reads = [
        (operation, shelf)
        for operation in every_operation
        if operation.method == "GET"
        and operation.permission != PUBLIC
        and not operation.path.startswith(LOG)
        for shelf in (stage.shelves if operation.path_names else stage.shelves[:1])
    ]

    async def read(pair: tuple[Operation, Base]) -> tuple[str, str]:
        operation, shelf = pair
        answer = await (await shelf.ask(operation)).by(shelf.person)
        is_read = answer.status_code == 200 or operation.name in LACKING
        assert is_read, f"{operation.name} on {shelf.name}: {answer.text}"
        # Each problem has a trace of its own.
        text = answer.text if answer.is_success else str(answer.status_code)
        return f"{operation.name} on {shelf.name}", text

    return dict(await gathered(read, reads))


async def at_rest(stage: Stage, every_operation: list[Operation]) -> dict[str, str]:
    """The same once nothing moves by itself any more."""
    last: dict[str, str] = {}

    async def same_twice() -> dict[str, str]:
        nonlocal last
        before, last = last, await everything(stage, every_operation)
        return last if before == last else {}

    return await eventually(same_twice, every=0.5)


@asynccontextmanager
async def nothing_happens(
    stack: Stack, stage: Stage, every_operation: list[Operation]
) -> AsyncIterator[None]:
    """Whatever is asked inside leaves every shelf as it was, and no event tells of the askers."""
    before = await at_rest(stage, every_operation)
    known = len(await published(stack, stage.base.ids["tenant_id"]))
    yield
    after = await everything(stage, every_operation)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert not changed, changed
    people = {one.principal for one in (*stage.personas, stage.reader)}
    news = (await published(stack, stage.base.ids["tenant_id"]))[known:]
    assert [one.text for one in news if one.body.get("actor") in people] == []
