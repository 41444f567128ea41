"""The last contact: when somebody was in touch with a client, and how long ago that is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from diwan.clients.v1 import clients_pb2

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from clients.clients.servicer import Clients
from clients.timeline import consumers, repository
from services.clients.tests.factories import Json, Person
from services.clients.tests.merges.making import undo, unite

_DAY = timedelta(days=1)


def _event(owner: Person, client: Json, kind: str, days_ago: float) -> Event:
    at = datetime.now(UTC) - days_ago * _DAY
    return Event(
        kind, new_id(), {}, client_id=UUID(client["id"]), time=at,
        tenant_id=owner.caller.tenant_id, actor="service:comms",
    )  # fmt: skip


async def _tell(owner: Person, *events: Event) -> None:
    """Have events arrive, as if from other services."""
    tenant = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        for event in events:
            await consumers.on_event(work, [event])


async def _days(owner: Person, client: Json) -> int | None:
    found = await owner.get(client["url"])
    listed = {one["id"]: one for one in (await owner.get("/v1/clients"))["items"]}
    alone = {"possible_duplicates": []}
    assert listed[found["id"]] | alone == found | {"merged_into": None}
    days: int | None = found["days_since_contact"]
    assert (days is None) == (found["last_contact_at"] is None)
    return days


async def test_it_is_told_with_the_days_since(owner: Person) -> None:
    """CL-84: messages, calls and appointments that took place, not what was only planned; what
    comes late does not turn it back."""
    client, other = await owner.make_client("a"), await owner.make_client("b")
    for kind, ago, days in (
        ("comms.message.queued", 1, None), ("comms.message.sent", 40.5, 40),
        ("scheduling.appointment.scheduled", 1, 40), ("comms.call.made", 30.5, 30),
        ("scheduling.appointment.done", 20.5, 20), ("comms.message.received", 9.5, 9),
        ("comms.message.opened", 1, 9), ("comms.message.sent", 35, 9),
    ):  # fmt: skip
        event = _event(owner, client, kind, ago)
        await _tell(owner, event, event)
        assert await _days(owner, client) == days, kind
    assert await _days(owner, other) is None
    found = await owner.get(client["url"])
    assert found["last_activity_at"] > found["last_contact_at"]


async def test_clients_are_found_and_sorted_by_it(owner: Person) -> None:
    """CL-84: by when it was, by days, and those without any; also in a segment."""
    for name, ago in (("a", 40.5), ("b", 9.5), ("c", None)):
        client = await owner.make_client(name)
        if ago is not None:
            await _tell(owner, _event(owner, client, "comms.message.sent", ago))
    week, month = ((datetime.now(UTC) - days * _DAY).isoformat() for days in (7, 30))
    for question, names in (
        ({"last_contact_to": week}, "ab"), ({"last_contact_from": month}, "b"),
        ({"last_contact_from": week}, ""), ({"last_contact_at": "none"}, "c"),
        ({"days_since_contact_from": 9}, "ab"), ({"days_since_contact_to": 9}, ""),
        ({"days_since_contact_from": 9, "days_since_contact_to": 40}, "b"),
        ({"days_since_contact_from": 41}, ""),
    ):  # fmt: skip
        assert sorted(await owner.found(**question)) == list(names), question
    assert await owner.found(sort="-last_contact_at") == ["b", "a", "c"]
    paged: list[str] = []
    cursor: dict[str, Any] = {}
    while cursor.get("cursor", "") is not None:
        page = await owner.get("/v1/clients", sort="last_contact_at", limit=1, **cursor)
        paged += [one["name"] for one in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert paged == ["c", "a", "b"]
    quiet = {"name": "quiet", "filter": {"days_since_contact_from": 30}}
    segment = await owner.post("/v1/segments", quiet)
    listed = (await owner.get(f"/v1/segments/{segment['id']}/clients"))["items"]
    assert [one["name"] for one in listed] == ["a"]
    for wrong in ({"last_contact_at": "never"}, {"days_since_contact_from": -1}):
        refused = await owner.http.get("/v1/clients", params=wrong)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"].startswith(next(iter(wrong)))


async def test_it_is_the_latest_of_both_that_were_merged(owner: Person) -> None:
    """CL-78, CL-84: also of what is told of either afterwards; undone, each has its own again."""
    merged, survivor = await owner.make_client("a"), await owner.make_client("b")
    await _tell(owner, _event(owner, merged, "comms.message.sent", 5.5))
    await _tell(owner, _event(owner, survivor, "comms.message.sent", 9.5))
    merge = await unite(owner, merged, survivor)
    await _tell(owner, _event(owner, survivor, "clients.client.merged", 1))
    assert await _days(owner, survivor) == await _days(owner, merged) == 5
    await _tell(owner, _event(owner, merged, "comms.message.received", 3.5))
    assert await _days(owner, survivor) == 3
    await undo(owner, merge)
    for client, kind in ((merged, "redirected"), (survivor, "unmerged")):
        await _tell(owner, _event(owner, client, f"clients.client.{kind}", 1))
    assert (await _days(owner, merged), await _days(owner, survivor)) == (3, 9)


async def test_it_is_made_anew_of_the_timeline(owner: Person) -> None:
    """CL-84"""
    merged, survivor = await owner.make_client("a"), await owner.make_client("b")
    await _tell(owner, _event(owner, merged, "comms.message.sent", 5.5))
    await unite(owner, merged, survivor)
    spoilt = "update client_activity set last_contact_at = now()"
    async with owner.service.context.database.work(owner.caller) as work:
        await (await work.connection()).execute(spoilt)
    assert await _days(owner, merged) is None
    async with owner.service.context.database.work(owner.caller) as work:
        await repository.sum_up(work)
    assert await _days(owner, survivor) == 5


async def test_other_services_are_told(owner: Person) -> None:
    """CL-84"""
    client, other = await owner.make_client("a"), await owner.make_client("b")
    event = _event(owner, client, "comms.message.sent", 9.5)
    await _tell(owner, event)
    for one, days in ((client, 9), (other, None)):
        request = clients_pb2.GetClientRequest(client_id=one["id"])
        async with owner.service.context.database.work(owner.caller) as work:
            told = (await Clients(owner.service.context).GetClient(work, request)).client
        assert (told.days_since_contact if told.HasField("days_since_contact") else None) == days
        assert bool(told.last_contact_at) == (days is not None)
