"""The permission walk: whatever the product offers, asked by all who should not get it all."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.openapi import PUBLIC, SIGNED_IN, Operation
from tests.product import Json
from tests.security import walk
from tests.security.stillness import nothing_happens
from tests.security.walk import Attempt, NotJudged, ask, attempts, gathered
from tests.shelves import OPEN, Persona, Stage

pytestmark = pytest.mark.timeout(240)

# When what a list shows by days was made to be.
_WHEN: Final[dict[str, Json]] = {
    "GET /v1/calendar": {"from": "2100-01-01T00:00:00Z", "kind": "appointment"}
}
_OF_MANY: Final = ("/sums", "/counts", "/reminders")


@pytest.fixture(scope="module")
def all_attempts(stage: Stage, every_operation: list[Operation]) -> list[Attempt]:
    return attempts(stage, every_operation)


async def faults_of(some: list[Attempt]) -> list[str]:
    return [fault for faults in await gathered(ask, some) for fault in faults]


async def test_a_read_shows_what_its_caller_may_see_and_nothing_else(
    all_attempts: list[Attempt],
) -> None:
    """GW-02, GW-03, GW-04"""
    reads = [one for one in all_attempts if not one.operation.writes]
    assert len(reads) > 200
    assert any(one.is_allowed for one in reads)
    faults = await faults_of(reads)
    assert not faults, "\n".join(faults)


async def test_lists_filters_and_totals_tell_nothing_of_what_is_hidden(
    stage: Stage, every_operation: list[Operation]
) -> None:
    """GW-02, GW-03, GW-04: by no filter, search text or count."""
    lists = [o for o in every_operation if o.method == "GET" and not o.path_names]
    asked = [
        (operation, persona)
        for operation in lists if operation.permission != PUBLIC
        for persona in stage.personas if persona.may(operation.permission)
    ]  # fmt: skip

    async def faults_in(pair: tuple[Operation, Persona]) -> list[str]:
        operation, persona = pair
        return [f async for f in list_faults(stage, operation, persona)]

    faults = [fault for found in await gathered(faults_in, asked) for fault in found]
    assert not faults, "\n".join(faults)


async def list_faults(
    stage: Stage, operation: Operation, persona: Persona
) -> AsyncIterator[str]:  # fmt: skip
    whole = ""
    for query, is_empty in walk.queries(operation, stage, persona):
        answer = await persona.person.ask("GET", operation.path, params=query)
        where = f"{operation.name} {query} by {persona.name}"
        whole = whole or walk.read(answer)
        if leaked := walk.leaked_by(operation, persona, walk.raw(answer)):
            yield f"{where}: leaks {leaked}"
        if not answer.is_success:
            if answer.status_code not in (404, 409, 422):
                yield f"{where}: {answer.status_code} {answer.text[:200]}"
            continue
        shown, total = walk.amounts(answer)
        if is_empty and (shown or total):
            yield f"{where}: {shown} of {total} by what is hidden"
        if not _agree(shown, total) and not await _agrees(operation, persona, query):
            yield f"{where}: shows {shown}, counts {total}"
    if lacking := await _lacking(stage, operation, persona, whole):
        yield f"{operation.name} by {persona.name} lacks {lacking}"


def _agree(shown: int, total: int | None) -> bool:
    return total is None or shown >= 200 or total == shown


async def _agrees(operation: Operation, persona: Persona, query: Json) -> bool:
    """Once nothing is added between the page and its count."""

    async def agree() -> bool:
        answer = await persona.person.ask("GET", operation.path, params=query)
        return answer.is_success and _agree(*walk.amounts(answer))

    try:
        return await eventually(agree)
    except AssertionError:
        return False


async def _lacking(stage: Stage, operation: Operation, persona: Persona, text: str) -> set[str]:
    if operation.permission == SIGNED_IN or operation.path.startswith(walk.LOG):
        return set()  # one's own things, or what shows but the names of fields
    query = walk.queries(operation, stage, persona)[0][0]
    owner = await stage.base.person.ask("GET", operation.path, params=query)
    seen = [shelf for shelf in stage.shelves if shelf.name in persona.sees]
    own = {one for shelf in seen for one in shelf.private | shelf.placed}
    return {one for one in own if one in walk.read(owner) and one not in text}


async def test_hidden_fields_are_there_for_who_manages_the_folder(stage: Stage) -> None:
    """CL-71: the words that nobody who is bound may read anywhere are really there."""
    folders = next(one for one in stage.personas if one.manages)
    for person in (stage.base.person, folders.person):
        shelf = stage.shelf(OPEN)
        for path in (f"/v1/clients/{shelf.ids['client_id']}", "/v1/clients", "/v1/clients/export"):
            answer = await person.ask("GET", path)
            assert all(word in answer.text for word in shelf.hidden), path
    assert len([one for one in stage.personas if not one.manages and one.sees]) >= 3


async def test_folder_counts_are_over_what_one_sees(stage: Stage) -> None:
    """GW-02, GW-03"""
    for persona in stage.personas:
        for folder in (await persona.person.get("/v1/folders", limit=200))["items"]:
            counted = {"folder_id": folder["id"], "count": "true"}
            page = await persona.person.get("/v1/clients", **counted)
            assert page["total"] == folder["client_count"], f"{persona.name}: {folder}"
            of_statuses = sum(status["client_count"] for status in folder["statuses"])
            assert of_statuses == folder["client_count"], f"{persona.name}: {folder}"


async def test_no_forbidden_write_happens(
    stack: Stack, stage: Stage, all_attempts: list[Attempt], every_operation: list[Operation]
) -> None:
    """GW-02, GW-03, GW-04: refused in the right order, nothing changed, nothing published."""
    refused = [one for one in all_attempts if one.operation.writes and not one.is_allowed]
    assert len(refused) > 200
    async with nothing_happens(stack, stage, every_operation):
        faults = await faults_of(refused)
    assert not faults, "\n".join(faults)


async def test_what_is_allowed_works(all_attempts: list[Attempt]) -> None:
    """GW-02, GW-03: a refusal of everything would be no protection but a fault."""
    allowed = [one for one in all_attempts if one.operation.writes and one.is_allowed]
    assert len(allowed) > 50
    faults = await faults_of(allowed)
    assert not faults, "\n".join(faults)


async def test_everything_about_a_client_names_it_and_links_to_it(
    stage: Stage, every_operation: list[Operation]
) -> None:
    """GW-10: each record that is read by or beside a client's id, in every service."""
    shelf, faults = stage.shelf(OPEN), []
    client = shelf.ids["client_id"]
    for operation in every_operation:
        is_about = walk.bound(stage, operation.path_names) & stage.base.of_clients
        if operation.method != "GET" or not (is_about or "client_id" in operation.query_names):
            continue
        if operation.permission == PUBLIC or operation.path.endswith(_OF_MANY):
            continue  # a stranger has no use for it, a sum is of many, a draft is not reminded of
        asked, name = await shelf.ask(operation), operation.name
        query = asked.query | ({} if is_about else {"client_id": client}) | _WHEN.get(name, {})
        told = await shelf.person.ask("GET", asked.path, params=query)
        if "json" not in told.headers["content-type"]:
            continue  # the bytes of a file
        answer = told.json()
        is_page = isinstance(answer, dict) and "items" in answer and "id" not in answer
        records = answer["items"] if is_page else answer if isinstance(answer, list) else [answer]
        assert records, operation.name
        for found in records:
            assert {"client_id", "id", "client"} & found.keys(), f"{operation.name}: {found}"
            record = found if "client_id" in found or "id" in found else found["client"]
            named = record.get("client_id", record.get("id"))
            if (named, record.get("url")) != (client, f"/v1/clients/{client}"):
                faults.append(f"{operation.name}: {record}")
    assert not faults, "\n".join(faults)


def test_an_operation_without_rule_or_example_fails(stage: Stage) -> None:
    """A new one cannot pass by being unknown."""
    without_example: Json = {"required": True, "content": {"application/json": {}}}
    cases: list[Json] = [{}, {"x-permission": "clients:write", "requestBody": without_example}]
    for details in cases:
        with pytest.raises(NotJudged):
            attempts(stage, [Operation("POST", "/v1/novelties", details)])
