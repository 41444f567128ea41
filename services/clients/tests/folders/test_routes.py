"""Folders, statuses and access: what a company starts with and how it changes them."""

import asyncio
from uuid import uuid4

from chassis.caller import system
from chassis.events import Event
from clients.folders.consumers import on_tenant_created
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person


async def test_a_new_company_starts_with_folders_statuses_and_tags(owner: Person) -> None:
    """CL-85, CL-86: at once, in Arabic and English, and once however many ask."""
    pages = await asyncio.gather(*(owner.get("/v1/folders") for _ in range(6)))
    assert all(page == pages[0] for page in pages)
    names = [folder["name"] for folder in pages[0]["items"]]
    assert [name["en"] for name in names] == ["Leads", "Active", "Closed"]
    assert [name["ar"] for name in names] == ["عملاء محتملون", "عملاء نشطون", "مغلقون"]
    for folder in pages[0]["items"]:
        assert [s["is_default"] for s in folder["statuses"]].count(True) == 1
        assert all(s["name"]["ar"] and s["name"]["en"] for s in folder["statuses"])
    assert all(status["is_closed"] for status in pages[0]["items"][2]["statuses"])
    tags = {tag["name"] for tag in (await owner.get("/v1/tags"))["items"]}
    assert tags == {"تسويق", "VIP", "عميل محتمل بارد", "مستهدف للبيع الإضافي"}


async def test_sign_up_brings_them_in_the_companys_language(owner: Person) -> None:
    """CL-86"""
    tenant = owner.caller.tenant_id
    event = Event("edge.tenant.created", tenant, {"tenant": {"locale": "en"}}, tenant_id=tenant)
    for _ in range(2):
        async with owner.service.context.database.work(system(tenant, "clients")) as work:
            await on_tenant_created(work, event)
    tags = sorted(tag["name"] for tag in (await owner.get("/v1/tags"))["items"])
    assert tags == ["Cold lead", "Marketing", "Upsell target", "VIP"]
    assert len((await owner.get("/v1/folders"))["items"]) == 3


async def test_a_folder_of_ones_own(owner: Person, events: Events) -> None:
    """CL-40, CL-69"""
    response = await owner.http.post("/v1/folders", json={"name": "مشاريع"})
    made = response.json()
    path = f"/v1/folders/{made['id']}"
    assert (response.headers["location"], response.headers["etag"]) == (path, '"1"')
    assert (made["name"], made["client_count"]) == ({"ar": "مشاريع"}, 0)
    assert [status["name"]["en"] for status in made["statuses"]] == ["New"]
    status = await owner.post(f"{path}/statuses", {"name": {"en": "Delivered"}, "is_closed": True})
    await owner.patch(f"{path}/statuses/{status['id']}", {"is_default": True, "color": "#112233"})
    changed = await owner.get(path)
    assert [s["is_default"] for s in changed["statuses"]] == [False, True]
    assert changed["version"] == 3
    first = made["statuses"][0]["id"]
    assert (await owner.http.delete(f"{path}/statuses/{first}")).status_code == 204
    last = f"{path}/statuses/{status['id']}"
    assert await owner.refused("DELETE", last) == (409, "default_status_needed")
    assert (await owner.http.delete(path)).status_code == 204
    told = [e["type"] for e in await events(owner.caller) if e["subject"] == made["id"]]
    assert told == ["clients.folder.created"] + ["clients.folder.updated"] * 3 + [
        "clients.folder.deleted"
    ]


async def test_statuses_come_with_the_folder(owner: Person) -> None:
    body = {"name": "x", "statuses": [{"name": "a"}, {"name": "b", "is_default": True}]}
    made = await owner.post("/v1/folders", body)
    assert [s["is_default"] for s in made["statuses"]] == [False, True]
    body["statuses"] = [{"name": "a", "is_default": True}, {"name": "b", "is_default": True}]
    assert await owner.refused("POST", "/v1/folders", body) == (422, "several_defaults")


