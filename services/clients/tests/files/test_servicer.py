"""Which files somebody sees, as another service asks."""

from uuid import uuid4

import pytest
from diwan.clients.v1 import files_pb2

from chassis.caller import Caller
from chassis.errors import Invalid, NotFound
from clients.files.servicer import Files
from services.clients.tests.factories import Person
from services.clients.tests.files.uploading import add
from services.clients.tests.merges.making import unite


async def _seen(
    owner: Person, file_ids: list[str], caller: Caller | None = None, *, client_id: str = ""
) -> list[str]:
    async with owner.service.context.database.work(caller or owner.caller) as work:
        request = files_pb2.ListVisibleFilesRequest(file_ids=file_ids, client_id=client_id)
        return sorted((await Files().ListVisibleFiles(work, request)).file_ids)


async def test_only_files_of_clients_that_the_caller_sees_are_told(owner: Person) -> None:
    """BI-07, GW-02"""
    client = await owner.make_client("سارة")
    ids = sorted([(await add(owner, client))["id"] for _ in range(2)])
    assert await _seen(owner, [*ids, str(uuid4())]) == ids
    async with owner.colleague(visibility="assigned") as other:
        with pytest.raises(NotFound):
            await _seen(owner, ids, other.caller)
    with pytest.raises(NotFound):
        await _seen(owner, ids, owner.service.caller())


async def test_files_of_one_client_may_be_asked_for(owner: Person) -> None:
    """CL-82, CL-78: with those of who was merged with it, whichever of the two is named."""
    one, other, third = [await owner.make_client(name) for name in ("a", "b", "c")]
    first, second, last = [(await add(owner, client))["id"] for client in (one, other, third)]
    ids = [first, second, last]
    assert await _seen(owner, ids, client_id=one["id"]) == [first]
    with pytest.raises(NotFound):
        await _seen(owner, [second, last], client_id=one["id"])
    await unite(owner, one, other)
    for named in (one, other):
        assert await _seen(owner, ids, client_id=named["id"]) == sorted([first, second])
    assert await _seen(owner, ids, client_id=third["id"]) == [last]
    async with owner.colleague(visibility="assigned") as agent:
        with pytest.raises(NotFound):
            await _seen(owner, ids, agent.caller, client_id=one["id"])


async def test_a_question_names_ids_and_not_too_many(owner: Person) -> None:
    """BI-07"""
    for asked in (["x"], [str(uuid4())] * 10_001):
        with pytest.raises(Invalid):
            await _seen(owner, asked)
    with pytest.raises(Invalid):
        await _seen(owner, [str(uuid4())], client_id="x")
