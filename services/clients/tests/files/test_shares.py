"""Links to files: what strangers get, and when they get nothing any more."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from clients.files.consumers import on_api_key_revoked
from refs import people
from services.clients.tests.conftest import Events
from services.clients.tests.factories import AGENT, Json, Person
from services.clients.tests.files.uploading import PDF, PNG, add, sent


async def remember(person: Person, *, active: bool = True, visibility: str = "all") -> None:
    """As identity tells of who shares."""
    caller = person.caller
    version = int(datetime.now(UTC).timestamp() * 1000) % 2_000_000_000
    role = {"id": str(caller.role_id), "version": version, "name": "x", "visibility": visibility,
            "permissions": sorted(caller.permissions), "is_owner": caller.is_owner}  # fmt: skip
    user = {"id": str(caller.user_id), "version": version, "name": "نورة", "email": "n@x.sa",
            "locale": "ar", "role_id": str(caller.role_id), "is_active": active}  # fmt: skip
    data = {"name": "x", "country": "SA", "version": version, "users": [user], "roles": [role]}
    async with person.service.context.database.work(system(caller.tenant_id, "clients")) as work:
        await people.remember_tenant(work, data)


@pytest.fixture
async def sharer(owner: Person) -> Person:
    await remember(owner)
    return owner


async def share(person: Person, file: Json, **body: Any) -> Json:
    return await person.post(f"/v1/files/{file['id']}/shares", body)


async def come(service: Harness, link: str, **headers: str) -> httpx.Response:
    """Somebody outside follows a link."""
    async with service.http(None, **headers) as stranger:
        return await stranger.get(httpx.URL(link).raw_path.decode())


async def opens(person: Person, link: str) -> bool:
    answer = await come(person.service, link)
    assert answer.status_code in (200, 404), answer.text
    return answer.status_code == 200


def basic(password: str) -> Json:
    return {"Authorization": "Basic " + base64.b64encode(f"x:{password}".encode()).decode()}


async def test_a_link_leads_a_stranger_to_the_file(sharer: Person, events: Events) -> None:
    """CL-62: the newest version, saved and never run; the link is shown once, each use audited."""
    client = await sharer.make_client()
    file = await add(sharer, client)
    made = await share(sharer, file)
    link = made["share_url"]
    answer = await come(sharer.service, link)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment")
    part = await come(sharer.service, link, Range="bytes=0-9")
    assert (part.status_code, part.content) == (206, PDF[:10])
    await sent(sharer, f"/v1/files/{file['id']}/versions", PNG)
    assert (await come(sharer.service, link)).content == PNG
    listed = (await sharer.get(f"/v1/files/{file['id']}/shares"))["items"]
    assert [(one["id"], one["downloads"]) for one in listed] == [(made["id"], 3)]
    assert link.rpartition("/")[2] not in str(listed)
    told = [e for e in await events(sharer.caller) if e["type"] == "clients.file.shared"]
    assert (len(told), link.rpartition("/")[2] in str(told)) == (1, False)
    query = "select actor, action from audit_log where tenant_id = $1 and entity = $2"
    async with sharer.service.context.database.plumbing() as connection:
        tenant = sharer.caller.tenant_id
        await connection.execute(f"set local app.tenant = '{tenant}'")
        rows = await connection.fetch(query, tenant, "file_shares")
    audited = [row["actor"] for row in rows if row["action"] == "downloaded"]
    assert audited == [f"share:{made['id']}"] * 3


async def test_a_link_dies(sharer: Person) -> None:
    """CL-62: revoked, file or client put away, file removed, end reached, nonsense."""
    client = await sharer.make_client()
    file = await add(sharer, client)
    path = f"/v1/files/{file['id']}"
    link = (made := await share(sharer, file))["share_url"]
    for where in (path, client["url"]):
        assert await opens(sharer, link)
        await sharer.post(f"{where}/archive")
        assert not await opens(sharer, link)
        await sharer.post(f"{where}/restore")
    assert await opens(sharer, link)
    assert (await sharer.http.delete(f"{path}/shares/{made['id']}")).status_code == 204
    assert not await opens(sharer, link)
    soon = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    ending = await share(sharer, file, expires_at=soon)
    clock = sharer.service.context.database.clock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sharer.service.context.database, "clock", lambda: clock() + timedelta(seconds=61)
        )
        assert not await opens(sharer, ending["share_url"])
    assert await opens(sharer, ending["share_url"])
    await sharer.http.delete(path)
    assert not await opens(sharer, ending["share_url"])
    assert not await opens(sharer, "http://x/v1/public/files/nonsense")
    refused = await sharer.refused("POST", f"{path}/shares", {"expires_at": soon})
    assert refused == (404, "file_not_found")


async def test_a_link_dies_with_the_right_of_who_made_it(owner: Person) -> None:
    """CL-62: deactivated, or no longer seeing the client; of a key, with the key."""
    client = await owner.make_client()
    file = await add(owner, client)
    async with owner.colleague() as agent:
        await remember(agent)
        link = (await share(agent, file))["share_url"]
        assert await opens(owner, link)
        for less in ({"visibility": "assigned"}, {"active": False}):
            await remember(agent, **less)  # type: ignore[arg-type]

            async def is_over(link: str = link) -> bool:
                return not await opens(owner, link)

            await eventually(is_over)
    key = f"key:{(key_id := new_id())}"
    caller = owner.service.caller(
        owner.caller.tenant_id, principal=key, is_owner=False, permissions=AGENT
    )
    async with owner.service.http(caller) as http:
        link = (await share(Person(owner.service, caller, http), file))["share_url"]
    assert await opens(owner, link)
    async with owner.service.context.database.work(system(caller.tenant_id, "clients")) as work:
        await on_api_key_revoked(work, Event("edge.api_key.revoked", key_id, {}))
    assert not await opens(owner, link)


async def test_downloads_are_counted_whatever_races(sharer: Person) -> None:
    """CL-62: of twelve at once three get it; a part is not a way round."""
    file = await add(sharer, await sharer.make_client())
    link = (await share(sharer, file, max_downloads=3))["share_url"]
    async with sharer.service.http(None) as stranger:
        path = httpx.URL(link).raw_path.decode()
        assert (await stranger.head(path)).status_code == 200
        asked = [stranger.get(path, headers={"Range": "bytes=1-"}) for _ in range(12)]
        answers = await asyncio.gather(*asked)
    assert sorted(a.status_code for a in answers) == [200] * 3 + [404] * 9
    assert {a.content for a in answers if a.status_code == 200} == {PDF}
    assert answers[0].headers.get("accept-ranges", "none") == "none"


async def test_a_password_is_asked_for_and_not_guessed(sharer: Person) -> None:
    """CL-62"""
    file = await add(sharer, await sharer.make_client())
    made = await share(sharer, file, password="كلمة للمستلم")
    link = made["share_url"]
    assert made["has_password"] is True
    asked = await come(sharer.service, link)
    assert (asked.status_code, asked.json()["code"]) == (401, "share_password_required")
    assert asked.headers["www-authenticate"].startswith("Basic ")
    assert (await come(sharer.service, link, **basic("كلمة للمستلم"))).content == PDF
    for _ in range(20):
        wrong = await come(sharer.service, link, **basic("1234"))
        assert wrong.status_code == 401
    over = await come(sharer.service, link, **basic("كلمة للمستلم"))
    assert over.status_code == 404
    bad = await sharer.http.post(
        f"/v1/files/{file['id']}/shares", json={"password": "x", "max_downloads": 0}
    )
    assert {e["field"] for e in bad.json()["errors"]} == {"password", "max_downloads"}


async def test_who_tries_links_that_lead_nowhere_is_held_up(
    sharer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-03, CL-62: by address, however they ask and many at once; nobody else is."""
    context = sharer.service.context
    few = context.settings.model_copy(update={"guesses": 3})
    monkeypatch.setattr(context, "settings", few)
    link = (await share(sharer, await add(sharer, await sharer.make_client())))["share_url"]
    nowhere = link.rpartition("/")[0] + "/" + "x" * 43
    here, there = ({"X-Forwarded-For": str(new_id())} for _ in range(2))
    for _ in range(5):
        assert (await come(sharer.service, link, **here)).content == PDF
    found = await asyncio.gather(*(come(sharer.service, nowhere, **here) for _ in range(9)))
    assert {one.status_code for one in found} <= {404, 429}
    for path in (nowhere, link):
        held = await come(sharer.service, path, **here)
        assert (held.status_code, held.json()["code"]) == (429, "too_many_guesses")
        assert held.headers["Retry-After"] == "600"
    async with sharer.service.http(None, **here) as stranger:
        assert (await stranger.head(httpx.URL(link).raw_path.decode())).status_code == 429
    assert (await come(sharer.service, link, **there)).content == PDF


async def test_a_short_link_works_for_minutes_while_its_maker_sees_the_file(
    sharer: Person,
) -> None:
    """CL-62: for browsers, which send no token."""
    file = await add(sharer, await sharer.make_client(), PNG)
    path = f"/v1/files/{file['id']}"
    made = await sharer.post(f"{path}/download-links", {"inline": True})
    answer = await come(sharer.service, made["download_url"])
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-disposition"].startswith("inline")
    changed = made["download_url"][:-3] + ("aaa" if made["download_url"][-3:] != "aaa" else "bbb")
    for wrong in (changed, "http://x/v1/public/downloads/x", "http://x/v1/public/downloads/%D8"):
        assert (await come(sharer.service, wrong)).status_code == 404
    database = sharer.service.context.database
    clock = database.clock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "clock", lambda: clock() + timedelta(minutes=6))
        assert not await opens(sharer, made["download_url"])
    await sharer.http.delete(path)
    assert not await opens(sharer, made["download_url"])
    assert await sharer.refused("POST", f"{path}/download-links") == (404, "file_not_found")
