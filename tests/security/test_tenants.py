"""Two tenants that never see each other, whatever they ask."""

import json

import pytest

from chassis.testing.eventually import eventually
from tests.openapi import PUBLIC, Operation
from tests.product import Json
from tests.security.walk import LACKING, LOG, ONE_BY_ONE
from tests.world import Asked, World


def leaks(text: str, owner: World) -> bool:
    """Whether an answer holds something of the tenant: its word stands in all its texts."""
    return owner.word in text or any(one in text for one in owner.own_ids)


async def everything_of(world: World, every_operation: list[Operation]) -> dict[str, str]:
    """What the tenant's owner reads, list by list and thing by thing."""
    found = {}
    for operation in every_operation:
        if operation.method != "GET" or operation.permission == PUBLIC:
            continue
        if operation.path.startswith(LOG):
            continue
        answer = await (await world.ask(operation)).by(world.person)
        is_read = answer.status_code == 200 or operation.name in LACKING
        assert is_read, f"{operation.name}: {answer.text}"
        # Each problem has a trace of its own.
        found[operation.name] = answer.text if answer.is_success else str(answer.status_code)
    return found


@pytest.mark.timeout(240)
async def test_no_operation_reaches_another_tenant(
    world: World, other_world: World, every_operation: list[Operation]
) -> None:
    """GW-04, GW-07: every route, with the other tenant's ids in path and body."""
    faults = []
    for operation in every_operation:
        asked = await world.ask(operation)
        if operation.permission == PUBLIC or not _names_anything_of(world, asked):
            continue
        answer = await asked.by(other_world.person)
        refused = (404, 422) if operation.path_names else (403, 404, 422)
        if answer.status_code not in (*refused, *((200,) if operation.name in ONE_BY_ONE else ())):
            faults.append(f"{operation.name}: {answer.status_code} {answer.text[:200]}")
        if leaks(_without_own_words(answer.text, asked.path), world):
            faults.append(f"{operation.name}: leaks {answer.text[:200]}")
    assert not faults, "\n".join(faults)


def _names_anything_of(world: World, asked: Asked) -> bool:
    sent = f"{asked.path} {json.dumps(asked.body)}"
    return any(one in sent for one in world.own_ids)


def _without_own_words(text: str, path: str) -> str:
    """A problem names the path that was asked for."""
    return text.replace(path, "")


async def test_lists_and_searches_hold_nothing_of_another_tenant(
    world: World, other_world: World, every_operation: list[Operation]
) -> None:
    """CL-03, CL-05: whatever is asked for, by every parameter that takes an id or a text."""
    faults = []
    for operation in every_operation:
        if operation.method != "GET" or operation.path_names or operation.permission == PUBLIC:
            continue
        for query in [{}, *_queries(operation, world)]:
            answer = await other_world.person.ask("GET", operation.path, params=query)
            if leaks(answer.text, world) or answer.status_code >= 500:
                faults.append(f"{operation.name} {query}: {answer.text[:200]}")
    assert not faults, "\n".join(faults)


def _queries(operation: Operation, world: World) -> list[Json]:
    found: list[Json] = []
    for name in operation.query_names:
        if name in world.ids:
            found.append({name: world.ids[name]})
        elif name in ("q", "name", "code", "phone", "email", "tag"):
            found.append({name: world.word})
    return found


async def test_a_tenant_is_unchanged_by_what_others_try(
    world: World, other_world: World, every_operation: list[Operation]
) -> None:
    """Every write with this tenant's ids, sent by another, leaves all it can read as it was."""
    guarded = [o for o in every_operation if o.writes and o.permission != PUBLIC and o.path_names]
    asked = [await world.ask(operation, fresh=False) for operation in guarded]
    before = await at_rest(world, every_operation)
    for one in asked:
        await one.by(other_world.person)
    after = await everything_of(world, every_operation)
    assert [name for name in before if before[name] != after[name]] == []


async def at_rest(world: World, every_operation: list[Operation]) -> dict[str, str]:
    """The same once nothing moves by itself any more: messages under way, runs that go on."""
    last: dict[str, str] = {}

    async def same_twice() -> dict[str, str]:
        nonlocal last
        before, last = last, await everything_of(world, every_operation)
        return last if before == last else {}

    return await eventually(same_twice, every=0.5)


async def test_a_token_of_nobody_opens_nothing(
    world: World, every_operation: list[Operation]
) -> None:
    """GW-04: without a token, or with one that was tampered with, the answer is 401."""
    token = world.person.tokens["access_token"]
    head, claims, signature = token.split(".")
    forged = [None, "x", f"{head}.{claims}.{signature[::-1]}", f"{head}.{claims}.",
              "eyJhbGciOiJub25lIn0." + claims + ".", "dwn_" + "a" * 40]  # fmt: skip
    for operation in every_operation:
        if operation.permission == PUBLIC:
            continue
        asked = await world.ask(operation, fresh=False)
        for bad in forged if operation.path == "/v1/clients" else forged[:1]:
            headers = {} if bad is None else {"Authorization": f"Bearer {bad}"}
            answer = await world.product.http.request(
                operation.method, asked.path, json=asked.body, headers=headers
            )
            assert answer.status_code == 401, f"{operation.name} {bad}: {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"
