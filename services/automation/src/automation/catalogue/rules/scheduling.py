"""What scheduling publishes, with what is known of its contents."""

from typing import Final

from automation.catalogue.rules.contents import Fields
from automation.conditions.rules.values import Kind

_APPOINTMENT: Final[Fields] = {
    "appointment.id": Kind.ID, "appointment.version": Kind.NUMBER,
    "appointment.client_id": Kind.ID, "appointment.status": Kind.TEXT,
    "appointment.starts_at": Kind.DATETIME, "appointment.ends_at": Kind.DATETIME,
    "appointment.staff_ids": Kind.LIST, "appointment.resource_ids": Kind.LIST,
    "appointment.action_id": Kind.ID, "appointment.title": Kind.TEXT,
    "appointment.location": Kind.TEXT, "appointment.linked_type": Kind.TEXT,
    "appointment.linked_id": Kind.ID, "appointment.reminders": Kind.LIST,
    "appointment.series_id": Kind.ID, "appointment.occurrence": Kind.TEXT,
    "appointment.shared_with_client": Kind.BOOLEAN, "appointment.confirmed_by": Kind.TEXT,
    "appointment.cancel_reason": Kind.TEXT, "changed": Kind.LIST,
    "from_starts_at": Kind.DATETIME, "from_ends_at": Kind.DATETIME, "reason": Kind.TEXT,
}  # fmt: skip
_SERIES: Final[Fields] = {
    "series.id": Kind.ID, "series.version": Kind.NUMBER, "series.client_id": Kind.ID,
    "series.recurrence": Kind.TEXT, "series.first_at": Kind.TEXT, "series.timezone": Kind.TEXT,
    "appointments": Kind.LIST, "changed": Kind.LIST, "reason": Kind.TEXT,
}  # fmt: skip


def _each(prefix: str, verbs: str, fields: Fields | None) -> dict[str, Fields | None]:
    return {f"scheduling.{prefix}.{verb}": fields for verb in verbs.split()}


