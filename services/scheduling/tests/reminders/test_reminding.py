"""Who is reminded of what, when, and in which words."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from scheduling.appointments.use_cases.forgetting import forget_appointments
from scheduling.reminders.use_cases.forgetting import forget_reminders
from services.scheduling.tests.appointments.planning import (
    at,
    estimate_is_of,
    invoice_is_of,
    make_appointment,
    path_of,
)
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    make_action,
    remember_client,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.reminders.conftest import Comms
from services.scheduling.tests.reminders.reminding import (
    RULES,
    heard,
    make_rule,
    passes,
    reminders_of,
    run_jobs,
)
from services.scheduling.tests.staffed import TODAY, make_booking, make_service

TOMORROW: Final = TODAY + timedelta(days=1)
SETTINGS: Final = "/v1/settings/scheduling"


async def told(person: Person, events: Events) -> list[tuple[str, str]]:
    """What others heard of reminders, and why."""
    some = [one for one in await events(person.caller) if ".reminder." in one["type"]]
    return [
        (one["type"].rpartition(".")[2], one["data"]["reminder"].get("reason", "")) for one in some
    ]


async def test_client_and_staff_are_reminded_once_by_a_rule(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: before, in each one's language, at the staff's own clock."""
    await remember_tenant(owner, name="عيادة", locale="ar")
    client_id = str(await remember_client(owner, name="سارة", language="ar"))
    staff = str(await remember_user(owner, name="Hind", locale="en"))
    await owner.patch(f"/v1/staff/{staff}/availability", {"timezone": "Africa/Cairo"})
    rule = await make_rule(owner, to="both", minutes=60)
    made = await make_appointment(
        owner, TOMORROW, client_id=client_id, staff_ids=[staff], title="استشارة", location="الفرع"
    )
    await heard(owner, events)
    found = await reminders_of(owner, appointment_id=made["id"])
    assert {(one["to"], one["user_id"], one["state"]) for one in found} == {
        ("client", None, "pending"), ("staff", staff, "pending")
    }  # fmt: skip
    assert {one["due_at"] for one in found} == {at(TOMORROW - timedelta(hours=1))}
    assert {one["reminder_rule_id"] for one in found} == {rule["id"]}
    await passes(owner, clock, hours=22, minutes=59)
    assert comms.sent == []
    for _ in range(2):
        await passes(owner, clock, minutes=1)
    to_client, to_staff = sorted(comms.sent, key=lambda one: "user_id" in one)
    assert to_client["client_id"] == client_id and "سارة" in to_client["body"]
    assert to_client["subject"] == "تذكير بموعدك مع عيادة"
    assert "2031-03-10 11:00 (Asia/Riyadh)" in to_client["body"] and "الفرع" in to_client["body"]
    assert (to_staff["user_id"], to_staff["subject"]) == (
        staff, "Reminder of an appointment with سارة"
    )  # fmt: skip
    assert "(Africa/Cairo)" in to_staff["body"]
    found = await reminders_of(owner, client_id=client_id)
    assert {one["state"] for one in found} == {"sent"} and all(one["message_id"] for one in found)
    assert await told(owner, events) == [("sent", "")] * 2
    [one, _] = found
    assert await owner.get(f"/v1/reminders/{one['id']}") == one


