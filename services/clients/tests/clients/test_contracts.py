"""What other services get: events as their protobuf messages, and the rpcs."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from diwan.clients.v1 import clients_pb2, events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from chassis.caller import Caller, system
from chassis.errors import Invalid, NotFound
from clients.clients.rules.failures import StatusMissing
from clients.clients.servicer import Clients, NotAnId
from services.clients.tests.clients.test_follow_ups import make_status, run, waiting
from services.clients.tests.clients.test_routes import FULL
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

CONTRACTS: dict[str, type[Message]] = {
    "clients.client.created": events_pb2.ClientCreated,
    "clients.client.updated": events_pb2.ClientUpdated,
    "clients.client.status_changed": events_pb2.ClientStatusChanged,
    "clients.client.folder_changed": events_pb2.ClientFolderChanged,
    "clients.client.tagged": events_pb2.ClientTagsChanged,
    "clients.client.untagged": events_pb2.ClientTagsChanged,
    "clients.client.staff_assigned": events_pb2.ClientStaffChanged,
    "clients.client.follow_up_due": events_pb2.ClientFollowUpDue,
    "clients.client.archived": events_pb2.ClientArchived,
    "clients.client.restored": events_pb2.ClientArchived,
    "clients.folder.created": events_pb2.FolderChanged,
    "clients.folder.updated": events_pb2.FolderChanged,
    "clients.folder.access_changed": events_pb2.FolderAccessChanged,
}


async def test_every_event_is_its_message(owner: Person, events: Events) -> None:
    """CL-32: the JSON made by hand is exactly the message's own."""
    user = {"user_id": str(uuid4()), "role": "owner"}
    made, active = await owner.make_client(**FULL, staff=[user]), await owner.folder("Active")
    await owner.patch(made["url"], {"name": "x", "tags": []})
    await owner.post(f"{made['url']}/tags", {"add": ["VIP"]})
    await owner.post(f"{made['url']}/staff", {"remove": [user["user_id"]]})
    await owner.post(f"{made['url']}/move", {"folder_id": active["id"]})
    status = {"status_id": active["statuses"][1]["id"]}
    await owner.post(f"{made['url']}/status", status)
    due = {"follow_up_status_id": await make_status(owner, 1)}
    await owner.post(f"{made['url']}/status", due)
    await run(owner, await waiting(owner))
    for action in ("archive", "restore"):
        await owner.post(f"{made['url']}/{action}")
    await owner.patch(f"/v1/folders/{active['id']}", {"name": "A"})
    entry = {"principal": f"user:{uuid4()}", "level": "read"}
    await owner.http.put(f"/v1/folders/{active['id']}/access", json=[entry])
    told = await events(owner.caller)
    assert {event["type"] for event in told} == set(CONTRACTS)
    for event in told:
        message = ParseDict(event["data"], CONTRACTS[event["type"]]())
        assert _json(message) == event["data"], event["type"]
    assert [e["type"] for e in told].count("clients.client.created") == 1


