"""Makers of what is to be done for clients: for tests/world.py."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from chassis.testing.eventually import eventually

if TYPE_CHECKING:
    from tests.world import World


async def action(world: "World") -> str:
    return await world.made("/v1/actions", {"name": world.text(), "subject": "appointment"})


async def appointment(world: "World") -> str:
    """One that was moved, so that its moves tell of something."""
    made = await world.made("/v1/appointments", {
        "client_id": world.ids["client_id"], "starts_at": "2100-01-01T08:00:00Z",
        "title": world.text(), "note": world.text(),
    })  # fmt: skip
    later = {"starts_at": "2100-01-01T09:00:00Z"}
    await world.person.post(f"/v1/appointments/{made}/reschedule", later)
    return made


async def appointment_series(world: "World") -> str:
    return await world.made("/v1/appointments", {
        "client_id": world.ids["client_id"], "starts_at": "2100-01-01T09:00:00Z",
        "title": world.text(), "recurrence": "FREQ=DAILY;COUNT=2",
    }, key="series_id")  # fmt: skip


async def appointment_token(world: "World") -> str:
    """What the link of an appointment that was shared ends in."""
    shared = await world.person.post(f"/v1/appointments/{await appointment(world)}/share")
    return str(shared["share_url"]).rpartition("/")[2]


async def calendar(world: "World") -> str:
    body = {"client_id": world.ids["client_id"], "name": world.text()}
    return await world.made("/v1/calendars", body)


async def calendar_token(world: "World") -> str:
    """What opens one."""
    body = {"client_id": world.ids["client_id"], "name": world.text()}
    return await world.made("/v1/calendars", body, key="token")


async def follow_up(world: "World") -> str:
    return await world.made("/v1/follow-ups", {
        "client_id": world.ids["client_id"], "at": "2100-01-02T09:00:00Z", "note": world.text(),
    })  # fmt: skip


async def reminder_rule(world: "World") -> str:
    words = {"subject": world.text(), "body": world.text()}
    return await world.made("/v1/reminder-rules", {"name": world.text(), **words})


async def reminder(world: "World") -> str:
    """Of an appointment of its own; it is reckoned once the appointment is heard of."""
    appointment_id = await world.made("/v1/appointments", {
        "client_id": world.ids["client_id"], "starts_at": "2100-01-02T09:00:00Z",
        "reminders": [60],
    })  # fmt: skip

    async def reckoned() -> list[Any]:
        found = await world.person.get("/v1/reminders", appointment_id=appointment_id)
        return list(found["items"])

    [found, *_] = await eventually(reckoned)
    return str(found["id"])


async def resource(world: "World") -> str:
    return await world.made("/v1/resources", {"name": world.text()})


async def task(world: "World") -> str:
    about = {"client_id": world.ids["client_id"], "description": world.text()}
    return await world.made("/v1/tasks", {"title": world.text(), **about})


async def task_comment(world: "World") -> str:
    return await world.made(f"/v1/tasks/{world.ids['task_id']}/comments", {"body": world.text()})


async def checklist_template(world: "World") -> str:
    items = [{"name": world.text(), "required": True}]
    return await world.made("/v1/checklist-templates", {"name": world.text(), "items": items})


async def checklist(world: "World") -> str:
    items = [{"name": world.text()}, {"name": world.text()}]
    about = {"client_id": world.ids["client_id"], "name": world.text()}
    return await world.made("/v1/checklists", {**about, "items": items})


async def checklist_item(world: "World") -> str:
    """One of the checklist's own."""
    found = await world.person.get(f"/v1/checklists/{world.ids['checklist_id']}")
    return str(found["items"][0]["id"])


async def time_entry(world: "World") -> str:
    """Of two hours, that may be put on an invoice."""
    return await world.made("/v1/time-entries", {
        "client_id": world.ids["client_id"], "started_at": "2026-01-15T07:00:00Z",
        "duration_minutes": 120, "note": world.text(), "billable": True, "rate": "100.00",
        "currency": "SAR",
    })  # fmt: skip


async def time_invoice(world: "World") -> str:
    body = {"time_entry_ids": [await time_entry(world)]}
    return await world.made("/v1/time-entries/invoice", body)


async def work_cycle_type(world: "World") -> str:
    return await world.made("/v1/work-cycle-types", {"name": world.text()})


async def work_cycle(world: "World") -> str:
    about = {
        "client_id": world.ids["client_id"],
        "work_cycle_type_id": world.ids["work_cycle_type_id"],
    }
    return await world.made("/v1/work-cycles", {"title": world.text(), **about})


MAKERS: Final[dict[str, Callable[["World"], Awaitable[str]]]] = {
    "action_id": action,
    "appointment_id": appointment,
    "appointment_series_id": appointment_series,
    "appointment_token": appointment_token,
    "calendar_id": calendar,
    "calendar_token": calendar_token,
    "follow_up_id": follow_up,
    "reminder_id": reminder,
    "reminder_rule_id": reminder_rule,
    "resource_id": resource,
    "checklist_template_id": checklist_template,
    "checklist_id": checklist,
    "checklist_item_id": checklist_item,
    "task_id": task,
    "task_comment_id": task_comment,
    "time_entry_id": time_entry,
    "time_invoice_id": time_invoice,
    "work_cycle_type_id": work_cycle_type,
    "work_cycle_id": work_cycle,
}
