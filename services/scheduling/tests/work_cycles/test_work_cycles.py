"""Jobs of clients, of kinds that the business names, and what they come to."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from scheduling.peers import Peers
from scheduling.work_cycle_types import rules as types
from scheduling.work_cycles import rules
from scheduling.work_cycles.consumers import consumers
from scheduling.work_cycles.use_cases.keeping import forget_cycles
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    make_action,
    remember_client,
    remember_user,
)
from services.scheduling.tests.tasks.test_tasks import TASKS, make_task

CYCLES, TYPES = "/v1/work-cycles", "/v1/work-cycle-types"


async def make_type(person: Person, **fields: Any) -> Json:
    return await person.post(TYPES, {"name": "عقود السيارات", **fields})


async def make_cycle(person: Person, **fields: Any) -> Json:
    if "work_cycle_type_id" not in fields:
        fields["work_cycle_type_id"] = (await make_type(person))["id"]
    if "client_id" not in fields:
        fields["client_id"] = str(await remember_client(person))
    return await person.post(CYCLES, {"title": "تجهيز المعرض", **fields})


@given(
    total=st.integers(1, 10**9), tax=st.integers(0, 100), off=st.integers(0, 100),
    status=st.sampled_from(["issued", "paid", "credited"]),
)  # fmt: skip
def test_an_invoice_counts_less_what_was_credited(
    total: int, tax: int, off: int, status: str
) -> None:
    """CL-83"""
    subtotal, credited = total - total * tax // 200, total * off // 100
    told = {"status": status, "currency": "JPY", "total": str(total), "paid": "0",
            "subtotal": str(subtotal), "credited": str(credited), "written_off": ""}  # fmt: skip
    found = rules.figures_of_invoice(told)
    assert found.amount_minor == total - credited
    assert abs(found.net_minor - subtotal * (1 - credited / total)) <= 1
    assert 0 <= found.net_minor <= found.amount_minor
    assert rules.figures_of_invoice({**told, "status": "draft"}) == rules.Figures()


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("text", "أي نص", True), ("text", True, False), ("number", "12.50", True),
        ("number", "a", False), ("number", "NaN", False), ("date", "2026-02-28", True),
        ("date", "2026-02-30", False), ("boolean", False, True), ("boolean", "no", False),
        ("choice", "A", True), ("choice", "B", False),
    ],
)  # fmt: skip
def test_values_are_of_their_fields_type(kind: str, value: Any, fits: bool) -> None:
    field = {"key": "x", "type": kind, "required": False, "options": ["A"]}
    if fits:
        assert types.checked_values([field], {"x": value}) == {"x": value}
    else:
        with pytest.raises(types.NotAValue) as refused:
            types.checked_values([field], {"x": value})
        assert refused.value.field == "custom_fields.x"


async def test_a_type_is_kept_and_put_away(owner: Person) -> None:
    """CL-81: own numbering, statuses, actions and fields."""
    action = await make_action(owner, subject="work_cycle")
    body: Json = {
        "id": str(new_id()), "name": {"ar": "عقود", "en": "Contracts"}, "prefix": "CAR-",
        "statuses": [{"name": "معاينة"}, {"name": "تنفيذ", "default": True, "color": "#3366cc"},
                     {"name": "تسليم", "group": "closed"}],
        "custom_fields": [{"key": "plate", "label": "اللوحة", "type": "text", "required": True}],
        "action_ids": [action["id"]],
    }  # fmt: skip
    made = await owner.post(TYPES, body)
    again = await owner.http.post(TYPES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert [one["default"] for one in made["statuses"]] == [False, True, False]
    path = f"{TYPES}/{made['id']}"
    for changes, code, field in (
        ({"statuses": [{"name": "x", "group": "closed"}]}, "open_status_needed", "statuses"),
        ({"statuses": [{"id": made["id"], "name": "x"}] * 2}, "named_twice", "statuses.1.id"),
        ({"custom_fields": body["custom_fields"] * 2}, "named_twice", "custom_fields.1.key"),
        ({"custom_fields": [{"key": "c", "label": "x", "type": "choice"}]}, "options_needed",
         "custom_fields.0.options"),
        ({"action_ids": [str(new_id())]}, "unknown_reference", "action_ids.0"),
        ({"budget_from": "thin air"}, "validation_failed", "budget_from"),
    ):  # fmt: skip
        assert await owner.wrong("PATCH", path, changes) == (code, [field])
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        assert await agent.refused("POST", TYPES, body) == (403, "forbidden")


async def test_what_cycles_need_of_their_type_stays(owner: Person) -> None:
    """CL-81, CL-83"""
    made, usual = await make_type(owner), await make_type(owner)
    path = f"{TYPES}/{made['id']}"
    assert [one["group"] for one in usual["statuses"]] == ["open", "closed", "closed"]
    cycle = await make_cycle(owner, work_cycle_type_id=made["id"])
    assert await owner.refused("DELETE", path) == (409, "work_cycle_type_in_use")
    left = {"statuses": [{"name": "أخرى"}, *made["statuses"][1:]]}
    assert await owner.refused("PATCH", path, left) == (409, "work_cycle_status_in_use")
    fewer = {"statuses": made["statuses"][:2], "active": False}
    assert len((await owner.patch(path, fewer))["statuses"]) == 2
    unused = {"work_cycle_type_id": made["id"], "client_id": cycle["client_id"], "title": "x"}
    wrong = await owner.wrong("POST", CYCLES, unused)
    assert wrong == ("unknown_reference", ["work_cycle_type_id"])
    await owner.delete(f"{TYPES}/{usual['id']}")


async def test_no_cycle_is_left_in_a_status_that_goes(owner: Person) -> None:
    """CL-81, CL-82: whoever moves cycles there, or begins them, while the type loses it."""
    kind, client_id = await make_type(owner), str(await remember_client(owner))
    going = kind["statuses"][2]["id"]
    body = {"client_id": client_id, "work_cycle_type_id": kind["id"], "title": "x"}
    begun = [await owner.post(CYCLES, body) for _ in range(6)]
    http, to_it = owner.http, {"status_id": going}
    answers = await asyncio.gather(
        *(http.post(f"{CYCLES}/{one['id']}/status", json=to_it) for one in begun[:3]),
        http.patch(f"{TYPES}/{kind['id']}", json={"statuses": kind["statuses"][:2]}),
        *(http.post(f"{CYCLES}/{one['id']}/status", json=to_it) for one in begun[3:]),
        *(http.post(CYCLES, json=body | to_it) for _ in range(3)),
    )
    assert {one.status_code for one in answers} <= {200, 201, 409, 422}
    is_gone = answers[3].status_code == 200
    there = [one["id"] for one in (await owner.get(CYCLES))["items"]
             if one["status"] is None or one["status"]["id"] == going]  # fmt: skip
    assert not (is_gone and there)


async def test_a_cycle_is_begun_moved_on_and_closed(owner: Person, events: Events) -> None:
    """CL-79, CL-80, CL-82, CL-83"""
    client_id = str(await remember_client(owner, currency="KWD"))
    hind = str(await remember_user(owner))
    kind = await make_type(owner, prefix="WC-")
    body: Json = {
        "id": str(new_id()), "client_id": client_id, "work_cycle_type_id": kind["id"],
        "title": "تجهيز", "starts_on": "2026-03-01", "due_on": "2026-04-15", "budget": "1500.500",
        "staff_ids": [hind], "tags": ["مستعجل", "مستعجل"], "notes": "ملاحظة",
    }  # fmt: skip
    made = await owner.post(CYCLES, body)
    again = await owner.http.post(CYCLES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert (made["number"], made["status"]["name"]["en"]) == ("WC-00001", "In progress")
    assert (made["budget"], made["currency"], made["tags"]) == ("1500.500", "KWD", ["مستعجل"])
    assert (made["spent"], made["budget_left"], made["totals"]) == ("0.000", "1500.500", [])
    assert (made["type"]["id"], made["url"]) == (kind["id"], f"/v1/clients/{client_id}")
    path, closed = f"{CYCLES}/{made['id']}", kind["statuses"][1]["id"]
    changed = await owner.patch(path, {"budget": "2000", "currency": "SAR", "due_on": None})
    assert (changed["budget"], changed["due_on"]) == ("2000.00", None)
    wrong = await owner.wrong("PATCH", path, {"due_on": "2026-02-01"})
    assert wrong == ("due_before_start", ["due_on"])
    wrong = await owner.wrong("POST", f"{path}/status", {"status_id": str(new_id())})
    assert wrong == ("unknown_reference", ["status_id"])
    ended = await owner.post(f"{path}/status", {"status_id": closed, "reason": "سُلّم"})
    assert (ended["status"]["group"], ended["closed_at"] is None) == ("closed", False)
    assert await owner.ids(CYCLES, group="open") == []
    assert await owner.ids(CYCLES, group="closed", tag="مستعجل", staff_id=hind) == [made["id"]]
    opened = await owner.post(f"{path}/status", {"status_id": made["status"]["id"]})
    assert opened["closed_at"] is None
    told = [one for one in await events(owner.caller) if ".work_cycle." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in told] == [
        "created", "updated", "status_changed", "status_changed",
    ]  # fmt: skip
    assert told[2]["data"]["from_status_id"] == made["status"]["id"]
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "work_cycle_not_found")


async def test_numbers_are_given_once(owner: Person) -> None:
    """CL-81: whatever races, by type."""
    kind, client_id = await make_type(owner, prefix="C"), str(await remember_client(owner))
    body = {"client_id": client_id, "work_cycle_type_id": kind["id"], "title": "x"}
    answers = await asyncio.gather(*(owner.http.post(CYCLES, json=body) for _ in range(12)))
    numbers = sorted(one.json()["number"] for one in answers)
    assert numbers == [f"C{place:05d}" for place in range(1, 13)]
    assert (await make_cycle(owner))["number"] == "WC-00001"


async def test_wrong_values_name_their_fields(owner: Person) -> None:
    fields = [{"key": "plate", "label": "اللوحة", "type": "text", "required": True}]
    kind = await make_type(owner, custom_fields=fields)
    plain = {"client_id": str(await remember_client(owner)), "title": "x",
             "work_cycle_type_id": kind["id"], "custom_fields": {"plate": "1"}}  # fmt: skip
    for changes, code, field in (
        ({"custom_fields": {}}, "required", "custom_fields.plate"),
        ({"custom_fields": {"plate": "1", "x": "1"}}, "unknown_custom_field", "custom_fields.x"),
        ({"custom_fields": {"plate": True}}, "invalid_value", "custom_fields.plate"),
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"staff_ids": [str(new_id())]}, "unknown_reference", "staff_ids.0"),
        ({"action_id": str(new_id())}, "unknown_reference", "action_id"),
        ({"budget": "1.001", "currency": "SAR"}, "not_an_amount", "budget"),
        ({"title": ""}, "validation_failed", "title"),
    ):  # fmt: skip
        assert await owner.wrong("POST", CYCLES, plain | changes) == (code, [field])


async def test_cycles_are_seen_with_their_clients(owner: Person) -> None:
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights, visibility="assigned") as agent:
        staff = [{"user_id": str(agent.caller.user_id), "role": "owner"}]
        own = await make_cycle(owner, client_id=str(await remember_client(owner, staff=staff)))
        other = await make_cycle(owner)
        assert await agent.ids(CYCLES) == [own["id"]]
        gone = await agent.refused("GET", f"{CYCLES}/{other['id']}")
        assert gone == (404, "work_cycle_not_found")
        shown = await agent.get(f"{CYCLES}/{own['id']}")
        assert (shown["totals"], shown["spent"], shown["seconds"]) == (None, None, 0)


async def test_tasks_and_time_belong_to_a_cycle(owner: Person) -> None:
    """CL-82"""
    client_id = str(await remember_client(owner))
    cycle = await make_cycle(owner, client_id=client_id)
    named = {"client_id": client_id, "work_cycle_id": cycle["id"]}
    task = await make_task(owner, **named)
    assert await owner.ids(TASKS, work_cycle_id=cycle["id"]) == [task["id"]]
    start = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    worked = {"started_at": start, "duration_minutes": 90, **named}
    await owner.post("/v1/time-entries", worked)
    path = f"{CYCLES}/{cycle['id']}"
    assert (await owner.get(path))["seconds"] == 5400
    assert await owner.refused("DELETE", path) == (409, "work_cycle_in_use")
    other = {**named, "client_id": str(await remember_client(owner))}
    for url, body in ((TASKS, {"title": "x"}), ("/v1/time-entries", worked)):
        wrong = await owner.wrong("POST", url, {**body, **other})
        assert wrong == ("unknown_reference", ["work_cycle_id"])


async def test_appointments_belong_to_a_cycle(owner: Person) -> None:
    """CL-82, SC-02: to one of the client's; how many there are is told."""
    cycle = await make_cycle(owner)
    path, about = f"{CYCLES}/{cycle['id']}", {"client_id": cycle["client_id"]}
    for state in ("open", "done"):
        task = await make_task(owner, **about, work_cycle_id=cycle["id"])
        if state == "done":
            await owner.post(f"{TASKS}/{task['id']}/complete")
    linked = {"linked": {"type": "work_cycle", "id": cycle["id"]}}
    body = {**about, "starts_at": "2031-03-10T09:00:00Z", **linked}
    kept, off = [await owner.post("/v1/appointments", body) for _ in range(2)]
    await owner.post(f"/v1/appointments/{off['id']}/cancel")
    shown = await owner.get(path)
    counts = [shown[f"{name}_count"] for name in ("task", "open_task", "appointment")]
    assert counts == [2, 1, 1]
    assert set(await owner.ids("/v1/appointments", linked_id=cycle["id"])) == {
        kept["id"], off["id"],
    }  # fmt: skip
    others = str(await remember_client(owner))
    wrong = await owner.wrong("POST", "/v1/appointments", {**body, "client_id": others})
    assert wrong == ("unknown_reference", ["linked.id"])
    elsewhere = await owner.post("/v1/appointments", {**body, "client_id": others, "linked": None})
    wrong = await owner.wrong("PATCH", f"/v1/appointments/{elsewhere['id']}", linked)
    assert wrong == ("unknown_reference", ["linked.id"])
    met = await make_cycle(owner)
    linked["linked"]["id"] = met["id"]
    await owner.post("/v1/appointments", {**body, "client_id": met["client_id"], **linked})
    assert await owner.refused("DELETE", f"{CYCLES}/{met['id']}") == (409, "work_cycle_in_use")


