"""Clients by the id of a partner's own system: added once, changed from then on."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from services.clients.tests.clients.test_routes import FULL
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person

BY = "/v1/clients/by-external-id"


async def _put(person: Person, name: str, body: Json, **headers: str) -> tuple[int, Json]:
    answer = await person.http.put(f"{BY}/{name}", json=body, headers=headers)
    found: Json = answer.json()
    return answer.status_code, found


async def test_the_first_adds_and_the_next_change(owner: Person, events: Events) -> None:
    """CL-22: 201 with its place, then 200; what is left out stays."""
    answer = await owner.http.put(f"{BY}/crm-1", json={"name": "سارة", "credit_days": 30})
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == made["url"]
    assert (made["external_id"], made["credit_days"]) == ("crm-1", 30)
    answer = await owner.http.put(f"{BY}/crm-1", json={"name": "سارة العتيبي"})
    changed = answer.json()
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert (changed["id"], changed["version"]) == (made["id"], 2)
    assert (changed["name"], changed["credit_days"]) == ("سارة العتيبي", 30)
    assert await owner.get(f"{BY}/crm-1") == changed
    types = [one["type"] for one in await events(owner.caller)]
    assert types.count("clients.client.created") == types.count("clients.client.updated") == 1


async def test_the_same_again_changes_nothing(owner: Person, events: Events) -> None:
    """BI-14: no version, no event; also with everything a client may have."""
    folder = await owner.folder("Active")
    user = {"user_id": str(owner.caller.user_id), "role": "owner"}
    body = FULL | {"folder_id": folder["id"], "staff": [user], "national_id": "1010101010",
                   "bill_to_id": (await owner.make_client())["id"]}  # fmt: skip
    status, made = await _put(owner, "crm-17", body)
    before = await events(owner.caller)
    assert (status, await _put(owner, "crm-17", body)) == (201, (200, made))
    assert await events(owner.caller) == before
    assert made["version"] == 1


async def test_of_twenty_at_once_one_adds(owner: Person) -> None:
    """BI-14: whatever races, there is one client."""

    async def put(number: int) -> int:
        return (await _put(owner, "crm-2", {"name": f"عميل {number}"}))[0]

    assert Counter(await asyncio.gather(*(put(n) for n in range(20)))) == {201: 1, 200: 19}
    assert len(await owner.found(external_id="crm-2")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"credit_days": 3}, "name"), ({"name": " "}, "name"),
        ({"name": "x", "external_id": "crm-other"}, "external_id"),
        ({"name": "x", "surname": "y"}, "surname"), ({"name": "x", "currency": "XYZ"}, "currency"),
    ],
)  # fmt: skip
async def test_a_refusal_names_the_field(owner: Person, body: Json, field: str) -> None:
    answer = await owner.http.put(f"{BY}/crm-3", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    arabic = await owner.http.put(f"{BY}/crm-3", json=body, headers={"Accept-Language": "ar"})
    assert arabic.json()["detail"] != answer.json()["detail"]
    assert await owner.found() == []


async def test_a_name_in_the_path_is_one(owner: Person) -> None:
    answer = await owner.http.put(f"{BY}/{'x' * 201}", json={"name": "x"})
    assert answer.status_code == 404, answer.text
    status, made = await _put(owner, "معرّف%20٧", {"name": "x", "external_id": "معرّف ٧"})
    assert (status, made["external_id"]) == (201, "معرّف ٧")


async def test_what_has_an_action_is_said_as_it_is_or_refused(owner: Person) -> None:
    """As in PATCH; what a new client was given may be repeated."""
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    user = {"user_id": str(owner.caller.user_id), "role": "owner"}
    given: Json = {"name": "x", "folder_id": leads["id"], "source": "crm", "staff": [user]}
    _, made = await _put(owner, "crm-4", given)
    nothing: Json = {"folder_id": None, "staff": [], "source": None, "pinned_status_id": None}
    assert await _put(owner, "crm-4", nothing) == (200, made)
    others: dict[str, Any] = {
        "folder_id": active["id"], "status_id": active["statuses"][0]["id"], "source": "shop",
        "staff": [user | {"role": "watcher"}], "id": str(uuid4()),
    }  # fmt: skip
    for name, value in others.items():
        status, refused = await _put(owner, "crm-4", {"name": "y", name: value})
        assert (status, refused["code"]) == (422, "changed_by_action")
        assert refused["errors"][0]["field"] == name
    assert await owner.get(made["url"]) == made


async def test_a_version_may_be_asked_for(owner: Person) -> None:
    """If-Match: of the client that is there, also where its external id looks like an id."""
    for name in ("crm-5", str(uuid4())):
        absent = await _put(owner, name, {"name": "x"}, **{"If-Match": '"1"'})
        assert (absent[0], absent[1]["code"]) == (412, "stale_version")
        await _put(owner, name, {"name": "x"})
        for version, status in (("1", 200), ("1", 412), ("2", 200)):
            body = {"name": f"after {version} {status}"}
            answer = await _put(owner, name, body, **{"If-Match": f'"{version}"'})
            assert answer[0] == status, answer


async def share(owner: Person, client: Json, external_id: str) -> None:
    """As it could be before no two could have one."""
    async with owner.service.context.database.work(owner.caller) as work:
        await (await work.connection()).execute(
            "update clients set external_id = $1, shares_external_id = true where id = $2",
            external_id, client["id"],
        )  # fmt: skip


async def test_of_several_the_living_one_is_meant(owner: Person) -> None:
    """Two alike are a conflict of its own code; who is archived or was merged comes after."""
    first = await owner.make_client("a", external_id="crm-6")
    second = await owner.make_client("b")
    await share(owner, second, "crm-6")
    for method in ("GET", "PUT"):
        body = {"name": "c"} if method == "PUT" else None
        found = await owner.refused(method, f"{BY}/crm-6", body)
        assert found == (409, "external_id_of_several")
    await owner.post(f"{first['url']}/archive")
    assert (await owner.get(f"{BY}/crm-6"))["id"] == second["id"]
    survivor = await owner.make_client("c", external_id="shop-6")
    await owner.post(f"{second['url']}/merge", {"into_id": survivor["id"]})
    assert (await owner.get(f"{BY}/crm-6"))["id"] == survivor["id"]
    await owner.post(f"{survivor['url']}/archive")
    status, back = await _put(owner, "crm-6", {"name": "d"})
    assert (status, back["id"], back["archived"]) == (200, first["id"], True)


async def test_a_merged_client_is_its_survivor(owner: Person) -> None:
    """What each system calls it stays as it was."""
    old = await owner.make_client("old", external_id="crm-7")
    survivor = await owner.make_client("new", external_id="shop-7")
    await owner.post(f"{old['url']}/merge", {"into_id": survivor["id"]})
    status, found = await _put(owner, "crm-7", {"name": "both", "external_id": "crm-7"})
    assert (status, found["id"], found["external_id"]) == (200, survivor["id"], "shop-7")


async def test_who_is_hidden_is_not_found_and_not_doubled(owner: Person, events: Events) -> None:
    """CL-68: nothing is changed, nobody is added, and what else is wrong is told first."""
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    hidden = await owner.make_client("hidden", folder_id=active["id"], external_id="crm-8")
    async with owner.colleague(visibility="folders") as agent:
        access = [{"principal": f"user:{agent.caller.user_id}", "level": "write"}]
        await owner.http.put(f"/v1/folders/{leads['id']}/access", json=access)
        before = await events(owner.caller)
        for path in (f"{BY}/crm-8", f"{BY}/crm-9"):
            assert await agent.refused("PUT", path, {}) == (422, "name_needed")
            wrong = {"name": "x", "category_id": str(uuid4())}
            assert (await agent.refused("PUT", path, wrong))[0] == 422
        assert await agent.refused("PUT", f"{BY}/crm-8", {"name": "x"}) == (404, "client_not_found")
        assert await agent.refused("GET", f"{BY}/crm-8") == (404, "client_not_found")
        assert await events(owner.caller) == before
        _, mine = await _put(agent, "crm-9", {"name": "mine"})
        # One number was given to nobody: where crm-9 was refused, never for crm-8.
        assert int(mine["code"][2:]) == int(hidden["code"][2:]) + 2
        into = {"name": "x", "folder_id": active["id"]}
        assert (await agent.refused("PUT", f"{BY}/crm-10", into))[0] in (403, 422)
    assert (await owner.get(f"{BY}/crm-8")) == hidden


async def test_a_folder_that_hides_the_field_tells_nobody_by_it(owner: Person) -> None:
    """CL-71: whom they see, they do not find by what they do not see."""
    client = await owner.make_client(external_id="crm-11")
    leads = await owner.folder("Leads")
    await owner.patch(f"/v1/folders/{leads['id']}", {"visible_fields": ["phones"]})
    async with owner.colleague(visibility="all") as agent:
        assert (await agent.get(client["url"]))["name"] == client["name"]
        assert (await agent.refused("GET", f"{BY}/crm-11"))[0] == 404
        assert (await agent.refused("PUT", f"{BY}/crm-11", {"name": "x"}))[0] == 404


async def test_rights_are_those_of_adding_and_changing(owner: Person) -> None:
    """CL-68: a reader learns 403 of what they see and 404 of all else; watchers change nothing."""
    client = await owner.make_client(external_id="crm-12")
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert (await reader.refused("PUT", f"{BY}/crm-12", {"name": "x"}))[0] == 403
        assert (await reader.refused("PUT", f"{BY}/crm-13", {"name": "x"}))[0] == 404
    async with owner.colleague(visibility="assigned") as agent:
        me = str(agent.caller.user_id)
        for role, status in (("watcher", 403), ("owner", 200)):
            staff = {"add": [{"user_id": me, "role": role}]}
            await owner.post(f"{client['url']}/staff", staff)
            assert (await _put(agent, "crm-12", {"name": role}))[0] == status
        assert (await agent.refused("PUT", f"{BY}/crm-14", {"name": "x"}))[0] == 403
        own = {"name": "x", "staff": [{"user_id": me, "role": "owner"}]}
        assert (await _put(agent, "crm-14", own))[0] == 201


async def test_each_company_has_its_own(owner: Person) -> None:
    mine = await owner.make_client("mine", external_id="crm-15")
    caller = owner.service.caller()
    async with owner.service.http(caller) as http:
        stranger = Person(owner.service, caller, http)
        status, theirs = await _put(stranger, "crm-15", {"name": "theirs"})
        assert (status, theirs["id"] != mine["id"]) == (201, True)
    assert await owner.get(mine["url"]) == mine
