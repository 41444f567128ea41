"""A client over all services: the edge real, the services beside it answering, silent or gone."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.caller import Caller, system
from chassis.ids import new_id
from chassis.testing.databases import Databases
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness, harness
from edge.app import build
from edge.peers import Page
from edge.settings import Settings
from edge.workspace import rules
from gateway.edge.tests.reading import make_client
from gateway.edge.tests.services import Behind, FakeService
from local.servers.backing import BackingServers
from refs import clients, folders

Json = dict[str, Any]
Fakes = dict[str, FakeService]
AT = "2026-03-01T08:00:00Z"
LATER = "2026-03-02T08:00:00Z"


@pytest.fixture(scope="module")
async def edge(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    """The edge, trusting the harness's callers."""
    async with harness(build, Settings, databases, servers.nats.url, servers.valkey.url) as made:
        yield made


@pytest.fixture
async def services(edge: Harness, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fakes]:
    """The services behind, which no test before this has found silent."""
    async with AsyncExitStack() as stack:
        names = ("clients", "comms", "billing", "memberships", "scheduling", "automation")
        fakes = {name: await stack.enter_async_context(FakeService()) for name in names}
        addresses = {name: fake.url for name, fake in fakes.items()}
        settings = edge.context.settings.model_copy(
            update={"http_peers": addresses, "section_seconds": 1.0}
        )
        monkeypatch.setattr(edge.context, "peers", Behind(edge.context.channels, settings))
        yield fakes


def shown(fakes: Fakes, **more: Any) -> Json:
    """A client that the clients service shows, with its folder."""
    client = make_client(new_id(), status_id=str(new_id()), **more)
    client["url"] = f"/v1/clients/{client['id']}"
    status = {"id": client["status_id"], "name": {"ar": "جديد"}, "color": "#00aa55"}
    folder = {"id": client["folder_id"], "name": {"ar": "العملاء", "en": "Clients"},
              "statuses": [{"id": str(new_id()), "name": {"ar": "آخر"}}, status]}  # fmt: skip
    fakes["clients"].pages |= {
        client["url"]: client, f"/v1/folders/{client['folder_id']}": folder,
    }  # fmt: skip
    return client


def laid_out(fakes: Fakes, **enabled: bool) -> None:
    """The layout of every folder: these sections, in this order."""
    sections = [
        {"key": key, "enabled": is_on, "group": "case", "label": {"ar": "قسم", "en": key.title()}}
        for key, is_on in enabled.items()
    ]  # fmt: skip
    fakes["clients"].pages["/v1/layouts"] = {"items": [{"sections": sections}]}


