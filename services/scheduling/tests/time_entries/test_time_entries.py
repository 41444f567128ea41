"""Who worked when, for whom, and what it comes to."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.ids import new_id
from chassis.money import Money
from chassis.testing.races import deadlocks
from scheduling.time_entries import rules
from scheduling.time_entries.use_cases.working import forget_time
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Json, Person, remember_client, remember_user
from services.scheduling.tests.tasks.test_tasks import make_task

ENTRIES = "/v1/time-entries"
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


async def make_entry(person: Person, minutes: int = 90, **fields: Any) -> Json:
    plain: Json = {"started_at": (NOW - 5 * HOUR).isoformat(), "duration_minutes": minutes}
    return await person.post(ENTRIES, plain | fields)


@given(st.integers(1, 40 * 24 * 3600))
def test_hours_are_counted_to_four_digits(seconds: int) -> None:
    found = rules.hours(NOW, NOW + timedelta(seconds=seconds))
    assert abs(found - Decimal(seconds) / 3600) <= Decimal("0.00005")


async def test_a_timer_runs_and_stops(owner: Person, events: Events) -> None:
    """CL-60"""
    client_id = str(await remember_client(owner))
    body = {"id": str(new_id()), "client_id": client_id, "note": "مكالمة"}
    answer = await owner.http.post(f"{ENTRIES}/start", json=body)
    made, path = answer.json(), f"{ENTRIES}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["running"], made["ended_at"], made["url"]) == (
        True, None, f"/v1/clients/{client_id}",
    )  # fmt: skip
    assert made["user_id"] == str(owner.caller.user_id)
    again = await owner.http.post(f"{ENTRIES}/start", json=body)
    assert (again.status_code, again.json()["id"]) == (200, made["id"])
    ends = {"ended_at": NOW.isoformat()}
    assert await owner.refused("PATCH", path, ends) == (409, "timer_running")
    second = await owner.post(f"{ENTRIES}/start", {})
    assert await owner.ids(ENTRIES, running=True) == [second["id"]]
    stopped = await owner.get(path)
    assert (stopped["running"], stopped["ended_at"] is None) == (False, False)
    assert await owner.post(f"{path}/stop") == stopped
    await owner.post(f"{ENTRIES}/{second['id']}/stop")
    told = [one for one in await events(owner.caller) if ".time_entry." in one["type"]]
    verbs = [one["type"].rpartition(".")[2] for one in told]
    assert verbs == ["started", "stopped", "started", "stopped"]
    assert [one["subject"] for one in told[:2]] == [made["id"], made["id"]]
    assert "مكالمة" not in str(told)


async def test_of_many_starts_at_once_one_runs(owner: Person) -> None:
    """CL-60: one timer of each user, whatever races; what ran before has ended."""
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as other:
        people = [owner, other] * 12
        answers = await asyncio.gather(
            *(one.http.post(f"{ENTRIES}/start", json={}) for one in people)
        )
        assert {one.status_code for one in answers} == {201}
        assert len(await owner.ids(ENTRIES, running=True)) == 2
        assert len(await other.ids(ENTRIES, running=True)) == 1
        assert len(await owner.ids(ENTRIES)) == 24
    assert await deadlocks(owner.service.context.database) == 0


async def test_an_integration_works_for_who_made_it(owner: Person) -> None:
    maker = await remember_user(owner)
    key = owner.service.caller(owner.caller.tenant_id, principal=f"key:{new_id()}")
    async with owner.service.http(replace(key, user_id=None, made_by=maker)) as http:
        made = (await http.post(f"{ENTRIES}/start", json={})).json()
    assert made["user_id"] == str(maker)


async def test_what_was_worked_is_told_afterwards(owner: Person, events: Events) -> None:
    """CL-60"""
    client_id = str(await remember_client(owner, currency="KWD"))
    made = await make_entry(owner, client_id=client_id, billable=True, rate="10.500")
    assert (made["seconds"], made["currency"], made["amount"]) == (5400, "KWD", "15.750")
    path = f"{ENTRIES}/{made['id']}"
    changed = await owner.patch(path, {"rate": "20", "currency": "SAR", "note": "x"})
    assert (changed["rate"], changed["amount"]) == ("20.00", "30.00")
    ends = (NOW - 4 * HOUR).isoformat()
    assert (await owner.patch(path, {"ended_at": ends}))["amount"] == "20.00"
    free = await owner.patch(path, {"billable": False})
    assert (free["amount"], free["rate"]) == (None, "20.00")
    assert (await owner.patch(path, {"rate": None}))["currency"] is None
    wrong = await owner.wrong("PATCH", path, {"rate": "1.234", "currency": "SAR"})
    assert wrong == ("not_an_amount", ["rate"])
    await owner.delete(path)
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert (told[0], told[-1]) == ("recorded", "deleted")


async def test_wrong_values_name_their_fields(owner: Person) -> None:
    """CL-60"""
    start = (NOW - HOUR).isoformat()
    for body, code, field in (
        ({}, "end_or_duration", "ended_at"),
        ({"ended_at": NOW.isoformat(), "duration_minutes": 5}, "end_or_duration", "ended_at"),
        ({"ended_at": start}, "ends_before_start", "ended_at"),
        ({"duration_minutes": 120}, "in_the_future", "ended_at"),
        ({"duration_minutes": 5, "user_id": str(new_id())}, "unknown_reference", "user_id"),
        ({"duration_minutes": 5, "task_id": str(new_id())}, "unknown_reference", "task_id"),
        ({"duration_minutes": 5, "client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"duration_minutes": 5, "rate": "1.001"}, "not_an_amount", "rate"),
        ({"duration_minutes": 5, "rate": "1", "currency": "XXX"}, "validation_failed", "currency"),
    ):  # fmt: skip
        assert await owner.wrong("POST", ENTRIES, {"started_at": start, **body}) == (code, [field])


async def test_time_on_a_task_is_for_its_client(owner: Person) -> None:
    """CL-60"""
    client_id = str(await remember_client(owner))
    task = await make_task(owner, client_id=client_id)
    made = await make_entry(owner, task_id=task["id"])
    assert (made["client_id"], made["task_id"]) == (client_id, task["id"])
    other = {"task_id": task["id"], "client_id": str(await remember_client(owner))}
    body = {"started_at": (NOW - HOUR).isoformat(), "duration_minutes": 5, **other}
    assert await owner.wrong("POST", ENTRIES, body) == ("other_client", ["client_id"])
    assert await owner.ids(ENTRIES, task_id=task["id"]) == [made["id"]]


async def test_everybody_writes_down_their_own_time(owner: Person) -> None:
    """CL-60: managers that of others; what is for no client is seen by those alone."""
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as worker, owner.colleague(*rights) as other:
        await remember_user(owner, id=str(worker.caller.user_id))
        own = await make_entry(worker)
        for_client = await make_entry(worker, client_id=str(await remember_client(owner)))
        assert await other.ids(ENTRIES) == [for_client["id"]]
        assert await other.refused("GET", f"{ENTRIES}/{own['id']}") == (404, "time_entry_not_found")
        path = f"{ENTRIES}/{for_client['id']}"
        refused = await other.refused("PATCH", path, {"note": "x"})
        assert refused == (403, "time_of_somebody_else")
        body = {"started_at": (NOW - HOUR).isoformat(), "duration_minutes": 5}
        body |= {"user_id": str(worker.caller.user_id)}
        refused = await other.refused("POST", ENTRIES, body)
        assert refused == (403, "time_of_somebody_else")
        told = await owner.post(ENTRIES, body)
        assert (told["user_id"], told["created_by"]) == (body["user_id"], owner.caller.principal)
        assert (await owner.patch(path, {"note": "y"}))["note"] == "y"
        assert len(await worker.ids(ENTRIES, user_id="me")) == 3


async def test_what_time_costs_is_shown_to_whom_it_concerns(owner: Person, events: Events) -> None:
    """CL-60: whose time it is, and who may see what is billed; no event tells it."""
    client_id = str(await remember_client(owner))
    paid = {"client_id": client_id, "billable": True, "rate": "71.00", "currency": "SAR"}
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as worker, owner.colleague(
        "scheduling:read", "billing:read"
    ) as clerk:  # fmt: skip
        others = await make_entry(owner, 60, **paid)
        own = await make_entry(worker, 120, **paid)
        path = f"{ENTRIES}/{others['id']}"
        assert (own["rate"], own["amount"]) == ("71.00", "142.00")
        hidden = await worker.get(path)
        assert (hidden["rate"], hidden["amount"], hidden["seconds"]) == (None, None, 3600)
        assert (await clerk.get(path))["amount"] == "71.00"
        listed = {one["id"]: one["rate"] for one in (await worker.get(ENTRIES))["items"]}
        assert listed == {others["id"]: None, own["id"]: "71.00"}
        for person, amounts in ((worker, "142.00"), (clerk, "213.00"), (owner, "213.00")):
            [found] = (await person.get(f"{ENTRIES}/sums"))["items"]
            assert (found["seconds"], found["amounts"]) == (180 * 60, {"SAR": amounts})
    assert "71.00" not in str(await events(owner.caller))


async def test_time_is_added_up(owner: Person) -> None:
    """CL-60: by client, by user and by task."""
    one, two = [str(await remember_client(owner, currency=code)) for code in ("SAR", "AED")]
    task = await make_task(owner, client_id=two)
    paid = {"billable": True, "rate": "100.00"}
    entries = [
        await make_entry(owner, 90, client_id=one, **paid),
        await make_entry(owner, 20, client_id=one, billable=True, rate="50.01"),
        await make_entry(owner, 100, client_id=one, currency="KWD", billable=True, rate="1.000"),
        await make_entry(owner, 30, client_id=two, task_id=task["id"]),
        await make_entry(owner, 10),
    ]
    found = await owner.get(f"{ENTRIES}/sums")
    assert (found["seconds"], found["billable_seconds"]) == (250 * 60, 210 * 60)
    first, second, third = found["items"]
    assert (first["id"], first["count"], first["seconds"]) == (one, 3, 210 * 60)
    figures: dict[str, Money] = {}
    for entry in entries[:3]:
        part = Money.parse(entry["amount"], entry["currency"])
        before = figures.get(entry["currency"], Money(0, entry["currency"]))
        figures[entry["currency"]] = before + part
    assert first["amounts"] == {code: money.format() for code, money in figures.items()}
    assert (second["id"], second["amounts"], third["id"]) == (two, {}, None)
    [mine] = (await owner.get(f"{ENTRIES}/sums", by="user", user_id="me"))["items"]
    assert (mine["id"], mine["count"]) == (str(owner.caller.user_id), 5)
    by_task = (await owner.get(f"{ENTRIES}/sums", by="task", client_id=two))["items"]
    assert [(item["id"], item["seconds"]) for item in by_task] == [(task["id"], 1800)]
    nothing = await owner.get(f"{ENTRIES}/sums", running=True)
    assert nothing == {"items": [], "seconds": 0, "billable_seconds": 0}


async def test_lists_are_narrowed(owner: Person) -> None:
    """CL-60"""
    client_id = str(await remember_client(owner))
    old = await make_entry(owner, started_at=(NOW - 50 * HOUR).isoformat())
    paid = await make_entry(owner, client_id=client_id, billable=True)
    assert await owner.ids(ENTRIES) == [paid["id"], old["id"]]
    assert await owner.ids(ENTRIES, billable=True) == [paid["id"]]
    assert await owner.ids(ENTRIES, client_id="none") == [old["id"]]
    assert await owner.ids(ENTRIES, started_to=(NOW - 40 * HOUR).isoformat()) == [old["id"]]
    assert await owner.ids(ENTRIES, invoiced=True) == []
    assert await owner.ids(ENTRIES, sort="started_at") == [old["id"], paid["id"]]


async def test_little_is_kept_of_a_client_who_is_erased(owner: Person) -> None:
    client_id = await remember_client(owner)
    await make_entry(owner, client_id=str(client_id), note="سر")
    kept = await make_entry(owner)
    caller = system(owner.caller.tenant_id, "scheduling")
    async with owner.service.context.database.work(caller) as work:
        await forget_time(work, client_id)
    assert await owner.ids(ENTRIES) == [kept["id"]]
