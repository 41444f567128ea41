"""What comes next of clients, and what somebody has to do on a day, as other services ask it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from diwan.scheduling.v1 import agendas_pb2, appointments_pb2

from chassis.caller import Caller
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from refs.about import UnknownClient
from scheduling.agendas import rules
from scheduling.agendas.rules import Entry
from scheduling.agendas.servicer import Agendas
from scheduling.appointments.rules.failures import CauseReused
from scheduling.appointments.servicer import Appointments
from scheduling.follow_ups.schedules import apply_follow_up
from scheduling.follow_ups.use_cases.making import APPLY
from services.scheduling.tests.appointments.planning import invoice_is_of
from services.scheduling.tests.factories import (
    Json,
    Person,
    jobs_of,
    make_action,
    remember_client,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.follow_ups.clients import Clients
from services.scheduling.tests.staffed import make_booking, make_service

# A Monday, noon where the company is.
NOON = datetime(2031, 3, 10, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOLLOW_UPS = "/v1/follow-ups"


@pytest.fixture(autouse=True)
async def noon(owner: Person, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FrozenClock]:
    """It is noon, and stays so."""
    clock = FrozenClock(NOON)
    monkeypatch.setattr(owner.service.context.database, "clock", clock)
    await remember_tenant(owner)
    yield clock


@dataclass
class Asking:
    """Whoever asks over gRPC."""

    person: Person

    async def steps(
        self, *client_ids: str, caller: Caller | None = None, most: int = 0
    ) -> dict[str, list[Any]]:
        request = agendas_pb2.ListNextStepsRequest(client_ids=client_ids, most=most)
        context = self.person.service.context
        async with context.database.work(caller or self.person.caller) as work:
            answer = await Agendas(context).ListNextSteps(work, request)
        return {one.client_id: list(one.steps) for one in answer.clients}

    async def day(
        self, user_id: UUID, on: str = "", caller: Caller | None = None
    ) -> agendas_pb2.GetDayResponse:
        context = self.person.service.context
        async with context.database.work(caller or self.person.caller) as work:
            request = agendas_pb2.GetDayRequest(user_id=str(user_id), on=on)
            return await Agendas(context).GetDay(work, request)


def at(moment: datetime) -> str:
    return moment.isoformat()


async def meet(owner: Person, client_id: str, starts_at: datetime, **fields: Any) -> Json:
    body = {"client_id": client_id, "starts_at": at(starts_at), "duration_minutes": 60}
    return await owner.post("/v1/appointments", body | fields)


async def apply_all(owner: Person) -> None:
    """Clients has answered for the statuses of follow-ups."""
    for payload in await jobs_of(owner, APPLY):
        await apply_follow_up(owner.service.context, owner.caller.tenant_id, payload)


async def due(owner: Person, due_at: datetime | None, **fields: Any) -> Json:
    body = {"title": "متابعة", "due_at": due_at and at(due_at)}
    return await owner.post("/v1/tasks", body | fields)


async def test_next_steps_of_a_client_are_told_soonest_first(owner: Person) -> None:
    """CL-89: appointments, bookings, tasks and steps of checklists; not what is over or closed."""
    client_id, other = [str(await remember_client(owner)) for _ in range(2)]
    action = await make_action(owner, subject="appointment")
    await meet(owner, client_id, NOON - HOUR)
    gone = await meet(owner, client_id, NOON + HOUR)
    await owner.post(f"/v1/appointments/{gone['id']}/cancel")
    visit = await meet(owner, client_id, NOON + 2 * DAY, action_id=action["id"])
    service = await make_service(owner)
    booked = await make_booking(owner, service, client_id=client_id, starts_at=at(NOON + DAY))
    late = await due(owner, NOON - DAY, client_id=client_id, kind="follow_up", priority="high")
    some_day = await due(owner, None, client_id=client_id)
    done = await due(owner, NOON, client_id=client_id)
    await owner.post(f"/v1/tasks/{done['id']}/complete")
    items = [{"name": "الهوية", "required": True}, {"name": {"en": "Contract"}}]
    listed = await owner.post(
        "/v1/checklists", {"client_id": client_id, "name": "ملف", "items": items}
    )
    [identity, _] = [one["id"] for one in listed["items"]]
    await owner.post(f"/v1/checklists/{listed['id']}/items/{identity}/done")
    call = await make_action(owner, name="مكالمة", subject="client")
    asked = {"client_id": client_id, "action_id": call["id"]}
    follow_up = await owner.post("/v1/follow-ups", asked)
    found = await Asking(owner).steps(client_id, other, client_id)
    assert list(found) == [client_id, other] and found[other] == []
    steps = found[client_id]
    assert [(one.type, one.id) for one in steps] == [
        ("task", late["id"]), ("booking", booked["id"]), ("appointment", visit["id"]),
        ("task", some_day["id"]), ("follow_up", follow_up["id"]), ("checklist", listed["id"]),
    ]  # fmt: skip
    assert {one.client_id for one in steps} == {client_id}
    first, booking, appointment, _, to_call, checklist = steps
    assert (first.kind, first.priority, first.title.ar) == ("follow_up", "high", "متابعة")
    assert (booking.title.ar, booking.status) == ("جلسة", "confirmed")
    assert appointment.title.ar == action["name"]["ar"]
    assert (appointment.at, appointment.ends_at) == (at(NOON + 2 * DAY), at(NOON + 2 * DAY + HOUR))
    assert (checklist.title.en, checklist.item_id) == ("Contract", listed["items"][1]["id"])
    assert (to_call.title.ar, to_call.at, checklist.is_required) == ("مكالمة", "", False)


async def follow_ups_ahead(owner: Person, client_id: str, *user_ids: UUID) -> list[list[str]]:
    """Those of a client's next steps, then those of some people's days."""
    asking = Asking(owner)
    days = [(await asking.day(one)).follow_ups for one in user_ids]
    assert [one.count for one in days] == [len(one.entries) for one in days]
    steps = (await asking.steps(client_id))[client_id]
    told = [[one for one in steps if one.type == "follow_up"], *(one.entries for one in days)]
    return [[one.id for one in some] for some in told]


async def test_a_follow_up_at_no_time_is_ahead_until_it_is_done(
    owner: Person, clients: Clients
) -> None:
    """CL-43, WE-17: of the client, and of who does it: its staff, else who made it."""
    hind, client_id = await remember_user(owner), str(await remember_client(owner))
    me = await remember_user(owner, id=str(owner.caller.user_id))
    call = await make_action(owner, subject="client")
    body: Json = {"client_id": client_id, "staff_ids": [str(hind)]}
    acted = (await owner.post(FOLLOW_UPS, body | {"action_id": call["id"]}))["id"]
    stated = (await owner.post(FOLLOW_UPS, body | {"status_id": str(new_id())}))["id"]
    unstaffed = {"client_id": client_id, "action_id": call["id"]}
    own = (await owner.post(FOLLOW_UPS, unstaffed))["id"]
    asked = (owner, client_id, hind, me)
    # Whether the client has the status is not known yet.
    assert await follow_ups_ahead(*asked) == [[acted, own], [acted], [own]]
    await apply_all(owner)
    assert await follow_ups_ahead(*asked) == [[acted, stated, own], [acted, stated], [own]]
    await owner.post(f"{FOLLOW_UPS}/{acted}/complete")
    await owner.post(f"{FOLLOW_UPS}/{own}/cancel")
    assert await follow_ups_ahead(*asked) == [[stated], [stated], []]
    assert (await Asking(owner).day(hind, "2031-03-11")).follow_ups.count == 0


async def test_a_follow_up_at_no_time_stands_in_no_calendar(
    owner: Person, clients: Clients
) -> None:
    """CL-43: by its action, else by what it is; one with a time is an appointment."""
    hind, client_id = await remember_user(owner), str(await remember_client(owner))
    call = await make_action(owner, name="مكالمة", subject="client")
    body: Json = {"client_id": client_id, "staff_ids": [str(hind)]}
    for more in ({"action_id": call["id"]}, {"status_id": str(new_id())}):
        await owner.post(FOLLOW_UPS, body | more)
    timed = await owner.post(FOLLOW_UPS, body | {"at": at(NOON + HOUR)})
    await apply_all(owner)
    day = await Asking(owner).day(hind)
    assert [(one.title.ar, one.at) for one in day.follow_ups.entries] == [
        ("مكالمة", ""), ("متابعة العميل", "")
    ]  # fmt: skip
    assert day.follow_ups.entries[1].title.en == "Follow up with the client"
    assert [one.id for one in day.appointments.entries] == [timed["appointment_id"]]
    window = {"from": at(NOON - DAY), "to": at(NOON + DAY)}
    shown = (await owner.get("/v1/calendar", **window))["items"]
    assert [one["kind"] for one in shown] == ["appointment"]


async def test_follow_ups_of_a_day_are_of_clients_that_are_seen(owner: Person) -> None:
    """GW-02"""
    hind = await remember_user(owner)
    agent = owner.service.caller(owner.caller.tenant_id, is_owner=False, visibility="assigned",
                                 permissions=frozenset({"scheduling:read"}))  # fmt: skip
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    call = await make_action(owner, subject="client")
    for of in ({"staff": staff}, {}):
        body = {"client_id": str(await remember_client(owner, **of)), "action_id": call["id"]}
        await owner.post(FOLLOW_UPS, body | {"staff_ids": [str(hind)]})
    for caller, count in ((owner.caller, 2), (agent, 1)):
        assert (await Asking(owner).day(hind, caller=caller)).follow_ups.count == count


async def test_next_steps_are_told_to_who_sees_the_client(owner: Person) -> None:
    """GW-02: of who is not seen there are none, and nobody hears that they are there."""
    agent = owner.service.caller(owner.caller.tenant_id, is_owner=False, visibility="assigned")
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    own, other = str(await remember_client(owner, staff=staff)), str(await remember_client(owner))
    for client_id in (own, other):
        await meet(owner, client_id, NOON + HOUR)
    asking = Asking(owner)
    found = await asking.steps(own, other, str(new_id()), caller=agent)
    assert {client_id: len(steps) for client_id, steps in found.items()} == {own: 1}
    with pytest.raises(rules.ClientsNotFound):
        await asking.steps(other, caller=agent)
    with pytest.raises(rules.ClientsNotFound):
        await asking.steps(own, caller=owner.service.caller())


async def test_a_survivor_answers_for_who_was_merged_into_it(owner: Person) -> None:
    """CL-33"""
    survivor, merged = [str(await remember_client(owner)) for _ in range(2)]
    made = await meet(owner, merged, NOON + HOUR)
    await remember_client(owner, id=merged, version=2, merged_into=survivor)
    found = await Asking(owner).steps(survivor, merged)
    for steps in found.values():
        assert [(one.id, one.client_id) for one in steps] == [(made["id"], survivor)]


async def test_so_many_of_each_type_are_told(owner: Person) -> None:
    client_id = str(await remember_client(owner))
    for hours in range(1, 4):
        await meet(owner, client_id, NOON + hours * HOUR)
        await due(owner, NOON + hours * HOUR, client_id=client_id)
    [steps] = (await Asking(owner).steps(client_id, most=2)).values()
    assert sorted(one.type for one in steps) == ["appointment"] * 2 + ["task"] * 2
    assert {one.at for one in steps} == {at(NOON + HOUR), at(NOON + 2 * HOUR)}
    for wrong in ({"most": 21}, {"client_ids": ["x"]}, {"client_ids": [client_id] * 201}):
        request = agendas_pb2.ListNextStepsRequest(**wrong)
        async with owner.service.context.database.work(owner.caller) as work:
            with pytest.raises(Invalid) as refused:
                await Agendas(owner.service.context).ListNextSteps(work, request)
        assert refused.value.errors[0].field.split(".")[0] in wrong


async def test_a_day_has_what_somebody_does_on_it(owner: Person) -> None:
    """WE-17: across clients, from midnight to midnight where the company is."""
    hind = await remember_user(owner)
    mine: Json = {"assignee_ids": [str(hind)]}
    client_id = str(await remember_client(owner))
    midnight = NOON + 12 * HOUR
    service = await make_service(owner, staff_ids=[str(hind)])
    with_me: Json = {"staff_ids": [str(hind)]}
    later = await meet(owner, client_id, midnight - HOUR, **with_me)
    await meet(owner, client_id, midnight, **with_me)
    await meet(owner, client_id, NOON)
    early = await meet(owner, client_id, NOON - 13 * HOUR, duration_minutes=90, **with_me)
    off = await meet(owner, client_id, NOON + HOUR, **with_me)
    await owner.post(f"/v1/appointments/{off['id']}/cancel")
    booked = await make_booking(owner, service, client_id=client_id, starts_at=at(NOON + 3 * HOUR))
    tonight = await due(owner, midnight - HOUR, **mine)
    await due(owner, midnight, **mine)
    await due(owner, NOON + HOUR)
    started = await due(owner, None, **mine)
    await due(owner, None, **mine)
    await owner.post(f"/v1/tasks/{started['id']}/start")
    late = [await due(owner, NOON - days * DAY, **mine) for days in (2, 1)]
    found = await Asking(owner).day(hind)
    assert (found.user_id, found.on, found.timezone) == (str(hind), "2031-03-10", "Asia/Riyadh")
    parts = {
        name: [one.id for one in getattr(found, name).entries]
        for name in ("appointments", "tasks", "overdue")
    }
    assert parts == {
        "appointments": [early["id"], booked["id"], later["id"]],
        "tasks": [tonight["id"], started["id"]],
        "overdue": [one["id"] for one in late],
    }
    assert (found.appointments.count, found.tasks.count, found.overdue.count) == (3, 2, 2)
    tomorrow = await Asking(owner).day(hind, "2031-03-11")
    assert (tomorrow.appointments.count, tomorrow.tasks.count, tomorrow.overdue.count) == (1, 1, 2)


async def test_of_a_day_everybody_sees_what_they_may_see(owner: Person) -> None:
    """GW-02: another's day has what is about one's own clients."""
    hind = await remember_user(owner)
    agent = owner.service.caller(owner.caller.tenant_id, is_owner=False, visibility="assigned",
                                 permissions=frozenset({"scheduling:read"}))  # fmt: skip
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    own, other = str(await remember_client(owner, staff=staff)), str(await remember_client(owner))
    for hours, client_id in enumerate((own, other), 1):
        await meet(owner, client_id, NOON + hours * HOUR, staff_ids=[str(hind)])
        await due(owner, NOON + HOUR, client_id=client_id, assignee_ids=[str(hind)])
    await due(owner, NOON + HOUR, assignee_ids=[str(hind)])
    for caller, count in ((owner.caller, (2, 3)), (agent, (1, 1))):
        found = await Asking(owner).day(hind, caller=caller)
        assert (found.appointments.count, found.tasks.count) == count
    gone = await remember_user(owner, is_active=False)
    for nobody in (gone, new_id()):
        with pytest.raises(rules.UserNotFound):
            await Asking(owner).day(nobody)
    with pytest.raises(Invalid):
        await Asking(owner).day(hind, "tomorrow")


def test_a_day_is_as_long_as_its_clocks_say() -> None:
    day = rules.day_of(datetime(2026, 3, 29).date(), "Europe/Berlin")
    assert day.ends_at - day.starts_at == timedelta(hours=23)


def test_what_has_no_time_comes_last() -> None:
    some = [
        Entry(type="task", id=new_id(), at=when, client_id=None, status="open")
        for when in (None, NOON + HOUR, NOON)
    ]
    assert [one.at for one in rules.next_ones(some, 3)] == [NOON, NOON + HOUR, None]
    assert [one.at for one in rules.next_ones(some, 1)] == [NOON]


async def test_a_flow_sets_an_appointment_once_for_its_cause(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-01: with the rights of who it acts for."""
    client_id, context = str(await remember_client(owner)), owner.service.context
    invoice_is_of(monkeypatch, UUID(client_id))
    hind, invoice_id = str(await remember_user(owner)), str(new_id())

    async def ask(caller: Caller, **fields: Any) -> Any:
        request = appointments_pb2.CreateAppointmentRequest(
            cause="run:1:step:2", client_id=client_id, starts_at=at(NOON + DAY), **fields
        )
        async with context.database.work(caller) as work:
            return (await Appointments(context).CreateAppointment(work, request)).appointment

    asked: Json = {
        "title": "زيارة", "duration_minutes": 45, "staff_ids": [hind], "reminders": [60],
        "linked": {"type": "invoice", "id": invoice_id},
    }  # fmt: skip
    made = await ask(owner.caller, **asked)
    assert (made.ends_at, made.linked_id) == (at(NOON + DAY + 0.75 * HOUR), invoice_id)
    assert (await ask(owner.caller, **asked)).id == made.id
    assert await owner.ids("/v1/appointments", client_id=client_id) == [made.id]
    with pytest.raises(CauseReused):
        await ask(owner.caller, title="x")
    other = owner.service.caller(owner.caller.tenant_id, is_owner=False, visibility="assigned")
    with pytest.raises(UnknownClient):
        await ask(other)
    with pytest.raises(Invalid) as refused:
        await ask(owner.caller, ends_at="soon")
    assert refused.value.errors[0].field == "ends_at"
