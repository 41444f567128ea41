"""What later services tell of a client: what it owes, expects and is subscribed to."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from clients.standings import consumers, rules
from services.clients.tests.factories import AGENT, Json, Person
from services.clients.tests.merges.making import undo, unite

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _event(
    owner: Person, client: Json, kind: str, data: Json, subject: UUID | None = None
) -> Event:
    return Event(
        kind, subject or new_id(), data, client_id=UUID(client["id"]), time=_NOON,
        tenant_id=owner.caller.tenant_id, actor="service:billing",
    )  # fmt: skip


async def _tell(owner: Person, *events: Event) -> None:
    tenant = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        for event in events:
            is_merge = event.type.startswith("clients.")
            handler = consumers.on_client_merged if is_merge else consumers.on_standing_changed
            await handler(work, event)


def _invoice(balance: str, version: int = 1, **more: Any) -> Json:
    told = {"id": str(new_id()), "balance": balance, "currency": "SAR", "status": "issued"}
    return {"invoice": told | {"version": version} | more}


async def _due(owner: Person, client: Json) -> tuple[str | None, str | None]:
    found = await owner.get(client["url"])
    listed = {one["id"]: one for one in (await owner.get("/v1/clients"))["items"]}
    alone: Json = {"possible_duplicates": []}
    assert listed[found["id"]] | alone == found | {"merged_into": None}
    return found["balance_due"], found["balance_currency"]


async def test_the_balance_is_what_is_left_of_open_invoices(owner: Person) -> None:
    """CL-03, CL-38: whatever order events come in; in the client's currency if it has one."""
    client, other = await owner.make_client("a"), await owner.make_client("b", currency="KWD")
    assert await _due(owner, client) == (None, None)
    one, two = _invoice("115.00"), _invoice("10.50", version=3)
    await _tell(owner, _event(owner, client, "billing.invoice.issued", one))
    await _tell(owner, _event(owner, client, "billing.invoice.overdue", two))
    assert await _due(owner, client) == ("125.50", "SAR")
    late = {"invoice": two["invoice"] | {"balance": "99.00", "version": 2}}
    part = {"invoices": [one["invoice"] | {"balance": "15.00", "version": 2}]}
    await _tell(owner, _event(owner, client, "billing.invoice.issued", late))
    await _tell(owner, _event(owner, client, "billing.payment.received", part))
    assert await _due(owner, client) == ("25.50", "SAR")
    paid = {"invoice": one["invoice"] | {"balance": "0.00", "version": 3, "status": "paid"}}
    void = {"invoice": two["invoice"] | {"version": 4, "status": "void"}}
    await _tell(owner, _event(owner, client, "billing.invoice.paid", paid))
    await _tell(owner, _event(owner, client, "billing.invoice.voided", void))
    assert await _due(owner, client) == (None, None)
    for balance, currency in (("1.250", "KWD"), ("7.00", "SAR")):
        told = _invoice(balance, currency=currency)
        await _tell(owner, _event(owner, other, "billing.invoice.issued", told))
    assert await _due(owner, other) == ("1.250", "KWD")
    await owner.patch(other["url"], {"currency": "USD"})
    assert await _due(owner, other) == ("7.00", "SAR")


async def test_what_comes_at_once_is_all_in_the_sum(owner: Person) -> None:
    """CL-38: one after the other sums up a client."""
    client = await owner.make_client()
    await asyncio.gather(*(
        _tell(owner, _event(owner, client, "billing.invoice.issued", _invoice("1.00")))
        for _ in range(12)
    ))  # fmt: skip
    assert await _due(owner, client) == ("12.00", "SAR")


async def test_the_next_appointment_is_the_first_that_stands(owner: Person) -> None:
    """CL-38: one that was cancelled or is past is none."""
    client = await owner.make_client()
    now = datetime.now(UTC)
    visits: list[dict[str, Any]] = [
        {"id": str(new_id()), "version": 1, "status": "scheduled",
         "starts_at": (now + timedelta(days=days)).isoformat()}
        for days in (-1, 2, 1)
    ]  # fmt: skip
    for visit, noun in zip(visits, ("appointment", "booking", "appointment"), strict=True):
        told = visit | ({"status": "confirmed"} if noun == "booking" else {})
        await _tell(owner, _event(owner, client, f"scheduling.{noun}.confirmed", {noun: told}))

    async def shown() -> datetime:
        return datetime.fromisoformat((await owner.get(client["url"]))["next_appointment_at"])

    assert await shown() == datetime.fromisoformat(visits[2]["starts_at"])
    gone = {"appointment": visits[2] | {"status": "cancelled", "version": 2}}
    await _tell(owner, _event(owner, client, "scheduling.appointment.cancelled", gone))
    assert await shown() == datetime.fromisoformat(visits[1]["starts_at"])


