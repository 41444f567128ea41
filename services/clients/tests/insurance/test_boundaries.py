"""Where insurance is shown at all, to whom, and what becomes of it with its client."""

import json
from typing import Any

from chassis.events import from_json
from clients.timeline.consumers import on_event
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person
from services.clients.tests.insurance.making import (
    CLAIMS,
    POLICIES,
    add_provider,
    claim,
    insure,
    insured,
    switch,
)
from services.clients.tests.merges.making import undo, unite

_OFF = [{"key": "profile"}]


async def _ids(person: Person, path: str, **query: Any) -> list[str]:
    page = await person.get(path, count=True, **query)
    assert page["total"] == len(page["items"])
    return [one["id"] for one in page["items"]]


async def _told(owner: Person, client: Json) -> list[str]:
    """The entries about insurance on a client's timeline."""
    entries = (await owner.get(f"{client['url']}/timeline"))["items"]
    return [one["event"] for one in entries if ".insurance_" in one["event"]]


async def _retold(owner: Person, events: Events) -> None:
    happened = [from_json(json.dumps(one).encode()) for one in await events(owner.caller)]
    async with owner.service.context.database.work(owner.caller) as work:
        for event in happened:
            await on_event(work, [event])


async def test_it_is_off_until_the_layout_has_it(owner: Person, events: Events) -> None:
    """CL-77, CL-56: nothing is written or read; what was there comes back with the section."""
    client, provider = await owner.make_client(), await add_provider(owner)
    body = {"client_id": client["id"], "provider_id": provider["id"], "number": "1",
            "starts_on": "2026-01-01"}  # fmt: skip
    assert await owner.refused("POST", POLICIES, body) == (403, "insurance_off")
    await switch(owner)
    policy = await owner.post(POLICIES, body)
    made = await claim(owner, policy)
    await _retold(owner, events)
    both = ["clients.insurance_claim.added", "clients.insurance_policy.added"]
    assert await _told(owner, client) == both
    await switch(owner, enabled=False)
    assert await _told(owner, client) == []
    assert await _ids(owner, POLICIES) == await _ids(owner, CLAIMS) == []
    history = await owner.get(f"{client['url']}/history/export")
    assert history["insurance_policies"] == history["insurance_claims"] == []
    for method, path, sent in (
        ("GET", f"{POLICIES}/{policy['id']}", None),
        ("PATCH", f"{POLICIES}/{policy['id']}", {"number": "2"}),
        ("DELETE", f"{POLICIES}/{policy['id']}", None),
        ("GET", f"{CLAIMS}/{made['id']}", None), ("POST", f"{CLAIMS}/{made['id']}/submit", None),
    ):  # fmt: skip
        assert (await owner.refused(method, path, sent))[0] == 404
    sent = {"policy_id": policy["id"], "claimed_on": "2026-01-01", "amount": "1"}
    assert await owner.refused("POST", CLAIMS, sent) == (422, "unknown_insurance_policy")
    await switch(owner)
    assert await _ids(owner, POLICIES) == [policy["id"]]
    assert await _told(owner, client) == both


async def test_a_folder_decides_for_its_clients(owner: Person) -> None:
    """CL-77, CL-56: and for the folders inside it, wherever a client came from."""
    client, policy = await insured(owner)
    await claim(owner, policy)
    place = await owner.folder("Active")
    layout = await owner.post("/v1/layouts", {"folder_id": place["id"], "sections": _OFF})
    inner = await owner.post("/v1/folders", {"name": "x", "parent_id": place["id"]})
    assert await _ids(owner, POLICIES) == [policy["id"]]
    for folder in (place, inner):
        await owner.post(f"{client['url']}/move", {"folder_id": folder["id"]})
        assert await _ids(owner, POLICIES) == await _ids(owner, CLAIMS) == []
        body = {"client_id": client["id"], "provider_id": policy["provider_id"], "number": "1",
                "starts_on": "2026-01-01"}  # fmt: skip
        assert await owner.refused("POST", POLICIES, body) == (403, "insurance_off")
    await owner.patch(f"/v1/layouts/{layout['id']}", {"sections": [{"key": "insurance"}]})
    assert len(await _ids(owner, POLICIES)) == len(await _ids(owner, CLAIMS)) == 1


