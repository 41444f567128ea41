"""Files: kept, described, given versions, downloaded in parts, removed for good."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis import jobs
from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from clients.app import build
from clients.files import schedules
from clients.files.use_cases.changing import delete_files_of_client
from clients.files.use_cases.storing import key_of
from clients.settings import Settings
from clients.timeline.rules.entries import SUMMARIES
from local.servers.backing import BackingServers
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person
from services.clients.tests.files.uploading import PDF, PNG, add, read, refused, sent


async def objects(person: Person) -> list[str]:
    """What the rows of a company name, in the order of versions."""
    query = "select object_id from file_versions where tenant_id = $1 order by id"
    async with person.service.context.database.plumbing() as connection:
        await connection.execute(f"set local app.tenant = '{person.caller.tenant_id}'")
        rows = await connection.fetch(query, person.caller.tenant_id)
    return [str(row[0]) for row in rows]


async def waiting(person: Person) -> list[Json]:
    """The jobs that are to remove stored bytes, those that are due now."""
    query = (
        "select payload from pgqueuer where tenant_id = $1 and entrypoint = 'clients.drop_objects'"
        " and execute_after < now() + interval '1 minute' order by id"
    )
    async with person.service.context.database.plumbing() as connection:
        rows = await connection.fetch(query, person.caller.tenant_id)
    return [jobs.read(row[0])[2] for row in rows]


async def holds(person: Person, object_id: str) -> bool:
    key = f"{person.caller.tenant_id}/{object_id}"
    return await person.service.context.storage.holds(key)


async def drop(person: Person, object_ids: list[str]) -> None:
    payload = {"objects": object_ids}
    await schedules.drop_objects(person.service.context, person.caller.tenant_id, payload)


async def test_a_file_is_kept_described_and_put_away(owner: Person, events: Events) -> None:
    """CL-62: its type by its bytes, its hash, its name in any script; each change is told."""
    client = await owner.make_client()
    file = await add(owner, client, tags=["2026", "عقود"], kind="contract", expires_on="2030-01-31")
    assert (file["client_id"], file["url"]) == (client["id"], client["url"])
    assert (file["name"], file["type"], file["size"]) == ("عقد.pdf", "application/pdf", len(PDF))
    assert (file["sha256"], file["number"]) == (sha256(PDF).hexdigest(), 1)
    assert (file["kind"], file["tags"], file["expires_on"]) == (
        "contract", ["2026", "عقود"], "2030-01-31",
    )  # fmt: skip
    path = f"/v1/files/{file['id']}"
    assert (await owner.get(path)) == file
    changed = await owner.patch(path, {"name": "a/ب.pdf", "tags": [], "expires_on": None})
    assert (changed["name"], changed["tags"], changed["version"]) == ("ب.pdf", [], 2)
    stale = await owner.http.patch(path, json={"kind": "form"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await owner.post(f"{path}/archive"))["archived"] is True
    assert (await owner.get("/v1/files"))["items"] == []
    assert len((await owner.get("/v1/files", archived=True))["items"]) == 1
    assert (await owner.post(f"{path}/restore"))["archived"] is False
    assert (await owner.http.delete(path)).status_code == 204
    assert await owner.refused("GET", path) == (404, "file_not_found")
    told = [e for e in await events(owner.caller) if e["type"].startswith("clients.file.")]
    verbs = [e["type"].split(".")[-1] for e in told]
    assert verbs == ["added", "updated", "updated", "updated", "deleted"]
    assert told[1]["data"]["changed"] == ["expires_on", "name", "tags"]
    assert told[2]["data"]["changed"] == ["archived"]
    for event in told:
        assert (event["type"] in SUMMARIES, event["clientid"]) == (True, client["id"])
        message = ParseDict(event["data"], events_pb2.FileChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_versions_are_kept_and_downloaded(owner: Person) -> None:
    """CL-62: what a file was stays, byte for byte."""
    client = await owner.make_client()
    path = f"/v1/files/{(await add(owner, client))['id']}"
    answer = await sent(owner, f"{path}/versions", PNG, "صورة.png", expires_on="2031-01-01")
    assert answer.status_code == 201, answer.text
    second = answer.json()
    assert answer.headers["location"] == path
    assert (second["number"], second["type"], second["name"]) == (2, "image/png", "صورة.png")
    assert second["expires_on"] == "2031-01-01"
    listed = (await owner.get(f"{path}/versions"))["items"]
    assert [(one["number"], one["type"]) for one in listed] == [
        (2, "image/png"), (1, "application/pdf"),
    ]  # fmt: skip
    assert [(await read(owner, one["content_url"])).content for one in listed] == [PNG, PDF]
    assert (await read(owner, second["content_url"])).content == PNG
    assert (await read(owner, f"{path}/content?number=3")).status_code == 404
    assert (await read(owner, f"{path}/content?number=0")).status_code == 422


async def test_a_download_is_resumed_cached_and_never_run(owner: Person) -> None:
    """CL-62: Range, If-Range, ETag and HEAD; a name in Arabic; active types are only saved."""
    client = await owner.make_client()
    url = (await add(owner, client))["content_url"]
    whole = await read(owner, url)
    tag = whole.headers["etag"]
    assert (whole.status_code, whole.content) == (200, PDF)
    assert tag == f'"{sha256(PDF).hexdigest()}"'
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-disposition"].startswith("attachment; ")
    assert f"filename*=UTF-8''{quote('عقد.pdf')}" in whole.headers["content-disposition"]
    part = await read(owner, url, Range="bytes=100-199", **{"If-Range": tag})
    assert (part.status_code, part.content) == (206, PDF[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(PDF)}"
    other = await read(owner, url, Range="bytes=100-199", **{"If-Range": '"x"'})
    assert (other.status_code, other.content) == (200, PDF)
    beyond = await read(owner, url, Range="bytes=99999-")
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert (await read(owner, url, **{"If-None-Match": tag})).status_code == 304
    head = await owner.http.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (
        200, str(len(PDF)), b"",
    )  # fmt: skip
    page = await add(owner, client, b"<html><script>alert(1)</script>", name="a.html")
    for file, kind in ((page, "attachment"), (await add(owner, client, PNG), "inline")):
        shown = await read(owner, f"{file['content_url']}?inline=true")
        assert shown.headers["content-disposition"].startswith(kind)
        assert shown.headers["content-type"] == file["type"]


async def test_a_list_is_filtered(owner: Person) -> None:
    """CL-62: by client, tag, type and expiry."""
    first, second = await owner.make_client("a"), await owner.make_client("b")
    today = datetime.now(UTC).date()
    await add(owner, first, name="contract.pdf", tags=["x", "y"], kind="contract",
              expires_on=str(today + timedelta(days=10)))  # fmt: skip
    await add(owner, first, PNG, name="photo.png", tags=["y"])
    await add(owner, second, name="other.pdf", expires_on=str(today + timedelta(days=90)))

    async def found(**query: Any) -> set[str]:
        return {item["name"] for item in (await owner.get("/v1/files", **query))["items"]}

    assert await found(client_id=first["id"]) == {"contract.pdf", "photo.png"}
    assert await found(tag=["x"]) == {"contract.pdf"}
    assert await found(tag=["x", "y"], client_id=first["id"]) == {"contract.pdf", "photo.png"}
    assert await found(type="image/*") == {"photo.png"}
    assert await found(type=["image/png", "application/pdf"], kind="contract") == {"contract.pdf"}
    assert await found(type="%") == set()
    assert await found(expiring=True) == {"contract.pdf"}
    assert await found(expiring=False) == {"photo.png", "other.pdf"}
    assert await found(expires_from=str(today + timedelta(days=50))) == {"other.pdf"}
    assert await found(author=owner.caller.principal, sort="name") == await found()
    page = await owner.get("/v1/files", limit=2, count=True, sort="name")
    rest = await owner.get("/v1/files", limit=2, sort="name", cursor=page["next_cursor"])
    names = [item["name"] for item in page["items"] + rest["items"]]
    assert (names, page["total"]) == (["contract.pdf", "other.pdf", "photo.png"], 3)


async def test_a_file_is_seen_and_changed_as_its_client_is(owner: Person) -> None:
    """CL-62: permission inherited from the client, on every route."""
    hidden, mine = await owner.make_client("hidden"), await owner.make_client("mine")
    secret, theirs = await add(owner, hidden), await add(owner, mine)
    share = await owner.post(f"/v1/files/{secret['id']}/shares")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        listed = await agent.get("/v1/files", count=True)
        assert ([f["id"] for f in listed["items"]], listed["total"]) == ([theirs["id"]], 1)
        path = f"/v1/files/{secret['id']}"
        for method, where in (
            ("GET", path), ("DELETE", path), ("GET", f"{path}/content"), ("GET", f"{path}/shares"),
            ("GET", f"{path}/versions"), ("POST", f"{path}/archive"), ("POST", f"{path}/shares"),
            ("POST", f"{path}/download-links"), ("DELETE", f"{path}/shares/{share['id']}"),
        ):  # fmt: skip
            assert await agent.refused(method, where) == (404, "file_not_found"), where
        assert await agent.refused("PATCH", path, {"name": "x"}) == (404, "file_not_found")
        assert await refused(agent, f"{path}/versions") == (404, "file_not_found")
        unknown = await refused(agent, "/v1/files", client_id=hidden["id"])
        assert unknown == (422, "unknown_client")
        watched = await refused(agent, "/v1/files", client_id=mine["id"])
        assert watched == (403, "folder_not_writable")
        assert await refused(agent, f"/v1/files/{theirs['id']}/versions") == (
            403, "folder_not_writable",
        )  # fmt: skip
        await owner.post(f"{mine['url']}/staff", {"add": [member | {"role": "owner"}]})
        own = await add(agent, mine)
        delete = ("DELETE", f"/v1/files/{theirs['id']}")
        assert await agent.refused(*delete) == (403, "file_of_somebody_else")
        assert (await agent.http.delete(f"/v1/files/{own['id']}")).status_code == 204
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert await refused(reader, "/v1/files", client_id=mine["id"]) == (403, "forbidden")
        assert await refused(reader, f"/v1/files/{theirs['id']}/versions") == (403, "forbidden")
        assert (await read(reader, theirs["content_url"])).content == PDF
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(secret["content_url"])).status_code == 404
        assert (await stranger.get("/v1/files")).json()["items"] == []


async def test_what_is_not_taken_is_refused_by_name(owner: Person) -> None:
    """CL-62: by the bytes, whatever the name; programs by their name too."""
    client = await owner.make_client()

    async def asked(content: bytes, name: str = "a.pdf", **fields: Any) -> Any:
        answer = await sent(
            owner, "/v1/files", content, name, **{"client_id": client["id"]} | fields
        )
        return answer.status_code, answer.json()["code"], answer.json()["errors"][0]["field"]

    assert await asked(b"MZ\x90\0") == (422, "file_is_executable", "file")
    assert await asked(b"echo 1", "run.bat") == (422, "file_is_executable", "file")
    assert await asked(b"\0\1\2") == (422, "file_type_not_allowed", "file")
    assert await asked(PDF, client_id=str(new_id())) == (422, "unknown_client", "client_id")
    assert await asked(PDF, expires_on="soon") == (422, "validation_failed", "expires_on")
    assert await asked(PDF, kind="novel") == (422, "validation_failed", "kind")
    assert (await owner.get("/v1/files"))["items"] == []


async def test_the_same_id_is_the_same_file(owner: Person) -> None:
    """CL-62: safe to send again from a phone that was offline."""
    client, made = await owner.make_client(), str(new_id())
    first = await add(owner, client, id=made)
    again = await sent(owner, "/v1/files", PDF, client_id=client["id"], id=made)
    assert (again.status_code, again.json()) == (200, first)
    other = await refused(owner, "/v1/files", PNG, client_id=client["id"], id=made)
    assert other == (409, "id_taken")
    assert len(await objects(owner)) == 1


async def test_what_is_removed_leaves_nothing_stored(owner: Person) -> None:
    """CL-62: bytes are stored before the row, removed after it, and orphans are swept."""
    client = await owner.make_client()
    file = await add(owner, client)
    await sent(owner, f"/v1/files/{file['id']}/versions", PNG)
    before = await objects(owner)
    assert [await holds(owner, one) for one in before] == [True, True]
    await drop(owner, before)  # an early sweep leaves what a row names
    assert [await holds(owner, one) for one in before] == [True, True]
    await owner.http.delete(f"/v1/files/{file['id']}")
    due = await waiting(owner)
    assert sorted(due[-1]["objects"]) == sorted(before)
    await drop(owner, due[-1]["objects"])
    await drop(owner, due[-1]["objects"])
    assert [await holds(owner, one) for one in before] == [False, False]


async def test_all_files_of_a_client_are_removed_for_its_erasure(owner: Person) -> None:
    """CL-62"""
    client, other = await owner.make_client(), await owner.make_client()
    for _ in range(3):
        await add(owner, client)
    kept = await add(owner, other)
    tenant = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        assert await delete_files_of_client(work, UUID(client["id"])) == 3
    left = [item["id"] for item in (await owner.get("/v1/files"))["items"]]
    assert left == [kept["id"]]
    assert sum(len(job["objects"]) for job in await waiting(owner)) == 3


async def test_expiry_is_told_once_and_anew_for_another_date(owner: Person, events: Events) -> None:
    """CL-62: thirty days before, and the day after."""
    client = await owner.make_client()
    today = datetime.now(UTC).date()
    dates = {"past": -3, "near": 10, "far": 90}
    made = {
        name: await add(owner, client, name=name, expires_on=str(today + timedelta(days=days)))
        for name, days in dates.items()
    }
    for _ in range(2):
        await schedules.files_expire(owner.service.context)

    async def told() -> list[tuple[str, str]]:
        found = [e for e in await events(owner.caller) if ".file.expir" in e["type"]]
        return sorted((e["type"].split(".")[-1], e["data"]["file"]["name"]) for e in found)

    assert await told() == [("expired", "past"), ("expiring", "near")]
    path = f"/v1/files/{made['near']['id']}"
    await owner.patch(path, {"expires_on": str(today - timedelta(days=2))})
    await schedules.files_expire(owner.service.context)
    assert await told() == [("expired", "near"), ("expired", "past"), ("expiring", "near")]


@pytest.fixture(scope="module")
async def small(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    """The service with a small quota."""
    async with harness(
        build, Settings, databases, servers.nats.url, servers.valkey.url,
        file_quota=5 * len(PDF), file_types=["application/pdf"],
    ) as opened:  # fmt: skip
        yield opened


async def test_the_quota_holds_whatever_races(small: Harness) -> None:
    """CL-62: ten at once, five fit; what is removed makes room."""
    caller = small.caller()
    async with small.http(caller) as http:
        owner = Person(small, caller, http)
        client = await owner.make_client()
        answers = await asyncio.gather(
            *(sent(owner, "/v1/files", PDF, client_id=client["id"]) for _ in range(10))
        )
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [413] * 5
        full = next(answer for answer in answers if answer.status_code == 413).json()
        assert (full["code"], str(5 * len(PDF)) in full["detail"]) == ("quota_exceeded", True)
        made = next(answer for answer in answers if answer.status_code == 201).json()
        assert (await http.delete(f"/v1/files/{made['id']}")).status_code == 204
        await add(owner, client)
        png = await refused(owner, "/v1/files", PNG, client_id=client["id"])
        assert png == (422, "file_type_not_allowed")
        assert len(await objects(owner)) == 5
        assert key_of(caller.tenant_id, new_id()).startswith(str(caller.tenant_id))


async def test_a_file_expires_on_a_day_that_there_is(owner: Person) -> None:
    """CL-62: the last day of a calendar was kept as infinite."""
    client = await owner.make_client("سارة")
    about = {"client_id": client["id"], "expires_on": "9999-12-31"}
    assert await refused(owner, "/v1/files", **about) == (422, "validation_failed")
    file = await add(owner, client, expires_on="2999-12-31")
    assert file["expires_on"] == "2999-12-31"
