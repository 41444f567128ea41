"""Notes that name files of their client."""

from uuid import uuid4

from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person
from services.clients.tests.files.uploading import add


async def test_a_note_names_files_of_its_client(owner: Person, events: Events) -> None:
    """CL-50: of no other one, and none that was removed since."""
    client, other = await owner.make_client(), await owner.make_client()
    first, second = await add(owner, client), await add(owner, client)
    foreign = await add(owner, other)
    ids = [second["id"], first["id"], first["id"]]
    body = {"client_id": client["id"], "body": "مرفق", "file_ids": ids}
    note = await owner.post("/v1/notes", body)
    assert note["file_ids"] == [first["id"], second["id"]]
    listed = (await owner.get("/v1/notes"))["items"]
    assert [one["file_ids"] for one in listed] == [note["file_ids"]]
    path = f"/v1/notes/{note['id']}"
    for wrong in (foreign["id"], str(uuid4())):
        assert await owner.refused("POST", "/v1/notes", body | {"file_ids": [wrong]}) == (
            422, "unknown_file",
        )  # fmt: skip
        assert await owner.refused("PATCH", path, {"file_ids": [wrong]}) == (422, "unknown_file")
    assert (await owner.http.delete(f"/v1/files/{first['id']}")).status_code == 204
    assert (await owner.get(path))["file_ids"] == [second["id"]]
    kept = await owner.patch(path, {"body": "مرفق آخر"})
    assert kept["file_ids"] == [second["id"]]
    assert (await owner.patch(path, {"file_ids": None}))["file_ids"] == []
    told = [e["data"]["changed"] for e in await events(owner.caller) if "note.updated" in e["type"]]
    assert told == [["body"], ["file_ids"]]


async def test_who_does_not_see_the_client_learns_of_no_file(owner: Person) -> None:
    """CL-50"""
    hidden, mine = await owner.make_client(), await owner.make_client()
    secret = await add(owner, hidden)
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "owner"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        body = {"client_id": mine["id"], "body": "x", "file_ids": [secret["id"]]}
        assert await agent.refused("POST", "/v1/notes", body) == (422, "unknown_file")