async def test_the_default_is_one_whatever_races(owner: Person) -> None:
    made = await owner.post("/v1/folders", {"name": "x"})
    path = f"/v1/folders/{made['id']}/statuses"
    added = [await owner.post(path, {"name": f"s{n}"}) for n in range(5)]
    await asyncio.gather(*(
        owner.http.patch(f"{path}/{s['id']}", json={"is_default": True}) for s in added
    ))  # fmt: skip
    listed = (await owner.get(path))["items"]
    assert [s["is_default"] for s in listed].count(True) == 1


async def test_no_folder_is_inside_itself(owner: Person) -> None:
    outer = await owner.post("/v1/folders", {"name": "خارجي"})
    inner = await owner.post("/v1/folders", {"name": "داخلي", "parent_id": outer["id"]})
    path = f"/v1/folders/{outer['id']}"
    for parent in (inner["id"], outer["id"]):
        refused = await owner.http.patch(path, json={"parent_id": parent})
        assert (refused.status_code, refused.json()["code"]) == (422, "folder_in_circle")
    assert await owner.refused("DELETE", path) == (409, "folder_not_empty")
    await owner.patch(f"/v1/folders/{inner['id']}", {"parent_id": None})
    assert (await owner.http.delete(path)).status_code == 204
    body = {"name": "x", "parent_id": str(uuid4())}
    assert await owner.refused("POST", "/v1/folders", body) == (422, "unknown_folder")


async def test_a_folder_with_clients_stays(owner: Person) -> None:
    leads = await owner.folder("Leads")
    client = await owner.make_client()
    await owner.post(f"{client['url']}/archive")
    path = f"/v1/folders/{leads['id']}"
    assert await owner.refused("DELETE", path) == (409, "folder_not_empty")
    used = next(s["id"] for s in leads["statuses"] if s["is_default"])
    await owner.patch(f"{path}/statuses/{leads['statuses'][1]['id']}", {"is_default": True})
    assert await owner.refused("DELETE", f"{path}/statuses/{used}") == (409, "status_in_use")


async def test_the_last_folder_stays(owner: Person) -> None:
    folders = (await owner.get("/v1/folders"))["items"]
    paths = [f"/v1/folders/{folder['id']}" for folder in folders]
    for path in paths[:-1]:
        assert (await owner.http.delete(path)).status_code == 204
    assert await owner.refused("DELETE", paths[-1]) == (409, "last_folder")
    assert (await owner.make_client())["folder_id"] == folders[-1]["id"]


async def test_access_is_told_with_its_whole_list(owner: Person, events: Events) -> None:
    leads = await owner.folder("Leads")
    path = f"/v1/folders/{leads['id']}/access"
    assert (await owner.http.get(path)).json() == []
    entries = [{"principal": f"user:{uuid4()}", "level": "write"},
               {"principal": f"role:{uuid4()}", "level": "none"}]  # fmt: skip
    for _ in range(2):
        assert (await owner.http.put(path, json=entries)).json() == entries
    assert (await owner.http.get(path)).json() == entries
    told = [e for e in await events(owner.caller) if e["type"].endswith("access_changed")]
    assert len(told) == 1
    assert told[0]["data"]["access"] == entries
    assert told[0]["version"] == 2
    wrong = [{"principal": "everybody", "level": "read"}]
    assert (await owner.refused("PUT", path, wrong))[0] == 422


async def test_who_does_not_see_all_gives_access_to_folders_they_manage_only(
    owner: Person,
) -> None:
    """GW-02: else whoever may define folders could let themselves into any."""
    words = frozenset({"clients:read", "clients:manage"})
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    async with owner.colleague(permissions=words, visibility="folders") as office:
        own = {"principal": f"user:{office.caller.user_id}", "level": "manage"}
        await owner.http.put(f"/v1/folders/{active['id']}/access", json=[own])
        path = f"/v1/folders/{leads['id']}"
        refusal = (403, "access_not_manageable")
        assert await office.refused("PUT", f"{path}/access", [own]) == refusal
        assert await office.refused("PATCH", path, {"parent_id": active["id"]}) == refusal
        await office.patch(path, {"name": "Prospects"})
        other = {"principal": f"user:{uuid4()}", "level": "read"}
        given = await office.http.put(f"/v1/folders/{active['id']}/access", json=[own, other])
        assert given.json() == [own, other]
