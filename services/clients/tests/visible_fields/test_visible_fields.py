"""What a folder hides of its clients is nowhere to be read, found or guessed by who is bound."""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from diwan.clients.v1 import clients_pb2
from google.protobuf.json_format import MessageToJson

from chassis.events import from_json
from clients.clients.rules.filters import TELLS
from clients.clients.schemas.filters import ClientListFilters
from clients.clients.schemas.records import ClientView
from clients.clients.servicer import Clients
from clients.timeline.consumers import on_event
from clients.visible_fields.rules import CHOSEN
from refs.visibility import ALWAYS_SHOWN
from services.clients.tests.conftest import Events
from services.clients.tests.factories import AGENT, Json, Person

NATIONAL: Final = "1058529940"
ALL_RIGHTS: Final = AGENT | {"clients:export", "clients:reveal"}
SHOWN: Final = ["tags", "custom_fields.size"]
# What stands in hidden fields only, and how each would be asked for.
HIDDEN: Final[Json] = {
    "business_name": "مؤسسة السر", "tax_number": "300000000000003",
    "registration_number": "4030111222", "external_id": "ext-hidden",
    "phones": [{"number": "0501112223"}], "emails": [{"address": "hidden@example.com"}],
    "addresses": [{"city": "مدينة خفية"}], "links": ["https://hidden.example.com"],
    "country_code": "KW", "currency": "KWD", "birth_date": "1985-03-07", "gender": "female",
    "national_id": NATIONAL, "source": "سر المصدر",
    "availability": {"state": "busy", "hours": "ساعات خفية"},
}  # fmt: skip
EMPTY: Final[tuple[Json, ...]] = tuple(
    {name: "none"} for name in (
        "phone", "email", "currency", "country_code", "category_id", "follow_up_status_id",
        "custom.colour",
    )
)  # fmt: skip
WORDS: Final = (
    "مؤسسة السر", "300000000000003", "4030111222", "ext-hidden", "501112223", "hidden@",
    "مدينة خفية", "hidden.example", "KWD", "1985-03-07", "1985", "female", "9940", "سر المصدر",
    "ساعات خفية", "أزرق خفي",
)  # fmt: skip
QUESTIONS: Final[tuple[Json, ...]] = (
    *({"q": word} for word in (
        "السر", "300000000000003", "4030111222", "0501112223", "hidden@example.com", "خفي",
        NATIONAL,
    )),
    {"name": "السر"}, {"phone": "0501112223"}, {"email": "hidden"}, {"link": "hidden"},
    {"country_code": "KW"}, {"currency": "KWD"}, {"external_id": "ext-hidden"},
    {"national_id": NATIONAL}, {"custom.colour": "أزرق خفي"},
    {"currency": ["KWD", "none"]},
)  # fmt: skip


async def secretive(owner: Person, folder: str = "Leads") -> Json:
    """A folder that shows little, and a client in it that has much."""
    place = await owner.folder(folder)
    await owner.patch(f"/v1/folders/{place['id']}", {"visible_fields": SHOWN})
    for key in ("colour", "size"):
        field = {"key": key, "label": key, "type": "text", "searchable": True}
        await owner.post("/v1/custom-fields", field)
    return await owner.make_client(
        "نورة", folder_id=place["id"], tags=["VIP"],
        custom_fields={"colour": "أزرق خفي", "size": "كبير"}, **HIDDEN,
    )  # fmt: skip


def bound(owner: Person, **rights: Any) -> AbstractAsyncContextManager[Person]:
    """Somebody who sees every client, and of each what its folder shows."""
    return owner.colleague(**{"permissions": ALL_RIGHTS, **rights})


# Ids and instants are full of digits, now and then those of a birthday.
CHANCE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\d-]{10}T[\d:.]+Z?")


def told(text: str) -> list[str]:
    """Which of the hidden words a text has."""
    read = CHANCE.sub("", text)
    return [word for word in WORDS if word in read]


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    book = zipfile.ZipFile(io.BytesIO(content))
    return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())


async def answers(person: Person, client: Json) -> Iterable[str]:
    """Everything that shows a client, as texts."""
    url = client["url"]
    for path in ("", "/timeline", "/history/export", "/tree"):
        yield (await person.http.get(f"{url}{path}")).text
    for path in ("/v1/clients", "/v1/clients?q=نورة", "/v1/client-links"):
        yield (await person.http.get(path)).text
    for form in ("csv", "xlsx", "vcf"):
        yield unpacked((await person.http.get(f"/v1/clients/export?format={form}")).content)
    for action, body in (("tags", {"add": ["تسويق"]}), ("archive", None), ("restore", None)):
        yield (await person.http.post(f"{url}/{action}", json=body)).text
    yield (await person.http.patch(url, json={"name": client["name"]})).text
    yield (await person.http.post(f"{url}/reveal")).text
    made = {"name": client["name"], "folder_id": client["folder_id"], **HIDDEN}
    yield (await person.http.post("/v1/clients", json=made)).text