async def test_it_is_seen_and_written_as_its_client_is(owner: Person) -> None:
    """CL-77: no row, no count, and no write for who does not see the client."""
    client, policy = await insured(owner)
    made = await claim(owner, policy)
    mine = await owner.make_client("mine")
    paths = ((f"{POLICIES}/{policy['id']}", {"number": "x"}), (f"{CLAIMS}/{made['id']}", {}))
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        await owner.post(f"{mine['url']}/staff", {"add": [member | {"role": "owner"}]})
        own = await insure(agent, mine, {"id": policy["provider_id"]})
        assert await _ids(agent, POLICIES) == [own["id"]]
        assert await _ids(agent, CLAIMS) == []
        for path, body in paths:
            for method in ("GET", "PATCH", "DELETE"):
                assert (await agent.refused(method, path, body))[0] == 404
        for step in ("submit", "approve", "pay"):
            assert (await agent.refused("POST", f"{paths[1][0]}/{step}", {}))[0] == 404
        sent = {"policy_id": policy["id"], "claimed_on": "2026-01-01", "amount": "1"}
        assert await agent.refused("POST", CLAIMS, sent) == (422, "unknown_insurance_policy")
        await owner.post(f"{client['url']}/staff", {"add": [member]})
        assert (await agent.get(paths[1][0]))["id"] == made["id"]
        watched = (403, "folder_not_writable")
        assert await agent.refused("PATCH", *paths[0]) == watched
        assert await agent.refused("POST", f"{paths[1][0]}/submit") == watched
        assert await agent.refused("POST", CLAIMS, sent) == watched
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert (await reader.get(paths[0][0]))["id"] == policy["id"]
        assert (await reader.refused("DELETE", paths[0][0]))[0] == 403
    async with owner.colleague(permissions=frozenset({"comms:read"})) as guest:
        assert (await guest.refused("GET", POLICIES))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(paths[0][0])).status_code == 404


async def test_the_policies_of_a_merged_client_are_the_survivors(owner: Person) -> None:
    """CL-77, CL-67: until the merge is undone."""
    client, policy = await insured(owner)
    survivor = await owner.make_client()
    merge = await unite(owner, client, survivor)
    made = await claim(owner, policy)
    for path, one in ((POLICIES, policy), (CLAIMS, made)):
        assert await _ids(owner, path, client_id=survivor["id"]) == [one["id"]]
        shown = await owner.get(f"{path}/{one['id']}")
        assert (shown["client_id"], shown["url"]) == (survivor["id"], survivor["url"])
    late = await insure(owner, client, {"id": policy["provider_id"]})
    assert late["client_id"] == survivor["id"]
    await undo(owner, merge)
    assert await _ids(owner, POLICIES, client_id=survivor["id"]) == [late["id"]]
    assert await _ids(owner, CLAIMS, client_id=client["id"]) == [made["id"]]


async def test_it_goes_with_an_erased_client_and_along_with_its_history(owner: Person) -> None:
    """CL-77, CL-78"""
    client, policy = await insured(owner)
    made = await claim(owner, policy)
    history = await owner.get(f"{client['url']}/history/export")
    assert history["insurance_policies"] == [await owner.get(f"{POLICIES}/{policy['id']}")]
    assert history["insurance_claims"] == [await owner.get(f"{CLAIMS}/{made['id']}")]
    await owner.post(f"{client['url']}/erase")
    assert await _ids(owner, POLICIES) == await _ids(owner, CLAIMS) == []
    async with owner.service.context.database.plumbing() as connection:
        for name in ("insurance_claims", "insurance_policies"):
            query = f"select count(*) from {name} where tenant_id = $1"
            assert await connection.fetchval(query, owner.caller.tenant_id) == 0
