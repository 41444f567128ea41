"""All clients below one, as another service asks for them."""

from typing import Any
from uuid import uuid4

import pytest
from diwan.clients.v1 import client_links_pb2

from chassis.caller import Caller
from chassis.errors import Invalid, NotFound
from clients.client_links.servicer import ClientLinks
from services.clients.tests.factories import Person

Json = dict[str, Any]
Asked = client_links_pb2.ListClientsBelowRequest


async def _link(person: Person, above: Json, below: Json, kind: str) -> None:
    ends = {"from_client_id": above["id"], "to_client_id": below["id"]}
    await person.post("/v1/client-links", {**ends, "kind": kind})


async def _below(
    owner: Person, client_id: str, most: int = 10_000, caller: Caller | None = None
) -> tuple[str, list[str], bool]:
    async with owner.service.context.database.work(caller or owner.caller) as work:
        request = Asked(client_id=client_id, most=most)
        found = await ClientLinks().ListClientsBelow(work, request)
    return found.client_id, sorted(found.below_ids), found.is_whole


async def test_all_levels_are_told_each_client_once(owner: Person) -> None:
    """CL-64, CL-66: however many ways lead to one, and in a circle of employees too."""
    head, region, city, shop, worker = [await owner.make_client(name) for name in "abcde"]
    other = await owner.make_client("other")
    await _link(owner, head, region, "branch")
    await _link(owner, region, city, "branch")
    await _link(owner, city, shop, "sub_client")
    await _link(owner, head, shop, "child")
    await _link(owner, shop, worker, "employee")
    await _link(owner, worker, head, "employee")
    await _link(owner, worker, other, "spouse")
    ids = sorted(one["id"] for one in (region, city, shop, worker))
    assert await _below(owner, head["id"]) == (head["id"], ids, True)
    assert await _below(owner, head["id"], most=4) == (head["id"], ids, True)
    _, some, is_whole = await _below(owner, head["id"], most=3)
    assert (len(some), set(some) < set(ids), is_whole) == (3, True, False)
    assert await _below(owner, other["id"]) == (other["id"], [], True)


async def test_of_merged_clients_those_who_answer_for_them_are_told(owner: Person) -> None:
    """CL-66: below either of them; a merged one may be asked for."""
    head, branch, twin, shop = [await owner.make_client(name) for name in "abcd"]
    await _link(owner, head, branch, "branch")
    await _link(owner, twin, shop, "branch")
    await owner.post(f"/v1/clients/{twin['id']}/merge", {"into_id": branch["id"]})
    below = sorted([branch["id"], shop["id"]])
    assert await _below(owner, head["id"]) == (head["id"], below, True)
    assert await _below(owner, twin["id"]) == (branch["id"], [shop["id"]], True)


async def test_nothing_below_a_hidden_client_is_told(owner: Person) -> None:
    """CL-66, GW-02: as the tree of the same client shows it."""
    head, hidden, below, seen = [await owner.make_client(name) for name in "abcd"]
    await _link(owner, head, hidden, "branch")
    await _link(owner, hidden, below, "branch")
    await _link(owner, head, seen, "branch")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        for one in (head, below, seen):
            await owner.post(f"{one['url']}/staff", {"add": [member]})
        found = await _below(owner, head["id"], caller=agent.caller)
        assert found == (head["id"], [seen["id"]], True)
        with pytest.raises(NotFound):
            await _below(owner, hidden["id"], caller=agent.caller)
    with pytest.raises(NotFound):
        await _below(owner, head["id"], caller=owner.service.caller())
    with pytest.raises(NotFound):
        await _below(owner, str(uuid4()))
    with pytest.raises(Invalid):
        await _below(owner, "x")


async def test_a_link_between_two_is_found_from_either_side(owner: Person) -> None:
    """CL-65: for who sees both of them."""
    one, other, third = [await owner.make_client(name) for name in "abc"]
    await _link(owner, one, other, "spouse")
    assert await _linked(owner, one, other)
    assert await _linked(owner, other, one) == await _linked(owner, one, other)
    assert await _linked(owner, one, third) == ""
    async with owner.colleague(visibility="own") as stranger:
        with pytest.raises(NotFound):
            await _linked(stranger, one, other)


async def _linked(person: Person, one: Json, other: Json) -> str:
    async with person.service.context.database.work(person.caller) as work:
        request = client_links_pb2.FindLinkRequest(client_id=one["id"], other_client_id=other["id"])
        return (await ClientLinks().FindLink(work, request)).link_id