async def retold(owner: Person, events: Events) -> None:
    """Have all that happened arrive on the timelines."""
    from_outbox = [from_json(json.dumps(one).encode()) for one in await events(owner.caller)]
    async with owner.service.context.database.work(owner.caller) as work:
        for event in from_outbox:
            await on_event(work, [event])


async def test_a_hidden_field_is_in_no_answer(owner: Person, events: Events) -> None:
    """CL-71: of reads, lists, writes, exports, the timeline; a visible one is there as ever."""
    client = await secretive(owner)
    await owner.post(f"{client['url']}/staff", {"add": [{"user_id": str(uuid4())}]})
    await owner.patch(client["url"], {"tax_number": "300000000000003 ", "tags": ["VIP", "تسويق"]})
    await retold(owner, events)
    async with bound(owner) as agent:
        async for text in answers(agent, client):
            assert told(text) == []
        found = await agent.get(client["url"])
        assert found.keys() == (ALWAYS_SHOWN & client.keys()) | {"tags", "custom_fields"}
        assert (found["name"], found["custom_fields"]) == ("نورة", {"size": "كبير"})
        [listed] = (await agent.get("/v1/clients", serial=client["serial"]))["items"]
        assert listed | {"possible_duplicates": []} == found
        entries = (await agent.get(f"{client['url']}/timeline"))["items"]
        assert {"clients.client.created", "clients.client.updated"} <= {e["event"] for e in entries}
        assert all("tax_number" not in json.dumps(entry) for entry in entries)
    everything = [text async for text in answers(owner, client)]
    assert set(told(" ".join(everything))) == set(WORDS)


async def test_a_hidden_field_finds_nobody(owner: Person) -> None:
    """CL-71, CL-05: neither search nor filter nor export tells what it holds, nor that it is
    empty; where it is shown they find as ever."""
    client = await secretive(owner)
    active = await owner.folder("Active")
    await owner.make_client(
        "عميل آخر", folder_id=active["id"], **HIDDEN | dict.fromkeys(("national_id", "external_id"))
    )
    async with bound(owner) as agent:
        for question in QUESTIONS:
            assert "نورة" in await owner.found(**question), question
            assert "نورة" not in await agent.found(**question), question
            page = await agent.get("/v1/clients", count=True, **question)
            assert page["total"] == len(page["items"]), question
            assert "نورة" not in (await agent.http.get("/v1/clients/export", params=question)).text
        await owner.make_client("خالية", folder_id=client["folder_id"], country_code=None)
        for question in EMPTY:
            assert "خالية" in await owner.found(**question), question
            assert "خالية" not in await agent.found(**question), question
        for question in ({"phone": "0501112223"}, {"q": "السر"}, {"name": "السر"}):
            assert await agent.found(**question) == ["عميل آخر"]
        for question in ({"q": "نورة"}, {"q": "كبير"}, {"tag": "VIP"}, {"custom.size": "كبير"},
                         {"q": "VIP"}, {"code": client["code"]}):  # fmt: skip
            assert (await agent.found(**question) == ["نورة"]) == (question != {"q": "كبير"})


def test_every_filter_was_judged() -> None:
    """CL-71: a new one tells of fields that are always shown, or says of which it tells."""
    plain = {
        "q", "name", "kind", "folder_id", "status_id", "staff_id", "code", "serial", "serial_from",
        "serial_to", "last_activity_from", "last_activity_to", "archived", "tag_none", "unread",
        "last_contact_at", "last_contact_from", "last_contact_to", "days_since_contact_from",
        "days_since_contact_to", "package_id",
    }  # fmt: skip
    assert ClientListFilters.model_fields.keys() == (TELLS.keys() - {"without_tag"}) | plain


def test_every_field_was_judged() -> None:
    """CL-71: a new one is always shown, or as the folder says."""
    assert ClientView.model_fields.keys() - ALWAYS_SHOWN == set(CHOSEN)


async def test_a_hidden_field_is_not_changed(owner: Person) -> None:
    """CL-71: whether a change changes anything would tell the value."""
    client = await secretive(owner)
    async with bound(owner) as agent:
        for body in ({"tax_number": "300000000000003"}, {"custom_fields": {"colour": "x"}},
                     {"custom_fields": None}, {"phones": []}):  # fmt: skip
            refused = await agent.refused("PATCH", client["url"], body)
            assert refused == (403, "field_hidden"), body
        status = {"pinned_status_id": None}
        path = f"{client['url']}/status"
        assert await agent.refused("POST", path, status) == (403, "field_hidden")
        changed = await agent.patch(client["url"], {"custom_fields": {"size": "صغير"}})
        assert changed["custom_fields"] == {"size": "صغير"}
        revealed = await agent.post(f"{client['url']}/reveal", {"fields": ["national_id"]})
        assert revealed["national_id"] is None
    assert (await owner.get(client["url"]))["custom_fields"] == {
        "colour": "أزرق خفي",
        "size": "صغير",
    }


