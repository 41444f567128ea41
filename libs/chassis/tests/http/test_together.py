"""Several statements in one message find and change what they would one after the other."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.ids import new_id
from chassis.statements import statement
from chassis.testing.harness import Harness
from chassis.work import UnitOfWork
from libs.chassis.tests.shop.app import Bikes, bikes

_C = bikes.c
_OURS = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_NAME = statement(select(_C.name, _C.price).where(_OURS, _C.id == bindparam("id", type_=Uuid)))
_SOME = statement(
    select(_C.id, _C.name).where(_OURS, _C.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(_C.name)
)  # fmt: skip


def counted(work: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reach the database from now on."""
    sent: list[str] = []
    plain = asyncpg.Connection.fetch

    async def fetch(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        sent.append(query)
        return await plain(self, query, *arguments, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetch", fetch)
    return sent


async def test_what_was_read_ahead_is_read_once(
    shop: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shop.context.database.work(shop.caller()) as work:
        made = [await Bikes(work).add(name=name) for name in ("أزرق", "red")]
        ours: dict[str, Any] = {"tenant_id": work.tenant_id}
        one, many = ours | {"id": made[1].id}, ours | {"ids": [bike.id for bike in made]}
        apart = [[dict(row) for row in await work.fetch(q, **v)]
                 for q, v in ((_NAME, one), (_SOME, many))]  # fmt: skip
        sent = counted(work, monkeypatch)
        await work.read_ahead((_NAME, one), (_SOME, many))
        assert [await work.fetch(_NAME, **one), await work.fetch(_SOME, **many)] == apart
        assert len(sent) == 1
        await Bikes(work).update(made[1], name="green")
        [again] = await work.fetch(_NAME, **one)
        assert again["name"] == "green", "once, and then as it is"


async def test_what_is_not_there_is_not_found_ahead(shop: Harness) -> None:
    async with shop.context.database.work(shop.caller()) as work:
        ours: dict[str, Any] = {"tenant_id": work.tenant_id}
        none, some = ours | {"id": new_id()}, ours | {"ids": [new_id()]}
        bike = await Bikes(work).add(name="red")
        await work.read_ahead((_NAME, none), await Bikes(work).asked_by_id(bike.id), (_SOME, some))
        assert await work.fetchrow(_NAME, **none) is None
        assert await Bikes(work).find(bike.id) == bike
        assert await work.fetch(_SOME, **some) == []


async def test_whoever_asks_for_something_else_is_answered_that(shop: Harness) -> None:
    async with shop.context.database.work(shop.caller()) as work:
        first, second = [await Bikes(work).add(name=name) for name in ("blue", "red")]
        await work.read_ahead(await Bikes(work).asked_by_id(first.id))
        assert await Bikes(work).find(second.id) == second
        assert await Bikes(work).find(first.id) == first


async def test_others_are_not_read_ahead(shop: Harness) -> None:
    async with shop.context.database.work(shop.caller()) as work:
        bike = await Bikes(work).add(name="red")
    async with shop.context.database.work(shop.caller()) as stranger:
        mine = {"tenant_id": stranger.tenant_id, "id": bike.id}
        # Row security holds for whoever leaves out to name the tenant.
        theirs = {"tenant_id": work.tenant_id, "ids": [bike.id]}
        await stranger.read_ahead((_NAME, mine), (_SOME, theirs))
        assert await stranger.fetchrow(_NAME, **mine) is None
        assert await stranger.fetch(_SOME, **theirs) == []


async def test_changes_are_written_together_or_not_at_all(shop: Harness) -> None:
    caller = shop.caller()
    async with shop.context.database.work(caller) as work:
        (blue, first), (red, second) = [Bikes(work).added(name=n) for n in ("blue", "red")]
        await work.execute_together(blue, red)
        assert await Bikes(work).find(first.id) == first
        assert await Bikes(work).find(second.id) == second
    with pytest.raises(asyncpg.UniqueViolationError):
        async with shop.context.database.work(caller) as work:
            green, third = Bikes(work).added(name="green")
            again, _ = Bikes(work).added(id=first.id, name="blue")
            await work.execute_together(green, again)
    async with shop.context.database.work(caller) as work:
        assert await Bikes(work).find(third.id) is None