async def test_a_cycle_has_files_of_its_client(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-82: those of that client which who names them sees."""
    plan, contract, hidden = (str(new_id()) for _ in range(3))
    asked: list[str] = []

    async def visible_files(_: Peers, by: Any, client_id: UUID, file_ids: Any) -> set[UUID]:
        assert not by.has_begun
        asked.append(str(client_id))
        return {one for one in file_ids if str(one) != hidden}

    monkeypatch.setattr(Peers, "visible_files", visible_files)
    made = await make_cycle(owner, attachments=[plan, contract, plan])
    assert made["attachments"] == [plan, contract]
    path = f"{CYCLES}/{made['id']}"
    assert (await owner.patch(path, {"title": "x"}))["attachments"] == [plan, contract]
    dropped = {"attachments": [hidden, plan]}
    assert await owner.wrong("PATCH", path, dropped) == ("unknown_reference", ["attachments.0"])
    # What it has is not asked for again: its file may be gone by now.
    visible, hidden = hidden, plan
    kept = await owner.patch(path, {"attachments": [plan, visible]})
    assert kept["attachments"] == [plan, visible]
    hidden = visible
    assert (await owner.patch(path, {"attachments": None}))["attachments"] == []
    wrong = await owner.wrong("PATCH", path, {"attachments": [plan, hidden]})
    assert wrong == ("unknown_reference", ["attachments.1"])
    body = {"client_id": made["client_id"], "work_cycle_type_id": made["type"]["id"], "title": "x"}
    wrong = await owner.wrong("POST", CYCLES, body | {"attachments": [hidden]})
    assert wrong == ("unknown_reference", ["attachments.0"])
    assert asked == [made["client_id"]] * 5
    async with owner.colleague("scheduling:write", visibility="assigned") as agent:
        gone = await agent.refused("PATCH", path, {"attachments": [plan]})
        assert gone == (404, "work_cycle_not_found")
    assert asked == [made["client_id"]] * 5


def told(kind: str, verb: str, version: int, cycle_id: str, **fields: Any) -> Event:
    """What billing tells of a document."""
    subject = fields.pop("id")
    document = {"id": str(subject), "version": version, "work_cycle_id": cycle_id,
                "currency": "SAR", **fields}  # fmt: skip
    return Event(f"billing.{kind}.{verb}", subject, {kind: document}, version, actor="user:x")


async def test_money_is_counted_as_billing_tells_it(owner: Person) -> None:
    """CL-83: whatever comes twice, late and in any order."""
    cycle, other = (
        await make_cycle(owner, budget="1000.00", currency="SAR"),
        await make_cycle(owner),
    )
    path, cycle_id = f"{CYCLES}/{cycle['id']}", cycle["id"]
    invoice, expense, income = new_id(), new_id(), new_id()
    amounts = {"total": "1150.00", "subtotal": "1000.00", "paid": "0.00", "status": "issued"}
    issued = told("invoice", "issued", 2, cycle_id, id=invoice, **amounts)
    draft = told("invoice", "created", 1, cycle_id, id=invoice, **{**amounts, "status": "draft"})
    spent = told("expense", "recorded", 1, cycle_id, id=expense, amount="230.00", net="200.00")
    came = told("income", "recorded", 1, cycle_id, id=income, amount="57.50", net="50.00")
    await hear(owner, consumers, issued, draft, spent, spent, came)
    shown = await owner.get(path)
    assert shown["totals"] == [{
        "currency": "SAR", "invoiced": "1150.00", "paid": "0.00", "income": "57.50",
        "expense": "230.00", "profit": "850.00",
    }]  # fmt: skip
    assert (shown["spent"], shown["budget_left"]) == ("230.00", "770.00")
    credited = {**amounts, "credited": "575.00", "paid": "100.00", "status": "partially_paid"}
    await hear(owner, consumers, told("invoice", "credited", 4, cycle_id, id=invoice, **credited))
    await hear(owner, consumers, told("invoice", "paid", 3, cycle_id, id=invoice, **amounts))
    [total] = (await owner.get(path))["totals"]
    assert (total["invoiced"], total["paid"], total["profit"]) == ("575.00", "100.00", "350.00")
    await owner.patch(f"{TYPES}/{cycle['type']['id']}", {"budget_from": "invoices"})
    assert (await owner.get(path))["budget_left"] == "425.00"
    elsewhere = told("expense", "updated", 2, other["id"], id=expense, amount="1.15", net="1.00")
    gone = told("income", "deleted", 1, cycle_id, id=income, amount="57.50", net="50.00")
    await hear(owner, consumers, elsewhere, gone, came)
    [total] = (await owner.get(path))["totals"]
    assert (total["income"], total["expense"], total["profit"]) == ("0.00", "0.00", "500.00")
    await hear(owner, consumers, told("expense", "updated", 3, "", id=expense, amount="1", net="1"))
    assert (await owner.get(f"{CYCLES}/{other['id']}"))["totals"] == []
    await hear(
        owner, consumers, told("income", "recorded", 1, "", id=new_id(), amount="1", net="1")
    )
    assert await owner.refused("DELETE", path) == (409, "work_cycle_in_use")


async def test_little_is_kept_of_a_client_who_is_erased(owner: Person) -> None:
    client_id = await remember_client(owner)
    paid, plain = [await make_cycle(owner, client_id=str(client_id), notes="سر") for _ in range(2)]
    spent = told("expense", "recorded", 1, paid["id"], id=new_id(), amount="1.00", net="1.00")
    await hear(owner, consumers, spent)
    caller = system(owner.caller.tenant_id, "scheduling")
    async with owner.service.context.database.work(caller) as work:
        await forget_cycles(work, UUID(str(client_id)))
    kept = await owner.get(f"{CYCLES}/{paid['id']}")
    assert (kept["title"], kept["notes"], kept["number"]) == ("•••", None, paid["number"])
    gone = await owner.refused("GET", f"{CYCLES}/{plain['id']}")
    assert gone == (404, "work_cycle_not_found")
