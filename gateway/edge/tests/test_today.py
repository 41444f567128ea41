"""Somebody's day over all services: the edge real, the services beside it answering or gone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chassis.ids import new_id
from chassis.testing.harness import Harness
from edge.peers import Page
from edge.today.rules import day_at
from gateway.edge.tests.factories import Company, bearer, make_member
from gateway.edge.tests.services import Behind, FakeService

Json = dict[str, Any]
Fakes = dict[str, FakeService]
AT, LATER = "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"
NAMES = ("clients", "comms", "billing", "memberships", "scheduling", "automation")
ALL = ["appointments", "tasks", "overdue", "follow_ups", "unread", "notifications",
       "overdue_invoices"]  # fmt: skip


@pytest.fixture
async def services(edge: Harness, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fakes]:
    async with AsyncExitStack() as stack:
        fakes = {name: await stack.enter_async_context(FakeService()) for name in NAMES}
        given = {"http_peers": {name: one.url for name, one in fakes.items()}, "section_seconds": 1}
        settings = edge.context.settings.model_copy(update=given)
        monkeypatch.setattr(edge.context, "peers", Behind(edge.context.channels, settings))
        yield fakes


def entry(kind: str, **told: Any) -> Json:
    """Something that scheduling tells of."""
    return {"type": kind, "id": str(new_id()), "at": AT, "ends_at": "", "title": {}, "status": "",
            "client_id": "", "priority": "", **told}  # fmt: skip


def day(**parts: list[Json]) -> Page:
    """What scheduling tells of a day."""
    names = ("appointments", "tasks", "overdue", "follow_ups")
    found = {name: {"count": len(parts.get(name, ())), "entries": parts.get(name, [])}
             for name in names}  # fmt: skip
    return Page(200, {"on": "2026-03-01", **found})


def by_key(found: Json) -> Json:
    return {one["key"]: one for one in found["sections"]}


async def test_a_day_is_shown_over_all_services(
    edge: Harness, services: Fakes, company: Company, api: httpx.AsyncClient
) -> None:
    """WE-17, GW-07: appointments, tasks, what is overdue, and what is unread."""
    client_id = str(new_id())
    visit = entry("appointment", ends_at=LATER, client_id=client_id, status="confirmed")
    task = entry("task", title={"ar": "اتصال", "en": "اتصال"}, priority="high", status="open")
    late = entry("task", title={"ar": "عرض", "en": "عرض"})
    edge.context.peers.agenda = day(appointments=[visit], tasks=[task], overdue=[late] * 30)
    about = {"client_id": client_id, "url": f"/v1/clients/{client_id}"}
    client = {"id": client_id, "name": "سارة", "last_activity_at": AT, "unread": 3, **about}
    services["clients"].pages["/v1/clients"] = {"items": [client], "total": 9}
    note = {"id": str(new_id()), "title": "أُسند إليك", "created_at": AT,
            "client_id": None, "url": None}  # fmt: skip
    services["comms"].pages["/v1/notifications"] = {"items": [note], "total": 1}
    invoice = {"id": str(new_id()), "number": "INV-7", "due_date": "2026-02-01", "balance": "10.00",
               "currency": "SAR", "status": "overdue", **about}  # fmt: skip
    services["billing"].pages["/v1/invoices"] = {"items": [invoice], "total": 2}
    answer = await api.get("/v1/today", headers={"Accept-Language": "ar"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    sections = by_key(found)
    assert list(sections) == ALL and {one["state"] for one in sections.values()} == {"ok"}
    assert [one["count"] for one in sections.values()] == [1, 1, 30, 0, 9, 1, 2]
    assert len(sections["overdue"]["items"]) == 20
    assert (found["user_id"], found["timezone"]) == (company.owner_id, "Asia/Riyadh")
    [shown] = sections["appointments"]["items"]
    assert (shown["title"], shown["status"], shown["ends_at"]) == ("موعد", "confirmed", LATER)
    assert shown["source"]["url"] == f"/v1/appointments/{visit['id']}"
    assert (shown["client_id"], shown["url"]) == (client_id, f"/v1/clients/{client_id}")
    [shown] = sections["tasks"]["items"]
    assert (shown["title"], shown["priority"], shown["url"]) == ("اتصال", "high", None)
    [shown] = sections["unread"]["items"]
    assert (shown["title"], shown["unread"], shown["at"]) == ("سارة", 3, AT)
    [shown] = sections["notifications"]["items"]
    assert (shown["title"], shown["source"]["service"]) == ("أُسند إليك", "comms")
    [shown] = sections["overdue_invoices"]["items"]
    assert (shown["title"], shown["due_on"]) == ("INV-7", "2026-02-01")
    assert (shown["amount"], shown["currency"]) == ("10.00", "SAR")


async def test_whom_to_follow_up_at_no_time_is_shown(
    edge: Harness, services: Fakes, api: httpx.AsyncClient
) -> None:
    """CL-43: and nothing of it by a scheduling that tells of none yet."""
    call = entry("follow_up", at="", title={"ar": "مكالمة", "en": "Call"}, status="open")
    told = edge.context.peers.agenda = day(follow_ups=[call] * 25)
    section = by_key((await api.get("/v1/today")).json())["follow_ups"]
    assert (section["count"], len(section["items"])) == (25, 20)
    shown = section["items"][0]
    assert (shown["title"], shown["at"], shown["status"]) == ("مكالمة", None, "open")
    assert shown["source"]["url"] == f"/v1/follow-ups/{call['id']}"
    edge.context.peers.agenda = Page(200, {
        name: part for name, part in told.body.items() if name != "follow_ups"
    })  # fmt: skip
    section = by_key((await api.get("/v1/today")).json())["follow_ups"]
    assert (section["state"], section["count"], section["items"]) == ("ok", 0, [])


async def test_unread_are_ones_own_clients(
    services: Fakes, company: Company, api: httpx.AsyncClient
) -> None:
    await api.get("/v1/today")
    [asked] = [one for one in services["clients"].headers if "/v1/clients?" in one]
    assert f"staff_id={company.owner_id}" in asked and "unread=true" in asked


async def test_a_service_that_is_down_costs_its_own_sections(
    edge: Harness, services: Fakes, api: httpx.AsyncClient
) -> None:
    """GW-07: and says since when."""
    services["comms"].refused = 503
    edge.context.peers.agenda = Page(503, {}, datetime.fromisoformat(AT))
    found = by_key((await api.get("/v1/today")).json())
    down = {key for key, one in found.items() if one["state"] == "down"}
    assert down == {"appointments", "tasks", "overdue", "follow_ups", "notifications"}
    assert all((one["since"] is None) == (one["state"] == "ok") for one in found.values())
    assert found["tasks"]["since"] == AT and found["tasks"]["count"] is None
    assert list(found) == ALL


async def test_what_one_may_not_read_is_not_asked_for(
    edge: Harness, services: Fakes, company: Company, api: httpx.AsyncClient
) -> None:
    """GW-02: a section of a service that one may not read is left out."""
    role: Json = {"name": "استقبال", "permissions": ["clients:read"], "visibility": "all"}
    assert (await api.post("/v1/roles", json=role)).status_code == 201
    member = await make_member(api, role["name"])
    headers = bearer(await company.sign_in(member["email"]))
    found = by_key((await company.http.get("/v1/today", headers=headers)).json())
    assert list(found) == ["unread", "notifications"]
    assert edge.context.peers.asked_ahead == 0 and not services["billing"].asked


async def test_an_integration_has_no_day(edge: Harness, services: Fakes,
                                         api: httpx.AsyncClient) -> None:  # fmt: skip
    made = await api.post("/v1/api-keys", json={"name": "x", "permissions": ["scheduling:read"]})
    async with edge.http(Authorization=f"Bearer {made.json()['secret']}") as http:
        answer = await http.get("/v1/today")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_user")
    edge.context.peers.agenda = Page(401, {})
    assert (await api.get("/v1/today")).status_code == 401


@pytest.mark.parametrize(
    ("timezone", "day"),
    [("Asia/Riyadh", "2026-03-02"), ("Europe/London", "2026-03-01"), ("", "2026-03-02"),
     ("Nowhere", "2026-03-02")],
)  # fmt: skip
def test_the_day_is_the_companys(timezone: str, day: str) -> None:
    assert day_at(datetime(2026, 3, 1, 22, tzinfo=UTC), timezone) == day
