"""The walk of who may do everything and change no client: whatever changes one refuses them."""

from typing import Final

import pytest

from local.stack import Stack
from tests.openapi import PUBLIC, Operation
from tests.rpcs import every_rpc, permissions
from tests.security.stillness import nothing_happens
from tests.security.test_walk_rpcs import Call, faults_of
from tests.security.walk import (
    ONE_BY_ONE,
    Attempt,
    _named,
    ask,
    bound,
    gathered,
)
from tests.shelves import MINE, OPEN, PERSONAL, Stage

pytestmark = pytest.mark.timeout(240)

# What names a client and only reads of it, or keeps a mark of its reader's own.
_CHANGES_NOTHING: Final = {
    "POST /v1/clients/{client_id}/read", "POST /v1/clients/{client_id}/reveal",
    "POST /v1/files/{file_id}/download-links", "POST /v1/flows/{flow_id}/test",
}  # fmt: skip
# What names no client and makes one in a folder.
_MAKES: Final = {"POST /v1/clients"}
# As ONE_BY_ONE: the call is taken, and each part of it refused.
_RPCS_ONE_BY_ONE: Final = ("/CreateInvoices",)


def changes(stage: Stage, operation: Operation) -> bool:
    """Whether an operation changes something about a client."""
    # One by one, some of it may be about no client, and is made.
    if operation.name in _CHANGES_NOTHING | ONE_BY_ONE or operation.permission == PUBLIC:
        return False
    named = bound(stage, operation.path_names) | bound(stage, _named(operation))
    is_about = bool(named & stage.base.of_clients) and not named & PERSONAL
    return operation.writes and (is_about or operation.name in _MAKES)


async def test_a_reader_and_a_watcher_change_nothing_about_a_client(
    stack: Stack, stage: Stage, every_operation: list[Operation]
) -> None:
    """GW-02: they hold every permission, see the client, and are refused by every service."""
    changing = [one for one in every_operation if changes(stage, one)]
    assert {one.path.split("/")[2] for one in changing} >= {"clients", "messages", "runs", "notes"}
    some = [
        Attempt(one, stage.reader, stage.shelf(name), frozenset({403}))
        for one in changing for name in (OPEN, MINE)
    ]  # fmt: skip
    async with nothing_happens(stack, stage, every_operation):
        faults = [fault for found in await gathered(ask, some) for fault in found]
    assert not faults, "\n".join(faults)


async def test_nor_does_a_service_in_their_name(
    stack: Stack, stage: Stage, every_operation: list[Operation]
) -> None:
    """GW-02, AU-12: as a flow of theirs would ask."""
    asked_for = permissions()
    some = [
        Call(rpc, stage.reader, stage.shelf(name), frozenset({"PERMISSION_DENIED"}))
        for rpc in every_rpc() for name in (OPEN, MINE)
        if asked_for[rpc.path].endswith(":write") and rpc.names & stage.base.of_clients
    ]  # fmt: skip
    assert {one.rpc.service for one in some} == {
        "billing", "clients", "comms", "memberships", "scheduling",
    }  # fmt: skip
    async with nothing_happens(stack, stage, every_operation):
        await faults_of(stack, stage, [one for one in some if _is_of_parts(one)])
        faults = await faults_of(stack, stage, [one for one in some if not _is_of_parts(one)])
    assert not faults, "\n".join(faults)


def _is_of_parts(call: Call) -> bool:
    return call.rpc.path.endswith(_RPCS_ONE_BY_ONE)
