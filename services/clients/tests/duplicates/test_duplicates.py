"""The finder over stored clients: pairs that one sees, until they are merged or dismissed."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from clients.clients.rules.alike import MOST_HOLDERS
from clients.duplicates import consumers
from clients.duplicates.use_cases import look_for_duplicates
from services.clients.tests.factories import Json, Person

PHONE = {"phones": [{"number": "0501234567"}]}


async def _compared(owner: Person, *clients: Json) -> None:
    """As the consumer does for their events."""
    caller = system(owner.caller.tenant_id, "clients")
    async with owner.service.context.database.work(caller, role="worker") as work:
        await look_for_duplicates(work, {UUID(client["id"]) for client in clients})


async def _pairs(person: Person, **query: Any) -> list[tuple[set[str], list[str]]]:
    items = (await person.get("/v1/clients/duplicates", count=True, **query))["items"]
    return [({one["name"] for one in item["clients"]}, item["reasons"]) for item in items]


async def test_records_of_one_person_are_found_in_either_script(owner: Person) -> None:
    """CL-78: by phone, e-mail and identity number; a brother on the family's phone is not."""
    first = await owner.make_client("محمد العتيبي", **PHONE, national_id="1000000008")
    second = await owner.make_client(
        "Mohamed Alotaibi", phones=[{"number": "+966 50 123 4567"}], national_id="1000000008"
    )
    brother = await owner.make_client("فهد العتيبي", **PHONE)
    await _compared(owner, first, second, brother)
    names = {"محمد العتيبي", "Mohamed Alotaibi"}
    assert await _pairs(owner) == [(names, ["id_number", "phone"])]
    await owner.patch(second["url"], {"phones": [], "national_id": None})
    await _compared(owner, second)
    assert await _pairs(owner) == []


async def test_a_dismissed_pair_stays_dismissed(owner: Person) -> None:
    """CL-78: whatever is compared anew, until that is taken back."""
    first, second = [await owner.make_client("سارة", **PHONE) for _ in range(2)]
    await _compared(owner, first, second)
    body = {"client_id": first["id"], "other_client_id": second["id"]}
    pair = await owner.post("/v1/clients/duplicates/dismiss", body)
    assert (pair["dismissed"], pair["reasons"]) == (True, ["phone"])
    await _compared(owner, second, first)
    assert await _pairs(owner) == []
    assert await _pairs(owner, dismissed=True) == [({"سارة"}, ["phone"])]
    again = await owner.post("/v1/clients/duplicates/dismiss", body | {"dismissed": False})
    assert again["id"] == pair["id"] and len(await _pairs(owner)) == 1
    itself = {"client_id": first["id"], "other_client_id": first["id"]}
    path = "/v1/clients/duplicates/dismiss"
    assert await owner.refused("POST", path, itself) == (422, "one_client")


async def test_only_who_sees_both_sees_a_pair(owner: Person) -> None:
    """CL-78, GW-03"""
    first, second = [await owner.make_client("سارة", **PHONE) for _ in range(2)]
    await _compared(owner, first, second)
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "owner"}
        await owner.post(f"{first['url']}/staff", {"add": [member]})
        assert await _pairs(agent) == []
        body = {"client_id": first["id"], "other_client_id": second["id"]}
        path = "/v1/clients/duplicates/dismiss"
        assert await agent.refused("POST", path, body) == (422, "unknown_client")
        await owner.post(f"{second['url']}/staff", {"add": [member]})
        assert len(await _pairs(agent)) == 1
    await owner.post(f"{first['url']}/merge", {"into_id": second["id"]})
    assert await _pairs(owner) == []


async def test_a_pair_by_a_hidden_field_is_not_told(owner: Person) -> None:
    """CL-71, CL-78: that two phones are the same tells one of them."""
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    await owner.patch(f"/v1/folders/{leads['id']}", {"visible_fields": ["emails"]})
    email = {"emails": [{"address": "sara@example.com"}]}
    for name, same in (("سارة", PHONE), ("نورة", email)):
        places = (leads["id"], active["id"])
        both = [await owner.make_client(name, folder_id=one, **same) for one in places]
        await _compared(owner, *both)
    assert len(await _pairs(owner)) == 2
    async with owner.colleague(visibility="all") as agent:
        assert await _pairs(agent) == [({"نورة"}, ["email"])]


async def test_a_number_that_everybody_has_tells_nothing(owner: Person) -> None:
    """CL-78: a placeholder makes no pairs, however many have it."""
    many = [await owner.make_client("عميل", **PHONE) for _ in range(MOST_HOLDERS + 1)]
    await _compared(owner, many[-1])
    await consumers.find_all(owner.service.context, [])
    await _compared(owner, *many[:3])
    last = await _pairs(owner, limit=200)
    assert len(last) < MOST_HOLDERS * MOST_HOLDERS / 2
    lone = await owner.make_client("عميل", **PHONE)
    await _compared(owner, lone)
    items = (await owner.get("/v1/clients/duplicates", limit=200))["items"]
    assert lone["id"] not in {one["id"] for item in items for one in item["clients"]}
