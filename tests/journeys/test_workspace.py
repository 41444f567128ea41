"""A client over all services: whole, cut by what one may read, and with a service stopped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.product import Json, Person, Product
from tests.world import World, joined, key_with

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
async def world(shared_product: Product) -> World:
    """A company of its own, laid out as a new one is, with something in every section."""
    person = await shared_product.sign_up()
    made = World(shared_product, person, f"w{uuid4().hex[:10]}")
    made.ids["owner_id"] = (await person.get("/v1/me"))["user"]["id"]
    for name in (
        "folder_id", "client_id", "note_id", "file_id", "client_link_id", "flow_id", "tax_id",
        "estimate_id", "order_id", "invoice_id", "payment_id", "subscription_id", "package_id",
        "membership_id", "credit_type_id", "credit_charge_id", "work_cycle_type_id",
        "work_cycle_id", "task_id", "appointment_id", "service_id", "booking_id",
        "checklist_id", "time_entry_id",
    ):  # fmt: skip
        made.ids[name] = await made.fresh(name)
    body = {"channel": "email", "subject": made.text(), "body": made.text()}
    made.ids["message_id"] = await _told_of(made, "/v1/messages", body)
    made.ids["run_id"] = await _told_of(made, f"/v1/flows/{made.ids['flow_id']}/run", {})
    return made


async def _told_of(world: World, path: str, body: Json) -> str:
    """Made by another service, which hears of the client a moment after it was made."""
    about = {**body, "client_id": world.ids["client_id"]}

    async def made() -> str:
        answer = await world.person.ask("POST", path, json=about)
        return str(answer.json()["id"]) if answer.is_success else ""

    return await eventually(made)


def by_key(workspace: Json) -> Json:
    return {section["key"]: section for section in workspace["sections"]}


async def test_a_client_is_shown_over_all_services(world: World) -> None:
    """WE-02, GW-07: who and where it stands, contacts, counts, figures and what comes next."""
    path = f"/v1/workspace/clients/{world.ids['client_id']}"

    async def whole() -> Json:
        found = await world.person.get(path)
        steps = {step["source"]["id"] for step in found["next_steps"]}
        return found if world.ids["run_id"] in steps else {}

    found = await eventually(whole)
    header = found["header"]
    client = await world.person.get(f"/v1/clients/{world.ids['client_id']}")
    assert all(header["client"][name] == client[name] for name in ("id", "name", "emails"))
    assert (found["client_id"], found["url"]) == (client["id"], client["url"])
    assert client["emails"]
    folder = await world.person.get(f"/v1/folders/{client['folder_id']}")
    assert header["folder"]["name"]["en"] == folder["name"]["en"]
    assert header["status"]["id"] == client["status_id"]
    sections = by_key(found)
    assert list(sections) == [
        "timeline", "notes", "estimates", "recurring_invoices", "credit", "work_cycles",
        "linked_clients", "files", "communications", "tasks", "calendar", "bookings", "checklists",
        "work_time", "workflow", "orders", "invoices", "payments", "subscriptions",
    ]  # fmt: skip
    for section in sections.values():
        assert section["state"] == "ok" and section["count"], section
        # The task is due at no time.
        assert bool(section["value"]) == (section["key"] != "tasks"), section
    messages = await world.person.get("/v1/messages", client_id=client["id"], count="true", limit=1)
    assert sections["communications"]["count"] == messages["total"]
    step = next(one for one in found["next_steps"] if one["source"]["id"] == world.ids["run_id"])
    assert (step["source"]["type"], step["url"], bool(step["at"])) == ("run", client["url"], True)


async def test_what_comes_next_is_told_from_every_service(world: World) -> None:
    """CL-89: the next appointment, booking, task, step of a checklist, and step of a flow; CL-37:
    beside when the client can be reached.
    """
    path, wanted = f"/v1/workspace/clients/{world.ids['client_id']}", ("appointment_id", "task_id")

    client = await world.person.get(f"/v1/clients/{world.ids['client_id']}")

    async def whole() -> list[Json]:
        page = await world.person.get(path)
        found: list[Json] = page["next_steps"]
        steps = {one["source"]["id"] for one in found}
        assert page["header"]["client"]["availability"] == client["availability"]
        return found if {world.ids[one] for one in (*wanted, "run_id")} <= steps else []

    steps = await eventually(whole)
    kinds = {one["source"]["type"] for one in steps}
    assert kinds >= {"appointment", "booking", "task", "checklist", "run"}
    times = [one["at"] for one in steps if one["at"]]
    assert times == sorted(times) and [one["at"] for one in steps[: len(times)]] == times
    for step in steps:
        assert (await world.person.get(step["source"]["url"]))["id"] == step["source"]["id"]


async def test_somebodys_day_is_told_from_every_service(world: World) -> None:
    """WE-17, GW-07: whom they meet, what they have to do, what is overdue, and what is new."""
    now, me = datetime.now(UTC), world.ids["owner_id"]
    about = {"client_id": world.ids["client_id"]}
    moments = {"starts_at": (now - timedelta(minutes=30)).isoformat(), "duration_minutes": 60}
    visit = await world.made("/v1/appointments", {**about, **moments, "staff_ids": [me]})
    mine: Json = {"title": world.text(), "assignee_ids": [me]}
    late = await world.made(
        "/v1/tasks", {**mine, **about, "due_at": (now - timedelta(days=1)).isoformat()}
    )
    begun = await world.made("/v1/tasks", mine)
    await world.person.post(f"/v1/tasks/{begun}/start")
    await world.fresh("notification_id")
    found = await world.person.get("/v1/today")
    sections = by_key(found)
    assert found["user_id"] == me and {one["state"] for one in sections.values()} == {"ok"}
    shown = {key: [item["source"]["id"] for item in one["items"]] for key, one in sections.items()}
    assert visit in shown["appointments"] and begun in shown["tasks"] and late in shown["overdue"]
    assert sections["notifications"]["count"] > 0
    colleague = await key_with(world, ["scheduling:read"])
    refused = await colleague.ask("GET", "/v1/today")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_user")


async def test_what_one_may_not_read_is_left_out(world: World) -> None:
    """GW-02, GW-04: by service, by folder and by field."""
    path = f"/v1/workspace/clients/{world.ids['client_id']}"
    found = await (await key_with(world, ["clients:read"])).get(path)
    assert set(by_key(found)) == {"timeline", "notes", "linked_clients", "files"}
    assert found["next_steps"] == []
    made = await world.made("/v1/roles", {
        "name": world.text(), "permissions": ["clients:read", "comms:read"], "visibility": "all",
    })  # fmt: skip
    _, colleague = await joined(world, made)
    folder = await world.made("/v1/folders", {"name": world.text(), "visible_fields": ["phones"]})
    body = {"name": world.text(), "folder_id": folder, "links": ["https://example.com"],
            "phones": [{"number": "0501234567"}]}  # fmt: skip
    hidden = await world.made("/v1/clients", body)
    seen = (await colleague.get(f"/v1/workspace/clients/{hidden}"))["header"]["client"]
    assert seen["phones"] and "links" not in seen
    entries = [{"principal": f"role:{made}", "level": "none"}]
    answer = await world.person.ask("PUT", f"/v1/folders/{folder}/access", json=entries)
    assert answer.is_success, answer.text

    async def is_gone() -> bool:
        told = await colleague.ask("GET", f"/v1/workspace/clients/{hidden}")
        return bool(told.status_code == 404)

    await eventually(is_gone)


async def test_the_layout_of_the_folder_decides_what_is_shown(world: World) -> None:
    """CL-55, CL-56: and of what it turns off no next step is told."""
    folder = await world.fresh("folder_id")
    sections = [{"key": "files"}, {"key": "linked_clients", "label": "الفروع"}]
    await world.made("/v1/layouts", {"folder_id": folder, "sections": sections})
    body = {"name": world.text(), "folder_id": folder}
    client = await world.made("/v1/clients", body)
    found = await world.person.get(f"/v1/workspace/clients/{client}")
    assert list(by_key(found)) == [
        "timeline", "notes", "estimates", "recurring_invoices", "credit", "work_cycles", "files",
        "linked_clients",
    ]  # fmt: skip
    assert by_key(found)["linked_clients"]["label"]["ar"] == "الفروع"
    assert found["next_steps"] == []


@asynccontextmanager
async def stopped(stack: Stack, service: str) -> AsyncIterator[None]:
    """There is no process of this service."""
    await stack.scale(service, 0)
    try:
        yield
    finally:
        await stack.scale(service, 1)
        await stack.wait_ready()


@asynccontextmanager
async def frozen(stack: Stack, service: str) -> AsyncIterator[None]:
    """Its process takes connections and says nothing."""
    stack.pause(service)
    try:
        yield
    finally:
        stack.resume(service)


_LONG = pytest.mark.long


@pytest.mark.parametrize("trouble", [
    pytest.param(stopped, id="stopped"), pytest.param(frozen, id="frozen", marks=_LONG),
])  # fmt: skip
@pytest.mark.parametrize(
    "service", ["comms", *(pytest.param(one, marks=_LONG) for one in ("clients", "automation"))]
)
async def test_a_service_that_is_down_costs_its_sections_only(
    stack: Stack, product: Product, service: str, trouble: object
) -> None:
    """GW-07, WE-02: it says so and since when; the rest is there."""
    assert callable(trouble)
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "عميل"})
    path = f"/v1/workspace/clients/{client['id']}"
    await eventually(lambda: _all_up(owner, path))
    async with trouble(stack, service):
        first, again = await owner.get(path), await owner.get(path)
    for found in (first, again):
        _judge(found, service)
    assert _since(first) == _since(again)
    await eventually(lambda: _all_up(owner, path), within=120)


def _parts(found: Json) -> list[Json]:
    return [{"service": "clients", **found["header"]}, *found["sections"]]


def _judge(found: Json, service: str) -> None:
    for part in _parts(found):
        is_down = part["service"] == service
        assert (part["state"] == "down") is is_down, part
        assert (part["since"] is not None) is is_down, part


def _since(found: Json) -> set[datetime]:
    return {datetime.fromisoformat(one["since"]) for one in _parts(found) if one["since"]}


async def _all_up(person: Person, path: str) -> bool:
    answer = await person.ask("GET", path)
    return answer.is_success and {one["state"] for one in _parts(answer.json())} == {"ok"}