def _json(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return found


async def _call(owner: Person, method: str, request: Message, caller: Caller | None = None) -> Any:
    database = owner.service.context.database
    async with database.work(caller or owner.caller) as work:
        return await getattr(Clients(owner.service.context), method)(work, request)


async def test_other_services_act_by_the_same_use_cases(owner: Person, events: Events) -> None:
    made, active = await owner.make_client(**FULL), await owner.folder("Active")
    client_id = made["id"]
    found = await _call(owner, "GetClient", clients_pb2.GetClientRequest(client_id=client_id))
    assert (found.client.name, found.client.phones[0].e164) == (FULL["name"], "+966501234567")
    assert (found.client.birth_date, found.client.serial) == ("1990-05-17", made["serial"])
    assert (found.client.credit_limit, found.client.credit_days) == ("5000.00", 30)
    assert not found.HasField("legal_profile")
    request = clients_pb2.GetClientRequest(client_id=client_id, with_legal_profile=True)
    legal = (await _call(owner, "GetClient", request)).legal_profile
    assert (legal.tax_number, legal.address.city) == ("300000000000003", "الرياض")
    request = clients_pb2.TagClientRequest(client_id=client_id, add=["جديد"], remove=["VIP"])
    assert list((await _call(owner, "TagClient", request)).client.tags) == ["تسويق", "جديد"]
    move = clients_pb2.MoveClientRequest(client_id=client_id, folder_id=active["id"])
    assert (await _call(owner, "MoveClient", move)).client.folder_id == active["id"]
    status_id = active["statuses"][2]["id"]
    choose = clients_pb2.ChangeStatusRequest(client_id=client_id, status_id=status_id)
    assert (await _call(owner, "ChangeStatus", choose)).client.status_id == status_id
    told = [e["type"].split(".")[-1] for e in await events(owner.caller)
            if e.get("clientid") == client_id]  # fmt: skip
    assert told == ["created", "tagged", "untagged", "folder_changed", "status_changed"]


async def test_another_service_gives_a_client_any_of_the_three_statuses(owner: Person) -> None:
    """CL-39, CL-43: what it does not name stays; each id that is none is named."""
    active = await owner.folder("Active")
    pinned, variable = await make_status(owner, None, "pinned"), await make_status(owner, 1)
    made = await owner.make_client(folder_id=active["id"], pinned_status_id=pinned)
    chosen = {"status_id": active["statuses"][1]["id"], "follow_up_status_id": variable}
    request = clients_pb2.ChangeStatusRequest(client_id=made["id"], reason="عاد", **chosen)
    await _call(owner, "ChangeStatus", request)
    found = await owner.get(made["url"])
    assert {name: found[name] for name in chosen} == chosen
    assert found["pinned_status_id"] == pinned
    wrong = clients_pb2.ChangeStatusRequest(client_id=made["id"], pinned_status_id="x")
    with pytest.raises(NotAnId) as refused:
        await _call(owner, "ChangeStatus", wrong)
    assert refused.value.field == "pinned_status_id"
    with pytest.raises(StatusMissing):
        await _call(owner, "ChangeStatus", clients_pb2.ChangeStatusRequest(client_id=made["id"]))


async def test_another_service_takes_somebody_down_once(owner: Person, events: Events) -> None:
    """SC-07: the same id and request again is the same client."""
    given = {"id": str(uuid4()), "name": "سارة", "phone": "0501234567", "source": "booking"}
    request = clients_pb2.CreateClientRequest(**given, email="sara@example.com", language="ar")
    made = (await _call(owner, "CreateClient", request)).client
    again = (await _call(owner, "CreateClient", request)).client
    assert made == again and made.id == given["id"] and made.source == "booking"
    assert (made.phones[0].e164, made.emails[0].address) == ("+966501234567", "sara@example.com")
    told = [one["type"] for one in await events(owner.caller)]
    assert told.count("clients.client.created") == 1
    with pytest.raises(Invalid) as refused:
        wrong = clients_pb2.CreateClientRequest(id=str(uuid4()), name="سارة", email="nobody")
        await _call(owner, "CreateClient", wrong)
    assert refused.value.errors[0].field.startswith("emails")


async def test_rpcs_hide_what_http_hides(owner: Person) -> None:
    made = await owner.make_client()
    stranger = owner.service.caller()
    for client_id in (made["id"], str(uuid4())):
        request = clients_pb2.GetClientRequest(client_id=client_id)
        with pytest.raises(NotFound):
            await _call(owner, "GetClient", request, stranger)
    with pytest.raises(NotAnId):
        await _call(owner, "GetClient", clients_pb2.GetClientRequest(client_id="x"))
    with pytest.raises(Invalid) as refused:
        request = clients_pb2.TagClientRequest(client_id=made["id"], add=["x" * 61])
        await _call(owner, "TagClient", request)
    assert refused.value.errors[0].field == "add.0"


async def test_a_service_asks_which_clients_somebody_sees(owner: Person) -> None:
    """GW-02: and changes, without a permission of its own; a merged client as its survivor."""
    seen, hidden, merged, other = [await owner.make_client(str(n)) for n in range(4)]
    async with owner.colleague(visibility="assigned", permissions=frozenset()) as agent:
        staff = {"add": [{"user_id": str(agent.caller.user_id), "role": "watcher"}]}
        await owner.post(f"{seen['url']}/staff", staff)
    body = {"into_id": seen["id"]}
    assert (await owner.http.post(f"{merged['url']}/merge", json=body)).status_code == 201
    everything = [one["id"] for one in (seen, hidden, merged, other)]

    async def visible(caller: Caller, *asked: str) -> tuple[set[str], set[str]]:
        request = clients_pb2.ListVisibleClientsRequest(client_ids=asked)
        answer = await _call(owner, "ListVisibleClients", request, caller)
        return set(answer.client_ids), set(answer.writable_client_ids)

    pair, unknown = {seen["id"], merged["id"]}, str(uuid4())
    assert await visible(agent.caller, *everything, unknown) == (pair, set())
    collaborator = {"add": [{"user_id": str(agent.caller.user_id), "role": "collaborator"}]}
    await owner.post(f"{seen['url']}/staff", collaborator)
    assert await visible(agent.caller, *everything, unknown) == (pair, pair)
    assert await visible(owner.caller, *everything, unknown) == (set(everything), set(everything))
    for caller, asked in (
        (agent.caller, hidden["id"]), (owner.service.caller(), seen["id"]),
        (owner.caller, str(uuid4())),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await visible(caller, asked)
    with pytest.raises(Invalid) as refused:
        await visible(owner.caller, *[seen["id"]] * 501)
    assert refused.value.code == "too_many_ids"


async def test_a_new_service_takes_over_all_clients_and_folders(owner: Person) -> None:
    made = [await owner.make_client(str(n)) for n in range(3)]
    context, tenant = owner.service.context, str(owner.caller.tenant_id)
    everything = Clients(context).SnapshotClients(context, clients_pb2.SnapshotClientsRequest())
    mine = [c.id async for part in everything if part.tenant_id == tenant for c in part.clients]
    assert sorted(mine) == sorted(client["id"] for client in made)
    request = clients_pb2.SnapshotFolderAccessRequest()
    folders = [f async for f in Clients(context).SnapshotFolderAccess(context, request)]
    ours = {UUID(f.folder_id) for f in folders if f.tenant_id == tenant}
    listed = (await owner.get("/v1/folders"))["items"]
    assert ours == {UUID(folder["id"]) for folder in listed}


async def test_many_are_asked_for_at_once(owner: Person) -> None:
    """BI-14: by the ids they were asked for, so that a merged one is found as its survivor."""
    first, second = await owner.make_client(**FULL), await owner.make_client(name="نورة")
    request = clients_pb2.GetClientsRequest(
        client_ids=[first["id"], second["id"], str(uuid4())], with_legal_profile=True
    )
    found = await _call(owner, "GetClients", request)
    names = {one.asked_id: one.client.name for one in found.clients}
    assert names == {first["id"]: FULL["name"], second["id"]: "نورة"}
    await owner.post(f"/v1/clients/{second['id']}/merge", {"into_id": first["id"]})
    found = await _call(owner, "GetClients", request)
    assert {one.client.id for one in found.clients} == {first["id"]}
    with pytest.raises(NotFound):
        nobody = clients_pb2.GetClientsRequest(client_ids=[str(uuid4())])
        await _call(owner, "GetClients", nobody)


async def test_who_pays_is_told_who_sees_every_client(owner: Person, events: Events) -> None:
    """CL-64: beside what events tell, and in no answer to who may not see all."""
    company = await owner.make_client("شركة")
    sara = await owner.make_client("سارة", bill_to_id=company["id"])
    context, tenant = owner.service.context, owner.caller.tenant_id
    people = (
        (owner.caller, company["id"]), (system(tenant, "billing"), company["id"]),
        (owner.service.caller(tenant, is_owner=False, visibility="assigned",
                              permissions=frozenset({"clients:read"})), ""),
    )  # fmt: skip
    staff = {"add": [{"user_id": str(people[2][0].user_id), "role": "owner"}]}
    await owner.post(f"{sara['url']}/staff", staff)
    for caller, told in people:
        one = clients_pb2.GetClientRequest(client_id=sara["id"])
        some = clients_pb2.GetClientsRequest(client_ids=[sara["id"]])
        assert (await _call(owner, "GetClient", one, caller)).client.bill_to_id == told
        [found] = (await _call(owner, "GetClients", some, caller)).clients
        assert found.client.bill_to_id == told
    everything = Clients(context).SnapshotClients(context, clients_pb2.SnapshotClientsRequest())
    ours = [c async for part in everything if part.tenant_id == str(tenant) for c in part.clients]
    assert {one.id: one.bill_to_id for one in ours} == {
        sara["id"]: company["id"],
        company["id"]: "",
    }
    await owner.patch(sara["url"], {"bill_to_id": None})
    heard = [one for one in await events(owner.caller) if one["subject"] == sara["id"]]
    assert [one.get("aside") for one in heard] == [company["id"], company["id"], None]
    assert not any(company["id"] in str(one["data"]) for one in heard)


async def _named(owner: Person, caller: Caller, *keys: tuple[str, str]) -> dict[str, str]:
    """Whom each value names; `*` several, left out nobody."""
    asked = [clients_pb2.ClientKey(key=key, value=value) for key, value in keys]
    found = await _call(owner, "FindClients", clients_pb2.FindClientsRequest(keys=asked), caller)
    assert [(one.key.key, one.key.value) for one in found.found] == list(keys)
    told = {one.key.value: "*" if one.is_ambiguous else one.client_id for one in found.found}
    return {value: who for value, who in told.items() if who}


async def test_clients_are_found_by_what_is_written_of_them(owner: Person) -> None:
    """BI-11, CL-24: as imports match rows: folded, phones in any form, the survivor of a merge."""
    sara = await owner.make_client(
        "سارة", code="AB-7", external_id="old-1", phones=[{"number": "0501234567"}],
        emails=[{"address": "Sara@Example.com"}],
    )  # fmt: skip
    gone = await owner.make_client("منى", code="X-9", phones=[{"number": "0551111111"}])
    await owner.post(f"/v1/clients/{gone['id']}/merge", {"into_id": sara["id"]})
    twins = [await owner.make_client(str(n), phones=[{"number": "0560000000"}]) for n in "ab"]
    assert len(twins) == 2
    found = await _named(
        owner, owner.caller, ("code", "ab-٧"), ("code", "x-9"), ("external_id", "old-1"),
        ("phone", "٠٥٠ ١٢٣ ٤٥٦٧"), ("phone", "+966 50 123 4567"), ("email", "sara@example.COM"),
        ("phone", "0560000000"), ("phone", "0501234567 / 0560000000"), ("code", ""),
        ("external_id", "OLD-1"), ("code", "none"), ("email", "?"),
        ("external_id", "\0"), ("code", "x" * 501),
    )  # fmt: skip
    assert {value: who for value, who in found.items() if who == "*"} == {
        "0560000000": "*", "0501234567 / 0560000000": "*",
    }  # fmt: skip
    assert {value for value, who in found.items() if who == sara["id"]} == {
        "ab-٧", "x-9", "old-1", "٠٥٠ ١٢٣ ٤٥٦٧", "+966 50 123 4567", "sara@example.COM",
    }  # fmt: skip
    assert len(found) == 8


async def test_nobody_is_found_who_is_not_seen(owner: Person) -> None:
    """BI-11, GW-02: in the name of who asks; an unseen one makes no key ambiguous."""
    seen, hidden = [
        await owner.make_client(name, code=name, phones=[{"number": "0501234567"}])
        for name in ("seen", "hidden")
    ]
    async with owner.colleague(
        visibility="assigned", permissions=frozenset({"clients:read"})
    ) as agent:
        staff = {"add": [{"user_id": str(agent.caller.user_id), "role": "watcher"}]}
        await owner.post(f"{seen['url']}/staff", staff)
    asked = (("phone", "0501234567"), ("code", "hidden"))
    assert await _named(owner, agent.caller, *asked) == {"0501234567": seen["id"]}
    assert await _named(owner, owner.caller, *asked) == {
        "0501234567": "*", "hidden": hidden["id"],
    }  # fmt: skip
    assert await _named(owner, owner.service.caller(), *asked) == {}


@pytest.mark.parametrize(
    ("keys", "code"),
    [([("name", "x")], "unknown_key"), ([("code", "x")] * 501, "too_many_keys")],
)
async def test_only_some_keys_and_so_many_are_asked_for(
    owner: Person, keys: list[tuple[str, str]], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await _named(owner, owner.caller, *keys)
    assert refused.value.code == code