async def test_a_whole_series_is_taken_over_at_once(owner: Person) -> None:
    """CL-38, SC-01: 500 in one event; of one that is told twice the newest counts."""
    client = await owner.make_client()
    start = datetime.now(UTC) + timedelta(days=1)
    visits: list[dict[str, Any]] = [
        {"id": str(new_id()), "version": 1, "status": "scheduled",
         "starts_at": (start + timedelta(days=days)).isoformat()}
        for days in range(500)
    ]  # fmt: skip
    off = visits[0] | {"version": 2, "status": "cancelled"}
    told = {"appointments": [off, *visits]}
    await _tell(owner, _event(owner, client, "scheduling.appointment_series.scheduled", told))
    shown = (await owner.get(client["url"]))["next_appointment_at"]
    assert datetime.fromisoformat(shown) == datetime.fromisoformat(visits[1]["starts_at"])


@pytest.mark.parametrize("is_merged", [False, True])
async def test_more_appointments_may_pass_than_are_kept(
    owner: Person, monkeypatch: pytest.MonkeyPatch, *, is_merged: bool
) -> None:
    """CL-38: also where nothing is heard of them meanwhile, and of those who were merged."""
    client = await owner.make_client("a")
    now = datetime.now(UTC)
    visits: list[dict[str, Any]] = [
        {"id": str(new_id()), "version": 1, "status": "scheduled",
         "starts_at": (now + timedelta(days=days, hours=1)).isoformat()}
        for days in range(-60, 10)
    ]  # fmt: skip
    off = visits[60] | {"version": 2, "status": "cancelled"}
    told = _event(owner, client, "scheduling.appointment_series.scheduled",
                  {"appointments": [off, *visits]})  # fmt: skip
    if is_merged:
        merged, client = client, await owner.make_client("b")
        await unite(owner, merged, client)
    with monkeypatch.context() as before:
        before.setattr(owner.service.context.database, "clock", lambda: now - timedelta(days=61))
        await _tell(owner, told)
    shown = (await owner.get(client["url"]))["next_appointment_at"]
    assert datetime.fromisoformat(shown) == datetime.fromisoformat(visits[61]["starts_at"])
    [listed] = (await owner.get("/v1/clients"))["items"]
    assert listed["next_appointment_at"] == shown
    other = await owner.make_client("c")
    assert (await owner.get(other["url"]))["next_appointment_at"] is None
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(client["url"])).status_code == 404


async def test_clients_are_found_by_what_they_are_subscribed_to(owner: Person) -> None:
    """CL-12: an active membership, or a credit with something left, of a package."""
    gold, drops = str(uuid4()), str(uuid4())
    member, buyer, nobody = [await owner.make_client(name) for name in ("a", "b", "c")]
    membership = {"id": str(new_id()), "version": 1, "package_id": gold, "status": "active"}
    credit = {"id": str(new_id()), "version": 1, "package_id": drops, "balance": "3",
              "expires_on": "2999-01-01"}  # fmt: skip
    spent = credit | {"id": str(new_id()), "package_id": gold, "expires_on": "2020-01-01"}
    started = {"membership": membership}
    await _tell(owner, _event(owner, member, "memberships.membership.started", started))
    for one in (credit, spent):
        await _tell(owner, _event(owner, buyer, "memberships.credit.charged", {"credit": one}))
    for asked, names in (([gold], "a"), ([drops], "b"), ([gold, drops], "ab"), (["none"], "c"),
                         (["none", drops], "bc"), ([str(uuid4())], "")):  # fmt: skip
        assert sorted(await owner.found(package_id=asked)) == list(names), asked
    await unite(owner, member, nobody)
    assert await owner.found(package_id=gold) == ["c"]
    ended = {"membership": membership | {"version": 2, "status": "expired"}}
    used = {"credits": [credit | {"version": 2, "balance": "0"}]}
    await _tell(owner, _event(owner, member, "memberships.membership.expired", ended))
    await _tell(owner, _event(owner, buyer, "memberships.credit.used", used))
    assert sorted(await owner.found(package_id="none")) == ["b", "c"]


