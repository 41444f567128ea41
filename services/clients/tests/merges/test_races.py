"""Merges that race with each other and with whatever else is written."""

import asyncio

from services.clients.tests.factories import AGENT, Person
from services.clients.tests.merges.making import pair, same, undo, unite


async def test_two_merges_of_one_pair_at_once_are_one(owner: Person) -> None:
    """CL-78: and opposite ones make one survivor, whoever is first."""
    for turn in range(5):
        merged, survivor = await pair(owner, turn)
        body = {"into_id": survivor["id"]}
        answers = await asyncio.gather(
            *(owner.http.post(f"{merged['url']}/merge", json=body) for _ in range(4))
        )
        assert sorted(a.status_code for a in answers) == [200, 200, 200, 201]
        assert len({a.json()["merge_id"] for a in answers}) == 1
        one, other = await pair(owner, turn + 5)
        ways = [(one, other), (other, one)] * 2
        answers = await asyncio.gather(
            *(owner.http.post(f"{a['url']}/merge", json={"into_id": b["id"]}) for a, b in ways)
        )
        assert sorted(a.status_code for a in answers) == [200, 201, 422, 422]
        found = {(await owner.get(client["url"]))["id"] for client in (one, other)}
        assert len(found) == 1


async def test_edits_links_and_notes_race_with_a_merge_and_none_is_lost(owner: Person) -> None:
    """CL-66, CL-78: whichever is first; nobody waits for somebody who waits for them."""
    for turn in range(6):
        merged, survivor = await pair(owner, turn)
        ends = [(merged, survivor), (survivor, merged)]
        links = [
            owner.http.post("/v1/client-links", json={
                "from_client_id": a["id"], "to_client_id": b["id"], "kind": "employee",
            })
            for a, b in ends
        ]  # fmt: skip
        answers = await asyncio.gather(
            owner.http.post(f"{merged['url']}/merge", json={"into_id": survivor["id"]}),
            owner.http.post(f"{merged['url']}/tags", json={"add": [f"وسم {turn}"]}),
            owner.http.post("/v1/notes", json={"client_id": merged["id"], "body": "سباق"}),
            *links,
        )
        assert [a.status_code for a in answers[:3]] == [201, 200, 201]
        assert {a.status_code for a in answers[3:]} <= {201, 422}
        assert f"وسم {turn}" in (await owner.get(survivor["url"]))["tags"]
        notes = (await owner.get("/v1/notes", client_id=survivor["id"]))["items"]
        assert [n["body"] for n in notes] == ["سباق"]


async def test_undoing_twice_at_once_and_merging_again_race(owner: Person) -> None:
    """CL-78"""
    for turn in range(4):
        merged, survivor = await pair(owner, turn)
        merge = await unite(owner, merged, survivor)
        path = f"/v1/merges/{merge['id']}/undo"
        answers = await asyncio.gather(*(owner.http.post(path) for _ in range(4)))
        assert {a.status_code for a in answers} == {200}
        for client in (merged, survivor):
            assert same(await owner.get(client["url"])) == same(client)


async def test_an_agent_sees_a_merged_client_by_its_survivor_alone(owner: Person) -> None:
    """GW-03: notes of a client that was theirs are those of a survivor that is not."""
    mine, hidden = await pair(owner)
    async with owner.colleague(visibility="assigned", permissions=AGENT) as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "owner"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        await owner.post("/v1/notes", {"client_id": mine["id"], "body": "سر"})
        merge = await unite(owner, mine, hidden)
        assert (await agent.get(mine["url"]))["id"] == hidden["id"]
        await owner.post(f"{hidden['url']}/staff", {"remove": [member["user_id"]]})
        assert (await agent.get("/v1/notes"))["items"] == []
        assert (await agent.http.get(f"{mine['url']}/timeline")).status_code == 404
        await undo(owner, merge)
        assert [n["body"] for n in (await agent.get("/v1/notes"))["items"]] == ["سر"]