async def opened(edge: Harness, client_id: str, caller: Caller | None = None) -> Json:
    async with edge.http(caller or edge.caller()) as http:
        answer = await http.get(f"/v1/workspace/clients/{client_id}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def states(found: Json) -> set[tuple[str, str]]:
    parts = [{"service": "clients", **found["header"]}, *found["sections"]]
    assert all((part["since"] is None) == (part["state"] == "ok") for part in parts)
    return {(part["service"], part["state"]) for part in parts}


async def test_a_client_is_shown_with_where_it_stands(edge: Harness, services: Fakes) -> None:
    """CL-38, GW-07: folder, status, stage and owner by name."""
    stage, owner = str(new_id()), str(new_id())
    staff = [{"user_id": str(new_id()), "role": "watcher"}, {"user_id": owner, "role": "owner"}]
    client = shown(services, staff=staff, pinned_status_id=stage)
    named = {"id": stage, "name": {"en": "Negotiating"}, "color": "#336699"}
    services["clients"].pages[f"/v1/follow-up-statuses/{stage}"] = named
    laid_out(services, workflow=True)
    found = await opened(edge, client["id"])
    header = found["header"]
    assert header["client"] == client
    assert (found["client_id"], found["url"]) == (client["id"], client["url"])
    assert header["folder"]["name"] == {"ar": "العملاء", "en": "Clients"}
    assert header["status"]["name"]["ar"] == "جديد"
    assert header["stage"]["name"]["en"] == "Negotiating"
    assert header["follow_up_status"] is None
    assert header["owner"] == {"user_id": owner, "name": None}


async def test_sections_stand_as_the_layout_has_them(edge: Harness, services: Fakes) -> None:
    """CL-55, CL-56: in its order, with its labels, without those it turns off."""
    client = shown(services)
    laid_out(
        services, tasks=True, workflow=True, communications=False, files=True, invoices=True,
        orders=False,
    )  # fmt: skip
    services["clients"].pages["/v1/files"] = {"items": [{"created_at": AT}], "total": 7}
    run = {"id": str(new_id()), "flow_name": "ترحيب", "due_at": LATER, "client_id": client["id"],
           "url": client["url"], "created_at": AT}  # fmt: skip
    services["automation"].pages["/v1/runs"] = {"items": [run], "total": 1}
    message = run | {"scheduled_at": AT, "subject": "موعد"}
    services["comms"].pages["/v1/messages"] = {"items": [message], "total": 1}
    services["billing"].pages["/v1/invoices"] = {"items": [{"created_at": AT}], "total": 3}
    found = await opened(edge, client["id"])
    keys = [section["key"] for section in found["sections"]]
    assert keys == [
        "timeline", "notes", "estimates", "recurring_invoices", "credit", "work_cycles", "tasks",
        "workflow", "files", "invoices",
    ]  # fmt: skip
    *_, files, invoices = found["sections"]
    assert (invoices["count"], invoices["figure"]) == (3, "last_invoice_at")
    assert (files["count"], files["figure"], files["value"]) == (7, "last_file_at", AT)
    assert (files["label"]["en"], files["group"]) == ("Files", "case")
    [step] = found["next_steps"]  # what is planned in a section that is off is not shown either
    assert (step["title"], step["at"], step["url"]) == ("ترحيب", LATER, client["url"])
    assert step["source"]["url"] == f"/v1/runs/{run['id']}"


def entry(kind: str, at: str, **told: Any) -> Json:
    """Something that scheduling tells of."""
    return {"type": kind, "id": str(new_id()), "at": at, "ends_at": "", "title": {}, "status": "",
            "client_id": str(new_id()), "priority": "", **told}  # fmt: skip


async def test_what_scheduling_has_ahead_is_told_with_its_sections(
    edge: Harness, services: Fakes
) -> None:
    """CL-89: next appointment, booking, task and step; of sections that are on, in one language."""
    client = shown(services)
    laid_out(services, tasks=True, calendar=True, bookings=False, checklists=True, work_time=True)
    visit, booking = entry("appointment", LATER), entry("booking", AT)
    task = entry("task", AT, title={"ar": "اتصال", "en": ""})
    step = entry("checklist", "", title={"ar": "الهوية", "en": "Identity"})
    told = [{"client_id": client["id"], "steps": [task, booking, visit, step]}]
    behind: Behind = edge.context.peers
    behind.agenda = Page(200, {"clients": told})
    services["scheduling"].pages |= {
        "/v1/tasks": {"items": [{"created_at": AT}], "total": 4},
        "/v1/checklists": {"items": [{"created_at": LATER}], "total": 1},
    }
    async with edge.http(edge.caller(), **{"Accept-Language": "ar"}) as http:
        found = (await http.get(f"/v1/workspace/clients/{client['id']}")).json()
    sections = {one["key"]: one for one in found["sections"]}
    told_of = {key: (one["figure"], one["value"]) for key, one in sections.items()}
    assert told_of["calendar"] == ("next_appointment_at", LATER)
    assert told_of["tasks"] == ("next_due_at", AT) and sections["tasks"]["count"] == 4
    assert told_of["checklists"] == ("last_checklist_at", LATER)
    assert told_of["work_time"] == ("last_time_entry_at", None) and "bookings" not in sections
    steps = [(one["title"], one["at"], one["source"]["url"]) for one in found["next_steps"]]
    assert steps == [
        ("اتصال", AT, f"/v1/tasks/{task['id']}"),
        ("موعد", LATER, f"/v1/appointments/{visit['id']}"),
        ("الهوية", None, f"/v1/checklists/{step['id']}"),
    ]  # fmt: skip
    behind.agenda = Page(503, {}, datetime.fromisoformat(AT))
    found = await opened(edge, client["id"])
    down = {one["key"]: one["since"] for one in found["sections"] if one["state"] == "down"}
    assert down == dict.fromkeys(("tasks", "calendar", "checklists"), AT)
    reader = edge.caller(permissions=frozenset({"clients:read"}), is_owner=False)
    asked = behind.asked_ahead
    assert (await opened(edge, client["id"], reader))["next_steps"] == []
    assert behind.asked_ahead == asked


async def test_a_section_that_one_may_not_read_is_not_asked_for(
    edge: Harness, services: Fakes
) -> None:
    """CL-56, GW-04: nor does it say that its service is down."""
    client = shown(services)
    laid_out(services, workflow=True, communications=True, files=True)
    services["automation"].refused = 403
    services["comms"].refused = 503
    reader = edge.caller(permissions=frozenset({"clients:read", "automation:read"}), is_owner=False)
    found = await opened(edge, client["id"], reader)
    assert [one["key"] for one in found["sections"]] == ["timeline", "notes", "files"]
    assert not services["comms"].asked


async def test_the_services_are_asked_in_the_callers_name(edge: Harness, services: Fakes) -> None:
    """GW-04: with nothing but the caller's own rights."""
    client = shown(services)
    laid_out(services, communications=True)
    headers = {"Accept-Language": "ar", "X-Forwarded-For": "10.0.0.1", "Cookie": "a=b"}
    async with edge.http(edge.caller(), **headers) as http:
        await http.get(f"/v1/workspace/clients/{client['id']}")
        token = http.headers["authorization"].lower()
    [asked, _] = services["comms"].headers
    assert f"authorization: {token}" in asked and "accept-language: ar" in asked
    assert "forwarded" not in asked and "cookie" not in asked
    services["clients"].pages.clear()
    services["clients"].refused = 404
    async with edge.http(edge.caller()) as http:
        assert (await http.get(f"/v1/workspace/clients/{client['id']}")).status_code == 404
        services["clients"].refused = 401
        assert (await http.get(f"/v1/workspace/clients/{client['id']}")).status_code == 401


def hanging(fake: FakeService) -> None:
    fake.speaks.clear()


def draining(fake: FakeService) -> None:
    fake.refused = 503


@pytest.mark.parametrize("failing", [hanging, draining])
async def test_a_service_that_is_down_says_so_until_it_is_back(
    edge: Harness, services: Fakes, failing: Callable[[FakeService], None]
) -> None:
    """GW-07, WE-02: and since when; the rest is there, and nobody waits for it twice."""
    client = shown(services)
    laid_out(services, communications=True, workflow=True)
    failing(services["comms"])
    found = await opened(edge, client["id"])
    assert states(found) == {
        ("clients", "ok"), ("comms", "down"), ("billing", "ok"), ("memberships", "ok"),
        ("scheduling", "ok"), ("automation", "ok"),
    }  # fmt: skip
    asked = services["comms"].asked["/v1/messages"]
    again = await opened(edge, client["id"])
    assert since(again) == since(found)
    assert services["comms"].asked["/v1/messages"] == asked
    services["comms"].speaks.set()
    services["comms"].refused = None

    async def is_back() -> bool:
        return ("comms", "ok") in states(await opened(edge, client["id"]))

    await eventually(is_back)


def since(found: Json) -> datetime:
    [down] = [section for section in found["sections"] if section["state"] == "down"]
    return datetime.fromisoformat(down["since"])


async def remembered(edge: Harness, caller: Caller, **more: Any) -> str:
    """A client that the edge has heard of while its service answered."""
    client = make_client(new_id(), **more)
    async with edge.context.database.work(system(caller.tenant_id, "edge")) as work:
        await folders.remember_access(work, [{"folder_id": client["folder_id"], "version": 1}])
        await clients.remember_clients(work, [client])
    found: str = client["id"]
    return found


async def test_without_the_service_of_clients_the_others_are_shown(
    edge: Harness, services: Fakes
) -> None:
    """GW-04, GW-07: to whom they would be with it."""
    owner = edge.caller()
    agent = edge.caller(
        owner.tenant_id, permissions=frozenset({"clients:read", "comms:read"}),
        visibility="assigned", is_owner=False,
    )  # fmt: skip
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    own, other = await remembered(edge, owner, staff=staff), await remembered(edge, owner)
    draining(services["clients"])
    for client_id in (own, other):
        found = await opened(edge, client_id, owner)
        assert states(found) == {
            ("clients", "down"), ("comms", "ok"), ("billing", "ok"), ("memberships", "ok"),
            ("scheduling", "ok"), ("automation", "ok"),
        }  # fmt: skip
        assert found["header"]["client"] is None
    assert states(await opened(edge, own, agent)) == {("clients", "down"), ("comms", "ok")}
    async with edge.http(agent) as http:
        assert (await http.get(f"/v1/workspace/clients/{other}")).status_code == 404
        stranger = edge.caller(permissions=agent.permissions)
    async with edge.http(stranger) as http:
        assert (await http.get(f"/v1/workspace/clients/{own}")).status_code in (404, 503)


def test_the_next_steps_come_soonest_first() -> None:
    steps: list[rules.Step] = [{"at": at} for at in (None, LATER, AT)]
    assert [step["at"] for step in rules.ordered(steps * 9)] == [AT] * 9 + [LATER]


@pytest.mark.parametrize("path", ["not-an-id", str(UUID(int=0))])
async def test_what_is_no_client_is_refused(edge: Harness, services: Fakes, path: str) -> None:
    services["clients"].refused = 404
    async with edge.http(edge.caller()) as http:
        answer: httpx.Response = await http.get(f"/v1/workspace/clients/{path}")
    assert answer.status_code in (404, 422)
