"""Erasing a client: who may, what goes, what stays, and that nothing brings it back."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis import inbox
from chassis.events import Event
from chassis.ids import new_id
from clients.timeline import consumers as timeline
from services.clients.tests.conftest import Events
from services.clients.tests.factories import AGENT, Json, Person
from services.clients.tests.merges.making import pair, unite

ERASER = AGENT | {"clients:erase"}


async def erase(person: Person, client: Json, **body: str) -> Json:
    return await person.post(f"/v1/clients/{client['id']}/erase", body)


async def test_an_erased_client_is_nowhere_and_erasing_it_again_is_the_same(
    owner: Person, events: Events
) -> None:
    """CL-78"""
    other, client = await owner.make_client("هدى"), await owner.make_client("سارة", code="S-1")
    await owner.post("/v1/client-links", {
        "from_client_id": client["id"], "to_client_id": other["id"], "kind": "employee",
    })  # fmt: skip
    await owner.patch(other["url"], {"bill_to_id": client["id"]})
    preview = await owner.post(f"{client['url']}/erase/preview")
    assert (preview["links"], preview["notes"]) == (1, 0)
    assert [one["name"] for one in preview["clients"]] == ["سارة"]
    gone = await erase(owner, client)
    assert (gone["client_id"], gone["erased_by"]) == (client["id"], owner.caller.principal)
    assert await erase(owner, client) == gone
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/timeline"), ("POST", "/restore")):
        assert await owner.refused(method, client["url"] + path, {}) == (404, "client_not_found")
    assert await owner.found() == ["هدى"]
    assert (await owner.get(other["url"]))["bill_to_id"] is None
    assert (await owner.get("/v1/client-links", client_id=other["id"]))["items"] == []
    told = [e for e in await events(owner.caller) if e["type"] == "clients.client.erased"]
    assert [(e["clientid"], e["data"]["client"]["name"]) for e in told] == [(client["id"], "")]
    assert told[0]["data"]["client"]["folder_id"] == client["folder_id"]
    # The code is free again; the id never is.
    await owner.make_client("غيرها", code="S-1")
    body = {"name": "سارة", "id": client["id"]}
    assert await owner.refused("POST", "/v1/clients", body) == (409, "id_taken")


async def test_who_confirms_names_whom_they_mean(owner: Person) -> None:
    client = await owner.make_client("أحمد علي", code="A-9")
    path = f"{client['url']}/erase"
    assert await owner.refused("POST", path, {"confirm": "أحمد"}) == (422, "not_confirmed")
    assert (await owner.http.post(path, headers={"If-Match": '"9"'}, json={})).status_code == 412
    assert (await owner.get(client["url"]))["name"] == "أحمد علي"
    await erase(owner, client, confirm="احمد  علي")
    coded = await owner.make_client("منى", code="M-1")
    await erase(owner, coded, confirm="m-1")


async def test_it_takes_the_permission_and_the_right_to_change_the_client(owner: Person) -> None:
    """GW-03"""
    client = await owner.make_client()
    path = f"{client['url']}/erase"
    async with owner.colleague(permissions=AGENT) as agent:
        assert (await agent.http.post(path)).status_code == 403
    async with owner.colleague(permissions=ERASER, visibility="assigned") as stranger:
        assert (await stranger.http.post(path)).status_code == 404
        watcher = {"user_id": str(stranger.caller.user_id), "role": "watcher"}
        await owner.post(f"{client['url']}/staff", {"add": [watcher]})
        assert await stranger.refused("POST", path) == (403, "folder_not_writable")
        await owner.post(f"{client['url']}/staff", {"add": [watcher | {"role": "owner"}]})
        gone = await erase(stranger, client)
        assert await erase(stranger, client) == gone
    async with owner.colleague(permissions=ERASER, visibility="assigned") as late:
        assert (await late.http.post(path)).status_code == 404


async def test_all_records_that_answer_as_the_client_are_erased(owner: Person) -> None:
    """CL-78: and no merge can be undone that was of them."""
    merged, survivor = await pair(owner)
    merge = await unite(owner, merged, survivor)
    await owner.post("/v1/notes", {"client_id": merged["id"], "body": "سر"})
    await erase(owner, merged)
    for client in (merged, survivor):
        assert (await owner.http.get(client["url"])).status_code == 404
    assert await owner.found() == []
    undo = f"/v1/merges/{merge['merge_id']}/undo"
    assert await owner.refused("POST", undo) == (404, "merge_not_found")
    assert (await owner.get("/v1/notes"))["items"] == []


async def test_writes_race_with_erasing_and_none_is_left(owner: Person) -> None:
    """Whoever is first: afterwards nothing is about the client."""
    for turn in range(6):
        merged, survivor = await pair(owner)
        note = {"client_id": merged["id"], "body": "سباق"}
        link = {"from_client_id": merged["id"], "to_client_id": survivor["id"], "kind": "spouse"}
        answers = await asyncio.gather(
            owner.http.post("/v1/notes", json=note),
            owner.http.post(f"{merged['url']}/tags", json={"add": [f"وسم {turn}"]}),
            *(owner.http.post(f"{merged['url']}/erase") for _ in range(2)),
            owner.http.patch(merged["url"], json={"name": "آخر"}),
            owner.http.post("/v1/client-links", json=link),
            owner.http.post(f"{merged['url']}/read"),
            owner.http.post("/v1/notes", json=note),
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 404, 422}
        assert [answer.status_code for answer in answers[2:4]] == [200, 200]
        assert await _rows_about(owner, merged["id"]) == set()
        await erase(owner, survivor)


async def test_a_merge_races_with_erasing(owner: Person) -> None:
    """Either both are gone or the one that was not asked for stays; nobody is half there."""
    for _ in range(6):
        merged, survivor = await pair(owner)
        body = {"into_id": survivor["id"]}
        united, gone = await asyncio.gather(
            owner.http.post(f"{merged['url']}/merge", json=body),
            owner.http.post(f"{survivor['url']}/erase"),
        )
        assert (united.status_code, gone.status_code) in {(201, 200), (404, 200), (422, 200),
                                                          (201, 409)}  # fmt: skip
        left = set(await owner.found())
        if gone.status_code == 409:
            await erase(owner, survivor)
        elif united.status_code != 201:
            assert left == {"محمد العتيبي"}
            await erase(owner, merged)
        assert await owner.found() == []


async def test_an_event_that_comes_late_brings_nothing_back(owner: Person) -> None:
    """CL-02: also one that is under way at that very moment, or is handled once more by hand."""
    [subscription] = timeline.consumers.subscriptions
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    for _ in range(8):
        client = await owner.make_client()

        def late(client: Json = client) -> Event:
            return Event(
                "comms.message.sent", new_id(), {"to": "x@example.com"}, 1, UUID(client["id"]),
                time=datetime.now(UTC), tenant_id=tenant_id, actor="system:comms",
            )  # fmt: skip

        def handled(*events: Event) -> Any:
            return inbox.handle(context.database, "clients", subscription, events)

        await handled(late())
        await asyncio.gather(
            handled(late(), late()), owner.http.post(f"{client['url']}/erase"), handled(late())
        )
        await handled(late(), late())
        assert await _rows_about(owner, client["id"]) == set()


async def _rows_about(person: Person, client_id: str) -> set[str]:
    """The tables that still have the client's id in a column for ids."""
    columns = (
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'public'"
        " and (column_name like '%client_id'"
        "      or table_name = 'clients' and column_name in ('id', 'merged_into', 'bill_to_id'))"
    )
    async with person.service.context.database.plumbing() as connection:
        await connection.execute(f"set local app.tenant = '{person.caller.tenant_id}'")
        found = set()
        for table, column, _ in await connection.fetch(columns):
            query = f"select exists (select from {table} where {column} = $1)"
            if table != "audit_log" and await connection.fetchval(query, UUID(client_id)):
                found.add(f"{table}.{column}")
        return found


async def test_the_audit_keeps_who_did_what_and_not_what_it_became(owner: Person) -> None:
    """GW-05"""
    word = f"w{uuid4().hex}"
    client = await owner.make_client(word, business_name=word)
    await owner.patch(client["url"], {"name": f"{word} 2"})
    await erase(owner, client)
    async with owner.service.context.database.plumbing() as connection:
        await connection.execute(f"set local app.tenant = '{owner.caller.tenant_id}'")
        rows = await connection.fetch(
            "select action, actor, changes from audit_log where client_id = $1 order by at, id",
            UUID(client["id"]),
        )  # fmt: skip
    assert [row["action"] for row in rows] == ["created", "updated", "erased"]
    assert {row["actor"] for row in rows} == {owner.caller.principal}
    assert rows[1]["changes"] == {"name": None}
    assert word not in str([dict(row) for row in rows])