async def test_no_merge_brings_a_hidden_field_to_light(owner: Person) -> None:
    """CL-71, CL-67: neither tried out nor made nor undone by who is bound."""
    client, active = await secretive(owner), await owner.folder("Active")
    into = await owner.make_client("آخر", folder_id=active["id"])
    body, merge = {"into_id": into["id"]}, f"{client['url']}/merge"
    async with bound(owner) as agent:
        for path in (merge, f"{merge}/preview"):
            assert await agent.refused("POST", path, body) == (403, "field_hidden")
        made = await owner.post(merge, body)
        undo = f"/v1/merges/{made['merge_id']}/undo"
        assert await agent.refused("POST", undo) == (403, "field_hidden")
        await owner.post(undo)
        assert "phones" not in await agent.get(client["url"])


async def test_other_services_get_what_their_asker_may_read(owner: Person) -> None:
    """CL-71"""
    client = await secretive(owner)
    request = clients_pb2.GetClientRequest(client_id=client["id"], with_legal_profile=True)
    async with bound(owner) as agent, owner.service.context.database.work(agent.caller) as work:
        answer = await Clients(owner.service.context).GetClient(work, request)
    assert told(MessageToJson(answer, ensure_ascii=False)) == []
    assert answer.client.name == "نورة" and answer.client.tags == ["VIP"]
    async with owner.service.context.database.work(owner.caller) as work:
        answer = await Clients(owner.service.context).GetClient(work, request)
    assert answer.client.business_name == "مؤسسة السر" and answer.client.phones
    assert answer.legal_profile.address.city == "مدينة خفية"


async def test_who_may_change_the_list_is_not_bound_by_it(owner: Person) -> None:
    """CL-71: the owner, and who has `clients:manage` and sees all or manages the folder."""
    client = await secretive(owner)
    path = f"/v1/folders/{client['folder_id']}"
    manages = ALL_RIGHTS | {"clients:manage"}
    async with bound(owner, permissions=manages) as manager:
        assert "phones" in await manager.get(client["url"])
    async with bound(owner, permissions=manages, visibility="folders") as agent:
        for level, is_bound in (("write", True), ("manage", False)):
            entry = {"principal": f"user:{agent.caller.user_id}", "level": level}
            await owner.http.put(f"{path}/access", json=[entry])
            assert ("phones" not in await agent.get(client["url"])) == is_bound
            body = {"visible_fields": ["phones", *SHOWN]}
            answer = await agent.http.patch(path, json=body)
            assert (answer.status_code == 403) == is_bound, answer.text
    async with bound(owner) as agent:
        assert "phones" in await agent.get(client["url"])
        await owner.patch(path, {"visible_fields": None})
        assert (await agent.get(client["url"])).keys() == client.keys()


async def test_a_folder_without_a_list_does_as_the_one_above(owner: Person) -> None:
    """CL-71: until it has its own; a client is shown as the folder says that it is in now."""
    client = await secretive(owner)
    inner = await owner.post(
        "/v1/folders", {"name": {"en": "Inner"}, "parent_id": client["folder_id"]}
    )
    assert inner["visible_fields"] is None
    below = await owner.make_client("تحت", folder_id=inner["id"], **HIDDEN | {"external_id": None})
    async with bound(owner) as agent:
        assert "phones" not in await agent.get(below["url"])
        await owner.patch(f"/v1/folders/{inner['id']}", {"visible_fields": ["phones"]})
        found = await agent.get(below["url"])
        assert "phones" in found and "emails" not in found and found["custom_fields"] == {}
        active = await owner.folder("Active")
        await owner.post(f"{client['url']}/move", {"folder_id": active["id"]})
        assert (await agent.get(client["url"])).keys() == client.keys()


@pytest.mark.parametrize("name", ["name", "phone", "custom_fields.", "custom_fields.Ä", ""])
async def test_a_list_has_fields_that_can_be_hidden(owner: Person, name: str) -> None:
    """CL-71"""
    body = {"name": "x", "visible_fields": ["tags", name]}
    answer = await owner.http.post("/v1/folders", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "visible_fields.1"


async def test_a_page_goes_on_where_it_ended(owner: Person) -> None:
    """CL-71: cursors and sorts are as for everybody."""
    client = await secretive(owner)
    for number in range(5):
        await owner.make_client(f"{number}", folder_id=client["folder_id"], tags=["VIP"])
    async with bound(owner) as agent:
        found, cursor = [], {}
        while True:
            page = await agent.get("/v1/clients", limit=2, sort="name", tag="VIP", **cursor)
            found += [UUID(item["id"]) for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert len(found) == len(set(found)) == 6