async def test_each_is_told_to_who_may_read_that_service(owner: Person) -> None:
    """CL-38, CL-71: and as far as the client's folder shows it."""
    client = await owner.make_client()
    visit = {"id": str(new_id()), "version": 1, "status": "scheduled",
             "starts_at": "2999-01-01T00:00:00Z"}  # fmt: skip
    await _tell(owner, _event(owner, client, "billing.invoice.issued", _invoice("5.00")))
    await _tell(owner, _event(owner, client, "scheduling.appointment.scheduled",
                              {"appointment": visit}))  # fmt: skip
    money, calendar = ("balance_due", "balance_currency"), ("next_appointment_at",)
    both = {*money, *calendar}
    for more, told in ((set(), set()), ({"billing:read"}, {*money}),
                       ({"scheduling:read"}, {*calendar})):  # fmt: skip
        async with owner.colleague(permissions=frozenset(AGENT | more)) as agent:
            found = await agent.get(client["url"])
            assert {name for name in both if found[name] is not None} == told
            [listed] = (await agent.get("/v1/clients"))["items"]
            assert {name: listed[name] for name in both} == {name: found[name] for name in both}
            asked = {"package_id": str(uuid4())}
            refused = await agent.http.get("/v1/clients", params=asked)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    await owner.patch(f"/v1/folders/{client['folder_id']}", {"visible_fields": ["balance_due"]})
    rights = AGENT | {"billing:read", "scheduling:read"}
    async with owner.colleague(permissions=frozenset(rights)) as agent:
        found = await agent.get(client["url"])
    assert both & found.keys() == {"balance_due"}


async def test_a_survivor_stands_for_both(owner: Person) -> None:
    """CL-38, CL-78: also by what is told of the merged one afterwards, until that is undone."""
    merged, survivor = await owner.make_client("a"), await owner.make_client("b")
    for client, balance in ((merged, "1.00"), (survivor, "2.00")):
        await _tell(owner, _event(owner, client, "billing.invoice.issued", _invoice(balance)))
    merge = await unite(owner, merged, survivor)
    of_survivor, of_merged = UUID(survivor["id"]), UUID(merged["id"])
    await _tell(owner, _event(owner, survivor, "clients.client.merged", {}, of_survivor))
    assert await _due(owner, survivor) == await _due(owner, merged) == ("3.00", "SAR")
    await _tell(owner, _event(owner, merged, "billing.invoice.issued", _invoice("4.00")))
    assert await _due(owner, survivor) == ("7.00", "SAR")
    await undo(owner, merge)
    await _tell(owner, _event(owner, survivor, "clients.client.unmerged", {}, of_survivor))
    await _tell(owner, _event(owner, merged, "clients.client.redirected", {}, of_merged))
    assert await _due(owner, merged) == ("5.00", "SAR")
    assert await _due(owner, survivor) == ("2.00", "SAR")


@pytest.mark.parametrize(
    ("kind", "data", "is_told"),
    [
        ("billing.invoice.issued", _invoice("1.00"), True),
        ("billing.invoices_report.made", {}, False),
        ("scheduling.task.created", {"task": {"id": "x"}}, False),
        ("clients.client.updated", {"invoice": {}}, False),
    ],
)
def test_events_that_tell_nothing_are_left_aside(kind: str, data: Json, is_told: bool) -> None:
    event = Event(kind, new_id(), data, client_id=new_id())
    assert rules.is_told(event) == is_told == bool(rules.standings(event))


def test_a_walk_in_sale_tells_nothing_of_anybody() -> None:
    """BI-07: and is no error."""
    told = {"invoice": _invoice("1.00")["invoice"] | {"client_id": ""}}
    event = Event("billing.invoice.issued", new_id(), told)
    assert not rules.is_told(event)
    assert rules.standings(event) == []


def test_what_cannot_be_read_is_an_error() -> None:
    for wrong in ({"balance": "1.001"}, {"currency": "XXX"}, {"id": "x"}, {"balance": "NaN"}):
        told = {"invoice": _invoice("1.00")["invoice"] | wrong}
        event = Event("billing.invoice.issued", new_id(), told, client_id=new_id())
        with pytest.raises(ValueError, match=r"."):
            rules.standings(event)