_TASK: Final[Fields] = {
    "task.id": Kind.ID, "task.version": Kind.NUMBER, "task.client_id": Kind.ID,
    "task.title": Kind.TEXT, "task.kind": Kind.TEXT, "task.priority": Kind.TEXT,
    "task.state": Kind.TEXT, "task.assignee_ids": Kind.LIST, "task.due_at": Kind.DATETIME,
    "task.closed_at": Kind.DATETIME, "task.previous_id": Kind.ID, "task.created_by": Kind.TEXT,
    "task.work_cycle_id": Kind.ID,
}  # fmt: skip
_COMMENT: Final[Fields] = {
    "comment.id": Kind.ID, "comment.version": Kind.NUMBER, "comment.task_id": Kind.ID,
    "comment.client_id": Kind.ID, "comment.author": Kind.TEXT,
}  # fmt: skip
_CHECKLIST: Final[Fields] = {
    "checklist.id": Kind.ID, "checklist.version": Kind.NUMBER, "checklist.client_id": Kind.ID,
    "checklist.checklist_template_id": Kind.ID, "checklist.name.ar": Kind.TEXT,
    "checklist.name.en": Kind.TEXT, "checklist.state": Kind.TEXT,
    "checklist.item_count": Kind.NUMBER, "checklist.done_count": Kind.NUMBER,
    "checklist.required_left": Kind.NUMBER, "item_id": Kind.ID,
}  # fmt: skip
_TIME_ENTRY: Final[Fields] = {
    "time_entry.id": Kind.ID, "time_entry.version": Kind.NUMBER,
    "time_entry.client_id": Kind.ID, "time_entry.user_id": Kind.ID, "time_entry.task_id": Kind.ID,
    "time_entry.work_cycle_id": Kind.ID, "time_entry.started_at": Kind.DATETIME,
    "time_entry.ended_at": Kind.DATETIME, "time_entry.billable": Kind.BOOLEAN,
    "changed": Kind.LIST,
}  # fmt: skip
_TIME_INVOICE: Final[Fields] = {
    "time_invoice.id": Kind.ID, "time_invoice.version": Kind.NUMBER,
    "time_invoice.client_id": Kind.ID, "time_invoice.state": Kind.TEXT,
    "time_invoice.entry_count": Kind.NUMBER, "time_invoice.invoice_id": Kind.ID,
    "time_invoice.problem": Kind.TEXT, "time_entry_ids": Kind.LIST,
}  # fmt: skip
_BOOKING: Final[Fields] = {
    "booking.id": Kind.ID, "booking.version": Kind.NUMBER, "booking.client_id": Kind.ID,
    "booking.service_id": Kind.ID, "booking.session_id": Kind.ID, "booking.staff_id": Kind.ID,
    "booking.starts_at": Kind.DATETIME, "booking.ends_at": Kind.DATETIME,
    "booking.status": Kind.TEXT, "booking.seats": Kind.NUMBER, "booking.price": Kind.TEXT,
    "booking.currency": Kind.TEXT, "booking.deposit": Kind.TEXT, "booking.source": Kind.TEXT,
    "booking.held_until": Kind.DATETIME, "booking.is_late": Kind.BOOLEAN,
    "booking.credit_status": Kind.TEXT, "booking.invoice_id": Kind.ID,
    "booking.problem": Kind.TEXT, "booking.created_by": Kind.TEXT,
    "booking.service_name.ar": Kind.TEXT, "booking.service_name.en": Kind.TEXT,
    "changed": Kind.LIST, "reason": Kind.TEXT,
}  # fmt: skip
_FOLLOW_UP: Final[Fields] = {
    "follow_up.id": Kind.ID, "follow_up.version": Kind.NUMBER, "follow_up.client_id": Kind.ID,
    "follow_up.state": Kind.TEXT, "follow_up.status_id": Kind.ID,
    "follow_up.action_id": Kind.ID, "follow_up.at": Kind.DATETIME,
    "follow_up.ends_at": Kind.DATETIME, "follow_up.staff_ids": Kind.LIST,
    "follow_up.appointment_id": Kind.ID, "follow_up.problem": Kind.TEXT,
    "follow_up.created_by": Kind.TEXT, "reason": Kind.TEXT,
}  # fmt: skip
_WORK_CYCLE: Final[Fields] = {
    "work_cycle.id": Kind.ID, "work_cycle.version": Kind.NUMBER, "work_cycle.client_id": Kind.ID,
    "work_cycle.work_cycle_type_id": Kind.ID, "work_cycle.number": Kind.TEXT,
    "work_cycle.title": Kind.TEXT, "work_cycle.status_id": Kind.ID,
    "work_cycle.is_closed": Kind.BOOLEAN,
    "work_cycle.due_on": Kind.DATE, "work_cycle.budget": Kind.TEXT,
    "work_cycle.currency": Kind.TEXT, "work_cycle.staff_ids": Kind.LIST,
    "work_cycle.tags": Kind.LIST, "changed": Kind.LIST, "from_status_id": Kind.ID,
    "reason": Kind.TEXT,
}  # fmt: skip
_REMINDER: Final[Fields] = {
    "reminder.id": Kind.ID, "reminder.version": Kind.NUMBER, "reminder.client_id": Kind.ID,
    "reminder.appointment_id": Kind.ID, "reminder.booking_id": Kind.ID,
    "reminder.reminder_rule_id": Kind.ID, "reminder.to": Kind.TEXT, "reminder.user_id": Kind.ID,
    "reminder.channel": Kind.TEXT, "reminder.starts_at": Kind.DATETIME,
    "reminder.due_at": Kind.DATETIME, "reminder.state": Kind.TEXT, "reminder.reason": Kind.TEXT,
    "reminder.message_id": Kind.ID,
}  # fmt: skip
SCHEDULING: Final[dict[str, Fields | None]] = {
    "scheduling.settings.updated": {"changed": Kind.LIST},
    **_each("appointment",
            "scheduled updated confirmed rescheduled cancelled done no_show reopened shared viewed"
            " deleted unstaffed", _APPOINTMENT),
    **_each("appointment_series", "scheduled updated rescheduled cancelled deleted", _SERIES),
    **_each("booking",
            "held requested confirmed waitlisted rescheduled attended no_show cancelled updated"
            " unstaffed", _BOOKING),
    **_each("checklist",
            "started updated item_done item_undone completed reopened deleted", _CHECKLIST),
    **_each(
        "follow_up", "made applied refused completed cancelled reopened updated", _FOLLOW_UP
    ),
    **_each("reminder", "sent failed skipped", _REMINDER),
    **_each("task", "created updated started completed reopened cancelled overdue deleted",
            {**_TASK, "changed": Kind.LIST, "assigned": Kind.LIST}),
    **_each("task", "commented comment_updated comment_deleted", {**_COMMENT, **_TASK}),
    **_each("time_entry", "started stopped recorded updated deleted", _TIME_ENTRY),
    **_each("time_invoice", "requested made refused released", _TIME_INVOICE),
    **_each("work_cycle", "created updated status_changed deleted", _WORK_CYCLE),
}  # fmt: skip
