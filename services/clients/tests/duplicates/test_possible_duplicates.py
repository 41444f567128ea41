"""Who else may be the same client, told in a client's own answer."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from clients.clients.rules.alike import MOST_HOLDERS, MOST_SHOWN
from clients.duplicates.use_cases import look_for_duplicates
from services.clients.tests.factories import Json, Person

PHONE = {"phones": [{"number": "0501234567"}]}
EMAIL = {"emails": [{"address": "Sara@Example.com"}]}


def _told(client: Json) -> list[tuple[str, list[str]]]:
    return [(one["name"], one["reasons"]) for one in client["possible_duplicates"]]


async def _read(person: Person, client: Json) -> list[tuple[str, list[str]]]:
    return _told(await person.get(client["url"]))


async def _assign(owner: Person, client: Json, agent: Person) -> None:
    member = {"user_id": str(agent.caller.user_id), "role": "owner"}
    await owner.post(f"{client['url']}/staff", {"add": [member]})


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (PHONE, {"phones": [{"number": "+966 55 000 0000"}, {"number": "٠٥٠١٢٣٤٥٦٧"}]}, "phone"),
        (EMAIL, {"emails": [{"address": "sara@example.com"}]}, "email"),
        ({"national_id": "1000000008"}, {"national_id": "١٠٠٠٠٠٠٠٠٨"}, "id_number"),
        ({"tax_number": "300000000000003"}, {"tax_number": "٣٠٠٠٠٠٠٠٠٠٠٠٠٠٣"}, "tax_number"),
        ({"registration_number": "CR 10"}, {"registration_number": "cr10"}, "registration_number"),
    ],
)  # fmt: skip
async def test_who_shares_something_is_told_at_once(
    owner: Person, one: Json, other: Json, reason: str
) -> None:
    """CL-78: by the answer of the create already, whatever the names; then by both, by a change
    and by an action; and by none once it is shared no more."""
    first = await owner.make_client("منى", **one)
    assert first["possible_duplicates"] == []
    made = await owner.http.post("/v1/clients", json={"name": "Mona", **other})
    second = made.json()
    assert (made.status_code, second["possible_duplicates"]) == (201, [{
        "id": first["id"], "name": "منى", "code": first["code"], "url": first["url"],
        "reasons": [reason],
    }])  # fmt: skip
    assert await owner.get(second["url"]) == second
    assert await _read(owner, first) == [("Mona", [reason])]
    tagged = await owner.post(f"{first['url']}/tags", {"add": ["VIP"]})
    assert _told(tagged) == [("Mona", [reason])]
    gone = {key: [] if isinstance(value, list) else None for key, value in one.items()}
    assert _told(await owner.patch(first["url"], gone)) == []
    assert await _read(owner, second) == []
    assert _told(await owner.patch(first["url"], one)) == [("Mona", [reason])]


async def test_lists_do_not_tell_them(owner: Person) -> None:
    """CL-78: nor do events, whose readers are others."""
    await owner.make_client("منى", **PHONE)
    await owner.make_client("Mona", **PHONE)
    items = (await owner.get("/v1/clients"))["items"]
    assert len(items) == 2 and not any("possible_duplicates" in item for item in items)


async def test_only_clients_that_stand_for_themselves(owner: Person) -> None:
    """CL-78: not one that is put away, merged or erased; one that comes back is told again."""
    first = await owner.make_client("أولى", **PHONE)
    second = await owner.make_client("ثانية", **PHONE, **EMAIL)
    third = await owner.make_client("ثالثة", **PHONE, **EMAIL)
    assert _told(third) == [("ثانية", ["email", "phone"]), ("أولى", ["phone"])]
    await owner.post(f"{first['url']}/archive")
    assert await _read(owner, third) == [("ثانية", ["email", "phone"])]
    await owner.post(f"{first['url']}/restore")
    await owner.post(f"{second['url']}/merge", {"into_id": third["id"]})
    assert await _read(owner, third) == [("أولى", ["phone"])]
    assert await _read(owner, first) == [("ثالثة", ["phone"])]
    assert await _read(owner, second) == [("أولى", ["phone"])]
    await owner.post(f"{first['url']}/erase", {"confirm": "أولى"})
    assert await _read(owner, third) == []


async def test_whom_the_reader_does_not_see_is_not_told(owner: Person) -> None:
    """CL-78, GW-03: neither to an agent who sees their own, nor to a key of one folder."""
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    seen = await owner.make_client("ظاهرة", folder_id=leads["id"], **PHONE)
    unseen = await owner.make_client("مخفية", folder_id=active["id"], **PHONE)
    assert _told(unseen) == [("ظاهرة", ["phone"])]
    async with owner.colleague(visibility="assigned") as agent:
        await _assign(owner, seen, agent)
        assert await _read(agent, seen) == []
        own = {"staff": [{"user_id": str(agent.caller.user_id), "role": "owner"}]}
        made = await agent.http.post("/v1/clients", json={"name": "جديدة", **PHONE, **own})
        assert _told(made.json()) == [("ظاهرة", ["phone"])]
        assert _told(await agent.patch(made.json()["url"], {"phones": []})) == []
        await _assign(owner, unseen, agent)
        assert await _read(agent, seen) == [("مخفية", ["phone"])]
    key: dict[str, Any] = {"user_id": None, "visibility": "folders"}
    async with owner.colleague(**key, folder_ids=(UUID(leads["id"]),)) as limited:
        assert await _read(limited, seen) == []
        body = {"name": "زائرة", "folder_id": leads["id"], **PHONE}
        assert _told(await limited.post("/v1/clients", body)) == [("ظاهرة", ["phone"])]


async def test_what_a_folder_hides_tells_nothing(owner: Person) -> None:
    """CL-71, CL-78: neither of the client that is read nor of the other one."""
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    await owner.patch(f"/v1/folders/{leads['id']}", {"visible_fields": ["emails"]})
    same = {**PHONE, **EMAIL, "national_id": "1000000008", "tax_number": "300000000000003"}
    hidden = await owner.make_client("مخفية", folder_id=leads["id"], **same)
    shown = await owner.make_client("ظاهرة", folder_id=active["id"], **same)
    all_of_them = ["email", "id_number", "phone", "tax_number"]
    assert _told(shown) == [("مخفية", all_of_them)]
    async with owner.colleague(visibility="all") as agent:
        assert await _read(agent, shown) == [("مخفية", ["email"])]
        assert await _read(agent, hidden) == [("ظاهرة", ["email"])]
        body = {"name": "أخرى", "folder_id": active["id"], **PHONE}
        assert _told(await agent.post("/v1/clients", body)) == [("ظاهرة", ["phone"])]


async def test_a_dismissed_pair_is_not_told_again(owner: Person) -> None:
    """CL-78: to neither of the two, until that is taken back."""
    first, second = [await owner.make_client("سارة", **PHONE) for _ in range(2)]
    body = {"client_id": second["id"], "other_client_id": first["id"]}
    await owner.post("/v1/clients/duplicates/dismiss", body)
    assert [await _read(owner, one) for one in (first, second)] == [[], []]
    third = await owner.make_client("سارة", **PHONE)
    assert len(third["possible_duplicates"]) == 2
    await owner.post("/v1/clients/duplicates/dismiss", body | {"dismissed": False})
    assert await _read(owner, first) == [("سارة", ["phone"])] * 2


async def test_what_the_finder_found_is_told_too(owner: Person) -> None:
    """CL-78: a birth date and the name as it sounds; no longer once one of them is another."""
    born = {"birth_date": "1990-05-17"}
    first = await owner.make_client("محمد العتيبي", **born)
    second = await owner.make_client("Mohamed Alotaibi", **born)
    caller = system(owner.caller.tenant_id, "clients")
    async with owner.service.context.database.work(caller, role="worker") as work:
        for one in (first, second):
            await look_for_duplicates(work, {UUID(one["id"])})
    assert await _read(owner, first) == [("Mohamed Alotaibi", ["birth_date"])]
    assert _told(await owner.patch(first["url"], {"birth_date": "1990-05-18"})) == []


async def test_a_placeholder_tells_nothing_and_many_are_told_in_part(owner: Person) -> None:
    """CL-78: five at most, and none by a number that everybody has."""
    for count in range(MOST_HOLDERS + 2):
        made = await owner.make_client("عميل", **PHONE)
        expected = 0 if count > MOST_HOLDERS else min(count, MOST_SHOWN)
        assert len(made["possible_duplicates"]) == expected


async def test_of_two_made_at_once_both_are_told_in_the_end(owner: Person) -> None:
    """CL-78: whoever comes second, or neither; reading tells of both."""
    made = await asyncio.gather(*(owner.make_client(name, **PHONE) for name in ("أ", "ب")))
    assert [await _read(owner, one) for one in made] == [[("ب", ["phone"])], [("أ", ["phone"])]]
