"""Which files somebody sees, as another service asks."""

from uuid import uuid4

import pytest
from diwan.clients.v1 import files_pb2

from chassis.caller import Caller
from chassis.errors import Invalid, NotFound
from clients.files.servicer import Files
from services.clients.tests.factories import Person
from services.clients.tests.files.uploading import add


async def _seen(owner: Person, file_ids: list[str], caller: Caller | None = None) -> list[str]:
    async with owner.service.context.database.work(caller or owner.caller) as work:
        request = files_pb2.ListVisibleFilesRequest(file_ids=file_ids)
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


async def test_a_question_names_ids_and_not_too_many(owner: Person) -> None:
    """BI-07"""
    for asked in (["x"], [str(uuid4())] * 10_001):
        with pytest.raises(Invalid):
            await _seen(owner, asked)
