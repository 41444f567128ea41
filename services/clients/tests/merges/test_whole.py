"""Everything of a merged client is its survivor's, wherever one looks; parted, each has its own."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from clients.clients.use_cases.sweeps import hand_over
from services.clients.tests.bulk_actions.test_bulk_actions import begun
from services.clients.tests.conftest import Worker
from services.clients.tests.factories import Json, Person
from services.clients.tests.files.uploading import add, read, sent
from services.clients.tests.merges.making import pair, same, undo, unite
from services.clients.tests.unread.test_unread import tell


async def names(person: Person, path: str, client: Json) -> list[str]:
    found = (await person.get(path, client_id=client["id"]))["items"]
    return sorted(one.get("name") or one["body"] for one in found)


async def test_one_history_is_taken_out_with_what_came_from_both(owner: Person) -> None:
    """CL-58, CL-62, CL-78: notes, links, files, merges and events, by either id."""
    merged, survivor = await pair(owner)
    company = await owner.make_client("شركة")
    for client, word in ((merged, "أ"), (survivor, "ب")):
        await owner.post("/v1/notes", {"client_id": client["id"], "body": word})
        await add(owner, client, name=f"{word}.pdf")
        await tell(owner, client, "comms.message.received")
    ends = {"from_client_id": company["id"], "to_client_id": merged["id"]}
    await owner.post("/v1/client-links", ends | {"kind": "employee"})
    merge = await unite(owner, merged, survivor)
    await add(owner, merged, name="ج.pdf")
    for asked in (merged, survivor):
        found = await owner.get(f"{asked['url']}/history/export")
        assert found["client"]["id"] == survivor["id"]
        assert sorted(one["body"] for one in found["notes"]) == ["أ", "ب"]
        assert sorted(one["name"] for one in found["files"]) == ["أ.pdf", "ب.pdf", "ج.pdf"]
        assert [one["client"]["name"] for one in found["links"]] == ["شركة"]
        assert [one["merged"]["code"] for one in found["merges"]] == [merged["code"]]
        assert len(found["timeline"]) == 2
        for section in ("notes", "files", "timeline"):
            assert {one["client_id"] for one in found[section]} == {survivor["id"]}, section
    kept = await owner.get("/v1/files", client_id=survivor["id"])
    for one in kept["items"]:
        assert (await read(owner, one["content_url"])).status_code == 200
    await undo(owner, merge)
    assert await names(owner, "/v1/files", merged) == ["أ.pdf"]
    assert await names(owner, "/v1/files", survivor) == ["ب.pdf", "ج.pdf"]
    found = await owner.get(f"{merged['url']}/history/export")
    assert (len(found["timeline"]), len(found["files"])) == (1, 1)


async def test_lists_segments_counts_and_files_of_many_have_one_client(owner: Person) -> None:
    """CL-07, CL-73, CL-78"""
    merged, survivor = await pair(owner)
    segment = await owner.post("/v1/segments", {"name": "شريحة", "filter": {"tag": ["نقدي"]}})
    counted = f"/v1/segments/{segment['id']}/count"
    await unite(owner, merged, survivor)
    assert (await owner.get(counted))["count"] == 1
    listed = await owner.get(f"/v1/segments/{segment['id']}/clients")
    assert [one["id"] for one in listed["items"]] == [survivor["id"]]
    for asked in ({"tag": "نقدي"}, {"email": "m@example.com"}, {"phone": "0112345678"},
                  {"link": "m.example"}, {"code": merged["code"]}):  # fmt: skip
        answer = await owner.get("/v1/clients", count=True, **asked)
        assert ([one["id"] for one in answer["items"]], answer["total"]) == (
            [survivor["id"]], 1,
        ), asked  # fmt: skip


@pytest.mark.parametrize("action", [
    {"type": "tags", "add": ["جملة"]}, {"type": "archive"},
    {"type": "staff", "add": [{"user_id": str(UUID(int=7)), "role": "owner"}]},
])  # fmt: skip
async def test_a_bulk_action_that_names_both_does_it_once_and_takes_it_back(
    owner: Person, worker: Worker, action: Json
) -> None:
    """CL-74, CL-78: parted in between, what was done stays with the survivor until undone."""
    merged, survivor = await pair(owner)
    merge = await unite(owner, merged, survivor)
    before = await owner.get(survivor["url"])
    job = await begun(owner, action, ids=[merged["id"], survivor["id"]])
    await worker.run(owner)
    done = (await owner.get(f"/v1/jobs/{job}"))["result"]
    assert (done["changed"], done["unchanged"], done["refused"]) == (1, 1, 0)
    assert same(await owner.get(survivor["url"])) != same(before)
    await owner.post(f"/v1/clients/bulk/{job}/undo")
    await worker.run(owner)
    assert same(await owner.get(survivor["url"])) == same(before)
    await undo(owner, merge)
    assert same(await owner.get(merged["url"])) == same(merged)


async def test_who_had_the_merged_client_has_the_survivor(owner: Person) -> None:
    """CL-68, GW-03, CL-78: until they leave; parted, the heir has what they had."""
    merged, survivor = await pair(owner)
    async with owner.colleague(visibility="assigned") as agent, owner.colleague() as heir:
        leaver_id, heir_id = agent.caller.user_id, heir.caller.user_id
        assert leaver_id and heir_id
        member: dict[str, Any] = {"user_id": str(leaver_id), "role": "owner"}
        await owner.post(f"{merged['url']}/staff", {"add": [member]})
        assert await agent.found() == [merged["name"]]
        merge = await unite(owner, merged, survivor)
        assert await agent.found() == [survivor["name"]]
        assert await owner.found(staff_id=str(leaver_id)) == [survivor["name"]]
        assert (await agent.patch(merged["url"], {"language": "ar"}))["id"] == survivor["id"]
        async with owner.service.context.database.work(owner.caller) as work:
            assert await hand_over(work, leaver_id, heir_id)
        assert await agent.found() == []
        await undo(owner, merge)
        assert await agent.found() == []
        back = await owner.get(merged["url"])
        assert [one["user_id"] for one in back["staff"]] == [str(heir_id)]


async def test_a_survivor_without_a_photo_has_the_merged_ones(owner: Person) -> None:
    """CL-34, CL-78: its own before that; parted, each has its own, whatever was changed since."""
    for turn, ours in enumerate((None, "red")):
        merged, survivor = await pair(owner, turn)
        theirs = await picture(owner, merged, "blue")
        before = await picture(owner, survivor, ours)
        merge = await unite(owner, merged, survivor)
        assert await picture(owner, survivor) == await picture(owner, merged) == (
            before if ours else theirs
        )  # fmt: skip
        await undo(owner, merge)
        assert (await picture(owner, survivor), await picture(owner, merged)) == (before, theirs)
        merge = await unite(owner, merged, survivor)
        after = await picture(owner, survivor, "green")
        await undo(owner, merge)
        assert (await picture(owner, survivor), await picture(owner, merged)) == (after, theirs)


async def picture(owner: Person, client: Json, colour: str | None = None) -> bytes:
    """What is shown of a client, once it has a photo of this colour."""
    if colour is not None:
        made = BytesIO()
        Image.new("RGB", (40, 40), colour).save(made, "PNG")
        answer = await sent(owner, f"{client['url']}/photo", made.getvalue(), "a.png")
        assert answer.is_success, answer.text
    return (await owner.http.get(f"{client['url']}/photo")).content