async def test_an_appointment_has_reminders_of_its_own(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-01, SC-04: some minutes before, to its client and its staff; of others none."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, TOMORROW, staff_ids=[staff], reminders=[60, 1380])
    await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    found = await reminders_of(owner)
    assert sorted((one["minutes"], one["to"]) for one in found) == [
        (60, "client"), (60, "staff"), (1380, "client"), (1380, "staff")
    ]  # fmt: skip
    await owner.patch(path_of(made), {"reminders": [60], "staff_ids": []})
    await heard(owner, events)
    [left] = await reminders_of(owner)
    assert (left["minutes"], left["to"]) == (60, "client")


async def test_a_reminder_moves_with_its_appointment(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: also after one was sent; then there is another one for the new time, and for a time
    that comes back.
    """
    await make_rule(owner, minutes=60)
    made = await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    for later in (2, 26):
        moved = TOMORROW + timedelta(hours=later)
        await owner.post(path_of(made, "reschedule"), {"starts_at": at(moved)})
        await heard(owner, events)
        [one] = await reminders_of(owner, state="pending")
        assert one["due_at"] == at(moved - timedelta(hours=1))
        if later == 2:
            await passes(owner, clock, hours=25)
    [now] = await reminders_of(owner, state="pending")
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(TOMORROW + timedelta(hours=3))})
    # It is due before anybody has heard of the move.
    await passes(owner, clock, hours=24)
    assert len(comms.sent) == 1
    found = [one["state"] for one in await reminders_of(owner)]
    assert sorted(found) == ["sent", "skipped"] and now["state"] == "pending"


@pytest.mark.parametrize("verb", ["cancel", "no-show", "complete"])
async def test_nobody_is_reminded_of_what_will_not_be(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms, verb: str
) -> None:
    """SC-04: be it that nobody has heard of it yet; and again, once it stands again."""
    await make_rule(owner, minutes=60)
    made = await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    await owner.post(path_of(made, verb))
    await passes(owner, clock, hours=23)
    [one] = await reminders_of(owner)
    reason = {"cancel": "cancelled", "no-show": "no_show", "complete": "done"}[verb]
    assert (one["state"], one["reason"], comms.sent) == ("skipped", reason, [])
    assert await told(owner, events) == [("skipped", reason)]
    await owner.post(path_of(made, "reopen"))
    await heard(owner, events)
    await passes(owner, clock, minutes=1)
    assert len(comms.sent) == 1


async def test_what_comes_after_it_and_as_it_is_made(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: relative to the appointment or to its creation, at once or after n."""
    words: Json = {"subject": "x {{ appointment.what }}", "body": {"ar": "م", "en": "y"}}
    await make_rule(owner, relation="after_creation", minutes=0, **words)
    await make_rule(owner, relation="after", minutes=30)
    made = await make_appointment(owner, TOMORROW, title="فحص")
    await heard(owner, events)
    assert [one["subject"] for one in comms.sent] == ["x فحص"]
    await passes(owner, clock, hours=24)
    await owner.post(path_of(made, "complete"))
    await heard(owner, events)
    await passes(owner, clock, hours=1, minutes=30)
    assert len(comms.sent) == 2
    await owner.post(path_of(await make_appointment(owner, TOMORROW), "cancel"))
    await heard(owner, events)
    await passes(owner, clock, hours=48)
    assert len(comms.sent) == 2


async def test_a_rule_is_of_some_appointments(
    owner: Person, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-04: by kind, by what they are about, by action; and of bookings."""
    visit, call = [(await make_action(owner, subject="appointment"))["id"] for _ in range(2)]
    said: dict[str, Json] = {
        "all": {}, "independent": {"kind": "independent"}, "linked": {"kind": "linked"},
        "invoice": {"kind": "linked", "linked_type": "invoice"},
        "visit": {"action_ids": [visit]}, "booking": {"kind": "booking"},
    }  # fmt: skip
    names = {
        (await make_rule(owner, name=name, **fields))["id"]: name for name, fields in said.items()
    }

    async def by(**filters: Any) -> list[str]:
        await heard(owner, events)
        found = await reminders_of(owner, **filters)
        return sorted(names[one["reminder_rule_id"]] for one in found)

    plain = await make_appointment(owner, TOMORROW, action_id=visit)
    assert await by(appointment_id=plain["id"]) == ["all", "independent", "visit"]
    client_id = await remember_client(owner)
    estimate_is_of(monkeypatch, client_id)
    invoice_is_of(monkeypatch, client_id)
    of = {"linked": {"type": "estimate", "id": str(new_id())}, "client_id": str(client_id)}
    about = await make_appointment(owner, TOMORROW, **of, action_id=call)
    assert await by(appointment_id=about["id"]) == ["all", "linked"]
    linked = {"type": "invoice", "id": str(new_id())}
    about = await make_appointment(owner, TOMORROW, linked=linked, client_id=str(client_id))
    assert await by(appointment_id=about["id"]) == ["all", "invoice", "linked"]
    booking = await make_booking(owner, await make_service(owner), status="confirmed")
    assert await by(booking_id=booking["id"]) == ["all", "booking"]


async def test_of_a_booking_as_of_an_appointment(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04, SC-06: its service by name; of a seat that is only held nobody is reminded."""
    await make_rule(owner, minutes=60, to="both")
    service = await make_service(owner, capacity=3)
    booking = await make_booking(owner, service, status="confirmed")
    gone = await make_booking(owner, service, status="confirmed")
    await make_booking(owner, service, status="held")
    await heard(owner, events)
    assert len(await reminders_of(owner)) == 4
    await owner.post(f"/v1/bookings/{gone['id']}/cancel")
    await passes(owner, clock, hours=24, minutes=1)
    assert len(comms.sent) == 2 and all("جلسة" in one["body"] for one in comms.sent)
    found = await reminders_of(owner, state="sent")
    assert {one["booking_id"] for one in found} == {booking["id"]}


async def test_quiet_hours_are_respected(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: what would fall into them waits, or comes before; and anew as they change."""
    await remember_tenant(owner)
    await make_rule(owner, minutes=60)
    early = TODAY.replace(day=12, hour=4)  # seven in the morning in Riyadh
    await make_appointment(owner, early)
    await heard(owner, events)
    [one] = await reminders_of(owner)
    assert one["due_at"] == at(early - timedelta(hours=1))
    await owner.patch(SETTINGS, {"quiet_from": "21:00", "quiet_to": "08:00"})
    await heard(owner, events)
    [one] = await reminders_of(owner)
    assert one["due_at"] == at(TODAY.replace(day=11, hour=17, minute=55))
    await owner.patch(SETTINGS, {"quiet_to": "06:30"})
    await heard(owner, events)
    [one] = await reminders_of(owner)
    assert one["due_at"] == at(early.replace(hour=3, minute=30))


async def test_both_calendars_where_the_company_shows_them(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04, ask 23"""
    await remember_tenant(owner, locale="ar")
    await owner.patch(SETTINGS, {"hijri_dates": True})
    await make_rule(owner, minutes=60)
    await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    await passes(owner, clock, hours=23)
    [sent] = comms.sent
    assert "2031-03-10 (16 ذو القعدة 1452 هـ) 11:00" in sent["body"]


async def test_what_cannot_go_out_says_why(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: a rule names any channel; what comms does not send yet has failed, and says so."""
    await make_rule(owner, channel="sms")
    await make_appointment(owner, TOMORROW)
    await make_appointment(owner, TODAY + timedelta(minutes=5))
    await heard(owner, events)
    await passes(owner, clock, hours=23)
    past, failed = await reminders_of(owner)
    assert (past["state"], past["reason"]) == ("skipped", "past")
    assert (failed["state"], failed["reason"]) == ("failed", "channel_not_available")
    assert await told(owner, events) == [("skipped", "past"), ("failed", "channel_not_available")]


async def test_a_rule_that_changes_reckons_what_is_to_come(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: by a job; what was sent stays as it was."""
    first = await make_appointment(owner, TOMORROW)
    await owner.post("/v1/appointments", {
        "client_id": first["client_id"], "starts_at": at(TOMORROW), "duration_minutes": 30,
        "recurrence": "FREQ=DAILY;COUNT=3",
    })  # fmt: skip
    await heard(owner, events)
    assert await reminders_of(owner) == []
    rule = await make_rule(owner)
    await run_jobs(owner)
    assert len(await reminders_of(owner, state="pending")) == 4
    await passes(owner, clock, hours=23)
    assert len(comms.sent) == 2
    await owner.patch(f"{RULES}/{rule['id']}", {"minutes": 120, "channel": "whatsapp"})
    await run_jobs(owner)
    found = await reminders_of(owner, state="pending")
    assert {one["channel"] for one in found} == {"whatsapp"} and len(found) == 2
    await owner.patch(f"{RULES}/{rule['id']}", {"active": False})
    await run_jobs(owner)
    assert {one["state"] for one in await reminders_of(owner)} <= {"sent", "skipped"}
    await owner.patch(f"{RULES}/{rule['id']}", {"active": True})
    await owner.delete(f"{RULES}/{rule['id']}")
    await run_jobs(owner)
    assert await reminders_of(owner, state="pending") == []


async def test_of_a_series_each_is_reckoned_and_called_off(owner: Person, events: Events) -> None:
    """SC-04"""
    await make_rule(owner)
    made = await make_appointment(owner, TOMORROW, recurrence="FREQ=DAILY;COUNT=4")
    await heard(owner, events)
    assert len(await reminders_of(owner, state="pending")) == 4
    await owner.post(path_of(made, "cancel"), {"scope": "all"})
    await heard(owner, events)
    assert len(await reminders_of(owner, state="skipped")) == 4


async def test_words_are_those_of_a_template_of_communications(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: which fills it in, with what the appointment is."""
    template_id = str(new_id())
    await make_rule(owner, template_id=template_id)
    await make_appointment(owner, TOMORROW, title="فحص")
    await heard(owner, events)
    await passes(owner, clock, hours=23)
    [sent] = comms.sent
    assert sent["template_id"] == template_id and "body" not in sent
    assert sent["variables"]["appointment"]["what"] == "فحص"


async def test_of_a_client_who_is_erased_nothing_is_kept(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04"""
    await make_rule(owner)
    made = await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    context = owner.service.context
    async with context.database.work(system(owner.caller.tenant_id, "scheduling")) as work:
        await forget_reminders(work, UUID(made["client_id"]))
        await forget_appointments(work, UUID(made["client_id"]))
    await passes(owner, clock, hours=23)
    assert (await reminders_of(owner), comms.sent) == ([], [])


async def test_reminders_are_seen_with_their_client(owner: Person, events: Events) -> None:
    """CL-53, SC-04: by folder and assignment as anything else about a client."""
    mine = str(await remember_client(owner, staff=[]))
    await make_rule(owner)
    await make_appointment(owner, TOMORROW, client_id=mine)
    await heard(owner, events)
    [one] = await reminders_of(owner)
    async with owner.colleague("scheduling:read", visibility="assigned") as agent:
        assert await reminders_of(agent) == []
        refused = await agent.refused("GET", f"/v1/reminders/{one['id']}")
        assert refused == (404, "reminder_not_found")
    async with owner.colleague("clients:read") as stranger:
        assert await stranger.refused("GET", "/v1/reminders") == (403, "forbidden")
